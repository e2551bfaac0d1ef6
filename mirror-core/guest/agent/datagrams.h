// The session's UDP datagrams, answered from a tape: questions to a name server by question, others
// by their remote end and order.
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include <stdint.h>

#include "report.h"
#include "tape.h"

// Serves sockets, by an epoll instance. Returns 0, or -1 with errno.
int datagrams_open(int epoll, const int sockets[2]);

// As for connections.
void datagrams_begin(struct udp_flow *flows, int64_t start);
int64_t datagrams_step(int64_t now);
void datagrams_end(int64_t now, report_sink *sink);
void datagrams_reset(void);

#endif
