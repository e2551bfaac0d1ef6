// Connection attempts that were refused, or had no answer: in the order in which they were recorded,
// among those to the same address and port that were accepted.
#ifndef PLANS_H
#define PLANS_H

#include <stdint.h>

#include "report.h"
#include "tape.h"

// Plans for the flows of a new interval that no connection has become yet.
void plans_begin(const struct tcp_flow *unused, int64_t start);

// Sees what was attempted, and takes flows that were an attempt from the list. Returns when it is to
// be called again.
int64_t plans_step(struct tcp_flow **unused, int64_t now);

// Tells of the interval's attempts.
void plans_end(report_sink *sink, int64_t now);

void plans_reset(void);

#endif
