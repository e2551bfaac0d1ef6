// mms send: hands a message in, and keeps what was sent.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mms.h"
#include "store.h"

enum { CONTENT_MAX = 300 * 1024, SUBJECT_MAX = 200, NUMBER_MAX = 16, RECIPIENTS_MAX = 20 };

static uint8_t content[CONTENT_MAX];
static uint8_t request[CONTENT_MAX + 8192];

static int is_number(const char *text) {
  if (*text == '+') text++;
  size_t digits = strspn(text, "0123456789");
  return digits >= 3 && digits < NUMBER_MAX && text[digits] == 0;
}

static int add_recipients(struct pdu_writer *out, const char *numbers) {
  char number[NUMBER_MAX + 2];
  int count = 0;
  for (const char *next = numbers; next != NULL; count++) {
    size_t length = strcspn(next, ",");
    snprintf(number, sizeof number, "%.*s", (int)(length < sizeof number ? length : 0), next);
    if (!is_number(number))
      return mms_fail(EXIT_USAGE, "'%.*s' is no telephone number like +15550001", (int)length,
                      next);
    if (count == RECIPIENTS_MAX)
      return mms_fail(EXIT_USAGE, "more than %d recipients", RECIPIENTS_MAX);
    pdu_to(out, number);
    next = next[length] == 0 ? NULL : next + length + 1;
  }
  return 0;
}

static int refused(unsigned long id, const struct http_answer *answer) {
  size_t offset;
  if (answer->status / 100 != 2)
    return mms_fail(EXIT_REFUSED, "the relay answers HTTP %d: %.*s", answer->status,
                    (int)(answer->length < 200 ? strcspn((char *)answer->body, "\r\n") : 0),
                    (char *)answer->body);
  const char *wrong = pdu_read(answer->body, answer->length, &mms_pdu, &offset);
  if (wrong != NULL)
    return mms_fail(EXIT_MALFORMED, "the relay's answer is no MMS: %s (byte %zu)", wrong, offset);
  char transaction[24];
  snprintf(transaction, sizeof transaction, "T%lu", id);
  if (mms_pdu.type != PDU_SEND_CONF || strcmp(mms_pdu.transaction, transaction) != 0)
    return mms_fail(EXIT_MALFORMED, "the relay answers something else (type %d of %s)",
                    mms_pdu.type, mms_pdu.transaction);
  if (mms_pdu.status != PDU_OK)
    return mms_fail(EXIT_REFUSED, "the relay refuses the message: %s (status %d)%s",
                    mms_pdu.status_text, mms_pdu.status,
                    mms_pdu.status >= 0xC0 && mms_pdu.status < 0xE0 ? "; try again later" : "");
  return 0;
}

int mms_send(const char *numbers, const char *subject, const char *file) {
  char path[STORE_PATH], record[STORE_PATH], text[4096];
  if (strlen(subject) > SUBJECT_MAX)
    return mms_fail(EXIT_USAGE, "the subject has more than %d bytes", SUBJECT_MAX);
  const char *slash = strrchr(file, '/');
  const char *name = strcmp(file, "-") == 0 ? "text.txt" : slash != NULL ? slash + 1 : file;
  if (strlen(name) > 200) return mms_fail(EXIT_USAGE, "the file's name is too long");
  struct pdu_writer recipients = {(uint8_t *)text, 0, sizeof text, 0};
  int result = add_recipients(&recipients, numbers);
  if (result != 0) return result;
  long length = store_read(file, content, sizeof content);
  if (length < 0 && errno == EFBIG)
    return mms_fail(EXIT_USAGE, "%s has more than %d bytes: send a smaller one", file,
                    CONTENT_MAX);
  if (length < 0) return mms_fail(EXIT_STORAGE, "%s: %s", file, strerror(errno));

  unsigned long id = store_next(store_path(path, "next"));
  if (id == 0) return mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  char transaction[24];
  snprintf(transaction, sizeof transaction, "T%lu", id);
  struct pdu_writer out = {request, 0, sizeof request, 0};
  pdu_begin(&out, PDU_SEND_REQ, transaction);
  pdu_insert_from(&out);
  add_recipients(&out, numbers);
  if (subject[0] != 0) pdu_subject(&out, subject);
  pdu_delivery_report(&out);
  pdu_content(&out, name, content, (size_t)length);
  if (out.overflow) return mms_fail(EXIT_USAGE, "the message is too long");

  // before it is sent, so that nothing is sent that can't be kept
  store_path(path, "sent/%05lu.mms", id);
  store_path(record, "sent/%05lu.txt", id);
  int used = snprintf(text, sizeof text, "To: %s\nSubject: %s\nFile: %s\nMessage-ID: ", numbers,
                      subject, name);
  char room[PDU_TEXT] = "";
  memset(room, ' ', sizeof room - 1);
  if (store_write(path, out.bytes, out.length) < 0 || store_write(record, room, sizeof room) < 0) {
    result = mms_fail(EXIT_STORAGE, "%s: %s; nothing was sent", path, strerror(errno));
  } else {
    struct http_answer answer;
    result = mms_post(out.bytes, out.length, mms_buffer, &answer);
    if (result == 0) result = refused(id, &answer);
  }
  if (result != 0) {
    unlink(path);
    unlink(record);
    return result;
  }
  used += snprintf(text + used, sizeof text - (size_t)used, "%s\n", mms_pdu.message_id);
  if (store_write(record, text, (size_t)used) < 0)
    return mms_fail(EXIT_STORAGE, "%s: %s; but the message was sent", record, strerror(errno));
  printf("sent %lu: %s\n", id, mms_pdu.message_id);
  return 0;
}
