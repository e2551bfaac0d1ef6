#include "tape.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RECORD_TCP = 1, RECORD_UDP = 2, RECORD_PUSH = 3 };

// Of 18 digits, with room for sums.
#define MAX_NUMBER (INT64_MAX / 16)

static const char TRUNCATED[] = "it ends within a record";
static const char NO_MEMORY[] = "the guest has no memory for it";

struct reader {
  const uint8_t *at, *end;
  const char *error;  // the first
  uint32_t flows, items;
};

static const uint8_t *take(struct reader *reader, size_t size) {
  if (reader->error || (size_t)(reader->end - reader->at) < size) {
    if (!reader->error) reader->error = TRUNCATED;
    return NULL;
  }
  reader->at += size;
  return reader->at - size;
}

static uint64_t number(struct reader *reader, size_t size) {
  const uint8_t *bytes = take(reader, size);
  uint64_t value = 0;
  for (size_t i = 0; bytes && i < size; i++) value = value << 8 | bytes[i];
  return value;
}

static uint64_t small_number(struct reader *reader) {
  uint64_t value = number(reader, 8);
  if (value > MAX_NUMBER && !reader->error) reader->error = "a number is out of range";
  return value;
}

static uint8_t choice(struct reader *reader, uint8_t last, const char *error) {
  uint64_t value = number(reader, 1);
  if (value > last && !reader->error) reader->error = error;
  return (uint8_t)value;
}

static int64_t offset(struct reader *reader) {
  int64_t value = (int64_t)number(reader, 8);
  if ((value > MAX_NUMBER || value < -MAX_NUMBER) && !reader->error)
    reader->error = "a time is out of range";
  return value;
}

static void read_endpoint(struct reader *reader, struct endpoint *endpoint) {
  uint64_t version = number(reader, 1);
  if (version != 4 && version != 6 && !reader->error) reader->error = "an address is not of IPv4 or IPv6";
  size_t size = version == 4 ? 4 : 16;
  const uint8_t *address = take(reader, size);
  memset(endpoint, 0, sizeof *endpoint);
  endpoint->family = version == 4 ? AF_INET : AF_INET6;
  endpoint->port = (uint16_t)number(reader, 2);
  if (address) memcpy(endpoint->address, address, size);
}

// The number of elements of which each takes at least so many bytes.
static uint32_t count(struct reader *reader, size_t least_bytes) {
  uint64_t value = number(reader, 4);
  if (!reader->error && value > (size_t)(reader->end - reader->at) / least_bytes)
    reader->error = TRUNCATED;
  if (!reader->error && (reader->items += (uint32_t)value) > TAPE_MAX_ITEMS)
    reader->error = "it has too many items";
  return reader->error ? 0 : (uint32_t)value;
}

// One block for an element, its table and its data, which comes next on the tape.
static void *block(struct reader *reader, const void *element, size_t element_size,
                   const void *table, size_t table_size, size_t data_size) {
  const uint8_t *data = take(reader, data_size);
  uint8_t *block = data ? malloc(element_size + table_size + data_size) : NULL;
  if (!block) {
    if (!reader->error) reader->error = NO_MEMORY;
    return NULL;
  }
  memcpy(block, element, element_size);
  if (table_size > 0) memcpy(block + element_size, table, table_size);
  memcpy(block + element_size + table_size, data, data_size);
  return block;
}

static struct tcp_flow *read_tcp(struct reader *reader) {
  struct tcp_flow flow = {.id = small_number(reader)};
  read_endpoint(reader, &flow.remote);
  flow.opening = choice(reader, OPENING_UNREPLAYABLE, "a connection has no known opening");
  flow.phone_end = choice(reader, END_RST, "a connection has no known end");
  flow.opened = offset(reader);
  flow.sent_before = small_number(reader);
  flow.sent_length = (uint32_t)number(reader, 4);
  flow.count = count(reader, 21);
  struct item *items = calloc(flow.count + 1, sizeof *items);
  if (!items) {
    reader->error = NO_MEMORY;
    return NULL;
  }
  size_t size = flow.sent_length;
  for (uint32_t i = 0; i < flow.count; i++) {
    items[i].due = offset(reader);
    items[i].after_sent = small_number(reader);
    items[i].end = choice(reader, END_RST, "a connection has no known end");
    items[i].length = (uint32_t)number(reader, 4);
    size += items[i].length;
  }
  size_t table = flow.count * sizeof *items;
  struct tcp_flow *made = block(reader, &flow, sizeof flow, items, table, size);
  free(items);
  if (!made) return NULL;
  made->size = sizeof flow + table + size;
  made->items = (struct item *)(made + 1);
  made->sent = (uint8_t *)(made->items + made->count);
  uint8_t *data = made->sent + made->sent_length;
  for (uint32_t i = 0; i < made->count; i++) {
    made->items[i].data = data;
    data += made->items[i].length;
  }
  return made;
}

static struct udp_flow *read_udp(struct reader *reader) {
  struct udp_flow flow = {.id = small_number(reader), .mismatch = -1};
  read_endpoint(reader, &flow.remote);
  flow.count = count(reader, 11);
  struct datagram *datagrams = calloc(flow.count + 1, sizeof *datagrams);
  if (!datagrams) {
    reader->error = NO_MEMORY;
    return NULL;
  }
  size_t size = 0;
  for (uint32_t i = 0; i < flow.count; i++) {
    datagrams[i].due = offset(reader);
    datagrams[i].kind = choice(reader, DATAGRAM_UNREACHABLE, "a datagram has no known kind");
    datagrams[i].length = (uint16_t)number(reader, 2);
    if (datagrams[i].length > TAPE_MAX_DATAGRAM && !reader->error)
      reader->error = "a datagram is too long";
    size += datagrams[i].length;
    if (datagrams[i].kind == DATAGRAM_SENT) flow.expected_bytes += datagrams[i].length;
  }
  size_t table = flow.count * sizeof *datagrams;
  struct udp_flow *made = block(reader, &flow, sizeof flow, datagrams, table, size);
  free(datagrams);
  if (!made) return NULL;
  made->datagrams = (struct datagram *)(made + 1);
  const uint8_t *data = (const uint8_t *)(made->datagrams + made->count);
  for (uint32_t i = 0; i < made->count; i++) {
    made->datagrams[i].data = data;
    data += made->datagrams[i].length;
  }
  return made;
}

static struct push *read_push(struct reader *reader) {
  struct push push = {.due = offset(reader), .length = (uint32_t)number(reader, 4)};
  struct push *made = block(reader, &push, sizeof push, NULL, 0, push.length);
  if (made) made->data = (const uint8_t *)(made + 1);
  return made;
}

const char *tape_parse(const uint8_t *bytes, size_t size, struct tape *tape) {
  struct reader reader = {.at = bytes, .end = bytes + size};
  memset(tape, 0, sizeof *tape);
  struct tcp_flow **tcp = &tape->tcp;
  struct udp_flow **udp = &tape->udp;
  struct push **push = &tape->push;
  while (!reader.error && reader.at < reader.end) {
    if (++reader.flows > TAPE_MAX_FLOWS) {
      reader.error = "it has too many flows";
      break;
    }
    switch (number(&reader, 1)) {
      case RECORD_TCP:
        if ((*tcp = read_tcp(&reader))) tcp = &(*tcp)->next;
        break;
      case RECORD_UDP:
        if ((*udp = read_udp(&reader))) udp = &(*udp)->next;
        break;
      case RECORD_PUSH:
        if ((*push = read_push(&reader))) push = &(*push)->next;
        break;
      default:
        reader.error = "a record is of no known kind";
    }
  }
  if (reader.error) tape_free(tape);
  return reader.error;
}

void tape_free(struct tape *tape) {
  for (struct tcp_flow *flow; (flow = tape->tcp); tape_free_tcp(flow)) tape->tcp = flow->next;
  for (struct udp_flow *flow; (flow = tape->udp); free(flow)) tape->udp = flow->next;
  for (struct push *push; (push = tape->push); free(push)) tape->push = push->next;
}

void tape_free_tcp(struct tcp_flow *flow) {
  while (flow) {
    struct tcp_flow *more = flow->more;
    free(flow);
    flow = more;
  }
}

int endpoint_equal(const struct endpoint *a, const struct endpoint *b) {
  return a->family == b->family && a->port == b->port &&
         memcmp(a->address, b->address, sizeof a->address) == 0;
}
