#include "datagrams.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "dns.h"
#include "packet.h"
#include "source.h"

enum {
  DNS_ID_BYTES = 2,
  MAX_STRAYS = 32,
  STRAY_BYTES = 1500,
};

// A datagram that no record is of, yet.
struct stray {
  struct endpoint client, remote;
  int64_t time;
  size_t length;
  uint8_t data[STRAY_BYTES];
};

static struct source sources[2];
static struct udp_flow *flows;
static struct stray strays[MAX_STRAYS];
static int stray_count;

// ---- what the mirror sends

static int is_question(const struct datagram *datagram, const uint8_t *data, size_t length) {
  return datagram->kind == DATAGRAM_SENT && datagram->length == length && length > DNS_ID_BYTES &&
         memcmp(datagram->data + DNS_ID_BYTES, data + DNS_ID_BYTES, length - DNS_ID_BYTES) == 0;
}

// The question that a reply is the answer to: the last before it with its id; an ICMP error has
// none. NULL if it is not on the tape.
static struct datagram *question_of(struct udp_flow *flow, const struct datagram *reply) {
  for (struct datagram *d = (struct datagram *)reply; d-- > flow->datagrams;) {
    if (d->kind != DATAGRAM_SENT) continue;
    if (reply->kind == DATAGRAM_UNREACHABLE) return d;
    if (d->length >= DNS_ID_BYTES && reply->length >= DNS_ID_BYTES &&
        memcmp(d->data, reply->data, DNS_ID_BYTES) == 0)
      return d;
  }
  return NULL;
}

static void ask(struct udp_flow *flow, struct datagram *question, const struct endpoint *client,
                const uint8_t *data) {
  int again = question->done;
  question->done = 1;
  question->client = *client;
  memcpy(question->query_id, data, DNS_ID_BYTES);
  flow->used = flow->touched = 1;
  if (!again) flow->sent_bytes += question->length;
  for (uint32_t i = 0; again && i < flow->count; i++) {
    struct datagram *reply = &flow->datagrams[i];
    if (reply->kind != DATAGRAM_SENT && question_of(flow, reply) == question) reply->done = 0;
  }
}

static int take_question(const struct endpoint *client, const struct endpoint *remote,
                         const uint8_t *data, size_t length) {
  struct udp_flow *flow_again = NULL;
  struct datagram *again = NULL;
  for (struct udp_flow *flow = flows; flow; flow = flow->next) {
    if (!endpoint_equal(&flow->remote, remote)) continue;
    for (uint32_t i = 0; i < flow->count; i++) {
      struct datagram *question = &flow->datagrams[i];
      if (!is_question(question, data, length)) continue;
      if (!question->done) {
        ask(flow, question, client, data);
        return 1;
      }
      flow_again = flow;
      again = question;
    }
  }
  // a resolver that asks once more is answered once more
  if (again) ask(flow_again, again, client, data);
  return again != NULL;
}

static void compare(struct udp_flow *flow, const uint8_t *data, size_t length) {
  uint32_t before = flow->sent_before;
  for (uint32_t i = 0; i < flow->count; i++) {
    const struct datagram *datagram = &flow->datagrams[i];
    if (datagram->kind != DATAGRAM_SENT || before++ != flow->sent) continue;
    size_t common = datagram->length < length ? datagram->length : length, same = 0;
    while (same < common && datagram->data[same] == data[same]) same++;
    if (flow->mismatch < 0 && (same < common || datagram->length != length))
      flow->mismatch = (int64_t)(flow->sent_bytes + same);
    return;
  }
}

static int take_other(const struct endpoint *client, const struct endpoint *remote,
                      const uint8_t *data, size_t length, int64_t now) {
  struct udp_flow *found = NULL;
  for (struct udp_flow *flow = flows; flow; flow = flow->next) {
    if (flow->age == FLOW_LOST || !endpoint_equal(&flow->remote, remote)) continue;
    if (flow->used && endpoint_equal(&flow->client, client)) {
      found = flow;
      break;
    }
    if (!flow->used && !found) found = flow;
  }
  if (!found) return 0;
  if (found->count > 0) compare(found, data, length);
  found->used = found->touched = 1;
  found->client = *client;
  found->sent++;
  found->sent_bytes += length;
  found->last_sent = now;
  return 1;
}

// Returns 0 if no record is of it.
static int take(const struct endpoint *client, const struct endpoint *remote, const uint8_t *data,
                size_t length, int64_t now) {
  if (remote->port == DNS_PORT && take_question(client, remote, data, length)) return 1;
  // of a name server that could not be recorded there is a flow without datagrams
  if (remote->port != DNS_PORT) return take_other(client, remote, data, length, now);
  for (struct udp_flow *flow = flows; flow; flow = flow->next) {
    if (flow->count > 0 || !endpoint_equal(&flow->remote, remote)) continue;
    flow->used = flow->touched = 1;
    return 1;
  }
  return 0;
}

static void give_up(const struct stray *stray) {
  report_request(stray->time, 0, &stray->remote, stray->data, stray->length);
  packet_send_unreachable(&stray->remote, &stray->client);
}

static void keep_stray(const struct endpoint *client, const struct endpoint *remote,
                       const uint8_t *data, size_t length, int64_t now) {
  if (stray_count == MAX_STRAYS) {
    give_up(&strays[0]);
    memmove(strays, strays + 1, --stray_count * sizeof strays[0]);
  }
  struct stray *stray = &strays[stray_count++];
  stray->client = *client;
  stray->remote = *remote;
  stray->time = now;
  stray->length = length < STRAY_BYTES ? length : STRAY_BYTES;
  memcpy(stray->data, data, stray->length);
}

static struct endpoint endpoint_of(const void *name) {
  struct endpoint endpoint = {.family = ((const struct sockaddr *)name)->sa_family};
  if (endpoint.family == AF_INET) {
    const struct sockaddr_in *v4 = name;
    endpoint.port = ntohs(v4->sin_port);
    memcpy(endpoint.address, &v4->sin_addr, 4);
  } else {
    const struct sockaddr_in6 *v6 = name;
    endpoint.port = ntohs(v6->sin6_port);
    memcpy(endpoint.address, &v6->sin6_addr, 16);
  }
  return endpoint;
}

static void datagrams_ready(struct source *source, uint32_t events, int64_t now) {
  (void)events;
  static uint8_t data[TAPE_MAX_DATAGRAM];
  for (;;) {
    struct sockaddr_storage name;
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(struct sockaddr_in6))];
    } control;
    struct iovec vector = {.iov_base = data, .iov_len = sizeof data};
    struct msghdr message = {.msg_name = &name,
                             .msg_namelen = sizeof name,
                             .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t n = recvmsg(source->fd, &message, 0);
    if (n < 0) return;
    const struct cmsghdr *destination = CMSG_FIRSTHDR(&message);
    if (!destination) continue;
    struct endpoint client = endpoint_of(&name), remote = endpoint_of(CMSG_DATA(destination));
    if (!take(&client, &remote, data, (size_t)n, now))
      keep_stray(&client, &remote, data, (size_t)n, now);
  }
}

int datagrams_open(int epoll, const int sockets[2]) {
  for (int i = 0; i < 2; i++) {
    sources[i] = (struct source){.ready = datagrams_ready, .fd = sockets[i]};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &sources[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event) < 0) return -1;
  }
  return 0;
}

// ---- what the network sends

static void give(struct udp_flow *flow, struct datagram *reply, const struct endpoint *client,
                 const uint8_t *query_id, int64_t now) {
  static uint8_t data[TAPE_MAX_DATAGRAM];
  reply->done = 1;
  flow->touched = 1;
  if (now - reply->due > flow->longest_wait) flow->longest_wait = now - reply->due;
  if (reply->kind == DATAGRAM_UNREACHABLE) {
    packet_send_unreachable(&flow->remote, client);
    return;
  }
  memcpy(data, reply->data, reply->length);
  if (query_id) memcpy(data, query_id, DNS_ID_BYTES);
  packet_send_udp(&flow->remote, client, data, reply->length);
}

static int64_t answer_questions(struct udp_flow *flow, int64_t now) {
  int64_t next = NEVER;
  for (uint32_t i = 0; i < flow->count; i++) {
    struct datagram *reply = &flow->datagrams[i];
    if (reply->kind == DATAGRAM_SENT || reply->done) continue;
    const struct datagram *question = question_of(flow, reply);
    if (!question || !question->done) continue;
    if (reply->due <= now)
      give(flow, reply, &question->client, question->query_id, now);
    else if (reply->due < next)
      next = reply->due;
  }
  return next;
}

static int64_t answer_others(struct udp_flow *flow, int64_t now) {
  uint32_t before = flow->sent_before;
  for (uint32_t i = 0; i < flow->count; i++) {
    struct datagram *reply = &flow->datagrams[i];
    before += reply->kind == DATAGRAM_SENT;
    if (reply->kind == DATAGRAM_SENT || reply->done) continue;
    int64_t due = reply->due;
    if (flow->sent < before)
      due = (flow->last_sent > due ? flow->last_sent : due) + PATIENCE_MICROS;
    if (due > now) return due;
    give(flow, reply, &flow->client, NULL, now);
  }
  return NEVER;
}

int64_t datagrams_step(int64_t now) {
  int64_t next = NEVER;
  for (struct udp_flow *flow = flows; flow; flow = flow->next) {
    if (!flow->used) continue;
    int64_t due = flow->remote.port == DNS_PORT ? answer_questions(flow, now)
                                                : answer_others(flow, now);
    if (due < next) next = due;
  }
  while (stray_count > 0 && strays[0].time + GRACE_MICROS <= now) {
    give_up(&strays[0]);
    memmove(strays, strays + 1, --stray_count * sizeof strays[0]);
  }
  if (stray_count > 0 && strays[0].time + GRACE_MICROS < next)
    next = strays[0].time + GRACE_MICROS;
  return next;
}

// ---- intervals

// A flow that goes on: the last seconds of the earlier part, and the new one. NULL without memory.
static struct udp_flow *join(const struct udp_flow *earlier, const struct udp_flow *later,
                             int64_t start) {
  uint32_t first = 0, sent_before = earlier->sent_before;
  for (; first < earlier->count && earlier->datagrams[first].due < start - LATE_MICROS; first++)
    sent_before += earlier->datagrams[first].kind == DATAGRAM_SENT;
  uint32_t kept = earlier->count - first;
  size_t bytes = 0;
  for (uint32_t i = first; i < earlier->count; i++) bytes += earlier->datagrams[i].length;
  for (uint32_t i = 0; i < later->count; i++) bytes += later->datagrams[i].length;
  uint32_t count = kept + later->count;
  struct udp_flow *joined = malloc(sizeof *joined + count * sizeof(struct datagram) + bytes);
  if (!joined) return NULL;
  *joined = *earlier;
  joined->next = NULL;
  joined->age = FLOW_NEW;
  joined->touched = 0;
  joined->longest_wait = 0;
  joined->sent_before = sent_before;
  joined->expected_bytes += later->expected_bytes;
  joined->count = count;
  joined->datagrams = (struct datagram *)(joined + 1);
  memcpy(joined->datagrams, earlier->datagrams + first, kept * sizeof(struct datagram));
  memcpy(joined->datagrams + kept, later->datagrams, later->count * sizeof(struct datagram));
  uint8_t *data = (uint8_t *)(joined->datagrams + count);
  for (uint32_t i = 0; i < count; i++) {
    memcpy(data, joined->datagrams[i].data, joined->datagrams[i].length);
    joined->datagrams[i].data = data;
    data += joined->datagrams[i].length;
  }
  return joined;
}

static struct udp_flow *take_out(struct udp_flow **list, uint64_t id) {
  while (*list && (*list)->id != id) list = &(*list)->next;
  struct udp_flow *flow = *list;
  if (flow) *list = flow->next;
  return flow;
}

static int is_recent(const struct udp_flow *flow, int64_t now) {
  for (uint32_t i = flow->count; i-- > 0;)
    if (!flow->datagrams[i].done && flow->datagrams[i].due >= now - LATE_MICROS) return 1;
  return 0;
}

void datagrams_begin(struct udp_flow *taken, int64_t start) {
  struct udp_flow *earlier = flows, **end = &flows;
  flows = NULL;
  for (struct udp_flow *flow = taken, *next; flow; flow = next) {
    next = flow->next;
    flow->next = NULL;
    for (uint32_t i = 0; i < flow->count; i++) flow->datagrams[i].due += start;
    struct udp_flow *before = take_out(&earlier, flow->id);
    struct udp_flow *joined = before ? join(before, flow, start) : NULL;
    if (joined) {
      free(flow);
      flow = joined;
    }
    free(before);
    *end = flow;
    end = &flow->next;
  }
  // to others of the tape before the mirror may come yet
  for (struct udp_flow *flow; (flow = earlier);) {
    earlier = flow->next;
    if (flow->age != FLOW_NEW || !is_recent(flow, start)) {
      free(flow);
      continue;
    }
    flow->age = FLOW_CARRIED;
    flow->touched = 0;
    flow->next = NULL;
    *end = flow;
    end = &flow->next;
  }
  int again = stray_count;
  stray_count = 0;
  for (int i = 0; i < again; i++) {
    struct stray stray = strays[i];
    if (!take(&stray.client, &stray.remote, stray.data, stray.length, start))
      strays[stray_count++] = stray;
  }
}

void datagrams_end(int64_t now, report_sink *sink) {
  for (struct udp_flow *flow = flows; flow; flow = flow->next) {
    struct flow_report report = {.id = flow->id,
                                 .expected_bytes = flow->expected_bytes,
                                 .sent_bytes = flow->sent_bytes,
                                 .mismatch = flow->mismatch,
                                 .longest_wait = flow->longest_wait};
    for (uint32_t i = 0; i < flow->count; i++) {
      report.items += flow->datagrams[i].kind != DATAGRAM_SENT;
      report.released += flow->datagrams[i].kind != DATAGRAM_SENT && flow->datagrams[i].done;
    }
    if (flow->used && flow->touched)
      report_flow(sink, &report);
    else if (!flow->used && (flow->age == FLOW_CARRIED || !is_recent(flow, now)))
      report_unused(sink, flow->id);
  }
}

void datagrams_reset(void) {
  struct tape rest = {.udp = flows};
  tape_free(&rest);
  flows = NULL;
  stray_count = 0;
}
