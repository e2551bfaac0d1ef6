#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "orders.h"

#define CONFIGURATION "/etc/mirror-send.conf"
#define OWN_CONFIGURATION "%s/.mirror-send"

enum { MAX_RECIPIENTS = 100, MAX_SUBJECT = 400, MAX_ADDRESS = 2048 };

// Phone and mirror must decide alike whether a file is left to the mirror server. So they go by
// files that both have, and not by settings that come to the phone alone.
static int64_t threshold = 500000;
static int relay = 1;

static int configure(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return errno == ENOENT ? 0 : complain(EXIT_USAGE, "%s: %s", path, strerror(errno));
  char line[256];
  int result = 0;
  while (result == 0 && fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\r\n#")] = 0;
    char key[16], value[32], rest;
    int n = sscanf(line, " %15s %31s %c", key, value, &rest);
    if (n < 1) continue;
    char *end = value;
    errno = 0;
    long long number = n == 2 ? strtoll(value, &end, 10) : -1;
    if (n == 2 && strcmp(key, "threshold") == 0 && *end == 0 && number >= 0 && errno == 0) {
      threshold = number;
    } else if (n == 2 && strcmp(key, "relay") == 0 &&
               (strcmp(value, "on") == 0 || strcmp(value, "off") == 0)) {
      relay = strcmp(value, "on") == 0;
    } else {
      result = complain(EXIT_USAGE, "%s: '%s' is neither 'threshold BYTES' nor 'relay on' or 'relay off'",
                        path, line);
    }
  }
  fclose(file);
  return result;
}

static int starts(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

// Its full form: mail and telephone numbers may be given without "mailto:" and "mms:".
static int address(const char *given, char *full) {
  const char *scheme = "";
  if (!starts(given, "http://") && !starts(given, "https://") && !starts(given, "mailto:") &&
      !starts(given, "mms:")) {
    size_t digits = given[0] == '+' ? strspn(given + 1, "0123456789") : 0;
    if (digits > 0 && given[digits + 1] == 0)
      scheme = "mms:";
    else if (given[0] != '-' && strchr(given, '@') != NULL)
      scheme = "mailto:";
    else
      return complain(EXIT_USAGE, "'%s' is no recipient: give a@b, +15550001 or a URL", given);
  }
  int length = snprintf(full, MAX_ADDRESS, "%s%s", scheme, given);
  return length < MAX_ADDRESS ? 0 : complain(EXIT_USAGE, "'%.60s...' is too long", given);
}

static int run(char *const command[]) {
  pid_t pid = fork();
  if (pid == 0) {
    int null = open("/dev/null", O_RDONLY);
    if (null >= 0) dup2(null, STDIN_FILENO);
    execvp(command[0], command);
    _exit(127);
  }
  int status = 0;
  if (pid < 0) return -1;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

// By the phone's own programs. What is sent by mail is not kept: mutt would write random numbers.
static int send_directly(const char *file, const char *subject, char to[][MAX_ADDRESS], int count) {
  int code = 0;
  for (int i = 0; i < count; i++) {
    char *mail[] = {"mutt", "-e", "set record=''", "-s", (char *)subject, "-a", (char *)file, "--",
                    to[i] + strlen("mailto:"), NULL};
    char *message[] = {"mms", "send", to[i] + strlen("mms:"), (char *)subject, (char *)file, NULL};
    char *put[] = {"curl", "-g", "-fsS", "-T", (char *)file, to[i], NULL};
    char **command = starts(to[i], "mailto:") ? mail : starts(to[i], "mms:") ? message : put;
    if (run(command) == 0)
      printf("sent to %s\n", to[i]);
    else
      code = complain(EXIT_TROUBLE, "%s could not send to %s", command[0], to[i]);
    fflush(stdout);
  }
  return code;
}

static int leave_to_mirror(const char *file, const char *subject, char to[][MAX_ADDRESS],
                           int count) {
  struct order order = {.length = 0};
  order_add(&order, "send");
  order_add(&order, file);
  order_add(&order, subject);
  for (int i = 0; i < count; i++) order_add(&order, to[i]);
  return order_give(&order);
}

int send_main(int argc, char **argv) {
  static char to[MAX_RECIPIENTS][MAX_ADDRESS];
  char own[PATH_MAX], file[PATH_MAX] = "";
  const char *subject = NULL, *home = getenv("HOME");
  int count = 0, options = 1, code = configure(CONFIGURATION);
  snprintf(own, sizeof own, OWN_CONFIGURATION, home != NULL ? home : "/data/home");
  if (code == 0) code = configure(own);
  for (int i = 0; i < argc && code == 0; i++) {
    if (options && strcmp(argv[i], "--") == 0) {
      options = 0;
    } else if (options && strcmp(argv[i], "-s") == 0) {
      if (i + 1 == argc) return complain(EXIT_USAGE, "-s wants a subject");
      subject = argv[++i];
    } else if (file[0] == 0) {
      code = user_path(argv[i], file);
    } else if (count == MAX_RECIPIENTS) {
      code = complain(EXIT_USAGE, "more than %d recipients", MAX_RECIPIENTS);
    } else {
      code = address(argv[i], to[count++]);
    }
  }
  if (code != 0) return code;
  if (count == 0) return complain(EXIT_USAGE, "name a file and at least one recipient");
  if (subject == NULL) subject = strrchr(file, '/') + 1;
  if (strlen(subject) > MAX_SUBJECT) return complain(EXIT_USAGE, "the subject is too long");
  struct stat status;
  if (stat(file, &status) < 0) return complain(EXIT_USAGE, "%s: %s", file, strerror(errno));
  if (!S_ISREG(status.st_mode)) return complain(EXIT_USAGE, "%s is not a file", file);
  return relay && status.st_size >= threshold ? leave_to_mirror(file, subject, to, count)
                                              : send_directly(file, subject, to, count);
}
