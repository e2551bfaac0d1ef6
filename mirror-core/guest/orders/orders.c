// mirror-get, mirror-send, mirror-scan, mirror-cancel, mirror-fetch, mirror-notices: one program,
// which its name tells what to do.
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "orders.h"

static const char USAGE[] =
    "usage: mirror-get URL [NAME]\n"
    "       mirror-send FILE RECIPIENT... [-s SUBJECT]\n"
    "       mirror-scan [-q] [PATH...]\n"
    "       mirror-cancel ID\n"
    "       mirror-fetch [ID]\n"
    "       mirror-notices\n";

enum { MAX_NAME = 240, MAX_URL = 4096 };

static const char *program = "mirror-order";

int complain(int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return code;
}

static int usage(void) {
  fputs(USAGE, stderr);
  return EXIT_USAGE;
}

static int get(int argc, char **argv) {
  if (argc < 1 || argc > 2) return usage();
  const char *url = argv[0], *name = argc > 1 ? argv[1] : "";
  if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
    return complain(EXIT_USAGE, "%s: must begin with http:// or https://", url);
  if (strlen(url) > MAX_URL) return complain(EXIT_USAGE, "the URL is too long");
  for (const char *c = url; *c != 0; c++)
    if (iscntrl((unsigned char)*c) || *c == ' ')
      return complain(EXIT_USAGE, "the URL has a blank; write %%%02X", (unsigned char)*c);
  if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
      strlen(name) > MAX_NAME || (argc > 1 && *name == 0))
    return complain(EXIT_USAGE, "'%s' can't be the name of a file", name);
  struct order order = {.length = 0};
  order_add(&order, "get");
  order_add(&order, url);
  order_add(&order, name);
  return order_give(&order);
}

static int scan(int argc, char **argv) {
  struct order order = {.length = 0};
  order_add(&order, "scan");
  int quarantine = argc > 0 && strcmp(argv[0], "-q") == 0;
  int first = quarantine;
  if (first < argc && strcmp(argv[first], "--") == 0)
    first++;
  else if (first < argc && argv[first][0] == '-')
    return usage();
  order_add(&order, quarantine ? "quarantine" : "report");
  for (int i = first; i < argc; i++) {
    char path[PATH_MAX];
    int code = user_path(argv[i], path);
    if (code != 0) return code;
    order_add(&order, path);
  }
  return order_give(&order);
}

static int with_id(const char *word, int argc, char **argv) {
  const char *id = argc > 0 ? argv[0] : "";
  size_t digits = strspn(id, "0123456789");
  if (argc > 1 || id[digits] != 0 || digits > 19) return usage();
  struct order order = {.length = 0};
  order_add(&order, word);
  order_add(&order, id);
  return order_give(&order);
}

int main(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  program = slash != NULL ? slash + 1 : argv[0];
  int code;
  if (strcmp(program, "mirror-get") == 0) {
    code = get(argc - 1, argv + 1);
  } else if (strcmp(program, "mirror-send") == 0) {
    code = argc < 2 ? usage() : send_main(argc - 1, argv + 1);
  } else if (strcmp(program, "mirror-scan") == 0) {
    code = scan(argc - 1, argv + 1);
  } else if (strcmp(program, "mirror-cancel") == 0) {
    code = argc == 2 && *argv[1] != 0 ? with_id("cancel", 1, argv + 1) : usage();
  } else if (strcmp(program, "mirror-fetch") == 0) {
    code = with_id("fetch", argc - 1, argv + 1);
  } else if (strcmp(program, "mirror-notices") == 0) {
    code = argc == 1 ? notices_show() : usage();
  } else {
    code = usage();
  }
  if (fflush(stdout) != 0 && code == 0) code = complain(EXIT_TROUBLE, "can't write the output");
  return code;
}
