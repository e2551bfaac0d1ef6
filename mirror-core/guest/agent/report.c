#include "report.h"

#include <arpa/inet.h>
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

void report_requests(report_sink *sink) {
  for (int i = 0; i < request_count; i++) {
    const struct request *request = &requests[i];
    char line[REPORT_LINE_BYTES], address[INET6_ADDRSTRLEN];
    inet_ntop(request->remote.family, request->remote.address, address, sizeof address);
    int n = snprintf(line, sizeof line, "REQUEST %" PRId64 " %s %s %u ", request->time - begin,
                     request->is_tcp ? "tcp" : "udp", address, request->remote.port);
    for (size_t j = 0; j < request->length; j++)
      n += snprintf(line + n, sizeof line - (size_t)n, "%02x", request->bytes[j]);
    snprintf(line + n, sizeof line - (size_t)n, "%s\n", request->length == 0 ? "-" : "");
    sink(line);
  }
}

int report_lost_requests(void) { return lost; }
