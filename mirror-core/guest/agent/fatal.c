#include "fatal.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

static void write_line(const char *format, va_list arguments) {
  fputs("phone-agent: ", stderr);
  vfprintf(stderr, format, arguments);
  fputs("\n", stderr);
}

void console_log(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_line(format, arguments);
  va_end(arguments);
}

_Noreturn void fatal(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  write_line(format, arguments);
  va_end(arguments);
  sync();
  reboot(RB_POWER_OFF);
  _exit(1);
}
