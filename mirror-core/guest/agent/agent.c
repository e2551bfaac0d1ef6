// First process of the reference phone: the supervisor of a phone, or the agent of a mirror.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/reboot.h>

#include "fatal.h"
#include "mirror.h"
#include "phone.h"

int main(int argc, char **argv) {
  reboot(RB_DISABLE_CAD);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1);
  const char *role = argc == 2 ? argv[1] : "";
  if (strcmp(role, "mirror") == 0) mirror_main();
  if (strcmp(role, "phone") == 0) phone_main();
  fatal("role is '%s': the kernel command line must have mirror.role=phone or mirror.role=mirror",
        role);
}
