// Gives recorded input events to the input devices at their own times.
#ifndef REPLAY_H
#define REPLAY_H

#include <stdint.h>

#include "device.h"

enum { REPLAY_MAX_EVENTS = 65536 };

struct replay_event {
  int64_t offset;  // microseconds after the interval's start
  int32_t value;
  uint16_t device, type, code;
};

struct replay_result {
  int events;  // went in
  int errors;  // did not
  int64_t lateness_p99, lateness_max, clock_error;
};

// Reads "<offset us> <device> <type> <code> <value>". Returns 0, or -1 if it is not that, or not a
// possible event of an interval of that length.
int replay_parse(const char *line, int64_t length, struct replay_event *event);

// Sets the clock to start, injects, and returns at start + length. The events must be in order of
// time. Returns 0, or -1 with errno if the clock could not be set.
int replay_run(const int devices[DEVICE_COUNT], int64_t start, int64_t length,
               const struct replay_event *events, int count, struct replay_result *result);

#endif
