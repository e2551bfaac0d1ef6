// What the mirror did with an interval's tape, as lines for the host. See README.md.
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "tape.h"

enum { REPORT_MAX_REQUESTS = 64, REPORT_REQUEST_BYTES = 512, REPORT_LINE_BYTES = 1280 };

// How the mirror did with one flow; bytes are counted from the flow's beginning.
struct flow_report {
  uint64_t id, expected_bytes, sent_bytes;
  int64_t mismatch;  // offset of the first byte that the phone did not send; -1: none
  uint32_t released, items;
  int64_t longest_wait;
};

// Gets a line, with its line feed.
typedef void report_sink(const char *line);

// Begins the report of an interval, by CLOCK_MONOTONIC.
void report_begin(int64_t start);

// Notes a request that no record is of. Of those beyond the limits just the number is kept.
void report_request(int64_t time, int is_tcp, const struct endpoint *remote, const uint8_t *bytes,
                    size_t length);

void report_flow(report_sink *sink, const struct flow_report *flow);
void report_unused(report_sink *sink, uint64_t id);
void report_requests(report_sink *sink);

// How many requests were not kept.
int report_lost_requests(void);

#endif
