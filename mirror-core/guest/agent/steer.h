// Brings all that the session sends to the network to a few sockets of the agent's, whatever its
// address and port.
//
// Every address is local to a mirror (a route of phone-init's), so that the kernel looks for a
// socket here. A program at its sk_lookup hook (Documentation/bpf/prog_sk_lookup.rst) gives it ours:
// no socket per recorded address is needed, and what no record is of is seen too. What the phone's
// programs say to each other, on the loopback and on its own address, is left alone.
#ifndef STEER_H
#define STEER_H

#include <stdint.h>

#include "tape.h"

struct steering {
  int tcp[2];  // listeners: IPv4, IPv6
  int udp[2];
  char error[160];
};

// What happens to the connection attempts to an address and port of which something else than
// acceptance is planned.
struct steer_plan {
  uint32_t refusals;  // refuse until there have been so many attempts
  uint32_t silent;    // after that: 1 to leave them without answer, 0 to accept
  uint32_t attempts;  // so far; counted by the kernel
};

// Opens the sockets and loads the program. Returns 0, or -1 with steering->error.
int steer_open(struct steering *steering);

// Brings what goes by IPv6 too. Until then it is refused, as on a phone that has none. Returns 0 or
// -1.
int steer_enable_ipv6(void);

// The plan for an address and port. Returns 0, or -1 if there is none.
int steer_get(const struct endpoint *remote, struct steer_plan *plan);

// Sets a plan. Returns 0, or -1 if there are too many.
int steer_set(const struct endpoint *remote, const struct steer_plan *plan);

void steer_remove(const struct endpoint *remote);

#endif
