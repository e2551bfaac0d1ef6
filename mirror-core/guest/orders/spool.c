#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "orders.h"

#define DIRECTORY "/run/mirror-orders"
#define STORAGE "/data"
#define SUFFIX ".order"

enum {
  MAX_WAITING = 128,
  PATIENCE_MS = 10000,
  LOOK_MS = 100,
};

static const char *setting(const char *name, const char *usual) {
  const char *value = getenv(name);
  return value != NULL && *value != 0 ? value : usual;
}

static const char *directory(void) { return setting("MIRROR_ORDERS", DIRECTORY); }

void order_add(struct order *order, const char *word) {
  size_t length = strlen(word) + 1;
  if (length > sizeof order->bytes - order->length) {
    order->too_long = 1;
    return;
  }
  memcpy(order->bytes + order->length, word, length);
  order->length += length;
}

int user_path(const char *path, char *real) {
  char storage[PATH_MAX];
  if (realpath(setting("MIRROR_STORAGE", STORAGE), storage) == NULL)
    return complain(EXIT_TROUBLE, "user storage: %s", strerror(errno));
  if (realpath(path, real) == NULL)
    return complain(EXIT_USAGE, "%s: %s", path, strerror(errno));
  size_t length = strlen(storage);
  if (strncmp(real, storage, length) != 0 || (real[length] != '/' && real[length] != 0))
    return complain(EXIT_USAGE, "%s is not in user storage, which is %s", path, storage);
  return 0;
}

// How many orders wait, or -1.
static int waiting(void) {
  DIR *orders = opendir(directory());
  if (orders == NULL) return -1;
  int count = 0;
  struct dirent *entry;
  while ((entry = readdir(orders)) != NULL) {
    size_t length = strlen(entry->d_name), end = strlen(SUFFIX);
    if (length > end && strcmp(entry->d_name + length - end, SUFFIX) == 0) count++;
  }
  closedir(orders);
  return count;
}

static int write_file(const char *path, const struct order *order) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  ssize_t written = write(fd, order->bytes, order->length);
  int error = written < 0 ? errno : ENOSPC;
  if (close(fd) == 0 && written == (ssize_t)order->length) return 0;
  unlink(path);
  errno = error;
  return -1;
}

// Written aside and renamed; by their names the orders are in the order of time.
static int put(const struct order *order) {
  struct timespec now;
  uint64_t random;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (getrandom(&random, sizeof random, 0) != sizeof random) return -1;
  char aside[PATH_MAX], path[PATH_MAX];
  uint64_t nanos = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  int n = snprintf(aside, sizeof aside, "%s/.%016" PRIx64, directory(), random);
  int m = snprintf(path, sizeof path, "%s/%016" PRIx64 "-%016" PRIx64 SUFFIX, directory(), nanos,
                   random);
  if (n >= (int)sizeof aside || m >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (write_file(aside, order) < 0) return -1;
  if (rename(aside, path) == 0) return 0;
  int error = errno;
  unlink(aside);
  errno = error;
  return -1;
}

int order_give(const struct order *order) {
  if (order->too_long)
    return complain(EXIT_USAGE, "this is more than an order can hold; divide it");
  struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
  int waited = 0;
  while (waiting() >= MAX_WAITING && waited < PATIENCE_MS) {
    nanosleep(&look, NULL);
    waited += LOOK_MS;
  }
  // on a mirror the directory can't be written to: its phone has given the order
  if (waited >= PATIENCE_MS || (put(order) < 0 && errno != EROFS))
    return complain(EXIT_TROUBLE, "the Syn-Client takes no orders now; try again later");
  puts("ordered; mirror-notices shows what comes of it");
  return 0;
}

int notices_show(void) {
  enum { LINES = 20 };
  if (!isatty(STDOUT_FILENO))
    return complain(EXIT_USAGE, "notices are shown on the screen only: a mirror does not have them");
  char path[PATH_MAX];
  int n = snprintf(path, sizeof path, "%s/notices", directory());
  FILE *file = n < (int)sizeof path ? fopen(path, "re") : NULL;
  if (file == NULL) {
    puts("no notices");
    return 0;
  }
  char *line = NULL;
  size_t capacity = 0;
  long lines = 0;
  while (getline(&line, &capacity, file) > 0) lines++;
  rewind(file);
  while (getline(&line, &capacity, file) > 0)
    if (lines-- <= LINES) fputs(line, stdout);
  free(line);
  fclose(file);
  return 0;
}
