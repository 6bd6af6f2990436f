#define _GNU_SOURCE
#include "LinePipe.h"

#include <fcntl.h>
#include <unistd.h>

int line_pipe(int ends[2], int one_write) {
#ifdef __linux__
  // A pipe of packets with one page has room for one packet.
  if (pipe2(ends, O_CLOEXEC | (one_write ? O_DIRECT : 0)) != 0) return -1;
  if (one_write) fcntl(ends[1], F_SETPIPE_SZ, 1);
#else
  (void)one_write;
  if (pipe(ends) != 0) return -1;
  for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
#endif
  return 0;
}
