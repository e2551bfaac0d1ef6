// The session's TCP connections, answered from a tape.
//
// A connection is the flow whose first bytes are its own, or the next one to its address if there
// is none, or if the server speaks first. It gets what the network sent when its recorded time has
// come and the mirror has sent what preceded it; if the mirror sends something else, or less, a
// little later. What it sends is compared with what the phone sent.
#ifndef CONNECTIONS_H
#define CONNECTIONS_H

#include <stdint.h>

#include "report.h"
#include "tape.h"

// Serves listeners, by an epoll instance. Returns 0, or -1 with errno.
int connections_open(int epoll, const int listeners[2]);

// An interval begins: takes its flows, whose times are relative to its start. Connections of flows
// that go on are kept.
void connections_begin(struct tcp_flow *flows, int64_t start);

// Does what is due. Returns when something is due next, or NEVER.
int64_t connections_step(int64_t now);

// The interval ends: tells of its flows.
void connections_end(int64_t now, report_sink *sink);

// Ends all connections and forgets all flows.
void connections_reset(void);

#endif
