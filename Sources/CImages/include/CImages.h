#ifndef GLASSBOX_CPICTURES_H
#define GLASSBOX_CPICTURES_H
#include <stddef.h>
#include <stdint.h>

// libjpeg and libpng report errors by leaving a function that must not return, which Swift cannot
// express; these functions catch that and return instead.

typedef struct {
  int32_t width;
  int32_t height;
  // Bytes of a pixel. JPEG: 1 grey, 3 red green blue, 4 cyan magenta yellow black.
  // PNG: 1 grey, 2 grey and alpha, 3 red green blue, 4 red green blue alpha.
  int32_t channels;
  // Why reading failed, as the library says it.
  char message[200];
} gb_image;

// Reads the header, and the pixels as well where `pixels` has room for height · width · channels
// bytes, row by row. Returns 1, or 0 with a message. `room` is checked before anything is written.
int gb_jpeg_read(const uint8_t *bytes, size_t count, gb_image *image, uint8_t *pixels,
                 size_t room);
int gb_png_read(const uint8_t *bytes, size_t count, gb_image *image, uint8_t *pixels,
                size_t room);

#endif
