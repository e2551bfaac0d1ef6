#include "clock.h"

#include <errno.h>

int64_t clock_now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static struct timespec from_micros(int64_t micros) {
  return (struct timespec){.tv_sec = micros / 1000000, .tv_nsec = micros % 1000000 * 1000};
}

int clock_set_realtime(int64_t micros) {
  struct timespec t = from_micros(micros);
  return clock_settime(CLOCK_REALTIME, &t);
}

void clock_sleep_until(int64_t monotonic_micros) {
  struct timespec t = from_micros(monotonic_micros);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}
