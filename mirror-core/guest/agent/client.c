#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fatal.h"

#define CLIENT_PROGRAM "/opt/syn-client/bin/syn-client"

#define MODEL_WORD "mirror.model="

enum { TELL_TIMEOUT_MS = 1000, COMMAND_LINE_BYTES = 4096 };

static char *const ENVIRONMENT[] = {
    "HOME=/var/lib/syn-client", "LANG=C.UTF-8", "TZ=UTC",
    "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", NULL,
};

// The phone model's name, which is on the kernel command line; empty if it is not.
static char *model(void) {
  static char line[COMMAND_LINE_BYTES];
  FILE *file = fopen("/proc/cmdline", "re");
  if (file == NULL) return line;
  if (fgets(line, sizeof line, file) == NULL) line[0] = 0;
  fclose(file);
  for (char *rest, *word = strtok_r(line, " \n", &rest); word != NULL;
       word = strtok_r(NULL, " \n", &rest))
    if (strncmp(word, MODEL_WORD, strlen(MODEL_WORD)) == 0) return word + strlen(MODEL_WORD);
  line[0] = 0;
  return line;
}

static _Noreturn void become_client(int in, int out) {
  // user storage, its own state, the phone model's name, where the input devices are
  char *const arguments[] = {
      CLIENT_PROGRAM, "/data", "/var/lib/syn-client", model(), "/dev/input", NULL,
  };
  setsid();
  dup2(in, 0);
  dup2(out, 1);
  signal(SIGPIPE, SIG_DFL);
  if (chdir("/var/lib/syn-client") < 0) _exit(126);
  execve(CLIENT_PROGRAM, arguments, ENVIRONMENT);
  console_log("can't run " CLIENT_PROGRAM ": errno %d", errno);
  _exit(127);
}

int client_start(struct client *client) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0) return -1;
  client->pid = fork();
  if (client->pid < 0) return -1;
  if (client->pid == 0) become_client(in[0], out[1]);
  close(in[0]);
  close(out[1]);
  fcntl(in[1], F_SETFL, O_NONBLOCK);
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  client->input = in[1];
  line_reader_init(&client->output, out[0]);
  return 0;
}

void client_tell(struct client *client, const char *format, ...) {
  char line[LINE_MAX_BYTES + 1];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (client->pid == 0 || n >= (int)sizeof line - 1) return;
  line[n] = '\n';
  line[n + 1] = 0;
  if (line_write(client->input, line, TELL_TIMEOUT_MS) < 0)
    console_log("the Syn-Client does not read its control channel; a line is lost");
}

void client_reap(struct client *client, int session_pid) {
  int status;
  siginfo_t ended = {0};
  // the session's end is waited for by whoever ends it
  while (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
         ended.si_pid != session_pid) {
    if (waitpid(ended.si_pid, &status, 0) == client->pid) {
      console_log("the Syn-Client has ended (%s %d): this phone is not synchronized any more",
                  WIFEXITED(status) ? "status" : "signal",
                  WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
      client->pid = 0;
    }
    ended.si_pid = 0;
  }
}
