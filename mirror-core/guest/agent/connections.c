#include "connections.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "connection.h"
#include "plans.h"
#include "source.h"

enum {
  MAX_CONNECTIONS = 512,
  MATCH_BYTES = 512,
  MAX_LEFT_BYTES = 8 << 20,  // of earlier tapes, in connections that do not take them
};

static int epoll_fd;
static struct source listeners[2];
static int listening;
static struct connection *connections;
static struct tcp_flow *unused;

// A full house leaves new connections in the kernel's queue.
static void listen_to(int on) {
  if (listening == on) return;
  listening = on;
  for (int i = 0; i < 2; i++) {
    struct epoll_event event = {.events = on ? EPOLLIN : 0, .data.ptr = &listeners[i]};
    epoll_ctl(epoll_fd, EPOLL_CTL_MOD, listeners[i].fd, &event);
  }
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
  if (flow->remote.port == DNS_PORT)
    return length > 0 && dns_begins_alike(flow->sent, connection->held, length);
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

// ---- connections

static int64_t serve(struct connection *connection, int64_t now) {
  if (connection->source.fd < 0) return NEVER;
  if (connection->first) return connection_answer(connection, now);
  struct tcp_flow **flow = choose_flow(connection, now);
  if (flow) {
    struct tcp_flow *taken = *flow;
    *flow = taken->next;
    taken->next = NULL;
    connection_become(connection, taken, now);
    return connection_answer(connection, now);
  }
  int64_t patience = connection->accepted + PATIENCE_MICROS;
  if (find_unused(connection, fits_any)) return now < patience ? patience : NEVER;
  int64_t grace = connection->accepted + GRACE_MICROS;
  if (now < grace) return grace;
  report_request(connection->accepted, 1, &connection->remote, connection->held,
                 connection->held_length);
  connection_hang_up(connection, 1);
  return NEVER;
}

static void listener_ready(struct source *source, uint32_t events, int64_t now) {
  (void)events;
  int fd;
  while (connection_count() < MAX_CONNECTIONS &&
         (fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    struct connection *connection = connection_open(epoll_fd, fd, now);
    if (!connection) continue;
    connection->next = connections;
    connections = connection;
  }
}

int connections_open(int epoll, const int sockets[2]) {
  epoll_fd = epoll;
  listening = 1;
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
    connection_hang_up(connection, 1);
    connection_forget_parts(connection);
  }
}

void connections_begin(struct tcp_flow *flows, int64_t start) {
  for (struct connection *connection = connections; connection; connection = connection->next)
    connection_forget_parts(connection);
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
      connection_go_on(connection, flow);
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
  listen_to(connection_count() < MAX_CONNECTIONS);
  return next;
}

void connections_end(int64_t now, report_sink *sink) {
  for (struct connection **link = &connections; *link;) {
    struct connection *connection = *link;
    connection_report(connection, sink);
    connection_forget_parts(connection);
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
    connection_hang_up(connection, 1);
    connection_forget_parts(connection);
    connections = connection->next;
  }
  struct tape rest = {.tcp = unused};
  tape_free(&rest);
  unused = NULL;
  plans_reset();
}
