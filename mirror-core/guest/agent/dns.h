// DNS over TCP (RFC 1035 §4.2.2): a stream of messages, each behind its length. What a resolver asks
// is the same on phone and mirror but for its messages' ids, which are made at random.
#ifndef DNS_H
#define DNS_H

#include <stddef.h>
#include <stdint.h>

enum {
  DNS_PORT = 53,
  DNS_MAX_QUESTIONS = 16,  // that wait for their answers
};

// Where in a message of a stream one is.
struct dns_place {
  uint32_t at, length;
};

// The ids of a stream's messages, the latest of them.
struct dns_ids {
  struct dns_place place;
  uint32_t count;
  uint16_t ids[DNS_MAX_QUESTIONS];
};

struct dns {
  struct dns_ids mirror, phone;
  struct dns_place network;
};

// Keeps the ids of the next bytes of a stream of questions, and puts zeros in their place.
void dns_hide(struct dns_ids *ids, uint8_t *bytes, size_t length);

// Gives the next bytes of the network's stream, which answer the phone's questions, the ids of the
// mirror's. An id that is cut in two stays as it is.
void dns_answer(struct dns *dns, uint8_t *bytes, size_t length);

// Whether two streams begin with the same question, as far as both have it.
int dns_begins_alike(const uint8_t *one, const uint8_t *other, size_t length);

#endif
