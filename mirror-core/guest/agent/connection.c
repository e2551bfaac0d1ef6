#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 65536 };

static int open_count;

void connection_hang_up(struct connection *connection, int reset) {
  if (connection->source.fd < 0) return;
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  if (reset) setsockopt(connection->source.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close(connection->source.fd);
  connection->source.fd = -1;
  open_count--;
}

static void set_interest(struct connection *connection, uint32_t events) {
  if (connection->source.fd < 0 || connection->interest == events) return;
  struct epoll_event event = {.events = events, .data.ptr = &connection->source};
  epoll_ctl(connection->epoll, EPOLL_CTL_MOD, connection->source.fd, &event);
  connection->interest = events;
}

// ---- what the mirror sends

// Compares bytes with what the phone sent. Returns how many need no further look.
static size_t check(struct connection *connection, const uint8_t *bytes, size_t length) {
  size_t done = 0;
  while (done < length && connection->mismatch < 0 && connection->compared) {
    const struct tcp_flow *part = connection->compared;
    uint64_t end = part->sent_before + part->sent_length;
    if (connection->checked >= end) {
      if (!part->more) return done;
      connection->compared = part->more;
      continue;
    }
    size_t n = (size_t)(end - connection->checked);
    if (n > length - done) n = length - done;
    const uint8_t *expected = part->sent + (connection->checked - part->sent_before);
    size_t same = 0;
    if (connection->checked < part->sent_before)
      n = 0;  // a tape between the two is missing
    else if (memcmp(expected, bytes + done, n) == 0)
      same = n;
    else
      while (expected[same] == bytes[done + same]) same++;
    done += same;
    connection->checked += same;
    if (same < n || n == 0) connection->mismatch = (int64_t)connection->checked;
  }
  return connection->mismatch < 0 ? done : length;
}

static void check_held(struct connection *connection) {
  size_t done = check(connection, connection->held, connection->held_length);
  connection->held_length -= (uint32_t)done;
  memmove(connection->held, connection->held + done, connection->held_length);
}

static void take_sent(struct connection *connection, const uint8_t *bytes, size_t length) {
  connection->sent += length;
  if (connection->held_length == 0 && connection->first) {
    size_t done = check(connection, bytes, length);
    bytes += done;
    length -= done;
  }
  size_t room = HELD_BYTES - connection->held_length;
  size_t kept = length < room ? length : room;
  memcpy(connection->held + connection->held_length, bytes, kept);
  connection->held_length += (uint32_t)kept;
  if (connection->first) check_held(connection);
  if (kept < length && connection->mismatch < 0)
    connection->mismatch = (int64_t)(connection->checked + connection->held_length);
}

static void receive(struct connection *connection, int64_t now) {
  static uint8_t buffer[READ_BYTES];
  ssize_t n;
  while (!connection->ended && (n = recv(connection->source.fd, buffer, sizeof buffer, 0)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) {
      connection_hang_up(connection, 0);
      return;
    }
    connection->active = now;
    connection->touched = 1;
    if (connection->remote.port == DNS_PORT) dns_hide(&connection->dns.mirror, buffer, (size_t)n);
    take_sent(connection, buffer, (size_t)n);
  }
  connection->ended = 1;
  if (connection->network_ended)
    connection_hang_up(connection, 0);
  else
    set_interest(connection, connection->interest & ~(uint32_t)EPOLLIN);
}

// ---- what the network sends

static const struct item *next_item(struct connection *connection) {
  while (connection->answered && connection->item == connection->answered->count) {
    if (!connection->answered->more) return NULL;
    connection->answered = connection->answered->more;
    connection->item = 0;
  }
  return connection->answered ? &connection->answered->items[connection->item] : NULL;
}

// Whether nothing is left to compare in the part where the connection is compared.
static int is_compared(const struct connection *connection) {
  const struct tcp_flow *part = connection->compared;
  return connection->mismatch >= 0 || connection->checked >= part->sent_before + part->sent_length;
}

// Of a last part that is done with just the fact that it was is kept.
static void shrink(struct connection *connection) {
  struct tcp_flow *part = connection->first;
  if (!part || part->more || connection->item < part->count || !is_compared(connection)) return;
  part->sent_before += part->sent_length;
  part->sent_length = part->count = connection->item = 0;
  part->size = sizeof *part;
  struct tcp_flow *shrunk = realloc(part, sizeof *part);
  if (shrunk) connection->first = connection->compared = connection->answered = shrunk;
}

void connection_forget_parts(struct connection *connection) {
  next_item(connection);
  while (connection->compared && connection->compared->more && is_compared(connection))
    connection->compared = connection->compared->more;
  while (connection->first &&
         (connection->source.fd < 0 || (connection->first != connection->compared &&
                                        connection->first != connection->answered))) {
    struct tcp_flow *done = connection->first;
    connection->first = done->more;
    free(done);
  }
  if (!connection->first) connection->compared = connection->answered = NULL;
  shrink(connection);
}

// When an item may go, or NEVER as long as the mirror's own sending decides.
static int64_t release_time(const struct connection *connection, const struct item *item) {
  if (connection->written > 0 || connection->sent >= item->after_sent) return item->due;
  int64_t since = connection->active > item->due ? connection->active : item->due;
  return since + PATIENCE_MICROS;
}

// An item is answered once, before the first of it is written.
static void prepare(struct connection *connection, const struct item *item) {
  if (connection->prepared || connection->remote.port != DNS_PORT) return;
  connection->prepared = 1;
  dns_answer(&connection->dns, item->data, item->length);
}

// Writes an item. Returns 1 when it is whole.
static int write_item(struct connection *connection, const struct item *item) {
  prepare(connection, item);
  while (connection->written < item->length) {
    ssize_t n = send(connection->source.fd, item->data + connection->written,
                     item->length - connection->written, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      set_interest(connection, connection->interest | EPOLLOUT);
      return 0;
    }
    if (n < 0) {
      connection_hang_up(connection, 0);
      return 0;
    }
    connection->written += (uint32_t)n;
  }
  set_interest(connection, connection->interest & ~(uint32_t)EPOLLOUT);
  return 1;
}

static void end_network_side(struct connection *connection, enum end end) {
  if (end == END_OPEN) return;
  connection->network_ended = 1;
  if (end == END_RST || connection->ended)
    connection_hang_up(connection, end == END_RST);
  else
    shutdown(connection->source.fd, SHUT_WR);
}

// Gives the mirror what is due. Returns when more is.
int64_t connection_answer(struct connection *connection, int64_t now) {
  const struct item *item;
  while (connection->source.fd >= 0 && (item = next_item(connection))) {
    int64_t due = release_time(connection, item);
    if (now < due) return due;
    if (connection->written == 0 && now - item->due > connection->longest_wait)
      connection->longest_wait = now - item->due;
    connection->touched = 1;
    if (!write_item(connection, item)) return NEVER;
    connection->written = 0;
    connection->prepared = 0;
    connection->item++;
    connection->released++;
    connection->active = now;
    end_network_side(connection, item->end);
  }
  return NEVER;
}

// ---- its life

// Of a part that is new to it.
static void hide_ids(struct connection *connection, const struct tcp_flow *part) {
  if (connection->remote.port == DNS_PORT)
    dns_hide(&connection->dns.phone, part->sent, part->sent_length);
}

void connection_become(struct connection *connection, struct tcp_flow *flow, int64_t now) {
  connection->first = connection->compared = connection->answered = flow;
  connection->active = now;
  connection->touched = 1;
  for (const struct tcp_flow *part = flow; part; part = part->more) hide_ids(connection, part);
  check_held(connection);
  if (flow->opening == OPENING_UNREPLAYABLE) connection_hang_up(connection, 1);
}

void connection_go_on(struct connection *connection, const struct tcp_flow *part) {
  connection->touched = 1;
  hide_ids(connection, part);
  check_held(connection);
}

static void ready(struct source *source, uint32_t events, int64_t now) {
  struct connection *connection = (struct connection *)source;
  if (source->fd < 0) return;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    if (connection->ended)
      connection_hang_up(connection, 0);  // both sides have
    else
      receive(connection, now);
  }
}

static int local_end(int fd, struct endpoint *remote) {
  struct sockaddr_storage name;
  socklen_t size = sizeof name;
  memset(remote, 0, sizeof *remote);
  if (getsockname(fd, (struct sockaddr *)&name, &size) < 0) return -1;
  remote->family = name.ss_family;
  if (name.ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&name;
    remote->port = ntohs(v4->sin_port);
    memcpy(remote->address, &v4->sin_addr, 4);
  } else {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&name;
    remote->port = ntohs(v6->sin6_port);
    memcpy(remote->address, &v6->sin6_addr, 16);
  }
  return 0;
}

struct connection *connection_open(int epoll, int fd, int64_t now) {
  int on = 1;
  struct connection *connection = calloc(1, sizeof *connection);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (!connection || local_end(fd, &connection->remote) < 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
      epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
    free(connection);
    close(fd);
    return NULL;
  }
  connection->source = (struct source){.ready = ready, .fd = fd};
  connection->epoll = epoll;
  connection->accepted = connection->active = now;
  connection->mismatch = -1;
  connection->interest = EPOLLIN;
  open_count++;
  return connection;
}

int connection_count(void) { return open_count; }

static void tell(const struct connection *connection, report_sink *sink) {
  const struct tcp_flow *last = connection->first;
  while (last->more) last = last->more;
  struct flow_report report = {.id = last->id,
                               .expected_bytes = last->sent_before + last->sent_length,
                               .sent_bytes = connection->sent,
                               .mismatch = connection->mismatch,
                               .released = connection->released,
                               .items = connection->released - connection->item,
                               .longest_wait = connection->longest_wait};
  for (const struct tcp_flow *part = connection->answered; part; part = part->more)
    report.items += part->count;
  report_flow(sink, &report);
}

void connection_report(struct connection *connection, report_sink *sink) {
  if (connection->first && connection->touched) tell(connection, sink);
  connection->touched = 0;
  connection->released = 0;
  connection->longest_wait = 0;
}
