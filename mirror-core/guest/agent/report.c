#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct request {
  int64_t time;
  int is_tcp;
  struct endpoint remote;
  size_t length;
  uint8_t bytes[REPORT_REQUEST_BYTES];
};

static struct request requests[REPORT_MAX_REQUESTS];
static int request_count, lost;
static int64_t begin;

void report_begin(int64_t start) {
  begin = start;
  request_count = lost = 0;
}

void report_request(int64_t time, int is_tcp, const struct endpoint *remote, const uint8_t *bytes,
                    size_t length) {
  if (request_count == REPORT_MAX_REQUESTS) {
    lost++;
    return;
  }
  struct request *request = &requests[request_count++];
  request->time = time < begin ? begin : time;
  request->is_tcp = is_tcp;
  request->remote = *remote;
  request->length = length < sizeof request->bytes ? length : sizeof request->bytes;
  memcpy(request->bytes, bytes, request->length);
}

void report_flow(report_sink *sink, const struct flow_report *flow) {
  char line[REPORT_LINE_BYTES];
  snprintf(line, sizeof line,
           "FLOW %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRIu32 " %" PRIu32 " %" PRId64
           "\n",
           flow->id, flow->expected_bytes, flow->sent_bytes, flow->mismatch, flow->released,
           flow->items, flow->longest_wait);
  sink(line);
}

void report_unused(report_sink *sink, uint64_t id) {
  char line[REPORT_LINE_BYTES];
  snprintf(line, sizeof line, "UNUSED %" PRIu64 "\n", id);
  sink(line);
}

static void to_hex(char *text, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

void report_requests(report_sink *sink) {
  for (int i = 0; i < request_count; i++) {
    const struct request *request = &requests[i];
    char line[REPORT_LINE_BYTES], address[2 * sizeof request->remote.address + 1];
    char bytes[2 * REPORT_REQUEST_BYTES + 1] = "-";
    to_hex(address, request->remote.address, request->remote.family == AF_INET ? 4 : 16);
    if (request->length > 0) to_hex(bytes, request->bytes, request->length);
    snprintf(line, sizeof line, "REQUEST %" PRId64 " %s %s %u %s\n", request->time - begin,
             request->is_tcp ? "tcp" : "udp", address, request->remote.port, bytes);
    sink(line);
  }
}

int report_lost_requests(void) { return lost; }
