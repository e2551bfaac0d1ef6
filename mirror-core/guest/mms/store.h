// What the program keeps: texts and files under one directory.
#ifndef STORE_H
#define STORE_H

#include <stddef.h>
#include <stdint.h>

enum { STORE_PATH = 1024 };

// A path below the store's directory.
__attribute__((format(printf, 2, 3))) const char *store_path(char path[STORE_PATH],
                                                             const char *format, ...);

// Writes a file: all of it or nothing. Returns 0, or -1 with errno.
int store_write(const char *path, const void *data, size_t length);

// Reads a file of at most capacity bytes. Returns its length, or -1 with errno (EFBIG).
long store_read(const char *path, uint8_t *buffer, size_t capacity);

// Gives the next number of a counter file, from 1 on. Returns 0 with errno if that can't be kept.
unsigned long store_next(const char *path);

// Removes a directory with the files in it.
void store_remove(const char *directory);

// Names of a directory's entries that end so, in order; free them with store_free.
struct store_names {
  char **names;
  size_t count;
};
int store_list(const char *directory, const char *suffix, struct store_names *names);
void store_free(struct store_names *names);

#endif
