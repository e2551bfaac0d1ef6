// Lines of text over a file descriptor that does not block: a virtio-serial port or a pipe.
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

enum { LINE_MAX_BYTES = 16384 };

struct line_reader {
  int fd;
  size_t used;       // bytes in the buffer
  size_t consumed;   // of these, bytes of lines already given out
  int discarding;    // within a line that was too long
  char buffer[LINE_MAX_BYTES];
};

enum line_status {
  LINE_OK,
  LINE_NONE,      // no whole line yet
  LINE_TOO_LONG,  // a line of more than LINE_MAX_BYTES - 1 bytes is being left out
  LINE_CLOSED,    // the other side is not there; what it had begun is forgotten
};

void line_reader_init(struct line_reader *reader, int fd);

// Gives the next line, without its line feed; it is valid until the next call. Never blocks.
enum line_status line_next(struct line_reader *reader, char **line);

// Gives bytes that are no lines, at most as many as *length, and says how many. Never blocks.
enum line_status line_bytes(struct line_reader *reader, uint8_t *bytes, size_t *length);

// Writes a text. Returns 0, or -1 if the other side is gone or does not read for that long.
int line_write(int fd, const char *text, int timeout_ms);

#endif
