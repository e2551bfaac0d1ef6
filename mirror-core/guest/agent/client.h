// The Syn-Client as a child process; its standard input and output are the control channel.
#ifndef CLIENT_H
#define CLIENT_H

#include "line.h"

struct client {
  int pid;                    // 0 if it does not run
  int input;                  // its standard input
  struct line_reader output;  // its standard output
};

// Returns 0, or -1 with errno.
int client_start(struct client *client);

// Says a line to the client; a client that is gone or does not read gets nothing.
void client_tell(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Collects children that have ended, the client perhaps among them.
void client_reap(struct client *client, int session_pid);

#endif
