// What the commands share.
#ifndef MMS_H
#define MMS_H

#include <stddef.h>
#include <stdint.h>

#include "http.h"
#include "pdu.h"

enum {
  EXIT_USAGE = 2,
  EXIT_NETWORK = 3,    // the relay is not reached or does not answer
  EXIT_REFUSED = 4,    // the relay says no
  EXIT_MALFORMED = 5,  // what came is no MMS
  EXIT_STORAGE = 6,    // something can't be read or kept
};

// Says what is wrong and how to go on, and gives the code back.
__attribute__((format(printf, 2, 3))) int mms_fail(int code, const char *format, ...);

// Asks the relay by its configured URL, or any other.
int mms_post(const uint8_t *pdu, size_t length, uint8_t *buffer, struct http_answer *answer);
int mms_get(const char *url, uint8_t *buffer, struct http_answer *answer);

extern uint8_t mms_buffer[PDU_MAX + 16384];  // of answers
extern struct pdu mms_pdu;                   // read from it

int mms_send(const char *numbers, const char *subject, const char *file);
int mms_inbox(void);
int mms_fetch(const char *number);
int mms_defer(const char *number);

#endif
