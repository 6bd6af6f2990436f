// Convolution where each channel has a window of its own: plain loops along the channels.
#pragma once
#include "Patches.h"

// How many neighbouring pixels share each number of the kernels.
#define GB_DEPTHWISE_PIXELS 4

// Sums of `vectors` neighbours of channels from `c` on, for neighbouring pixels whose windows lie `shift`
// floats apart in the image.
#define GB_DEPTHWISE_SUMS(PIXELS, VECTORS)                                                   \
  do {                                                                                       \
    vector sums[PIXELS][VECTORS];                                                            \
    for (int p = 0; p < PIXELS; p++)                                                         \
      for (int v = 0; v < VECTORS; v++) sums[p][v] = splat(0);                               \
    GB_FOR_CELLS(cells, {                                                                    \
      for (int v = 0; v < VECTORS; v++) {                                                    \
        vector factor = load(kernel + tap * channels + c + v * GB_LANES);                    \
        for (int p = 0; p < PIXELS; p++)                                                     \
          sums[p][v] = multiply_add(load(x + at + p * shift + c + v * GB_LANES), factor,     \
                                    sums[p][v]);                                             \
      }                                                                                      \
    })                                                                                       \
    for (int p = 0; p < PIXELS; p++)                                                         \
      for (int v = 0; v < VECTORS; v++)                                                      \
        store(y + p * channels + c + v * GB_LANES, sums[p][v]);                              \
  } while (0)

// Fewer channels than a vector has, from `c` on.
#define GB_DEPTHWISE_PART(PIXELS)                                                            \
  do {                                                                                       \
    int64_t left = channels - c;                                                             \
    vector sums[PIXELS];                                                                     \
    for (int p = 0; p < PIXELS; p++) sums[p] = splat(0);                                     \
    GB_FOR_CELLS(cells, {                                                                    \
      vector factor = load_part(kernel + tap * channels + c, left, 0);                       \
      for (int p = 0; p < PIXELS; p++)                                                       \
        sums[p] = multiply_add(load_part(x + at + p * shift + c, left, 0), factor, sums[p]); \
    })                                                                                       \
    for (int p = 0; p < PIXELS; p++) store_part(y + p * channels + c, sums[p], left);        \
  } while (0)

#define GB_DEPTHWISE(NAME, PIXELS, VECTORS)                                                  \
  static void NAME(const window_cells cells, int64_t shift, int64_t channels, const float *x, \
                   const float *kernel, float *y) {                                          \
    int64_t c = 0;                                                                           \
    for (; c + VECTORS * GB_LANES <= channels; c += VECTORS * GB_LANES)                      \
      GB_DEPTHWISE_SUMS(PIXELS, VECTORS);                                                    \
    for (; c + GB_LANES <= channels; c += GB_LANES) GB_DEPTHWISE_SUMS(PIXELS, 1);            \
    if (c < channels) GB_DEPTHWISE_PART(PIXELS);                                             \
  }

GB_DEPTHWISE(depthwise_pixel, 1, 1)
GB_DEPTHWISE(depthwise_pixels, GB_DEPTHWISE_PIXELS, 2)

// The order of each sum is that of the taps, however many pixels go together.
static void depthwise(const gb_window *w, const float *x, const float *kernel, float *y,
                      int64_t start, int64_t end) {
  const int64_t channels = w->channels, shift = w->column_stride * channels;
  // Columns of the output whose windows lie between the sides of the image.
  const int64_t first = (w->left + w->column_stride - 1) / w->column_stride;
  const int64_t room = w->width + w->left - 1 - (w->window_width - 1) * w->column_dilation;
  const int64_t last = room < 0 ? -1 : room / w->column_stride;
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; move_on(w, &place)) {
    const window_cells cells = cells_of(w, &place);
    const int64_t together = place.column + GB_DEPTHWISE_PIXELS - 1;
    if (pixel + GB_DEPTHWISE_PIXELS <= end && place.column >= first && together <= last &&
        together < w->output_width) {
      depthwise_pixels(cells, shift, channels, x, kernel, y + pixel * channels);
      pixel += GB_DEPTHWISE_PIXELS;
      place.column = together;
    } else {
      depthwise_pixel(cells, shift, channels, x, kernel, y + pixel * channels);
      pixel++;
    }
  }
}

// to[c] ← to[c] + a[c] · b[c].
GB_INLINE void add_products(const float *a, const float *b, float *to, int64_t count) {
  int64_t c = 0;
  for (; c + GB_LANES <= count; c += GB_LANES) {
    store(to + c, multiply_add(load(a + c), load(b + c), load(to + c)));
  }
  if (c < count) {
    vector sum = multiply_add(load_part(a + c, count - c, 0), load_part(b + c, count - c, 0),
                              load_part(to + c, count - c, 0));
    store_part(to + c, sum, count - c);
  }
}

static void depthwise_input_gradient(const gb_window *w, const float *dy, const float *kernel,
                                     float *dx, int64_t start, int64_t end) {
  const int64_t channels = w->channels;
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    const window_cells cells = cells_of(w, &place);
    GB_FOR_CELLS(cells,
                add_products(dy + pixel * channels, kernel + tap * channels, dx + at, channels);)
  }
}

static void depthwise_kernel_gradient(const gb_window *w, const float *x, const float *dy,
                                      float *sums, int64_t start, int64_t end, int64_t k_start,
                                      int64_t k_end) {
  const int64_t channels = w->channels;
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    const window_cells cells = cells_of(w, &place);
    GB_FOR_CELLS(cells, {
      if (tap < k_start || tap >= k_end) continue;
      add_products(x + at, dy + pixel * channels, sums + tap * channels, channels);
    })
  }
}
