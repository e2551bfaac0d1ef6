#include "phone.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/input.h>
#include <linux/vt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base64.h"
#include "client.h"
#include "clock.h"
#include "device.h"
#include "fatal.h"
#include "line.h"
#include "push.h"
#include "session.h"

#define COPY_TTY "/dev/tty2"

enum {
  SESSION_VT = 1,
  COPY_VT = 2,
  LOOK_MS = 50,
  READY_MS = 120000,  // the Java machine of a phone on a busy host takes its time
  FLUSH_MS = 15000,
  MODEM_MS = 10000,
  // so late that a stall of the host between a key's press and its release repeats nothing
  REPEAT_DELAY_MS = 600,
  REPEAT_PERIOD_MS = 33,
  // Nobody answers a screen sooner. A mirror may be slower than its phone to show it, and a key that
  // comes before a program has set up the terminal is another key.
  SIGHT_MS = 300,
};

static struct session session;
static struct client client;
static struct line_reader modem;
static int keyboard;
static int client_ready, client_flushed;
static int64_t power_key_time;  // 0 until it is pressed

static void read_keyboard(void) {
  struct input_event events[64];
  ssize_t n;
  while ((n = read(keyboard, events, sizeof events)) > 0) {
    for (size_t i = 0; i < (size_t)n / sizeof events[0]; i++) {
      const struct input_event *e = &events[i];
      if (e->type == EV_KEY && e->code == KEY_POWER && e->value == 1 && power_key_time == 0)
        power_key_time = e->input_event_sec * 1000000LL + e->input_event_usec;
    }
  }
}

// While the phone is copied to its mirror, its user sees how far that has come, on a screen of its
// own, and no key but the power key does anything.
static void freeze_input(int frozen) {
  if (ioctl(keyboard, EVIOCGRAB, frozen) < 0)
    console_log("can't %s the keyboard: %s", frozen ? "take" : "give back", strerror(errno));
  int tty = open(frozen ? COPY_TTY : SESSION_TTY, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (tty < 0 || ioctl(tty, VT_ACTIVATE, frozen ? COPY_VT : SESSION_VT) < 0)
    console_log("can't change the screen: %s", strerror(errno));
  if (tty >= 0) close(tty);
  console_log(frozen ? "the phone is copied to its mirror: input is refused"
                     : "the phone takes input again");
}

static void show_copied(int percent) {
  int tty = open(COPY_TTY, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (tty < 0) return;
  dprintf(tty, "\033[H\033[2J\r\n  This phone is copied to its mirror: %d %%\r\n", percent);
  close(tty);
}

static void read_client(void) {
  char *line;
  while (client.output.fd >= 0) {
    enum line_status status = line_next(&client.output, &line);
    if (status == LINE_NONE) return;
    if (status == LINE_CLOSED) {
      close(client.output.fd);
      client.output.fd = -1;
    } else if (status == LINE_TOO_LONG) {
      console_log("the Syn-Client said a line that is too long");
    } else if (strcmp(line, "READY") == 0) {
      client_ready = 1;
    } else if (strcmp(line, "FLUSHED") == 0) {
      client_flushed = 1;
    } else if (strcmp(line, "FREEZE") == 0 || strcmp(line, "THAW") == 0) {
      freeze_input(line[0] == 'F');
    } else if (strncmp(line, "COPIED ", 7) == 0) {
      show_copied(atoi(line + 7));
    } else {
      console_log("the Syn-Client says: %s", line);
    }
  }
}

static void deliver(const char *base64) {
  static uint8_t notification[PUSH_MAX_BYTES];
  ssize_t length = base64_decode(base64, notification, sizeof notification);
  if (length < 0)
    console_log("the modem pushes what is not base64, or too long");
  else if (session.state != SESSION_ON)
    console_log("a notification came while no session is on, and is lost");
  else if (push_deliver(notification, (size_t)length) < 0)
    console_log("a notification is lost: %s", strerror(errno));
}

static void read_modem(void) {
  char *line;
  enum line_status status;
  while ((status = line_next(&modem, &line)) == LINE_OK || status == LINE_TOO_LONG) {
    if (status == LINE_OK && strncmp(line, "SETTINGS ", 9) == 0)
      client_tell(&client, "%s", line);
    else if (status == LINE_OK && strncmp(line, "PUSH ", 5) == 0)
      deliver(line + 5);
    else
      console_log("the modem says what this phone does not know: %.40s",
                  status == LINE_OK ? line : "a line that is too long");
  }
}

// Serves everyone once, or until the time has passed without anything to serve.
static void serve(int timeout_ms) {
  // a modem port without host is always readable: it is looked at, but not waited for
  struct pollfd sources[] = {
      {.fd = keyboard, .events = POLLIN},
      {.fd = client.output.fd, .events = POLLIN},
  };
  poll(sources, 2, timeout_ms);
  read_keyboard();
  read_client();
  read_modem();
  client_reap(&client, session.pid);
}

static void serve_until(const int *flag, int timeout_ms) {
  int64_t deadline = clock_now(CLOCK_MONOTONIC) + timeout_ms * 1000LL;
  while (!*flag && client.pid != 0 && power_key_time == 0 &&
         clock_now(CLOCK_MONOTONIC) < deadline)
    serve(LOOK_MS);
}

// The home screen is there once it has taken the terminal from line mode.
static int home_is_shown(void) {
  struct termios settings;
  int tty = open(SESSION_TTY, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (tty < 0) return 0;
  int shown = tcgetattr(tty, &settings) == 0 && !(settings.c_lflag & ICANON);
  close(tty);
  return shown;
}

static void tell_modem(const char *line) {
  if (line_write(modem.fd, line, MODEM_MS) < 0)
    console_log("the modem does not answer: %s is lost", line);
}

static void use_phone(void) {
  int64_t begin = clock_now(CLOCK_REALTIME);
  if (session_start(&session) < 0) fatal("%s", session.error);
  client_tell(&client, "SESSION %" PRId64, begin);
  while (power_key_time == 0 && !home_is_shown()) serve(LOOK_MS);
  for (int i = 0; i < SIGHT_MS / LOOK_MS && power_key_time == 0; i++) serve(LOOK_MS);
  if (power_key_time == 0) tell_modem("UP\n");
  while (power_key_time == 0) serve(LOOK_MS);
  session_end(&session);
}

static void unmount(const char *path) {
  if (umount(path) < 0 && errno != EINVAL && errno != ENOENT)
    console_log("can't unmount %s: %s", path, strerror(errno));
}

_Noreturn void phone_main(void) {
  int port = device_open_port("modem");
  if (port < 0) fatal("no virtio-serial port 'modem': give the machine one");
  line_reader_init(&modem, port);
  keyboard = device_open_input(DEVICE_KEYBOARD, O_RDONLY | O_NONBLOCK);
  if (keyboard < 0) fatal("no keyboard: give the machine a virtio keyboard");
  if (device_set_repeat(keyboard, REPEAT_DELAY_MS, REPEAT_PERIOD_MS) < 0)
    fatal("can't set the keyboard's repeat: %s", strerror(errno));
  client.output.fd = -1;
  if (client_start(&client) < 0) fatal("can't start the Syn-Client: %s", strerror(errno));

  serve_until(&client_ready, READY_MS);
  if (!client_ready) console_log("the Syn-Client is not ready: this phone is not synchronized");
  if (power_key_time == 0) use_phone();

  client_tell(&client, "SHUTDOWN %" PRId64, power_key_time);
  int64_t deadline = clock_now(CLOCK_MONOTONIC) + FLUSH_MS * 1000LL;
  while (client_ready && !client_flushed && client.pid != 0 &&
         clock_now(CLOCK_MONOTONIC) < deadline)
    serve(LOOK_MS);
  if (client_ready && !client_flushed) console_log("the Syn-Client did not flush in time");
  tell_modem("DOWN\n");
  if (client.pid != 0) {
    kill(client.pid, SIGKILL);
    waitpid(client.pid, NULL, 0);
  }
  if (session_unmount(&session) < 0 && session.pid != 0) console_log("%s", session.error);
  unmount("/var/lib/syn-client");
  unmount("/opt/syn-client");
  sync();
  reboot(RB_POWER_OFF);
  fatal("the machine does not switch off: %s", strerror(errno));
}
