#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define STORAGE_DEVICE "/dev/storage"
#define HOME_SCREEN "/usr/local/bin/menu"
#define TERMINAL_RESET "\033c"

static const int64_t LOGOUT_MICROS = 2000000;

static char *const ENVIRONMENT[] = {
    "HOME=/data/home", "USER=root",   "LOGNAME=root", "SHELL=/bin/bash",
    "TERM=linux",      "LANG=C.UTF-8", "TZ=UTC",      "EDITOR=nano",
    "MAIL=/data/mail/inbox", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", NULL,
};

// What only a phone has mounted; a session's programs are to see the same on a mirror.
static const char *const HIDDEN[] = {"/opt/syn-client", "/var/lib/syn-client"};

// A directory of the user storage that is the Syn-Client's own: programs see it empty, by what is
// below its images' mount point.
#define PRIVATE_DIRECTORY SESSION_STORAGE "/.syn-client"
#define EMPTY_DIRECTORY "/opt/syn-client"

// The kernel's default depends on the machine's memory, in which phone and mirror differ.
enum { MAX_PROCESSES = 200 };

static int fail(struct session *session, const char *what) {
  snprintf(session->error, sizeof session->error, "%s: %s", what, strerror(errno));
  return -1;
}

static int mount_storage(struct session *session) {
  // a template's kernel may hold blocks of the image that was attached when it booted
  int fd = open(STORAGE_DEVICE, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(session, "open " STORAGE_DEVICE);
  int flushed = ioctl(fd, BLKFLSBUF, 0);
  close(fd);
  if (flushed < 0) return fail(session, "flush " STORAGE_DEVICE);
  // the journal is for a crash, after which a mirror goes on from a checkpoint; it costs a third
  // of an interval. The kernel does not leave it aside where it has something to replay.
  if (session->without_journal &&
      mount(STORAGE_DEVICE, SESSION_STORAGE, "ext4", MS_NOATIME, "noload") == 0)
    return 0;
  if (mount(STORAGE_DEVICE, SESSION_STORAGE, "ext4", MS_NOATIME, NULL) < 0)
    return fail(session, "mount " STORAGE_DEVICE);
  return 0;
}

static _Noreturn void run_home_screen(void) {
  setsid();
  int tty = open(SESSION_TTY, O_RDWR);
  if (tty < 0 || ioctl(tty, TIOCSCTTY, 1) < 0) _exit(1);
  struct termios settings;
  if (tcgetattr(tty, &settings) == 0) {
    settings.c_iflag = ICRNL | IXON | IUTF8;
    settings.c_oflag = OPOST | ONLCR;
    settings.c_cflag = CREAD | CS8 | HUPCL | B38400;
    settings.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
    tcsetattr(tty, TCSAFLUSH, &settings);
  }
  if (write(tty, TERMINAL_RESET, strlen(TERMINAL_RESET)) < 0) _exit(1);
  for (int i = 0; i < 3; i++) dup2(tty, i);
  if (tty > 2) close(tty);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  execve(HOME_SCREEN, (char *[]){HOME_SCREEN, NULL}, ENVIRONMENT);
  _exit(127);
}

// Waits for the children that end before the deadline; returns once there are none.
static void reap_until(int64_t deadline, const sigset_t *signals) {
  for (;;) {
    int pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
    }
    int64_t left = deadline - clock_now(CLOCK_MONOTONIC);
    if (pid < 0 || left <= 0) return;
    struct timespec timeout = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
    sigtimedwait(signals, NULL, &timeout);
  }
}

// First process of the session's PID namespace. When it exits, the kernel kills what is left.
static _Noreturn void lead_session(void) {
  prctl(PR_SET_NAME, "session");
  syscall(SYS_close_range, 0u, ~0u, 0u);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_SETMASK, &signals, NULL);
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
      mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
    _exit(1);
  for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) umount2(HIDDEN[i], MNT_DETACH);
  if (mount(EMPTY_DIRECTORY, PRIVATE_DIRECTORY, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
    _exit(1);
  struct rlimit limit = {.rlim_cur = MAX_PROCESSES, .rlim_max = MAX_PROCESSES};
  setrlimit(RLIMIT_NPROC, &limit);
  setrlimit(RLIMIT_SIGPENDING, &limit);
  // a user may have removed the home directory
  if (chdir("/data/home") < 0 && chdir("/") < 0) _exit(1);
  for (;;) {
    int menu = fork();
    if (menu == 0) run_home_screen();
    for (int running = 1; running;) {
      if (sigwaitinfo(&signals, NULL) == SIGTERM) {
        kill(-1, SIGHUP);
        kill(-1, SIGCONT);
        reap_until(clock_now(CLOCK_MONOTONIC) + LOGOUT_MICROS, &signals);
        _exit(0);
      }
      int pid;
      while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        if (pid == menu) running = 0;
    }
    // a home screen that ends at once must not become a busy loop
    clock_sleep_until(clock_now(CLOCK_MONOTONIC) + 1000000);
  }
}

int session_start(struct session *session) {
  if (mount_storage(session) < 0) return -1;
  int pid = (int)syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, 0);
  if (pid < 0) {
    int result = fail(session, "start session");
    umount2(SESSION_STORAGE, 0);
    return result;
  }
  if (pid == 0) lead_session();
  session->pid = pid;
  session->state = SESSION_ON;
  return 0;
}

int session_end(struct session *session) {
  if (session->state == SESSION_FROZEN && session_thaw(session) < 0) return -1;
  kill(session->pid, SIGTERM);
  while (waitpid(session->pid, NULL, 0) < 0 && errno == EINTR) {
  }
  session->state = SESSION_OFF;
  return 0;
}

int session_unmount(struct session *session) {
  sync();
  // the last processes' files are put away by the kernel a moment after they are gone
  for (int attempt = 0; umount2(SESSION_STORAGE, 0) < 0; attempt++) {
    if (errno != EBUSY || attempt == 100) return fail(session, "unmount " SESSION_STORAGE);
    clock_sleep_until(clock_now(CLOCK_MONOTONIC) + 20000);
  }
  return 0;
}

static int storage_ioctl(struct session *session, unsigned long request, const char *what) {
  int fd = open(SESSION_STORAGE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fail(session, what);
  int result = ioctl(fd, request, 0) < 0 ? fail(session, what) : 0;
  close(fd);
  return result;
}

int session_freeze(struct session *session) {
  if (storage_ioctl(session, FIFREEZE, "freeze " SESSION_STORAGE) < 0) return -1;
  session->state = SESSION_FROZEN;
  return 0;
}

int session_thaw(struct session *session) {
  if (storage_ioctl(session, FITHAW, "thaw " SESSION_STORAGE) < 0) return -1;
  session->state = SESSION_ON;
  return 0;
}
