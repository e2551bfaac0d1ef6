// Packets from any address and port to the phone's own sockets, by raw sockets.
#ifndef PACKET_H
#define PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "tape.h"

// Opens the raw sockets. Returns 0, or -1 with errno.
int packet_open(void);

// Sends a datagram of at most TAPE_MAX_DATAGRAM bytes. Returns 0, or -1 with errno.
int packet_send_udp(const struct endpoint *from, const struct endpoint *to, const uint8_t *data,
                    size_t length);

// Tells a sender that nobody listens where it sent a datagram to (RFC 792, RFC 4443 §3.1: port
// unreachable). Returns 0, or -1 with errno.
int packet_send_unreachable(const struct endpoint *remote, const struct endpoint *sender);

#endif
