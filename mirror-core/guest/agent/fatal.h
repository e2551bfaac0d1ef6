#ifndef FATAL_H
#define FATAL_H

// Writes a line to the serial console.
void console_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Writes the reason to the serial console and switches the machine off.
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
