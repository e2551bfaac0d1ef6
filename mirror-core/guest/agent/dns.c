#include "dns.h"

#include <string.h>

enum { LENGTH_BYTES = 2, ID_END = 4 };

// Steps over a byte. Returns 0 or 1 if it is the first or second one of an id, else -1.
static int step(struct dns_place *place, uint8_t byte) {
  uint32_t at = place->at++;
  if (at < LENGTH_BYTES) place->length = at == 0 ? (uint32_t)byte << 8 : place->length | byte;
  if (place->at >= LENGTH_BYTES && place->at == LENGTH_BYTES + place->length) place->at = 0;
  return at >= LENGTH_BYTES && at < ID_END ? (int)at - LENGTH_BYTES : -1;
}

void dns_hide(struct dns_ids *ids, uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    int which = step(&ids->place, bytes[i]);
    if (which < 0) continue;
    uint16_t *id = &ids->ids[ids->count % DNS_MAX_QUESTIONS];
    *id = which == 0 ? (uint16_t)(bytes[i] << 8) : (uint16_t)(*id | bytes[i]);
    ids->count += (uint32_t)which;
    bytes[i] = 0;
  }
}

// The mirror's id of the latest question that has this one on the phone; the same one without any.
static uint16_t own(const struct dns *dns, uint16_t id) {
  for (uint32_t i = 1; i <= DNS_MAX_QUESTIONS && i <= dns->phone.count; i++) {
    uint32_t question = dns->phone.count - i;
    if (dns->phone.ids[question % DNS_MAX_QUESTIONS] != id) continue;
    if (question < dns->mirror.count && question + DNS_MAX_QUESTIONS >= dns->mirror.count)
      return dns->mirror.ids[question % DNS_MAX_QUESTIONS];
  }
  return id;
}

void dns_answer(struct dns *dns, uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (step(&dns->network, bytes[i]) != 1 || i == 0) continue;
    uint16_t id = own(dns, (uint16_t)(bytes[i - 1] << 8 | bytes[i]));
    bytes[i - 1] = (uint8_t)(id >> 8);
    bytes[i] = (uint8_t)id;
  }
}

int dns_begins_alike(const uint8_t *one, const uint8_t *other, size_t length) {
  size_t before = length < LENGTH_BYTES ? length : LENGTH_BYTES;
  if (memcmp(one, other, before) != 0) return 0;
  if (length <= ID_END) return 1;
  size_t message = LENGTH_BYTES + ((size_t)one[0] << 8 | one[1]);
  if (length > message) length = message;
  return length <= ID_END || memcmp(one + ID_END, other + ID_END, length - ID_END) == 0;
}
