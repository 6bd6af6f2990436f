// The C code of images alone, under libFuzzer and sanitizers; `Scripts/sanitize.sh` builds and runs it.
#include <stdlib.h>
#include <string.h>

#include "CImages.h"

typedef int (*reader)(const uint8_t *, size_t, gb_image *, gb_take_row, void *);

typedef struct {
  const gb_image *image;
  uint8_t *row;
} receiver;

// Touches every byte of a row that is handed over.
static void take(void *context, int32_t row, const uint8_t *bytes) {
  receiver *to = context;
  if (row < 0 || row >= to->image->height) abort();
  memcpy(to->row, bytes,
         (size_t)to->image->width * (size_t)to->image->channels * (size_t)to->image->level_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  const reader readers[] = {gb_png_read, gb_jpeg_read, gb_webp_read};
  for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
    gb_image image = {0};
    if (!readers[i](bytes, count, &image, NULL, NULL)) continue;
    if (image.width <= 0 || image.height <= 0 || image.width > 1024 || image.height > 256) continue;
    gb_image header = image;
    receiver to = {&header, malloc((size_t)image.width * (size_t)image.channels *
                                   (size_t)image.level_bytes)};
    readers[i](bytes, count, &image, take, &to);
    free(to.row);
  }
  return 0;
}
