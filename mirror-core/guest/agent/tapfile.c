// tapfile DIR: a program whose storage follows the keys. For each byte of its terminal it creates
// DIR/NNN with that byte and syncs it; for benchmarks of the replay.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int fail(const char *what) {
  fprintf(stderr, "tapfile: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fputs("usage: tapfile DIR\n", stderr);
    return 2;
  }
  if (mkdir(argv[1], 0755) < 0 && errno != EEXIST) return fail(argv[1]);
  struct termios settings;
  if (tcgetattr(0, &settings) == 0) {
    cfmakeraw(&settings);
    if (tcsetattr(0, TCSANOW, &settings) < 0) return fail("raw terminal");
  }
  unsigned char byte;
  for (unsigned long i = 0; read(0, &byte, 1) == 1; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%03lu", argv[1], i);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, &byte, 1) != 1 || fsync(fd) < 0) return fail(path);
    close(fd);
  }
  return 0;
}
