#include "line.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

void line_reader_init(struct line_reader *reader, int fd) {
  reader->fd = fd;
  reader->used = reader->consumed = 0;
  reader->discarding = 0;
}

static char *take_line(struct line_reader *reader) {
  char *start = reader->buffer + reader->consumed;
  char *end = memchr(start, '\n', reader->used - reader->consumed);
  if (!end) return NULL;
  *end = 0;
  reader->consumed = (size_t)(end - reader->buffer) + 1;
  return start;
}

static void forget_consumed(struct line_reader *reader) {
  reader->used -= reader->consumed;
  memmove(reader->buffer, reader->buffer + reader->consumed, reader->used);
  reader->consumed = 0;
}

enum line_status line_next(struct line_reader *reader, char **line) {
  for (;;) {
    while ((*line = take_line(reader))) {
      if (!reader->discarding) return LINE_OK;
      reader->discarding = 0;
    }
    forget_consumed(reader);
    if (reader->used == sizeof reader->buffer) {
      int known = reader->discarding;
      reader->discarding = 1;
      reader->used = 0;
      if (!known) return LINE_TOO_LONG;
    }
    ssize_t n = read(reader->fd, reader->buffer + reader->used,
                     sizeof reader->buffer - reader->used);
    if (n > 0) {
      reader->used += (size_t)n;
    } else if (n < 0 && errno == EINTR) {
      continue;
    } else if (n < 0 && errno == EAGAIN) {
      return LINE_NONE;
    } else {
      line_reader_init(reader, reader->fd);
      return LINE_CLOSED;
    }
  }
}

enum line_status line_bytes(struct line_reader *reader, uint8_t *bytes, size_t *length) {
  size_t buffered = reader->used - reader->consumed;
  if (buffered > 0) {
    if (*length > buffered) *length = buffered;
    memcpy(bytes, reader->buffer + reader->consumed, *length);
    reader->consumed += *length;
    return LINE_OK;
  }
  ssize_t n;
  while ((n = read(reader->fd, bytes, *length)) < 0 && errno == EINTR) {
  }
  if (n > 0) {
    *length = (size_t)n;
    return LINE_OK;
  }
  if (n < 0 && errno == EAGAIN) return LINE_NONE;
  line_reader_init(reader, reader->fd);
  return LINE_CLOSED;
}

int line_write(int fd, const char *text, int timeout_ms) {
  int64_t deadline = clock_now(CLOCK_MONOTONIC) + timeout_ms * 1000LL;
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t n = write(fd, text, left);
    if (n > 0) {
      text += n;
      left -= (size_t)n;
      continue;
    }
    if (n < 0 && errno != EAGAIN && errno != EINTR) return -1;
    int64_t remaining = deadline - clock_now(CLOCK_MONOTONIC);
    if (remaining <= 0) return -1;
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    if (poll(&writable, 1, (int)(remaining / 1000) + 1) > 0 && !(writable.revents & POLLOUT)) {
      // a port without host hangs up at once: look again a little later
      clock_sleep_until(clock_now(CLOCK_MONOTONIC) + 20000);
    }
  }
  return 0;
}
