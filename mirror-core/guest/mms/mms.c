// mms: sends and fetches multimedia messages (MM1 over HTTP). What it writes follows from what it
// reads and from counters, so that a phone and its mirror write the same bytes.
#include "mms.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: mms send NUMBER[,NUMBER...] SUBJECT FILE|-\n"
    "       mms inbox\n"
    "       mms fetch [NUMBER]\n"
    "       mms defer [NUMBER]\n";

enum { LIMIT_S = 30 };

uint8_t mms_buffer[PDU_MAX + 16384];
struct pdu mms_pdu;
static char relay[512] = "http://10.0.2.2:8190/mms";
static int limit_s = LIMIT_S;

int mms_fail(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("mms: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return code;
}

// Lines "relay URL" and "timeout SECONDS"; what a later file says counts.
static int configure(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return errno == ENOENT ? 0 : mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  char line[1024];
  int result = 0;
  while (result == 0 && fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\r\n#")] = 0;
    char key[16], value[512], rest;
    int n = sscanf(line, " %15s %511s %c", key, value, &rest);
    if (n < 1) continue;
    if (n == 2 && strcmp(key, "relay") == 0) {
      snprintf(relay, sizeof relay, "%s", value);
    } else if (n == 2 && strcmp(key, "timeout") == 0 && atoi(value) > 0 && atoi(value) <= 600) {
      limit_s = atoi(value);
    } else {
      result = mms_fail(EXIT_USAGE, "%s: '%s' is neither 'relay URL' nor 'timeout SECONDS'", path,
                        line);
    }
  }
  fclose(file);
  return result;
}

int mms_post(const uint8_t *pdu, size_t length, uint8_t *buffer, struct http_answer *answer) {
  if (http_ask(relay, pdu, length, buffer, sizeof mms_buffer, limit_s * 1000, answer) == 0)
    return 0;
  return mms_fail(EXIT_NETWORK, "relay %s: %s", relay, answer->error);
}

int mms_get(const char *url, uint8_t *buffer, struct http_answer *answer) {
  if (http_ask(url, NULL, 0, buffer, sizeof mms_buffer, limit_s * 1000, answer) == 0) return 0;
  return mms_fail(EXIT_NETWORK, "%s: %s", url, answer->error);
}

int main(int argc, char **argv) {
  char path[1024];
  const char *home = getenv("HOME");
  snprintf(path, sizeof path, "%s/.mmsrc", home != NULL ? home : "/data/home");
  int result = configure("/etc/mms.conf");
  if (result == 0) result = configure(path);
  if (result != 0) return result;
  if (argc == 5 && strcmp(argv[1], "send") == 0) {
    result = mms_send(argv[2], argv[3], argv[4]);
  } else if (argc == 2 && strcmp(argv[1], "inbox") == 0) {
    result = mms_inbox();
  } else if ((argc == 2 || argc == 3) && strcmp(argv[1], "fetch") == 0) {
    result = mms_fetch(argv[2]);
  } else if ((argc == 2 || argc == 3) && strcmp(argv[1], "defer") == 0) {
    result = mms_defer(argv[2]);
  } else {
    fputs(USAGE, stderr);
    return EXIT_USAGE;
  }
  if (fflush(stdout) != 0 && result == 0)
    result = mms_fail(EXIT_STORAGE, "writing to the terminal: %s", strerror(errno));
  return result;
}
