// The C code of images alone, under libFuzzer and sanitizers; `Scripts/sanitize.sh` builds and runs it.
#include <stdlib.h>

#include "CImages.h"

typedef int (*reader)(const uint8_t *, size_t, gb_image *, uint8_t *, size_t);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  const reader readers[] = {gb_png_read, gb_jpeg_read};
  for (int i = 0; i < 2; i++) {
    gb_image image = {0};
    if (!readers[i](bytes, count, &image, NULL, 0)) continue;
    if (image.width <= 0 || image.height <= 0 || image.width > 1024 || image.height > 256) continue;
    size_t room = (size_t)image.width * (size_t)image.height * (size_t)image.channels;
    uint8_t *pixels = malloc(room);
    readers[i](bytes, count, &image, pixels, room);
    free(pixels);
  }
  return 0;
}
