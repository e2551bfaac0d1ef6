#include "network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "connections.h"
#include "datagrams.h"
#include "fatal.h"
#include "packet.h"
#include "push.h"
#include "source.h"
#include "steer.h"

enum { MAX_EVENTS = 64 };

static struct steering steering;
static struct source timer;
static int epoll_fd;
static struct push *pushes;

const char *network_error(void) { return steering.error; }

static int fail(const char *what) {
  snprintf(steering.error, sizeof steering.error, "%s: %s", what, strerror(errno));
  return -1;
}

static void timer_ready(struct source *source, uint32_t events, int64_t now) {
  (void)events, (void)now;
  uint64_t times;
  if (read(source->fd, &times, sizeof times) < 0) return;
}

int network_open(void) {
  if (steer_open(&steering) < 0) return -1;
  if (packet_open() < 0) return fail("open a raw socket");
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  timer.ready = timer_ready;
  timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = &timer};
  if (epoll_fd < 0 || timer.fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer.fd, &event) < 0 ||
      connections_open(epoll_fd, steering.tcp) < 0 || datagrams_open(epoll_fd, steering.udp) < 0)
    return fail("wait for the network");
  return 0;
}

static int has_ipv6(const struct tape *tape) {
  for (const struct tcp_flow *flow = tape->tcp; flow; flow = flow->next)
    if (flow->remote.family == AF_INET6) return 1;
  for (const struct udp_flow *flow = tape->udp; flow; flow = flow->next)
    if (flow->remote.family == AF_INET6) return 1;
  return 0;
}

void network_begin(struct tape *tape, int64_t start) {
  report_begin(start);
  if (has_ipv6(tape) && steer_enable_ipv6() < 0)
    console_log("IPv6 is on the tape, and can't be replayed: %s", strerror(errno));
  connections_begin(tape->tcp, start);
  datagrams_begin(tape->udp, start);
  struct push **end = &pushes;
  while (*end) end = &(*end)->next;
  *end = tape->push;
  for (struct push *push = tape->push; push; push = push->next) push->due += start;
  memset(tape, 0, sizeof *tape);
}

static int64_t deliver_pushes(int64_t now) {
  for (struct push *push; (push = pushes) && push->due <= now; free(push)) {
    if (push_deliver(push->data, push->length) < 0)
      console_log("a notification is lost: %s", strerror(errno));
    pushes = push->next;
  }
  return pushes ? pushes->due : NEVER;
}

static int64_t earliest(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t step(int64_t now) {
  return earliest(deliver_pushes(now), earliest(connections_step(now), datagrams_step(now)));
}

static void set_timer(int64_t time) {
  struct itimerspec when = {
      .it_value = {.tv_sec = time / 1000000, .tv_nsec = time % 1000000 * 1000}};
  timerfd_settime(timer.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

void network_serve_until(int64_t time) {
  for (;;) {
    int64_t now = clock_now(CLOCK_MONOTONIC);
    int64_t next = step(now);
    if (now >= time) return;
    set_timer(clock_wake_time(now, earliest(next, time)));
    struct epoll_event events[MAX_EVENTS];
    int n = epoll_wait(epoll_fd, events, MAX_EVENTS, -1);
    now = clock_now(CLOCK_MONOTONIC);
    for (int i = 0; i < n; i++) {
      struct source *source = events[i].data.ptr;
      source->ready(source, events[i].events, now);
    }
  }
}

void network_end(report_sink *sink) {
  int64_t now = clock_now(CLOCK_MONOTONIC);
  connections_end(now, sink);
  datagrams_end(now, sink);
  report_requests(sink);
}

void network_reset(void) {
  connections_reset();
  datagrams_reset();
  struct tape rest = {.push = pushes};
  tape_free(&rest);
  pushes = NULL;
}
