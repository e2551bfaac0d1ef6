#ifndef MIRROR_H
#define MIRROR_H

// Role mirror: answers the host on the port "agent" until the machine ends. See README.md.
_Noreturn void mirror_main(void);

#endif
