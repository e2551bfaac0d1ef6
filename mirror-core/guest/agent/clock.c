#include "clock.h"

// A thousandth of it is what a timer may be late: as long as a key stays down is never in parts,
// since each part costs the host a wake-up.
enum { COARSE_MICROS = 1000000 };


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

int64_t clock_wake_time(int64_t now, int64_t monotonic_micros) {
  int64_t left = monotonic_micros - now;
  return monotonic_micros - (left > COARSE_MICROS ? left / 64 : 0);
}

void clock_sleep_until(int64_t monotonic_micros) {
  for (;;) {
    int64_t now = clock_now(CLOCK_MONOTONIC);
    if (now >= monotonic_micros) return;
    struct timespec t = from_micros(clock_wake_time(now, monotonic_micros));
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
  }
}
