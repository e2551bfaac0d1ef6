// Gives recorded input to a mirror at its own times: events to the input devices, and what the
// network sent to the session's sockets.
#ifndef REPLAY_H
#define REPLAY_H

#include <stdint.h>

#include "device.h"
#include "report.h"
#include "tape.h"

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

struct replay_interval {
  int64_t start, length;
  const struct replay_event *events;  // in order of time
  int count;
  struct tape *tape;  // is taken
};

// Sets the clock to the interval's start, replays it, and returns at its end; the sink then has what
// the mirror did with the tape. Returns 0, or -1 with errno if the clock could not be set.
int replay_run(const int devices[DEVICE_COUNT], const struct replay_interval *interval,
               report_sink *sink, struct replay_result *result);

#endif
