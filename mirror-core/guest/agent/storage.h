// What the host writes into the user storage of a session, to make it what the phone's is: through
// the guest's own file system, so that the session's programs see it.
#ifndef STORAGE_H
#define STORAGE_H

// Whether a word is one of these commands.
int storage_knows(const char *command);

// Carries out a command of the host, as README.md lists them, below a directory.
//
// command    its word, which is known
// arguments  the rest of the line; it is changed
// error      why it was refused
//
// Returns 0, or -1 with the error.
int storage_command(const char *top, const char *command, char *arguments, char *error, int size);

#endif
