// Orders of the phone's user to the services of the mirror server. A program that gives one does
// the same on a phone and on its mirror, except that on a mirror nobody takes the order.
#pragma once

#include <stddef.h>

enum { EXIT_TROUBLE = 1, EXIT_USAGE = 2 };

// An order is a list of words, the first of which says what it is.
enum { ORDER_MAX_BYTES = 7168 };

struct order {
  char bytes[ORDER_MAX_BYTES];
  size_t length;
  int too_long;
};

// Says what is wrong, after the program's name; returns the code.
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

void order_add(struct order *order, const char *word);

// Leaves the order to the Syn-Client and says so; an exit code.
int order_give(const struct order *order);

// The file's real path, below the user storage, in a buffer of PATH_MAX bytes; an exit code.
int user_path(const char *path, char *real);

// mirror-send, with the arguments after its name.
int send_main(int argc, char **argv);

// Shows what the phone was told; an exit code.
int notices_show(void);
