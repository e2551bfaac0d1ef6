#include "connections.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plans.h"
#include "source.h"

enum {
  MAX_CONNECTIONS = 512,
  MATCH_BYTES = 512,
  HELD_BYTES = 4096,
  READ_BYTES = 65536,
  MAX_LEFT_BYTES = 8 << 20,  // of earlier tapes, in connections that do not take them
};

struct connection {
  struct source source;  // its socket is -1 once it has ended
  struct connection *next;
  struct endpoint remote;
  int64_t accepted, active;  // when it came; when it last went on
  // its flow: the oldest part that is not done with, where it is compared, where it is answered
  struct tcp_flow *first, *compared, *answered;
  uint32_t item;     // of the part where it is answered
  uint32_t written;  // bytes of that item
  uint64_t sent, checked;
  int64_t mismatch;
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

static int epoll_fd;
static struct source listeners[2];
static struct connection *connections;
static int connection_count;
static struct tcp_flow *unused;

static void listen_to(int on) {
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = on ? EPOLLIN : 0, .data.ptr = &listeners[i]};
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, listeners[i].fd, &event);
  }
}

static void hang_up(struct connection *connection, int reset) {
  if (connection->source.fd < 0) return;
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  if (reset) setsockopt(connection->source.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close(connection->source.fd);
  connection->source.fd = -1;
  if (connection_count-- == MAX_CONNECTIONS) listen_to(1);
}

static void set_interest(struct connection *connection, uint32_t events) {
  if (connection->source.fd < 0 || connection->interest == events) return;
  struct epoll_event event = {.events = events, .data.ptr = &connection->source};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->source.fd, &event);
  connection->interest = events;
}

// ---- which flow a connection is

static int is_open(const struct tcp_flow *flow, const struct endpoint *remote) {
  return flow->age != FLOW_LOST && endpoint_equal(&flow->remote, remote) &&
         (flow->opening == OPENING_ACCEPTED || flow->opening == OPENING_UNREPLAYABLE);
}

static int server_speaks_first(const struct tcp_flow *flow) {
  return flow->sent_before == 0 && flow->count > 0 && flow->items[0].after_sent == 0;
}

static int begins_alike(const struct tcp_flow *flow, const struct connection *connection) {
  size_t length = connection->held_length;
  if (length > flow->sent_length) length = flow->sent_length;
  if (length > MATCH_BYTES) length = MATCH_BYTES;
  return length > 0 && memcmp(flow->sent, connection->held, length) == 0;
}

typedef int fits(const struct tcp_flow *flow, const struct connection *connection);

static int fits_client_first(const struct tcp_flow *flow, const struct connection *connection) {
  return !server_speaks_first(flow) && begins_alike(flow, connection);
}

static int fits_server_first(const struct tcp_flow *flow, const struct connection *connection) {
  (void)connection;
  return server_speaks_first(flow);
}

static int fits_no_request(const struct tcp_flow *flow, const struct connection *connection) {
  (void)connection;
  return flow->sent_length == 0;
}

static int fits_any(const struct tcp_flow *flow, const struct connection *connection) {
  (void)flow, (void)connection;
  return 1;
}

static struct tcp_flow **find_unused(const struct connection *connection, fits *fits) {
  struct tcp_flow **link = &unused;
  while (*link && !(is_open(*link, &connection->remote) && fits(*link, connection)))
    link = &(*link)->next;
  return *link ? link : NULL;
}

static struct tcp_flow **choose_flow(const struct connection *connection, int64_t now) {
  struct tcp_flow **next = find_unused(connection, fits_any), **link;
  if (!next || server_speaks_first(*next)) return next;
  if (connection->held_length > 0) {
    link = find_unused(connection, fits_client_first);
    return link ? link : next;
  }
  if (connection->ended) {
    link = find_unused(connection, fits_no_request);
    return link ? link : next;
  }
  if (now < connection->accepted + PATIENCE_MICROS) return NULL;
  return find_unused(connection, fits_server_first);
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
      hang_up(connection, 0);
      return;
    }
    connection->active = now;
    connection->touched = 1;
    take_sent(connection, buffer, (size_t)n);
  }
  connection->ended = 1;
  if (connection->network_ended)
    hang_up(connection, 0);
  else
    set_interest(connection, connection->interest & ~(uint32_t)EPOLLIN);
}

// ---- what the network sends

static void forget_parts(struct connection *connection) {
  while (connection->first &&
         (connection->source.fd < 0 || (connection->first != connection->compared &&
                                        connection->first != connection->answered))) {
    struct tcp_flow *done = connection->first;
    connection->first = done->more;
    free(done);
  }
  if (!connection->first) connection->compared = connection->answered = NULL;
}

static const struct item *next_item(struct connection *connection) {
  while (connection->answered && connection->item == connection->answered->count) {
    if (!connection->answered->more) return NULL;
    connection->answered = connection->answered->more;
    connection->item = 0;
  }
  return connection->answered ? &connection->answered->items[connection->item] : NULL;
}

// When an item may go, or NEVER as long as the mirror's own sending decides.
static int64_t release_time(const struct connection *connection, const struct item *item) {
  if (connection->written > 0 || connection->sent >= item->after_sent) return item->due;
  int64_t since = connection->active > item->due ? connection->active : item->due;
  return since + PATIENCE_MICROS;
}

// Writes an item. Returns 1 when it is whole.
static int write_item(struct connection *connection, const struct item *item) {
  while (connection->written < item->length) {
    ssize_t n = send(connection->source.fd, item->data + connection->written,
                     item->length - connection->written, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      set_interest(connection, connection->interest | EPOLLOUT);
      return 0;
    }
    if (n < 0) {
      hang_up(connection, 0);
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
    hang_up(connection, end == END_RST);
  else
    shutdown(connection->source.fd, SHUT_WR);
}

// Gives the mirror what is due. Returns when more is.
static int64_t answer(struct connection *connection, int64_t now) {
  const struct item *item;
  while (connection->source.fd >= 0 && (item = next_item(connection))) {
    int64_t due = release_time(connection, item);
    if (now < due) return due;
    if (connection->written == 0 && now - item->due > connection->longest_wait)
      connection->longest_wait = now - item->due;
    connection->touched = 1;
    if (!write_item(connection, item)) return NEVER;
    connection->written = 0;
    connection->item++;
    connection->released++;
    connection->active = now;
    end_network_side(connection, item->end);
  }
  return NEVER;
}

// ---- connections

static void become(struct connection *connection, struct tcp_flow **link, int64_t now) {
  struct tcp_flow *flow = *link;
  *link = flow->next;
  flow->next = NULL;
  connection->first = connection->compared = connection->answered = flow;
  connection->active = now;
  connection->touched = 1;
  check_held(connection);
  if (flow->opening == OPENING_UNREPLAYABLE) hang_up(connection, 1);
}

static int64_t serve(struct connection *connection, int64_t now) {
  if (connection->source.fd < 0) return NEVER;
  if (connection->first) return answer(connection, now);
  struct tcp_flow **flow = choose_flow(connection, now);
  if (flow) {
    become(connection, flow, now);
    return answer(connection, now);
  }
  int64_t patience = connection->accepted + PATIENCE_MICROS;
  if (find_unused(connection, fits_any)) return now < patience ? patience : NEVER;
  int64_t grace = connection->accepted + GRACE_MICROS;
  if (now < grace) return grace;
  report_request(connection->accepted, 1, &connection->remote, connection->held,
                 connection->held_length);
  hang_up(connection, 1);
  return NEVER;
}

static void connection_ready(struct source *source, uint32_t events, int64_t now) {
  struct connection *connection = (struct connection *)source;
  if (source->fd < 0) return;
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    if (connection->ended)
      hang_up(connection, 0);  // both sides have
    else
      receive(connection, now);
  }
  serve(connection, now);
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

static void listener_ready(struct source *source, uint32_t events, int64_t now) {
  (void)events;
  int fd, on = 1;
  while (connection_count < MAX_CONNECTIONS &&
         (fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    struct connection *connection = calloc(1, sizeof *connection);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (!connection || local_end(fd, &connection->remote) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
      free(connection);
      close(fd);
      continue;
    }
    connection->source = (struct source){.ready = connection_ready, .fd = fd};
    connection->accepted = connection->active = now;
    connection->mismatch = -1;
    connection->interest = EPOLLIN;
    connection->next = connections;
    connections = connection;
    if (++connection_count == MAX_CONNECTIONS) listen_to(0);
    serve(connection, now);
  }
}

int connections_open(int epoll, const int sockets[2]) {
  epoll_fd = epoll;
  for (int i = 0; i < 2; i++) {
    listeners[i] = (struct source){.ready = listener_ready, .fd = sockets[i]};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listeners[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[i], &event) < 0) return -1;
  }
  return 0;
}

// ---- intervals

static struct tcp_flow *last_part(struct tcp_flow *flow) {
  while (flow->more) flow = flow->more;
  return flow;
}

// The earlier part of a flow that goes on, or NULL.
static struct tcp_flow *earlier_part(uint64_t id, struct connection **connection) {
  for (*connection = connections; *connection; *connection = (*connection)->next)
    if ((*connection)->first && (*connection)->first->id == id)
      return last_part((*connection)->first);
  for (struct tcp_flow *flow = unused; flow; flow = flow->next)
    if (flow->id == id) return last_part(flow);
  return NULL;
}

// Ends connections whose mirror does not take what it is given, before they fill the memory.
static void shed(void) {
  size_t left = 0;
  for (struct connection *connection = connections; connection; connection = connection->next) {
    for (const struct tcp_flow *part = connection->first; part; part = part->more)
      left += part->size;
    if (left <= MAX_LEFT_BYTES) continue;
    hang_up(connection, 1);
    forget_parts(connection);
  }
}

void connections_begin(struct tcp_flow *flows, int64_t start) {
  for (struct connection *connection = connections; connection; connection = connection->next)
    forget_parts(connection);
  shed();
  struct tcp_flow **end = &unused;
  while (*end) end = &(*end)->next;
  for (struct tcp_flow *flow = flows, *next; flow; flow = next) {
    next = flow->next;
    flow->next = NULL;
    flow->opened += start;
    for (uint32_t i = 0; i < flow->count; i++) flow->items[i].due += start;
    struct connection *connection;
    struct tcp_flow *earlier = earlier_part(flow->id, &connection);
    if (earlier) {
      earlier->more = flow;
      if (!connection) continue;
      connection->touched = 1;
      check_held(connection);
      continue;
    }
    if (flow->sent_before > 0 || flow->opened < start - LATE_MICROS) flow->age = FLOW_LOST;
    *end = flow;
    end = &flow->next;
  }
  plans_begin(unused, start);
}

int64_t connections_step(int64_t now) {
  int64_t next = plans_step(&unused, now);
  for (struct connection *connection = connections; connection; connection = connection->next) {
    int64_t due = serve(connection, now);
    if (due < next) next = due;
  }
  return next;
}

static void tell(const struct connection *connection, report_sink *sink) {
  const struct tcp_flow *last = last_part(connection->first);
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

void connections_end(int64_t now, report_sink *sink) {
  for (struct connection **link = &connections; *link;) {
    struct connection *connection = *link;
    if (connection->first && connection->touched) tell(connection, sink);
    forget_parts(connection);
    connection->touched = 0;
    connection->released = 0;
    connection->longest_wait = 0;
    if (connection->source.fd < 0) {
      *link = connection->next;
      free(connection);
    } else {
      link = &connection->next;
    }
  }
  plans_end(sink, now);
  for (struct tcp_flow **link = &unused; *link;) {
    struct tcp_flow *flow = *link;
    if (flow->age == FLOW_NEW && flow->opened >= now - LATE_MICROS) {
      flow->age = FLOW_CARRIED;
      link = &flow->next;
      continue;
    }
    report_unused(sink, flow->id);
    *link = flow->next;
    tape_free_tcp(flow);
  }
}

void connections_reset(void) {
  for (struct connection *connection; (connection = connections); free(connection)) {
    hang_up(connection, 1);
    forget_parts(connection);
    connections = connection->next;
  }
  struct tape rest = {.tcp = unused};
  tape_free(&rest);
  unused = NULL;
  plans_reset();
}
