#include "base64.h"

#include <string.h>

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

ssize_t base64_decode(const char *text, uint8_t *bytes, size_t size) {
  size_t length = strlen(text), written = 0;
  if (length % 4 != 0) return -1;
  for (size_t i = 0; i < length; i += 4) {
    uint32_t group = 0;
    size_t digits = 4;
    if (i + 4 == length && text[i + 3] == '=') digits = text[i + 2] == '=' ? 2 : 3;
    for (size_t j = 0; j < 4; j++) {
      const char *digit = j < digits ? strchr(ALPHABET, text[i + j]) : ALPHABET;
      if (!digit) return -1;
      group = group << 6 | (uint32_t)(digit - ALPHABET);
    }
    for (size_t j = 0; j + 1 < digits; j++) {
      if (written == size) return -1;
      bytes[written++] = (uint8_t)(group >> (16 - 8 * j));
    }
  }
  return (ssize_t)written;
}
