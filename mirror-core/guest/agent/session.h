// The user's session on tty1 with the user storage that it works on: the same code in phone and
// mirror, since whatever differs here ends up as a difference in the storage.
#ifndef SESSION_H
#define SESSION_H

#include <stddef.h>
#include <stdint.h>

enum session_state { SESSION_OFF, SESSION_ON, SESSION_FROZEN };

struct session {
  enum session_state state;
  int without_journal;  // of the user storage's file system: nothing of it outlives a crash
  int pid;          // of the first process of the session's PID namespace
  char error[160];  // why the last call failed
};

#define SESSION_STORAGE "/data"
#define SESSION_TTY "/dev/tty1"

// Mounts the user storage and starts the session. Returns 0, or -1 with session->error.
int session_start(struct session *session);

// Ends the session as a logout does: SIGHUP, two seconds, SIGKILL. The storage stays mounted.
int session_end(struct session *session);

// Writes out and unmounts the user storage.
int session_unmount(struct session *session);

// Makes the storage consistent for a reader outside, and keeps it so until it is thawed.
int session_freeze(struct session *session);
int session_thaw(struct session *session);

#endif
