// What the network did to the phone in one interval, as the host gives it. See README.md for the
// form in which it comes.
#ifndef TAPE_H
#define TAPE_H

#include <stddef.h>
#include <stdint.h>

enum {
  TAPE_MAX_BYTES = 8 << 20,
  TAPE_MAX_FLOWS = 8192,
  TAPE_MAX_ITEMS = 65536,  // of all flows together
  TAPE_MAX_DATAGRAM = 65507,
};

// One end of a flow. An IPv4 address is in the first four bytes, with zeros behind it.
struct endpoint {
  uint8_t address[16];
  uint16_t family;  // AF_INET or AF_INET6
  uint16_t port;
};

enum opening { OPENING_ACCEPTED, OPENING_REFUSED, OPENING_SILENT, OPENING_UNREPLAYABLE };
enum end { END_OPEN, END_FIN, END_RST };

// What the network sent on a connection at one moment.
struct item {
  int64_t due;         // on a tape: microseconds after the interval's start
  uint64_t after_sent;  // bytes that the phone had sent on the connection before
  uint8_t *data;
  uint32_t length;
  enum end end;  // of the network's side, after the data
};

enum flow_age {
  FLOW_NEW,
  FLOW_CARRIED,  // it is from the tape before, so late on it that the mirror may come to it yet
  FLOW_LOST,     // it goes on from an earlier tape, where the mirror did not come to it
};

struct tcp_flow {
  struct tcp_flow *next;  // on the tape
  struct tcp_flow *more;  // what came of it in the next interval
  uint64_t id;
  struct endpoint remote;
  enum opening opening;
  enum end phone_end;
  int64_t opened;
  uint64_t sent_before;
  uint8_t *sent;  // by the phone, in this interval
  uint32_t sent_length;
  uint32_t count;
  struct item *items;
  size_t size;  // bytes of memory
  enum flow_age age;
};

enum datagram_kind { DATAGRAM_SENT, DATAGRAM_RECEIVED, DATAGRAM_UNREACHABLE };

struct datagram {
  int64_t due;
  const uint8_t *data;
  uint16_t length;
  uint8_t kind;
  uint8_t done;  // SENT: the mirror has sent it too; else: it was given to the mirror
  // SENT and done: the mirror's own of it
  uint8_t query_id[2];
  struct endpoint client;
};

struct udp_flow {
  struct udp_flow *next;
  uint64_t id;
  struct endpoint remote;
  uint32_t count;
  struct datagram *datagrams;
  uint32_t sent_before;     // datagrams of the phone before these
  uint64_t expected_bytes;  // that the phone has sent
  // how the mirror does
  enum flow_age age;
  int used;     // it has sent something on it
  int touched;  // in this interval
  struct endpoint client;
  uint32_t sent;
  uint64_t sent_bytes;
  int64_t mismatch, last_sent, longest_wait;
};

// A notification that signalling brings to the phone.
struct push {
  struct push *next;
  int64_t due;
  const uint8_t *data;
  uint32_t length;
};

// Each element is one block of memory with all that it points to; the lists are in order.
struct tape {
  struct tcp_flow *tcp;
  struct udp_flow *udp;
  struct push *push;
};

// Reads a tape whole. Returns NULL, or why it is none; then nothing of it remains.
const char *tape_parse(const uint8_t *bytes, size_t size, struct tape *tape);

void tape_free(struct tape *tape);

// Frees a flow and what came of it in later intervals.
void tape_free_tcp(struct tcp_flow *flow);

int endpoint_equal(const struct endpoint *a, const struct endpoint *b);

#endif
