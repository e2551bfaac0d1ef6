// Times are microseconds; realtime is since the epoch, UTC.
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_now(clockid_t clock);

// Sets CLOCK_REALTIME. Returns 0, or -1 with errno.
int clock_set_realtime(int64_t micros);

// Sleeps until CLOCK_MONOTONIC shows the given time; returns at once if it has passed.
void clock_sleep_until(int64_t monotonic_micros);

#endif
