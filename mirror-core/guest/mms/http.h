// Just enough HTTP for MM1: one request to a numeric IPv4 address over one connection.
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>
#include <stdint.h>

struct http_answer {
  int status;
  uint8_t *body;  // in the caller's buffer
  size_t length;
  char error[256];
};

// Sends a POST with a PDU, or a GET if there is none, and reads the answer into the buffer.
// Returns 0, or -1 with an error: not reached, too late, too long, or no HTTP.
int http_ask(const char *url, const uint8_t *pdu, size_t length, uint8_t *buffer, size_t capacity,
             int limit_ms, struct http_answer *answer);

#endif
