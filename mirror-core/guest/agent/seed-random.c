// seed-random: credits the kernel's random generator with enough to be ready at once. The bytes are
// fixed: for machines that must be alike and keep no secrets, and for these only.
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(void) {
  struct {
    struct rand_pool_info info;
    unsigned char bytes[256];
  } seed = {.info = {.entropy_count = 256 * 8, .buf_size = 256}};
  for (int i = 0; i < 256; i++) seed.bytes[i] = (unsigned char)i;
  int fd = open("/dev/urandom", O_WRONLY);
  if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed) < 0) {
    perror("seed-random");
    return 1;
  }
  return 0;
}
