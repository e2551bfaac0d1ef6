#include "mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <time.h>

#include "clock.h"
#include "device.h"
#include "fatal.h"
#include "line.h"
#include "network.h"
#include "replay.h"
#include "session.h"
#include "storage.h"
#include "tape.h"

enum {
  PROTOCOL_VERSION = 2,
  REPLY_TIMEOUT_MS = 2000,
  ABSENT_HOST_MICROS = 20000,
  POST_PORT = 0x80,
  SPIN_READS = 500,
};

// A virtual machine whose clock runs only with its instructions skips all time in which it waits.
// While the host thinks, a mirror therefore spins, so that it is not hours ahead afterwards. It
// spins on reads of an I/O port that nothing is behind: one costs the host about a microsecond, the
// guest's clock the 16 ns of an instruction, so that the clock all but stands.
static int spinning;

static struct line_reader host;
static struct tape tape;  // of the next interval
static struct session session;
static int devices[DEVICE_COUNT];

static void wait_for_host(enum line_status status) {
  if (spinning) {
    for (int i = 0; i < SPIN_READS; i++) inb(POST_PORT);
  } else if (status == LINE_CLOSED) {
    clock_sleep_until(clock_now(CLOCK_MONOTONIC) + ABSENT_HOST_MICROS);
  } else {
    struct pollfd readable = {.fd = host.fd, .events = POLLIN};
    poll(&readable, 1, -1);
  }
}

static char *next_line(void) {
  for (;;) {
    char *line;
    enum line_status status = line_next(&host, &line);
    if (status == LINE_OK) return line;
    if (status == LINE_TOO_LONG)
      line_write(host.fd, "ERROR line longer than 16383 bytes\n", REPLY_TIMEOUT_MS);
    else
      wait_for_host(status);
  }
}

static void reply(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void reply(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text - 1, format, arguments);
  va_end(arguments);
  size_t end = n < (int)sizeof text - 2 ? (size_t)n : sizeof text - 2;
  text[end] = '\n';
  text[end + 1] = 0;
  // a host that has gone away asks again when it is back
  line_write(host.fd, text, REPLY_TIMEOUT_MS);
}

static int parse_micros(const char *text, int64_t *micros) {
  char *end;
  errno = 0;
  *micros = strtoll(text, &end, 10);
  return errno == 0 && end != text && *end == 0 && *micros >= 0 && *micros < INT64_MAX / 4 ? 0 : -1;
}

static void hello(const char *arguments) {
  int64_t version;
  if (parse_micros(arguments, &version) < 0 || version < 1)
    reply("ERROR version '%.40s' is none; this agent speaks 1 to %d", arguments, PROTOCOL_VERSION);
  else
    reply("HELLO %d", version < PROTOCOL_VERSION ? (int)version : PROTOCOL_VERSION);
}

static void poll_mode(const char *arguments) {
  if (strcmp(arguments, "0") != 0 && strcmp(arguments, "1") != 0) {
    reply("ERROR argument '%.40s' must be 0 or 1", arguments);
    return;
  }
  spinning = arguments[0] == '1';
  reply("OK");
}

static int expect(int wanted, const char *why) {
  if (wanted) return 1;
  reply("ERROR state %s", why);
  return 0;
}

static int set_clock(const char *arguments) {
  int64_t micros;
  if (parse_micros(arguments, &micros) < 0) {
    reply("ERROR argument '%.40s' is not a time in microseconds", arguments);
    return -1;
  }
  if (clock_set_realtime(micros) < 0) {
    reply("ERROR clock %s", strerror(errno));
    return -1;
  }
  return 0;
}

static void answer(int result, const char *done) {
  if (result < 0)
    reply("ERROR storage %s", session.error);
  else
    reply("%s", done);
}

static void forget_network(void) {
  tape_free(&tape);
  network_reset();
}

static void start(const char *arguments) {
  if (!expect(session.state == SESSION_OFF, "the session is on; STOP it first")) return;
  if (set_clock(arguments) < 0) return;
  forget_network();
  spinning = 1;
  answer(session_start(&session), "STARTED");
}

static void stop(const char *arguments) {
  if (!expect(session.state != SESSION_OFF, "the session is off")) return;
  if (set_clock(arguments) < 0) return;
  spinning = 1;
  int result = session_end(&session);
  forget_network();
  answer(result < 0 ? result : session_unmount(&session), "STOPPED");
}

static void freeze(void) {
  if (!expect(session.state == SESSION_ON, "the session is off or frozen")) return;
  spinning = 1;
  answer(session_freeze(&session), "FROZEN");
}

static void thaw(void) {
  if (!expect(session.state == SESSION_FROZEN, "nothing is frozen")) return;
  spinning = 1;
  answer(session_thaw(&session), "THAWED");
}

// Reads the bytes of a tape; what does not fit is left out. Returns -1 if the host goes away.
static int read_tape(uint8_t *bytes, int64_t size, int64_t length) {
  static uint8_t left_out[4096];
  for (int64_t at = 0; at < length;) {
    uint8_t *to = at < size ? bytes + at : left_out;
    size_t n = at < size ? (size_t)(size - at) : sizeof left_out;
    if (n > (uint64_t)(length - at)) n = (size_t)(length - at);
    enum line_status status = line_bytes(&host, to, &n);
    if (status == LINE_CLOSED) return -1;
    if (status == LINE_OK)
      at += (int64_t)n;
    else
      wait_for_host(status);
  }
  return 0;
}

static void load_tape(const char *arguments) {
  int64_t length;
  if (parse_micros(arguments, &length) < 0) {
    reply("ERROR argument '%.40s' is not a number of bytes", arguments);
    return;
  }
  spinning = 1;
  tape_free(&tape);
  int64_t size = length <= TAPE_MAX_BYTES ? length : 0;
  uint8_t *bytes = malloc((size_t)size + 1);
  if (!bytes) size = 0;
  int whole = read_tape(bytes, size, length) == 0;
  if (whole && length > TAPE_MAX_BYTES) {
    reply("ERROR limit a tape of %" PRId64 " bytes, at most %d", length, TAPE_MAX_BYTES);
  } else if (whole) {
    const char *error = bytes ? tape_parse(bytes, (size_t)size, &tape) : "no memory for it";
    if (error)
      reply("ERROR tape %s", error);
    else
      reply("LOADED");
  }
  free(bytes);
}

// Reads all lines of the interval, whatever is in them, so that the next line is a command again.
// Returns the number of the first bad one, or 0.
static int read_events(struct replay_event *events, int64_t count, int64_t length) {
  int bad = 0;
  int64_t before = 0;
  for (int64_t i = 0; i < count; i++) {
    const char *line = next_line();
    if (i >= REPLAY_MAX_EVENTS || bad) continue;
    if (replay_parse(line, length, &events[i]) < 0 || events[i].offset < before)
      bad = (int)i + 1;
    else
      before = events[i].offset;
  }
  return bad;
}

static void tell_host(const char *line) { line_write(host.fd, line, REPLY_TIMEOUT_MS); }

static void run(const char *arguments) {
  static struct replay_event events[REPLAY_MAX_EVENTS];
  long long start, length, count;
  int end = 0;
  if (sscanf(arguments, "%lld %lld %lld%n", &start, &length, &count, &end) != 3 ||
      arguments[end] != 0 || start < 0 || start > INT64_MAX / 4 || length < 0 ||
      length > INT64_MAX / 4 || count < 0) {
    reply("ERROR argument RUN '%.80s' must be start, length and number of events", arguments);
    return;
  }
  spinning = 1;
  int bad = read_events(events, count, length);
  if (count > REPLAY_MAX_EVENTS) {
    reply("ERROR limit %lld events, at most %d", count, REPLAY_MAX_EVENTS);
    return;
  }
  if (bad) {
    reply("ERROR event line %d is not 'offset device type code value', or not in order", bad);
    return;
  }
  if (!expect(session.state == SESSION_ON, "the session is off or frozen")) return;
  struct replay_interval interval = {
      .start = start, .length = length, .events = events, .count = (int)count, .tape = &tape};
  struct replay_result result;
  if (replay_run(devices, &interval, tell_host, &result) < 0) {
    reply("ERROR clock %s", strerror(errno));
    return;
  }
  reply("DONE events=%d errors=%d lateness_p99_us=%" PRId64 " lateness_max_us=%" PRId64
        " clock_error_us=%" PRId64 " lost_requests=%d",
        result.events, result.errors, result.lateness_p99, result.lateness_max,
        result.clock_error, report_lost_requests());
}

static void change_storage(const char *command, char *arguments) {
  char error[128];
  spinning = 1;
  if (!expect(session.state == SESSION_ON, "the session is off or frozen")) return;
  if (storage_command(SESSION_STORAGE, command, arguments, error, sizeof error) < 0)
    reply("ERROR storage %s", error);
  else
    reply("OK");
}

static void execute(char *line) {
  char *arguments = strchr(line, ' ');
  if (arguments)
    *arguments++ = 0;
  else
    arguments = line + strlen(line);
  if (strcmp(line, "HELLO") == 0)
    hello(arguments);
  else if (strcmp(line, "START") == 0)
    start(arguments);
  else if (strcmp(line, "RUN") == 0)
    run(arguments);
  else if (strcmp(line, "TAPE") == 0)
    load_tape(arguments);
  else if (strcmp(line, "FREEZE") == 0)
    freeze();
  else if (strcmp(line, "THAW") == 0)
    thaw();
  else if (strcmp(line, "STOP") == 0)
    stop(arguments);
  else if (strcmp(line, "POLL") == 0)
    poll_mode(arguments);
  else if (storage_knows(line))
    change_storage(line, arguments);
  else
    reply("ERROR command '%.40s' is unknown", line);
}

_Noreturn void mirror_main(void) {
  int port = device_open_port("agent");
  if (port < 0) fatal("no virtio-serial port 'agent': give the machine one");
  if (ioperm(POST_PORT, 1, 1) < 0) fatal("no access to I/O port %#x", POST_PORT);
  for (int i = 0; i < DEVICE_COUNT; i++) {
    devices[i] = device_open_input(i, O_RDWR);
    if (devices[i] < 0)
      fatal("input device %d is missing: give the machine a virtio keyboard and a virtio tablet", i);
  }
  // the phone's kernel has repeated held keys, and its repeats are among the events: were this one
  // to repeat too, a key held across the interval's end would go on while the host thinks
  if (device_set_repeat(devices[DEVICE_KEYBOARD], 0, 0) < 0)
    fatal("can't switch the keyboard's repeat off: %s", strerror(errno));
  if (network_open() < 0) fatal("can't set up the network: %s", network_error());
  session.without_journal = 1;
  line_reader_init(&host, port);
  for (;;) execute(next_line());
}
