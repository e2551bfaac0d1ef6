// Something that the agent waits for by epoll; its epoll data points to it.
#ifndef SOURCE_H
#define SOURCE_H

#include <stdint.h>

struct source {
  // Serves it; events are EPOLLIN and so on, the time is CLOCK_MONOTONIC's.
  void (*ready)(struct source *source, uint32_t events, int64_t now);
  int fd;
};

// When nothing is due.
#define NEVER INT64_MAX

enum {
  // How long the network's side waits for what the phone had sent before, if the mirror does not.
  PATIENCE_MICROS = 1500000,
  // How long a request waits for its record, which may be on the next tape.
  GRACE_MICROS = 2000000,
  // How long before an interval's end a flow has begun to which the mirror may come in the next.
  LATE_MICROS = 5000000,
};

#endif
