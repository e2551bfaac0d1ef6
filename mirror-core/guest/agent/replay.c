#include "replay.h"

#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "network.h"

enum {
  // evdev takes a report of any length, but the phone's own came through a ring of 64 events
  MAX_REPORT = 64,
  MAX_LATENESS_SAMPLES = REPLAY_MAX_EVENTS,
};

int replay_parse(const char *line, int64_t length, struct replay_event *event) {
  long long offset;
  unsigned device, type, code;
  int value, end = 0;
  if (sscanf(line, "%lld %u %u %u %d%n", &offset, &device, &type, &code, &value, &end) != 5 ||
      line[end] != 0)
    return -1;
  if (offset < 0 || offset > length || device >= DEVICE_COUNT || type < EV_KEY || type > EV_MAX ||
      code > KEY_MAX)
    return -1;
  *event = (struct replay_event){.offset = offset,
                                 .value = value,
                                 .device = (uint16_t)device,
                                 .type = (uint16_t)type,
                                 .code = (uint16_t)code};
  return 0;
}

// One write, ended by SYN_REPORT: a program must not see half of it. Returns 0 or -1.
static int inject(int fd, const struct replay_event *events, int count) {
  struct input_event report[MAX_REPORT + 1];
  memset(report, 0, sizeof report);
  for (int i = 0; i < count; i++) {
    report[i].type = events[i].type;
    report[i].code = events[i].code;
    report[i].value = events[i].value;
  }
  report[count].type = EV_SYN;
  report[count].code = SYN_REPORT;
  ssize_t size = (ssize_t)sizeof report[0] * (count + 1);
  return write(fd, report, (size_t)size) == size ? 0 : -1;
}

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int report_length(const struct replay_event *events, int count) {
  int n = 1;
  while (n < count && n < MAX_REPORT && events[n].offset == events[0].offset &&
         events[n].device == events[0].device)
    n++;
  return n;
}

int replay_run(const int devices[DEVICE_COUNT], const struct replay_interval *interval,
               report_sink *sink, struct replay_result *result) {
  static int64_t lateness[MAX_LATENESS_SAMPLES];
  int reports = 0;
  memset(result, 0, sizeof *result);
  const struct replay_event *events = interval->events;
  if (clock_set_realtime(interval->start) < 0) return -1;
  int64_t base = clock_now(CLOCK_MONOTONIC);
  // a phone's input comes by interrupt: here too it goes before whatever runs
  setpriority(PRIO_PROCESS, 0, -20);
  network_begin(interval->tape, base);
  for (int i = 0, n; i < interval->count; i += n) {
    n = report_length(events + i, interval->count - i);
    int64_t due = base + events[i].offset;
    network_serve_until(due);
    lateness[reports++] = clock_now(CLOCK_MONOTONIC) - due;
    if (inject(devices[events[i].device], events + i, n) == 0)
      result->events += n;
    else
      result->errors += n;
  }
  network_serve_until(base + interval->length);
  setpriority(PRIO_PROCESS, 0, 0);
  result->clock_error = clock_now(CLOCK_REALTIME) - (interval->start + interval->length);
  network_end(sink);
  if (reports > 0) {
    qsort(lateness, (size_t)reports, sizeof lateness[0], compare);
    result->lateness_p99 = lateness[(reports - 1) * 99 / 100];
    result->lateness_max = lateness[reports - 1];
  }
  return 0;
}
