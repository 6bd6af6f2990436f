#ifndef GLASSBOX_CPICTURES_H
#define GLASSBOX_CPICTURES_H
#include <stddef.h>
#include <stdint.h>

// libjpeg and libpng report errors by leaving a function that must not return, which Swift cannot
// express; these functions catch that and return instead.

typedef struct {
  int32_t width;
  int32_t height;
  // Levels of a pixel. JPEG: 1 grey, 3 red green blue, 4 cyan magenta yellow black.
  // PNG: 1 grey, 2 grey and alpha, 3 red green blue, 4 red green blue alpha. WebP: the latter two.
  int32_t channels;
  // Bytes of a level: 1, or 2 in the machine's order.
  int32_t level_bytes;
  // Bytes that reading holds beside one row, where the file's pixels do not come row by row.
  int64_t memory;
  // Why reading failed, as the library says it.
  char message[200];
} gb_image;

// Is given row after row, each of width · channels · level_bytes bytes that are gone afterwards. It
// must return.
typedef void (*gb_take_row)(void *context, int32_t row, const uint8_t *bytes);

// Reads the header, and the pixels as well where there is somebody who takes them. Returns 1, or 0
// with a message.
int gb_jpeg_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                 void *context);
int gb_png_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                void *context);
int gb_webp_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                 void *context);

#endif
