#include <stdio.h>
#include <stdlib.h>

#include <webp/decode.h>

#include "CImages.h"

static const char *reason(VP8StatusCode status) {
  switch (status) {
  case VP8_STATUS_OK:
    return "pixels of another size than the header says";
  case VP8_STATUS_OUT_OF_MEMORY:
    return "no memory for the pixels";
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    return "a feature that libwebp does not know";
  case VP8_STATUS_NOT_ENOUGH_DATA:
    return "the end of the file";
  default:
    return "a part that is no WebP";
  }
}

static int fail(gb_image *image, const char *message) {
  snprintf(image->message, sizeof image->message, "%s", message);
  return 0;
}

// The library gives the whole image at once.
int gb_webp_read(const uint8_t *bytes, size_t count, gb_image *image, gb_take_row take,
                 void *context) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return fail(image, "libwebp of another version");
  VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
  if (status != VP8_STATUS_OK) return fail(image, reason(status));

  image->width = config.input.width;
  image->height = config.input.height;
  image->channels = config.input.has_alpha ? 4 : 3;
  image->level_bytes = 1;
  int64_t area = (int64_t)image->width * image->height;
  // A lossless file, 2, is decoded to pixels of 32 bits first.
  image->memory = area * (image->channels + (config.input.format == 2 ? 4 : 1));
  if (!take) return 1;

  size_t stride = (size_t)image->width * (size_t)image->channels;
  size_t size = stride * (size_t)image->height;
  uint8_t *pixels = malloc(size ? size : 1);
  if (!pixels) return fail(image, reason(VP8_STATUS_OUT_OF_MEMORY));
  config.output.colorspace = image->channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = size;
  status = WebPDecode(bytes, count, &config);
  int is_whole = status == VP8_STATUS_OK && config.output.width == image->width &&
                 config.output.height == image->height;
  if (is_whole)
    for (int32_t row = 0; row < image->height; row++)
      take(context, row, pixels + (size_t)row * stride);
  free(pixels);
  return is_whole ? 1 : fail(image, reason(status));
}
