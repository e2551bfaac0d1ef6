#include "push.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

#define PARENT SESSION_STORAGE "/mms"
#define DIRECTORY PARENT "/push"
#define SUFFIX ".mms"
#define ASIDE DIRECTORY "/.new"

enum { MAX_NUMBER = 99999999 };

static int make_directories(void) {
  if (mkdir(PARENT, 0755) < 0 && errno != EEXIST) return -1;
  return mkdir(DIRECTORY, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

// The highest number of a file there, 0 if there is none, or -1.
static long highest(void) {
  DIR *directory = opendir(DIRECTORY);
  if (!directory) return -1;
  long highest = 0;
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    char *end;
    long number = strtol(entry->d_name, &end, 10);
    if (end != entry->d_name && strcmp(end, SUFFIX) == 0 && number > highest &&
        number < MAX_NUMBER)
      highest = number;
  }
  closedir(directory);
  return highest;
}

int push_deliver(const uint8_t *notification, size_t length) {
  if (make_directories() < 0) return -1;
  long number = highest();
  if (number < 0) return -1;
  char path[64];
  snprintf(path, sizeof path, DIRECTORY "/%05ld" SUFFIX, number + 1);
  int fd = open(ASIDE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  int whole = write(fd, notification, length) == (ssize_t)length;
  if (close(fd) < 0 || !whole || rename(ASIDE, path) < 0) {
    int error = whole ? errno : ENOSPC;
    unlink(ASIDE);
    errno = error;
    return -1;
  }
  return 0;
}
