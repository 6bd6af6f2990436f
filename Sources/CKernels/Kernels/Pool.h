// Pools: one number of each channel for each window, from the cells inside the image.
#pragma once
#include "Depthwise.h"

// A part of a vector of channels, whole or not.
GB_INLINE vector load_channels(const float *from, int64_t count) {
  return count == GB_LANES ? load(from) : load_part(from, count, 0);
}

GB_INLINE void store_channels(float *to, vector value, int64_t count) {
  if (count == GB_LANES) {
    store(to, value);
  } else {
    store_part(to, value, count);
  }
}

// The first maximum of a window and its tap; a NaN is larger than any number.
typedef struct {
  vector value;
  integers tap;
} pool_best;

GB_INLINE pool_best best_of(const gb_window *w, const float *x, int64_t image, window_taps rows,
                            window_taps columns, int64_t channel, int64_t count) {
  pool_best best = {splat(0), (integers)(-1)};
  GB_FOR_TAPS(w, rows, columns, image, {
    vector value = load_channels(x + at + channel, count);
    integers wins = (value > best.value) | ((value != value) & (best.value == best.value));
    wins |= best.tap < 0;
    best.value = wins ? value : best.value;
    best.tap = wins ? (integers)((int32_t)tap) : best.tap;
  })
  return best;
}

static void max_pool(const gb_window *w, const float *x, float *y, int64_t start, int64_t end) {
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    window_taps rows = row_taps(w, &place), columns = column_taps(w, &place);
    for (int64_t c = 0; c < w->channels; c += GB_LANES) {
      int64_t count = smaller_of(GB_LANES, w->channels - c);
      vector best = splat(-__builtin_inff());
      GB_FOR_TAPS(w, rows, columns, place.image,
                  best = maximum(best, load_channels(x + at + c, count));)
      store_channels(y + pixel * w->channels + c, best, count);
    }
  }
}

// The numbers of `u` where the windows of x have their first maximum.
static void max_pool_pick(const gb_window *w, const float *x, const float *u, float *y,
                          int64_t start, int64_t end) {
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    window_taps rows = row_taps(w, &place), columns = column_taps(w, &place);
    for (int64_t c = 0; c < w->channels; c += GB_LANES) {
      int64_t count = smaller_of(GB_LANES, w->channels - c);
      pool_best best = best_of(w, x, place.image, rows, columns, c, count);
      vector picked = splat(0);
      GB_FOR_TAPS(w, rows, columns, place.image, {
        vector value = load_channels(u + at + c, count);
        picked = best.tap == (integers)((int32_t)tap) ? value : picked;
      })
      store_channels(y + pixel * w->channels + c, picked, count);
    }
  }
}

GB_INLINE void clear_images(const gb_window *w, float *dx, int64_t start, int64_t end) {
  int64_t image = w->height * w->width * w->channels;
  memset(dx + start * image, 0, (size_t)((end - start) * image) * sizeof(float));
}

// dx for whole images start ..< end: each dy is added where its window has its first maximum.
static void max_pool_gradient(const gb_window *w, const float *x, const float *dy, float *dx,
                              int64_t start, int64_t end) {
  if (start >= end) return;
  clear_images(w, dx, start, end);
  const int64_t pixels = w->output_height * w->output_width;
  window_place place = place_of(w, start * pixels);
  for (int64_t pixel = start * pixels; pixel < end * pixels; pixel++, move_on(w, &place)) {
    window_taps rows = row_taps(w, &place), columns = column_taps(w, &place);
    for (int64_t c = 0; c < w->channels; c += GB_LANES) {
      int64_t count = smaller_of(GB_LANES, w->channels - c);
      pool_best best = best_of(w, x, place.image, rows, columns, c, count);
      vector gradient = load_channels(dy + pixel * w->channels + c, count);
      GB_FOR_TAPS(w, rows, columns, place.image, {
        vector part = best.tap == (integers)((int32_t)tap) ? gradient : splat(0);
        store_channels(dx + at + c, load_channels(dx + at + c, count) + part, count);
      })
    }
  }
}

GB_INLINE vector cells_inside(window_taps rows, window_taps columns) {
  return splat((float)((rows.last - rows.first) * (columns.last - columns.first)));
}

static void average_pool(const gb_window *w, const float *x, float *y, int64_t start,
                         int64_t end) {
  window_place place = place_of(w, start);
  for (int64_t pixel = start; pixel < end; pixel++, move_on(w, &place)) {
    window_taps rows = row_taps(w, &place), columns = column_taps(w, &place);
    for (int64_t c = 0; c < w->channels; c += GB_LANES) {
      int64_t count = smaller_of(GB_LANES, w->channels - c);
      vector sum = splat(0);
      GB_FOR_TAPS(w, rows, columns, place.image, sum += load_channels(x + at + c, count);)
      store_channels(y + pixel * w->channels + c, sum / cells_inside(rows, columns), count);
    }
  }
}

static void average_pool_gradient(const gb_window *w, const float *dy, float *dx, int64_t start,
                                  int64_t end) {
  if (start >= end) return;
  clear_images(w, dx, start, end);
  const int64_t pixels = w->output_height * w->output_width;
  window_place place = place_of(w, start * pixels);
  for (int64_t pixel = start * pixels; pixel < end * pixels; pixel++, move_on(w, &place)) {
    window_taps rows = row_taps(w, &place), columns = column_taps(w, &place);
    for (int64_t c = 0; c < w->channels; c += GB_LANES) {
      int64_t count = smaller_of(GB_LANES, w->channels - c);
      vector part =
          load_channels(dy + pixel * w->channels + c, count) / cells_inside(rows, columns);
      GB_FOR_TAPS(w, rows, columns, place.image, {
        store_channels(dx + at + c, load_channels(dx + at + c, count) + part, count);
      })
    }
  }
}
