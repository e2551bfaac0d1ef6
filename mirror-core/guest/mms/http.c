#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "pdu.h"

enum { URL_MAX = 1024 };

static int fail(struct http_answer *answer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(answer->error, sizeof answer->error, format, arguments);
  va_end(arguments);
  return -1;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Waits for the socket. Returns 0 if the time is over.
static int ready(int fd, short events, int64_t deadline) {
  struct pollfd poller = {.fd = fd, .events = events};
  for (;;) {
    int64_t left = deadline - now_ms();
    int n = poll(&poller, 1, left > 0 ? (int)left : 0);
    if (n > 0) return 1;
    if (n == 0 || errno != EINTR) return 0;
  }
}

static int parse_url(const char *url, struct sockaddr_in *address, char *host, const char **path,
                     struct http_answer *answer) {
  char name[64];
  int port = 80, used = 0;
  if (sscanf(url, "http://%63[0-9.]%n:%5d%n", name, &used, &port, &used) < 1 || port < 1 ||
      port > 65535 || (url[used] != '/' && url[used] != 0) || strchr(url, ' ') != NULL)
    return fail(answer, "%.200s is no URL like http://10.0.2.2:8190/", url);
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, name, &address->sin_addr) != 1)
    return fail(answer, "%s is no IPv4 address", name);
  snprintf(host, URL_MAX, "%s:%d", name, port);
  *path = url[used] == 0 ? "/" : url + used;
  return 0;
}

static int send_all(int fd, const void *data, size_t length, int64_t deadline) {
  const char *bytes = data;
  while (length > 0) {
    if (!ready(fd, POLLOUT, deadline)) {
      errno = ETIMEDOUT;
      return -1;
    }
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return -1;
    bytes += n;
    length -= (size_t)n;
  }
  return 0;
}

static int connect_to(int fd, const struct sockaddr_in *address, int64_t deadline) {
  if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) return 0;
  if (errno != EINPROGRESS) return -1;
  if (!ready(fd, POLLOUT, deadline)) {
    errno = ETIMEDOUT;
    return -1;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0 ? 0 : -1;
}

// The body's length by its header field; -1 if there is none, -2 if it is none.
static long content_length(const char *head) {
  for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
    if (strncasecmp(line + 2, "Content-Length:", 15) != 0) continue;
    char *end;
    long length = strtol(line + 17, &end, 10);
    return end == line + 17 || *end != '\r' || length < 0 ? -2 : length;
  }
  return -1;
}

static int parse_answer(uint8_t *buffer, size_t used, struct http_answer *answer) {
  buffer[used] = 0;
  char *end = strstr((char *)buffer, "\r\n\r\n");
  if (end == NULL || sscanf((char *)buffer, "HTTP/1.%*1[01] %3d", &answer->status) != 1 ||
      answer->status < 100)
    return fail(answer, "what came is no HTTP");
  end[2] = 0;  // the last line of the head keeps its end
  long length = content_length((char *)buffer);
  answer->body = (uint8_t *)end + 4;
  answer->length = used - (size_t)(answer->body - buffer);
  if (length == -2) return fail(answer, "its Content-Length is no number");
  if (length >= 0 && (size_t)length > answer->length)
    return fail(answer, "only %zu of %ld bytes came", answer->length, length);
  if (length >= 0) answer->length = (size_t)length;
  return 0;
}

static int exchange(int fd, const char *head, const uint8_t *pdu, size_t length, uint8_t *buffer,
                    size_t capacity, int limit_ms, int64_t deadline, struct http_answer *answer) {
  if (send_all(fd, head, strlen(head), deadline) < 0 || send_all(fd, pdu, length, deadline) < 0)
    return fail(answer, "%s", strerror(errno));
  size_t used = 0;
  for (;;) {
    if (!ready(fd, POLLIN, deadline)) 
      return fail(answer, "no answer within %d s", limit_ms / 1000);
    ssize_t n = recv(fd, buffer + used, capacity - 1 - used, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) return fail(answer, "%s", strerror(errno));
    if (n == 0) break;
    used += (size_t)n;
    if (used == capacity - 1) return fail(answer, "the answer is too long");
  }
  return used == 0 ? fail(answer, "it closed the connection without an answer")
                   : parse_answer(buffer, used, answer);
}

int http_ask(const char *url, const uint8_t *pdu, size_t length, uint8_t *buffer, size_t capacity,
             int limit_ms, struct http_answer *answer) {
  struct sockaddr_in address;
  char host[URL_MAX], head[2 * URL_MAX];
  const char *path = "/";
  *answer = (struct http_answer){0};
  if (strlen(url) >= URL_MAX) return fail(answer, "the URL is too long");
  if (parse_url(url, &address, host, &path, answer) < 0) return -1;
  // HTTP/1.0, so that the answer ends with the connection and is not chunked
  if (pdu != NULL)
    snprintf(head, sizeof head,
             "POST %s HTTP/1.0\r\nHost: %s\r\nContent-Type: " PDU_MEDIA_TYPE
             "\r\nContent-Length: %zu\r\n\r\n",
             path, host, length);
  else
    snprintf(head, sizeof head, "GET %s HTTP/1.0\r\nHost: %s\r\nAccept: " PDU_MEDIA_TYPE "\r\n\r\n",
             path, host);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(answer, "no socket: %s", strerror(errno));
  int64_t deadline = now_ms() + limit_ms;
  int result = connect_to(fd, &address, deadline) < 0
                   ? fail(answer, "%s", strerror(errno))
                   : exchange(fd, head, pdu, pdu == NULL ? 0 : length, buffer, capacity, limit_ms,
                              deadline, answer);
  close(fd);
  return result;
}
