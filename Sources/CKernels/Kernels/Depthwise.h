// Convolution where each channel has a window of its own: plain loops along the channels.
#pragma once
#include "Patches.h"

static void depthwise(const gb_window *w, const float *x, const float *kernel, float *y,
                      int64_t start, int64_t end) {
  const int64_t channels = w->channels;
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    const window_cells cells = cells_of(w, &place);
    float *to = y + pixel * channels;
    int64_t c = 0;
    for (; c + GB_LANES <= channels; c += GB_LANES) {
      vector sum = splat(0);
      GB_FOR_CELLS(cells,
                  sum = multiply_add(load(x + at + c), load(kernel + tap * channels + c), sum);)
      store(to + c, sum);
    }
    if (c < channels) {
      vector sum = splat(0);
      int64_t left = channels - c;
      GB_FOR_CELLS(cells,
                  sum = multiply_add(load_part(x + at + c, left, 0),
                                     load_part(kernel + tap * channels + c, left, 0), sum);)
      store_part(to + c, sum, left);
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
