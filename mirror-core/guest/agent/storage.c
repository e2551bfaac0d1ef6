#include "storage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_MODE = 07777, MAX_ARGUMENTS = 4, MAX_DATA = 8191 };

static const int64_t MAX_FILE_BYTES = (int64_t)1 << 30;

struct failure {
  char *text;
  int size;
};

static int refuse(struct failure *failure, const char *what, const char *why) {
  snprintf(failure->text, (size_t)failure->size, "%s: %s", what, why);
  return -1;
}

static int fail(struct failure *failure, const char *what) {
  return refuse(failure, what, strerror(errno));
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Decodes in place. Returns the number of bytes, or -1.
static int unhex(char *text) {
  size_t length = strlen(text);
  if (length % 2) return -1;
  for (size_t i = 0; i < length / 2; i++) {
    int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return -1;
    text[i] = (char)(high << 4 | low);
  }
  return (int)(length / 2);
}

// A path comes in hexadecimal digits, since a name may hold any byte but NUL and '/'.
static int parse_path(char *text, struct failure *failure) {
  int length = unhex(text);
  if (length <= 0 || length >= PATH_MAX || memchr(text, 0, (size_t)length))
    return refuse(failure, "argument", "path is not 1 to 4095 bytes in hexadecimal digits");
  text[length] = 0;
  for (const char *name = text; name; name = strchr(name, '/')) {
    if (*name == '/') name++;
    size_t n = strcspn(name, "/");
    if (n == 0 || n > NAME_MAX || (n == 1 && name[0] == '.') ||
        (n == 2 && name[0] == '.' && name[1] == '.'))
      return refuse(failure, "argument", "path is not relative, or not in its shortest form");
  }
  return 0;
}

static int parse_number(const char *text, int base, int64_t max, int64_t *number) {
  char *end;
  errno = 0;
  *number = strtoll(text, &end, base);
  return errno == 0 && end != text && *end == 0 && *number >= 0 && *number <= max ? 0 : -1;
}

// No link is followed, on the way or at the end: a session's program may have made it, to have
// something written elsewhere.
static int open_beneath(int top, const char *path, int flags, int mode) {
  struct open_how how = {
      .flags = (uint64_t)(flags | O_CLOEXEC),
      .mode = (uint64_t)mode,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
  };
  return (int)syscall(SYS_openat2, top, path, &how, sizeof how);
}

// Opens the directory of a path's last name, which is cut off and given.
static int open_parent(int top, char *path, const char **name) {
  char *slash = strrchr(path, '/');
  if (!slash) {
    *name = path;
    return fcntl(top, F_DUPFD_CLOEXEC, 0);
  }
  *slash = 0;
  *name = slash + 1;
  return open_beneath(top, path, O_RDONLY | O_DIRECTORY, 0);
}

// Opens a regular file for writing. A pipe in its place must not block the agent.
static int open_file(int top, const char *path, int flags, struct failure *failure) {
  int fd = open_beneath(top, path, O_WRONLY | O_NONBLOCK | O_NOCTTY | flags,
                        flags & O_CREAT ? 0600 : 0);
  if (fd < 0) return fail(failure, "open");
  struct stat status;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) return fd;
  close(fd);
  return refuse(failure, "open", "not a regular file");
}

static int write_at(int fd, const char *data, size_t length, int64_t offset) {
  while (length > 0) {
    ssize_t n = pwrite(fd, data, length, offset);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    data += n;
    length -= (size_t)n;
    offset += n;
  }
  return 0;
}

// WRITE <path> <offset> <data>
static int write_data(int top, char **arguments, struct failure *failure) {
  int64_t offset;
  if (parse_path(arguments[0], failure) < 0) return -1;
  if (parse_number(arguments[1], 10, MAX_FILE_BYTES, &offset) < 0)
    return refuse(failure, "argument", "offset is not a number of bytes");
  int length = unhex(arguments[2]);
  if (length < 0 || length > MAX_DATA || offset + length > MAX_FILE_BYTES)
    return refuse(failure, "argument", "data is not in hexadecimal digits, or too long");
  int fd = open_file(top, arguments[0], O_CREAT, failure);
  if (fd < 0) return -1;
  int result = write_at(fd, arguments[2], (size_t)length, offset);
  if (result < 0) fail(failure, "write");
  close(fd);
  return result;
}

// SETTLE <path> <length> <mode> <modified>
static int settle(int top, char **arguments, struct failure *failure) {
  int64_t length, mode, modified;
  if (parse_path(arguments[0], failure) < 0) return -1;
  if (parse_number(arguments[1], 10, MAX_FILE_BYTES, &length) < 0 ||
      parse_number(arguments[2], 8, MAX_MODE, &mode) < 0 ||
      parse_number(arguments[3], 10, INT64_MAX / 4, &modified) < 0)
    return refuse(failure, "argument", "length, mode or time is wrong");
  int fd = open_file(top, arguments[0], O_CREAT, failure);
  if (fd < 0) return -1;
  struct timespec times[2] = {
      {.tv_nsec = UTIME_OMIT},
      {.tv_sec = modified / 1000000, .tv_nsec = modified % 1000000 * 1000},
  };
  int result = 0;
  if (ftruncate(fd, length) < 0 || fchmod(fd, (mode_t)mode) < 0 || futimens(fd, times) < 0)
    result = fail(failure, "settle");
  close(fd);
  return result;
}

// DIRECTORY <path> <mode>
static int make_directory(int top, char **arguments, struct failure *failure) {
  int64_t mode;
  const char *name;
  if (parse_path(arguments[0], failure) < 0) return -1;
  if (parse_number(arguments[1], 8, MAX_MODE, &mode) < 0)
    return refuse(failure, "argument", "mode is not octal");
  int parent = open_parent(top, arguments[0], &name);
  if (parent < 0) return fail(failure, "open parent");
  int result = 0;
  if (mkdirat(parent, name, 0700) < 0) {
    result = fail(failure, "make directory");
  } else {
    int fd = open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0 || fchmod(fd, (mode_t)mode) < 0) result = fail(failure, "set mode");
    if (fd >= 0) close(fd);
  }
  close(parent);
  return result;
}

// LINK <path> <target>
static int make_link(int top, char **arguments, struct failure *failure) {
  const char *name;
  if (parse_path(arguments[0], failure) < 0) return -1;
  int length = unhex(arguments[1]);
  if (length <= 0 || length >= PATH_MAX || memchr(arguments[1], 0, (size_t)length))
    return refuse(failure, "argument", "target is not 1 to 4095 bytes in hexadecimal digits");
  arguments[1][length] = 0;
  int parent = open_parent(top, arguments[0], &name);
  if (parent < 0) return fail(failure, "open parent");
  int result = symlinkat(arguments[1], parent, name) < 0 ? fail(failure, "make link") : 0;
  close(parent);
  return result;
}

// REMOVE <path>
static int remove_entry(int top, char **arguments, struct failure *failure) {
  const char *name;
  if (parse_path(arguments[0], failure) < 0) return -1;
  int parent = open_parent(top, arguments[0], &name);
  if (parent < 0) return fail(failure, "open parent");
  int result = 0;
  if (unlinkat(parent, name, 0) < 0 &&
      ((errno != EISDIR && errno != EPERM) || unlinkat(parent, name, AT_REMOVEDIR) < 0))
    result = fail(failure, "remove");
  close(parent);
  return result;
}

static const struct command {
  const char *word;
  int arguments;
  int (*run)(int top, char **arguments, struct failure *failure);
} COMMANDS[] = {
    {"WRITE", 3, write_data},    {"SETTLE", 4, settle},       {"DIRECTORY", 2, make_directory},
    {"LINK", 2, make_link},      {"REMOVE", 1, remove_entry},
};

// Splits at single spaces. Returns how many pieces there are, at most one more than fit.
static int split(char *text, char **pieces) {
  int n = 0;
  for (char *piece; (piece = strsep(&text, " ")); n++) {
    if (n == MAX_ARGUMENTS) return n + 1;
    pieces[n] = piece;
  }
  return n;
}

static const struct command *find(const char *word) {
  for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++)
    if (strcmp(word, COMMANDS[i].word) == 0) return &COMMANDS[i];
  return NULL;
}

int storage_knows(const char *command) { return find(command) != NULL; }

int storage_command(const char *top, const char *command, char *arguments, char *error, int size) {
  struct failure failure = {.text = error, .size = size};
  const struct command *known = find(command);
  char *pieces[MAX_ARGUMENTS];
  if (!known || split(arguments, pieces) != known->arguments)
    return refuse(&failure, "argument", "wrong number of arguments");
  int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fail(&failure, top);
  int result = known->run(fd, pieces, &failure);
  close(fd);
  return result;
}
