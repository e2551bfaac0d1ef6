#include "device.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const INPUT_NAMES[DEVICE_COUNT] = {
    [DEVICE_KEYBOARD] = "QEMU Virtio Keyboard",
    [DEVICE_TABLET] = "QEMU Virtio Tablet",
};

enum { MAX_INPUT_NODES = 32 };

int device_open_input(int device, int flags) {
  for (int i = 0; i < MAX_INPUT_NODES; i++) {
    char path[32], name[80] = "";
    snprintf(path, sizeof path, "/dev/input/event%d", i);
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) continue;
    if (ioctl(fd, EVIOCGNAME(sizeof name - 1), name) >= 0 &&
        strcmp(name, INPUT_NAMES[device]) == 0)
      return fd;
    close(fd);
  }
  return -1;
}

int device_set_repeat(int keyboard, unsigned delay_ms, unsigned period_ms) {
  unsigned delay_and_period[2] = {delay_ms, period_ms};
  return ioctl(keyboard, EVIOCSREP, delay_and_period) < 0 ? -1 : 0;
}

static int port_has_name(const char *port, const char *name) {
  char path[300], text[128];
  snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", port);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  if (n <= 0) return 0;
  text[n] = 0;
  text[strcspn(text, "\n")] = 0;
  return strcmp(text, name) == 0;
}

int device_open_port(const char *name) {
  DIR *ports = opendir("/sys/class/virtio-ports");
  if (!ports) return -1;
  int fd = -1;
  struct dirent *port;
  while (fd < 0 && (port = readdir(ports))) {
    if (port->d_name[0] == '.' || !port_has_name(port->d_name, name)) continue;
    char path[300];
    snprintf(path, sizeof path, "/dev/%s", port->d_name);
    fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
  }
  closedir(ports);
  return fd;
}
