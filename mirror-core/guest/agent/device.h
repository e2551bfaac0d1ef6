// Finds devices by name, as their numbers depend on the order in which drivers load.
#ifndef DEVICE_H
#define DEVICE_H

// Device numbers of the phone model, as they come in input events.
enum { DEVICE_KEYBOARD = 0, DEVICE_TABLET = 1, DEVICE_COUNT = 2 };

// Opens an input device of the phone model. Returns -1 if there is none.
int device_open_input(int device, int flags);

// Makes a held key repeat after a delay and then in a period; never, if both are 0. Returns 0, or -1
// with errno.
int device_set_repeat(int keyboard, unsigned delay_ms, unsigned period_ms);

// Opens the virtio-serial port of a name. Returns -1 if there is none.
int device_open_port(const char *name);

#endif
