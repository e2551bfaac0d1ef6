#include "pdu.h"

#include <string.h>
#include <strings.h>

enum {
  BCC = 0x01, CC, LOCATION, CONTENT_TYPE, DATE, DELIVERY_REPORT, DELIVERY_TIME, EXPIRY, FROM,
  CLASS, MESSAGE_ID, TYPE, VERSION, SIZE, PRIORITY, READ_REPORT, REPORT_ALLOWED, RESPONSE_STATUS,
  RESPONSE_TEXT, SENDER_VISIBILITY, STATUS, SUBJECT, TO, TRANSACTION, RETRIEVE_STATUS,
  RETRIEVE_TEXT,
  SHORT = 0x80,
  LENGTH_QUOTE = 31, QUOTED_STRING = 34, TEXT_QUOTE = 127,
  VERSION_1_2 = 0x92, INSERT_ADDRESS = 0x81, ADDRESS_PRESENT = 0x80,
  CHARSET = 0x81, NAME = 0x85, NAME_1_4 = 0x97,
  UTF_8 = 106, ISO_8859_1 = 4,
  PART_LOCATION = 0x8E,
  MIXED = 0x23, RELATED = 0x33, ALTERNATIVE = 0x26,
};

static const struct {
  int number;
  const char *name, *suffix;
} MEDIA[] = {
    {0x03, "text/plain", ".txt"},  {0x02, "text/html", ".html"}, {0x1D, "image/gif", ".gif"},
    {0x1E, "image/jpeg", ".jpg"},  {0x1E, "image/jpeg", ".jpeg"}, {0x20, "image/png", ".png"},
    {MIXED, "application/vnd.wap.multipart.mixed", ""},
    {RELATED, "application/vnd.wap.multipart.related", ""},
    {ALTERNATIVE, "application/vnd.wap.multipart.alternative", ""},
};
enum { MEDIA_COUNT = sizeof MEDIA / sizeof MEDIA[0] };
#define OTHER_MEDIA "application/octet-stream"

// A range of the bytes. What is wrong first is kept, and everything after it reads as nothing.
struct reader {
  const uint8_t *bytes;
  size_t at, end;
  struct fault {
    const char *what;
    size_t offset;
  } *fault;
};

static void wrong(struct reader *in, const char *what) {
  if (in->fault->what == NULL) *in->fault = (struct fault){what, in->at};
  in->at = in->end;
}

static int more(const struct reader *in) { return in->at < in->end && in->fault->what == NULL; }

static int peek(struct reader *in) {
  if (!more(in)) {
    wrong(in, "it ends too soon");
    return 0;
  }
  return in->bytes[in->at];
}

static int octet(struct reader *in) {
  int value = peek(in);
  if (more(in)) in->at++;
  return value;
}

static struct reader range(struct reader *in, uint64_t length) {
  if (length > in->end - in->at) {
    wrong(in, "a length goes beyond its end");
    length = 0;
  }
  struct reader part = {in->bytes, in->at, in->at + length, in->fault};
  in->at += length;
  return part;
}

static uint64_t uintvar(struct reader *in) {
  uint64_t value = 0;
  for (int i = 0; i < 5; i++) {
    int next = octet(in);
    value = value << 7 | (next & 0x7F);
    if (next < SHORT) return value;
  }
  wrong(in, "a length has more than 5 bytes");
  return 0;
}

static struct reader value(struct reader *in) {
  int first = octet(in);
  if (first > LENGTH_QUOTE) {
    in->at--;
    wrong(in, "a value should begin with its length");
  }
  return range(in, first == LENGTH_QUOTE ? uintvar(in) : (uint64_t)first);
}

static uint64_t integer(struct reader *in) {
  int first = octet(in);
  if (first >= SHORT) return first & 0x7F;
  if (first == 0 || first > 8) wrong(in, "an integer has no or too many bytes");
  struct reader digits = range(in, more(in) || first == 0 ? (uint64_t)first : 0);
  uint64_t number = 0;
  while (more(&digits)) number = number << 8 | (uint64_t)octet(&digits);
  return number;
}

// Appends a character, as long as there is room for it and the terminating NUL.
static void append(char *text, size_t *used, int character, int latin) {
  if (character < 0x20 || character == 0x7F) character = '?';
  if (character >= 0x80 && latin) {
    if (*used + 3 > PDU_TEXT) return;
    text[(*used)++] = (char)(0xC0 | character >> 6);
    character = 0x80 | (character & 0x3F);
  }
  if (*used + 2 > PDU_TEXT) return;
  text[(*used)++] = (char)character;
}

static void text(struct reader *in, char *into, int latin) {
  size_t used = 0;
  if (peek(in) == TEXT_QUOTE || peek(in) == QUOTED_STRING) in->at++;
  int next;
  while ((next = octet(in)) != 0) append(into, &used, next, latin);
  if (used == PDU_TEXT - 1) {
    // no half of a character at the end of what was cut
    while (used > 0 && (into[used - 1] & 0xC0) == 0x80) used--;
    if (used > 0 && (into[used - 1] & 0x80) != 0) used--;
  }
  into[used] = 0;
}

static void encoded(struct reader *in, char *into) {
  int first = peek(in);
  if (first == 0 || first > LENGTH_QUOTE) {
    text(in, into, 0);
    return;
  }
  struct reader string = value(in);
  uint64_t charset = integer(&string);
  // a text may be without its NUL here
  size_t used = 0;
  if (more(&string) && peek(&string) == TEXT_QUOTE) string.at++;
  while (more(&string) && peek(&string) != 0) {
    int next = octet(&string);
    append(into, &used, charset == UTF_8 || charset == ISO_8859_1 || next < 0x80 ? next : '?',
           charset == ISO_8859_1);
  }
  into[used] = 0;
}

static void skip(struct reader *in) {
  int first = peek(in);
  if (first <= LENGTH_QUOTE) {
    value(in);
  } else if (first < SHORT) {
    while (octet(in) != 0) {
    }
  } else {
    in->at++;
  }
}

static void media(struct reader *in, char *type) {
  int first = peek(in);
  if (first > LENGTH_QUOTE && first < SHORT) {
    text(in, type, 0);
    return;
  }
  uint64_t number = integer(in);
  strcpy(type, OTHER_MEDIA);
  for (int i = MEDIA_COUNT - 1; i >= 0; i--)
    if (number == (uint64_t)MEDIA[i].number) strcpy(type, MEDIA[i].name);
}

static void content_type(struct reader *in, char *type, char *name) {
  int first = peek(in);
  if (first > LENGTH_QUOTE) {
    media(in, type);
    return;
  }
  struct reader general = value(in);
  media(&general, type);
  while (more(&general)) {
    int parameter = peek(&general);
    if (parameter < SHORT) {
      skip(&general);  // its name
      skip(&general);
    } else if (octet(&general), parameter == NAME || parameter == NAME_1_4) {
      text(&general, name, 0);
    } else {
      skip(&general);
    }
  }
}

static void part(struct reader *in, struct pdu_part *part) {
  uint64_t headers_length = uintvar(in), data_length = uintvar(in);
  struct reader headers = range(in, headers_length);
  content_type(&headers, part->type, part->name);
  while (more(&headers)) {
    int field = peek(&headers);
    if (field < SHORT) {
      skip(&headers);
      skip(&headers);
    } else if (octet(&headers), field == PART_LOCATION) {
      text(&headers, part->name, 0);
    } else {
      skip(&headers);
    }
  }
  struct reader data = range(in, data_length);
  part->data = data.bytes + data.at;
  part->length = data.end - data.at;
}

static void content(struct reader *in, struct pdu *pdu) {
  char type[PDU_TEXT] = "", name[PDU_TEXT] = "";
  content_type(in, type, name);
  if (strstr(type, "multipart") == NULL) {
    struct pdu_part *only = &pdu->parts[pdu->part_count++];
    strcpy(only->type, type);
    strcpy(only->name, name);
    only->data = in->bytes + in->at;
    only->length = in->end - in->at;
    in->at = in->end;
    return;
  }
  uint64_t count = more(in) ? uintvar(in) : 0;
  if (count > PDU_PARTS) wrong(in, "it has more than 64 parts");
  while (more(in) && (uint64_t)pdu->part_count < count) part(in, &pdu->parts[pdu->part_count++]);
  if ((uint64_t)pdu->part_count < count) wrong(in, "it has fewer parts than it says");
}

static void from(struct reader *in, struct pdu *pdu) {
  struct reader sender = value(in);
  if (octet(&sender) == ADDRESS_PRESENT) encoded(&sender, pdu->from);
}

static void field(struct reader *in, struct pdu *pdu) {
  switch (octet(in) & 0x7F) {
    case TYPE: pdu->type = octet(in); break;
    case TRANSACTION: text(in, pdu->transaction, 0); break;
    case MESSAGE_ID: text(in, pdu->message_id, 0); break;
    case LOCATION: text(in, pdu->location, 0); break;
    case SUBJECT: encoded(in, pdu->subject); break;
    case TO: encoded(in, pdu->to); break;
    case FROM: from(in, pdu); break;
    case SIZE: pdu->size = integer(in); break;
    case RESPONSE_TEXT:
    case RETRIEVE_TEXT: encoded(in, pdu->status_text); break;
    case RESPONSE_STATUS:
    case RETRIEVE_STATUS:
    case STATUS: pdu->status = octet(in); break;
    case CONTENT_TYPE: content(in, pdu); in->at = in->end; break;
    default: skip(in);
  }
}

const char *pdu_read(const uint8_t *bytes, size_t length, struct pdu *pdu, size_t *offset) {
  struct fault fault = {NULL, 0};
  struct reader in = {bytes, 0, length, &fault};
  memset(pdu, 0, sizeof *pdu);
  while (more(&in)) {
    if (peek(&in) < SHORT) {
      skip(&in);
      skip(&in);
    } else {
      field(&in, pdu);
    }
  }
  if (fault.what == NULL && pdu->type == 0) fault = (struct fault){"it has no type", length};
  *offset = fault.offset;
  return fault.what;
}

static void put(struct pdu_writer *out, const void *bytes, size_t length) {
  if (length > out->capacity - out->length) {
    out->overflow = 1;
    return;
  }
  if (length > 0) memcpy(out->bytes + out->length, bytes, length);
  out->length += length;
}

static void put_octet(struct pdu_writer *out, int octet) {
  uint8_t byte = (uint8_t)octet;
  put(out, &byte, 1);
}

static void put_text(struct pdu_writer *out, const char *text) {
  if ((uint8_t)text[0] >= TEXT_QUOTE) put_octet(out, TEXT_QUOTE);
  put(out, text, strlen(text) + 1);
}

static void put_uintvar(struct pdu_writer *out, uint64_t value) {
  for (int shift = 28; shift > 0; shift -= 7)
    if (value >> shift != 0) put_octet(out, (int)(value >> shift & 0x7F) | SHORT);
  put_octet(out, (int)(value & 0x7F));
}

void pdu_begin(struct pdu_writer *out, enum pdu_type type, const char *transaction) {
  put_octet(out, SHORT | TYPE);
  put_octet(out, type);
  put_octet(out, SHORT | TRANSACTION);
  put_text(out, transaction);
  put_octet(out, SHORT | VERSION);
  put_octet(out, VERSION_1_2);
}

void pdu_insert_from(struct pdu_writer *out) {
  put(out, (const uint8_t[]){SHORT | FROM, 1, INSERT_ADDRESS}, 3);
}

void pdu_to(struct pdu_writer *out, const char *number) {
  put_octet(out, SHORT | TO);
  put(out, number, strlen(number));
  put_text(out, "/TYPE=PLMN");
}

void pdu_subject(struct pdu_writer *out, const char *subject) {
  int plain = 1;
  for (const char *c = subject; *c != 0; c++)
    if (*c < 0x20 || *c == TEXT_QUOTE) plain = 0;
  put_octet(out, SHORT | SUBJECT);
  if (!plain) {
    size_t length = strlen(subject) + 2 + ((uint8_t)subject[0] >= TEXT_QUOTE);
    if (length >= LENGTH_QUOTE) put_octet(out, LENGTH_QUOTE);
    put_uintvar(out, length);
    put_octet(out, SHORT | UTF_8);
  }
  put_text(out, subject);
}

void pdu_status(struct pdu_writer *out, int status) {
  put_octet(out, SHORT | STATUS);
  put_octet(out, status);
}

void pdu_delivery_report(struct pdu_writer *out) {
  put_octet(out, SHORT | DELIVERY_REPORT);
  put_octet(out, SHORT);
}

void pdu_report_allowed(struct pdu_writer *out) {
  put_octet(out, SHORT | REPORT_ALLOWED);
  put_octet(out, SHORT);
}

static int media_of(const char *name) {
  const char *suffix = strrchr(name, '.');
  for (int i = 0; suffix != NULL && i < MEDIA_COUNT; i++)
    if (strcasecmp(suffix, MEDIA[i].suffix) == 0) return MEDIA[i].number;
  return -1;
}

void pdu_content(struct pdu_writer *out, const char *name, const uint8_t *data, size_t length) {
  int number = media_of(name);
  uint8_t buffer[2 * PDU_TEXT];
  struct pdu_writer headers = {buffer, 0, sizeof buffer, 0};
  if (number == 0x03) {
    put(&headers, (const uint8_t[]){3, SHORT | 0x03, CHARSET, SHORT | UTF_8}, 4);
  } else if (number > 0) {
    put_octet(&headers, SHORT | number);
  } else {
    put_text(&headers, OTHER_MEDIA);
  }
  put_octet(&headers, PART_LOCATION);
  put_text(&headers, name);
  out->overflow |= headers.overflow;
  put_octet(out, SHORT | CONTENT_TYPE);
  put_octet(out, SHORT | MIXED);
  put_uintvar(out, 1);
  put_uintvar(out, headers.length);
  put_uintvar(out, length);
  put(out, headers.bytes, headers.length);
  put(out, data, length);
}
