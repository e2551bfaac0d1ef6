// One TCP connection of the session's: what the mirror sends on it is compared with what the phone
// sent, and it gets what the phone got.
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdint.h>

#include "dns.h"
#include "report.h"
#include "source.h"
#include "tape.h"

enum { HELD_BYTES = 4096 };

struct connection {
  struct source source;  // its socket is -1 once it has ended
  struct connection *next;
  int epoll;
  struct endpoint remote;
  int64_t accepted, active;  // when it came; when it last went on
  // its flow: the oldest part that is not done with, where it is compared, where it is answered
  struct tcp_flow *first, *compared, *answered;
  uint32_t item;     // of the part where it is answered
  uint32_t written;  // bytes of that item
  int prepared;      // whether that item has the mirror's ids
  uint64_t sent, checked;
  int64_t mismatch;
  struct dns dns;  // of one with a name server
  uint32_t interest;  // epoll's
  int ended;          // the mirror's side has
  int network_ended;
  // in this interval
  int touched;
  uint32_t released;
  int64_t longest_wait;
  // what was sent and is not compared yet
  uint32_t held_length;
  uint8_t held[HELD_BYTES];
};

// Takes an accepted socket. Returns NULL, with the socket closed, if there is no memory for it or it
// is gone already.
struct connection *connection_open(int epoll, int fd, int64_t now);

// How many are open.
int connection_count(void);

// The connection is found to be a flow, which it takes.
void connection_become(struct connection *connection, struct tcp_flow *flow, int64_t now);

// The flow goes on in a new interval; the new part is behind its others already.
void connection_go_on(struct connection *connection, const struct tcp_flow *part);

// Gives the mirror what is due. Returns when more is, or NEVER.
int64_t connection_answer(struct connection *connection, int64_t now);

// Closes the socket, by an RST if told so.
void connection_hang_up(struct connection *connection, int reset);

// Frees the parts of the flow that are done with.
void connection_forget_parts(struct connection *connection);

// Tells of the interval, if there is anything to tell, and begins to count anew.
void connection_report(struct connection *connection, report_sink *sink);

#endif
