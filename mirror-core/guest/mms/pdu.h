// PDUs of MMS (OMA-TS-MMS_ENC-V1_2, WAP-230-WSP), as far as a phone without wishes needs them.
#ifndef PDU_H
#define PDU_H

#include <stddef.h>
#include <stdint.h>

enum {
  PDU_MAX = 1 << 20,
  PDU_TEXT = 512,  // longer texts are cut
  PDU_PARTS = 64,
};

#define PDU_MEDIA_TYPE "application/vnd.wap.mms-message"

enum pdu_type {
  PDU_SEND_REQ = 0x80,
  PDU_SEND_CONF,
  PDU_NOTIFICATION_IND,
  PDU_NOTIFYRESP_IND,
  PDU_RETRIEVE_CONF,
  PDU_ACKNOWLEDGE_IND,
  PDU_DELIVERY_IND,
};

enum {
  PDU_OK = 0x80,            // X-Mms-Response-Status, X-Mms-Retrieve-Status
  PDU_NOT_FOUND = 0xE2,     // X-Mms-Retrieve-Status
  PDU_EXPIRED = 0x80,       // X-Mms-Status, from here on
  PDU_RETRIEVED = 0x81,
  PDU_REJECTED = 0x82,
  PDU_DEFERRED = 0x83,
};

struct pdu_part {
  char type[PDU_TEXT];
  char name[PDU_TEXT];  // Content-Location, or the name parameter; may be empty
  const uint8_t *data;  // in the bytes that were read
  size_t length;
};

// Texts are UTF-8 without control characters, so that they can be shown; absent ones are empty.
struct pdu {
  int type;
  char transaction[PDU_TEXT];
  char message_id[PDU_TEXT];
  char from[PDU_TEXT];
  char to[PDU_TEXT];  // the last one
  char subject[PDU_TEXT];
  char location[PDU_TEXT];
  char status_text[PDU_TEXT];
  int status;  // response, retrieve or message status; 0 if there is none
  uint64_t size;
  struct pdu_part parts[PDU_PARTS];
  int part_count;
};

// Reads a PDU. Returns NULL, or what is wrong with it; *offset tells where.
const char *pdu_read(const uint8_t *bytes, size_t length, struct pdu *pdu, size_t *offset);

// Writes PDUs. What does not fit into the buffer sets overflow.
struct pdu_writer {
  uint8_t *bytes;
  size_t length, capacity;
  int overflow;
};

void pdu_begin(struct pdu_writer *out, enum pdu_type type, const char *transaction);
void pdu_insert_from(struct pdu_writer *out);
void pdu_to(struct pdu_writer *out, const char *number);
void pdu_subject(struct pdu_writer *out, const char *subject);
void pdu_delivery_report(struct pdu_writer *out);
void pdu_status(struct pdu_writer *out, int status);
void pdu_report_allowed(struct pdu_writer *out);

// Ends the PDU with one part. The media type follows from the name's suffix.
void pdu_content(struct pdu_writer *out, const char *name, const uint8_t *data, size_t length);

#endif
