// Times are microseconds; realtime is since the epoch, UTC.
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_now(clockid_t clock);

// Sets CLOCK_REALTIME. Returns 0, or -1 with errno.
int clock_set_realtime(int64_t micros);

// When to wake up, by CLOCK_MONOTONIC, in order to do something at a time. The timer's rate may be off
// by a thousandth of the clock's: a long sleep is done in parts, each of which makes up for the error
// of the one before.
int64_t clock_wake_time(int64_t now, int64_t monotonic_micros);

// Sleeps until CLOCK_MONOTONIC shows the given time; returns at once if it has passed.
void clock_sleep_until(int64_t monotonic_micros);

#endif
