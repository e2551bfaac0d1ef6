#ifndef BASE64_H
#define BASE64_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Decodes base64 (RFC 4648 §4). Returns the number of bytes, or -1 if it is not that or is too long.
ssize_t base64_decode(const char *text, uint8_t *bytes, size_t size);

#endif
