#ifndef PHONE_H
#define PHONE_H

// Role phone: runs the Syn-Client and the user's session until the power key is pressed.
_Noreturn void phone_main(void);

#endif
