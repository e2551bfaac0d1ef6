// The network of a mirror: what the session sends anywhere comes to the agent, which answers from
// an interval's tape.
#ifndef NETWORK_H
#define NETWORK_H

#include <stdint.h>

#include "report.h"
#include "tape.h"

// Sets it up, once. Returns 0, or -1 with the reason in network_error().
int network_open(void);
const char *network_error(void);

// An interval begins, at a time of CLOCK_MONOTONIC: takes its tape.
void network_begin(struct tape *tape, int64_t start);

// Serves the network until a time of CLOCK_MONOTONIC.
void network_serve_until(int64_t time);

// The interval ends: tells of it.
void network_end(report_sink *sink);

// Forgets all that was, with the session.
void network_reset(void);

#endif
