#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CImages.h"

typedef struct {
  const uint8_t *next;
  size_t left;
} source;

static void stop(png_structp png, png_const_charp message) {
  gb_image *image = png_get_error_ptr(png);
  snprintf(image->message, sizeof image->message, "%s", message);
  png_longjmp(png, 1);
}

// Warnings are about chunks that hold no pixels.
static void pass_over(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void hand_over(png_structp png, png_bytep destination, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->left) png_error(png, "the end of the file");
  memcpy(destination, from->next, count);
  from->next += count;
  from->left -= count;
}

// Every kind of PNG becomes 8 or 16 bits a channel; colour profiles and gamma are left aside.
static void set_up(png_structp png, png_infop info, gb_image *image) {
  png_set_expand(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(png);
#endif
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)image->width * (size_t)image->channels * (size_t)image->level_bytes;
  if (png_get_channels(png, info) != image->channels || stride != png_get_rowbytes(png, info))
    png_error(png, "pixels of another kind than the header says");
}

static int32_t channels_of(png_structp png, png_infop info) {
  int kind = png_get_color_type(png, info);
  int has_alpha = (kind & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  return (kind & PNG_COLOR_MASK_COLOR ? 3 : 1) + (has_alpha ? 1 : 0);
}

// An interlaced file is complete at its end only.
static void read_rows(png_structp png, gb_image *image, uint8_t *pixels, gb_take_row take,
                      void *context) {
  size_t stride = (size_t)image->width * (size_t)image->channels * (size_t)image->level_bytes;
  if (!image->memory) {
    for (int32_t row = 0; row < image->height; row++) {
      png_read_row(png, pixels, NULL);
      take(context, row, pixels);
    }
    png_read_end(png, NULL);
    return;
  }
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
    for (int32_t row = 0; row < image->height; row++)
      png_read_row(png, pixels + (size_t)row * stride, NULL);
  png_read_end(png, NULL);
  for (int32_t row = 0; row < image->height; row++)
    take(context, row, pixels + (size_t)row * stride);
}

int gb_png_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                void *context) {
  source from = {bytes, count};
  // Set between the two returns of setjmp, so it must lie in memory.
  uint8_t *volatile pixels = NULL;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, image, stop, pass_over);
  if (!png) {
    snprintf(image->message, sizeof image->message, "libpng of another version");
    return 0;
  }
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    free(pixels);
    png_destroy_read_struct(&png, info ? &info : NULL, NULL);
    return 0;
  }
  // The caller has limits of its own and looks at the header first.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  // Text, profiles and the like may unpack to any length; only what decides pixels is read.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_read_fn(png, &from, hand_over);
  png_read_info(png, info);
  image->width = (int32_t)png_get_image_width(png, info);
  image->height = (int32_t)png_get_image_height(png, info);
  image->channels = channels_of(png, info);
  image->level_bytes = png_get_bit_depth(png, info) == 16 ? 2 : 1;
  size_t stride = (size_t)image->width * (size_t)image->channels * (size_t)image->level_bytes;
  image->memory = png_get_interlace_type(png, info) == PNG_INTERLACE_NONE
                      ? 0
                      : (int64_t)stride * image->height;
  if (take) {
    set_up(png, info, image);
    pixels = malloc(image->memory ? (size_t)image->memory : stride);
    if (!pixels) png_error(png, "no memory for the pixels");
    read_rows(png, image, pixels, take, context);
  }
  free(pixels);
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}
