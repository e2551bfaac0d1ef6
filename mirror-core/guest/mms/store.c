#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY "/data/mms"

const char *store_path(char path[STORE_PATH], const char *format, ...) {
  const char *directory = getenv("MMS_DIR");
  int used = snprintf(path, STORE_PATH, "%s/", directory != NULL ? directory : DIRECTORY);
  if (used < 0 || used >= STORE_PATH) used = STORE_PATH - 1;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(path + used, (size_t)(STORE_PATH - used), format, arguments);
  va_end(arguments);
  return path;
}

static int write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, bytes, length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    bytes += n;
    length -= (size_t)n;
  }
  return 0;
}

int store_write(const char *path, const void *data, size_t length) {
  char part[STORE_PATH + 8];
  snprintf(part, sizeof part, "%s.part", path);
  int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  int result = write_all(fd, data, length);
  int error = errno;
  if (close(fd) < 0 && result == 0) {
    result = -1;
    error = errno;
  }
  if (result == 0 && rename(part, path) == 0) return 0;
  if (result == 0) error = errno;
  unlink(part);
  errno = error;
  return -1;
}

long store_read(const char *path, uint8_t *buffer, size_t capacity) {
  int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t used = 0;
  long result = -1;
  for (;;) {
    uint8_t beyond;
    ssize_t n = used < capacity ? read(fd, buffer + used, capacity - used) : read(fd, &beyond, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) result = (long)used;
    if (n > 0 && used == capacity) errno = EFBIG;
    if (n <= 0 || used == capacity) break;
    used += (size_t)n;
  }
  int error = errno;
  if (fd != 0) close(fd);
  errno = error;
  return result;
}

unsigned long store_next(const char *path) {
  char text[32] = "";
  long length = store_read(path, (uint8_t *)text, sizeof text - 1);
  if (length < 0 && errno != ENOENT) return 0;
  unsigned long next = strtoul(text, NULL, 10) + 1;
  if (next == 0) next = 1;
  int written = snprintf(text, sizeof text, "%lu\n", next);
  return store_write(path, text, (size_t)written) < 0 ? 0 : next;
}

static int order(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

int store_list(const char *directory, const char *suffix, struct store_names *names) {
  *names = (struct store_names){NULL, 0};
  DIR *dir = opendir(directory);
  if (dir == NULL) return -1;
  struct dirent *entry;
  while ((entry = readdir(dir)) != NULL) {
    size_t length = strlen(entry->d_name), end = strlen(suffix);
    if (entry->d_name[0] == '.' || length < end ||
        strcmp(entry->d_name + length - end, suffix) != 0)
      continue;
    char **more = realloc(names->names, (names->count + 1) * sizeof *more);
    char *name = more == NULL ? NULL : strdup(entry->d_name);
    if (more != NULL) names->names = more;
    if (name == NULL) {
      closedir(dir);
      store_free(names);
      errno = ENOMEM;
      return -1;
    }
    names->names[names->count++] = name;
  }
  closedir(dir);
  if (names->count > 0) qsort(names->names, names->count, sizeof *names->names, order);
  return 0;
}

void store_free(struct store_names *names) {
  for (size_t i = 0; i < names->count; i++) free(names->names[i]);
  free(names->names);
  *names = (struct store_names){NULL, 0};
}

void store_remove(const char *directory) {
  struct store_names names;
  if (store_list(directory, "", &names) < 0) return;
  for (size_t i = 0; i < names.count; i++) {
    char path[STORE_PATH];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, names.names[i]) < sizeof path)
      unlink(path);
  }
  store_free(&names);
  rmdir(directory);
}
