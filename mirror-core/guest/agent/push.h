// Delivery of multimedia message notifications to the user's programs, in both roles.
#ifndef PUSH_H
#define PUSH_H

#include <stddef.h>
#include <stdint.h>

enum { PUSH_MAX_BYTES = 12000 };

// Writes a notification to the next numbered file of /data/mms/push. Returns 0, or -1 with errno.
int push_deliver(const uint8_t *notification, size_t length);

#endif
