// mms inbox, fetch, defer: what was pushed to the phone, and what it fetched.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mms.h"
#include "store.h"

// Suffixes of pushed PDUs: new; the relay knows that it will be fetched later; unreadable.
#define NEW ".mms"
#define LATER ".later"
#define BAD ".bad"

enum { PUSH_MAX = 64 * 1024, RECORD_MAX = 64 * 1024 };

static uint8_t pushed[PUSH_MAX];
static char record[RECORD_MAX];

static const char *status_name(int status) {
  static const char *const NAMES[] = {"expired", "retrieved", "rejected", "deferred"};
  return status >= PDU_EXPIRED && status <= PDU_DEFERRED ? NAMES[status - PDU_EXPIRED] : "unknown";
}

// Reads a pushed PDU. What is none is put aside.
static int read_pushed(const char *name, struct pdu *pdu) {
  char path[STORE_PATH], aside[STORE_PATH];
  store_path(path, "push/%s", name);
  long length = store_read(path, pushed, sizeof pushed);
  if (length < 0 && errno != EFBIG)
    return mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  size_t offset = 0;
  const char *wrong = length < 0 ? "it is too long" : pdu_read(pushed, (size_t)length, pdu, &offset);
  if (wrong == NULL && pdu->type != PDU_NOTIFICATION_IND && pdu->type != PDU_DELIVERY_IND)
    wrong = "it is neither a notification nor a report";
  if (wrong == NULL && pdu->type == PDU_NOTIFICATION_IND &&
      (pdu->location[0] == 0 || pdu->transaction[0] == 0))
    wrong = "it does not tell where the message is";
  if (wrong == NULL) return 0;
  store_path(aside, "push/%.*s" BAD, (int)strcspn(name, "."), name);
  rename(path, aside);
  return mms_fail(EXIT_MALFORMED, "%s: %s (byte %zu); it is %s now", path, wrong, offset, aside);
}

static void show_pushed(const char *name, const struct pdu *pdu) {
  unsigned long number = strtoul(name, NULL, 10);
  if (pdu->type == PDU_DELIVERY_IND)
    printf("%lu report on %s: %s %s\n", number, pdu->message_id, pdu->to,
           status_name(pdu->status));
  else
    printf("%lu %s from %s, %" PRIu64 " bytes: %s\n", number,
           strstr(name, LATER) != NULL ? "later" : "new", pdu->from[0] != 0 ? pdu->from : "unknown",
           pdu->size, pdu->subject);
}

typedef int (*handler)(const char *name, struct pdu *pdu);

static int show(const char *name, struct pdu *pdu) {
  show_pushed(name, pdu);
  return 0;
}

// Handles each pushed PDU, or the one of that number. The first failure is the result.
static int each_pushed(const char *suffix, const char *number, handler handle) {
  char path[STORE_PATH], *end = NULL;
  unsigned long wanted = number == NULL ? 0 : strtoul(number, &end, 10);
  if (number != NULL && (*number < '0' || *number > '9' || *end != 0))
    return mms_fail(EXIT_USAGE, "'%s' is no number of a message: see mms inbox", number);
  struct store_names names;
  if (store_list(store_path(path, "push"), suffix, &names) < 0)
    return mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  int result = 0, found = 0;
  for (size_t i = 0; i < names.count; i++) {
    if (number != NULL && strtoul(names.names[i], NULL, 10) != wanted) continue;
    found = 1;
    int one = read_pushed(names.names[i], &mms_pdu);
    if (one == 0) one = handle(names.names[i], &mms_pdu);
    if (result == 0) result = one;
  }
  store_free(&names);
  if (number != NULL && !found && strcmp(suffix, NEW) == 0) return -1;
  return result;
}

static int show_fetched(void) {
  char path[STORE_PATH];
  struct store_names names;
  if (store_list(store_path(path, "inbox"), "", &names) < 0)
    return mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  for (size_t i = 0; i < names.count; i++) {
    store_path(path, "inbox/%s/message.txt", names.names[i]);
    long length = store_read(path, (uint8_t *)record, sizeof record - 1);
    if (length < 0) continue;  // not one of ours
    record[length] = 0;
    char from[PDU_TEXT + 8] = "", subject[PDU_TEXT + 8] = "";
    sscanf(record, "From: %511[^\n]", from);
    char *line = strstr(record, "\nSubject: ");
    if (line != NULL) sscanf(line, "\nSubject: %511[^\n]", subject);
    printf("inbox/%s from %s: %s\n", names.names[i], from, subject);
  }
  store_free(&names);
  return 0;
}

int mms_inbox(void) {
  int result = each_pushed(NEW, NULL, show);
  int later = each_pushed(LATER, NULL, show);
  int fetched = show_fetched();
  return result != 0 ? result : later != 0 ? later : fetched;
}

// A file's name from another's message: no directory, nothing hidden, nothing for a terminal.
static void file_name(const struct pdu_part *part, int index, char name[PDU_TEXT]) {
  const char *slash = strrchr(part->name, '/');
  snprintf(name, PDU_TEXT, "%s", slash != NULL ? slash + 1 : part->name);
  name[100] = 0;
  int usable = name[0] != 0 && name[0] != '.' && strncmp(name, "message.", 8) != 0;
  for (const char *c = name; *c != 0; c++)
    if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c) == NULL)
      usable = 0;
  if (usable) return;
  static const char *const SUFFIXES[][2] = {
      {"text/plain", "txt"}, {"image/jpeg", "jpg"}, {"image/png", "png"}, {"image/gif", "gif"}};
  const char *suffix = "bin";
  for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++)
    if (strcmp(part->type, SUFFIXES[i][0]) == 0) suffix = SUFFIXES[i][1];
  snprintf(name, PDU_TEXT, "part%d.%s", index + 1, suffix);
}

static int write_parts(const char *directory, const struct http_answer *answer) {
  char path[STORE_PATH], name[PDU_TEXT];
  int used = snprintf(record, sizeof record, "From: %s\nSubject: %s\nMessage-ID: %s\n",
                      mms_pdu.from, mms_pdu.subject, mms_pdu.message_id);
  for (int i = 0; i < mms_pdu.part_count; i++) {
    const struct pdu_part *part = &mms_pdu.parts[i];
    file_name(part, i, name);
    if (store_path(path, "%s/%s", directory, name), access(path, F_OK) == 0) {
      // two parts of one name
      snprintf(name, sizeof name, "part%d.bin", i + 1);
      store_path(path, "%s/%s", directory, name);
    }
    if (store_write(path, part->data, part->length) < 0) return -1;
    used += snprintf(record + used, sizeof record - (size_t)used, "Part: %.100s %s %zu\n", name,
                     part->type, part->length);
  }
  return store_write(store_path(path, "%s/message.mms", directory), answer->body,
                     answer->length) < 0 ||
                 store_write(store_path(path, "%s/message.txt", directory), record, (size_t)used) < 0
             ? -1
             : 0;
}

// Keeps the message under inbox/N: all of it or nothing.
static unsigned long keep(unsigned long number, const struct http_answer *answer) {
  char part[STORE_PATH], final[STORE_PATH];
  store_path(part, "inbox/.part");
  store_remove(part);
  struct stat status;
  while (stat(store_path(final, "inbox/%lu", number), &status) == 0) number++;
  if (mkdir(part, 0755) == 0 && write_parts("inbox/.part", answer) == 0 &&
      rename(part, final) == 0)
    return number;
  int error = errno;
  store_remove(part);
  errno = error;
  return 0;
}

static int tell(enum pdu_type type, const char *transaction, int status) {
  uint8_t bytes[PDU_TEXT + 64];
  struct pdu_writer out = {bytes, 0, sizeof bytes, 0};
  pdu_begin(&out, type, transaction);
  if (type == PDU_NOTIFYRESP_IND) pdu_status(&out, status);
  pdu_report_allowed(&out);
  struct http_answer answer;
  int result = mms_post(out.bytes, out.length, mms_buffer, &answer);
  if (result == 0 && answer.status / 100 != 2)
    result = mms_fail(EXIT_REFUSED, "the relay answers HTTP %d", answer.status);
  return result;
}

// The report goes to the message that it is about, if that is still there.
static int take_report(const char *name, const struct pdu *pdu) {
  char path[STORE_PATH];
  struct store_names names;
  show_pushed(name, pdu);
  if (store_list(store_path(path, "sent"), ".txt", &names) < 0)
    return mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  int result = 0;
  for (size_t i = 0; i < names.count && result == 0; i++) {
    store_path(path, "sent/%s", names.names[i]);
    long length = store_read(path, (uint8_t *)record, sizeof record - 2 * PDU_TEXT);
    if (length < 0) continue;
    record[length] = 0;
    char *id = strstr(record, "\nMessage-ID: ");
    size_t id_length = strlen(pdu->message_id);
    if (id == NULL || strncmp(id + 13, pdu->message_id, id_length) != 0 ||
        id[13 + id_length] != '\n')
      continue;
    length += snprintf(record + length, sizeof record - (size_t)length, "Report: %s %s\n", pdu->to,
                       status_name(pdu->status));
    if (store_write(path, record, (size_t)length) < 0)
      result = mms_fail(EXIT_STORAGE, "%s: %s", path, strerror(errno));
  }
  store_free(&names);
  if (result == 0) unlink(store_path(path, "push/%s", name));
  return result;
}

static int fetch(const char *name, struct pdu *pdu) {
  if (pdu->type == PDU_DELIVERY_IND) return take_report(name, pdu);
  char path[STORE_PATH], location[PDU_TEXT], transaction[PDU_TEXT];
  strcpy(location, pdu->location);
  strcpy(transaction, pdu->transaction);
  struct http_answer answer;
  int result = mms_get(location, mms_buffer, &answer);
  if (result != 0) return result;
  size_t offset;
  if (answer.status / 100 != 2)
    return mms_fail(EXIT_REFUSED, "%s: the relay answers HTTP %d", location, answer.status);
  const char *wrong = pdu_read(answer.body, answer.length, pdu, &offset);
  if (wrong == NULL && pdu->type != PDU_RETRIEVE_CONF) wrong = "it is something else";
  if (wrong != NULL)
    return mms_fail(EXIT_MALFORMED, "%s: no message: %s (byte %zu)", location, wrong, offset);
  if (pdu->status != 0 && pdu->status != PDU_OK) {
    if (pdu->status == PDU_NOT_FOUND) unlink(store_path(path, "push/%s", name));
    return mms_fail(EXIT_REFUSED, "%s: %s (status %d)", location, pdu->status_text, pdu->status);
  }
  unsigned long number = keep(strtoul(name, NULL, 10), &answer);
  if (number == 0)
    return mms_fail(EXIT_STORAGE, "the message can't be kept: %s; fetch it again", strerror(errno));
  unlink(store_path(path, "push/%s", name));
  printf("inbox/%lu from %s: %s\n", number, pdu->from, pdu->subject);
  return pdu->transaction[0] != 0 ? tell(PDU_ACKNOWLEDGE_IND, pdu->transaction, 0)
                                  : tell(PDU_NOTIFYRESP_IND, transaction, PDU_RETRIEVED);
}

int mms_fetch(const char *number) {
  int result = each_pushed(NEW, number, fetch);
  if (number != NULL && result >= 0) return result;
  char path[STORE_PATH];
  if (number != NULL) {
    snprintf(path, sizeof path, "%05lu" LATER, strtoul(number, NULL, 10));
    char whole[STORE_PATH];
    if (access(store_path(whole, "push/%.40s", path), F_OK) < 0)
      return mms_fail(EXIT_USAGE, "there is no message %s to be fetched: see mms inbox", number);
  }
  int later = each_pushed(LATER, number, fetch);
  return number == NULL && result != 0 ? result : later;
}

static int defer(const char *name, struct pdu *pdu) {
  if (pdu->type == PDU_DELIVERY_IND) return take_report(name, pdu);
  char path[STORE_PATH], later[STORE_PATH];
  int result = tell(PDU_NOTIFYRESP_IND, pdu->transaction, PDU_DEFERRED);
  if (result != 0) return result;
  store_path(path, "push/%s", name);
  store_path(later, "push/%.*s" LATER, (int)strcspn(name, "."), name);
  return rename(path, later) == 0 ? 0
                                  : mms_fail(EXIT_STORAGE, "%s: %s", later, strerror(errno));
}

int mms_defer(const char *number) {
  int result = each_pushed(NEW, number, defer);
  return result >= 0 ? result
                     : mms_fail(EXIT_USAGE, "there is no new message %s: see mms inbox", number);
}
