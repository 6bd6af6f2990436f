// Pools: one number of each channel for each window, from the cells inside the image.
#pragma once
#include "Depthwise.h"

// `count` is a constant where it is GB_LANES.
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

// The cells of one window that lie inside.
typedef struct {
  const gb_window *window;
  int64_t image;
  window_taps rows, columns;
} pool_cells;

// Calls BODY(cells, x, u, y, count) for each output pixel start ..< end and each vector of channels:
// x and u at the channels of all images, y at the channels of the pixel.
#define GB_FOR_POOLS(W, X, U, Y, START, END, BODY)                                     \
  window_place place = place_of(W, START);                                             \
  for (int64_t pixel = START; pixel < END; pixel++, move_on(W, &place)) {              \
    pool_cells cells = {W, place.image, row_taps(W, &place), column_taps(W, &place)};  \
    int64_t c = 0, channels = (W)->channels;                                           \
    for (; c + GB_LANES <= channels; c += GB_LANES) {                                  \
      BODY(cells, (X) + c, (U) + c, (Y) + pixel * channels + c, GB_LANES);             \
    }                                                                                  \
    if (c < channels) {                                                                \
      BODY(cells, (X) + c, (U) + c, (Y) + pixel * channels + c, channels - c);         \
    }                                                                                  \
  }

#define GB_FOR_CELLS(CELLS, BODY) \
  GB_FOR_TAPS((CELLS).window, (CELLS).rows, (CELLS).columns, (CELLS).image, BODY)

GB_INLINE void largest_cell(pool_cells cells, const float *x, const float *u, float *y,
                            int64_t count) {
  vector best = splat(-__builtin_inff());
  GB_FOR_CELLS(cells, best = maximum(best, load_channels(x + at, count));)
  store_channels(y, best, count);
}

// Where the first maximum is: the number of its tap; a NaN is larger than any number.
GB_INLINE integers largest_tap(pool_cells cells, const float *x, int64_t count) {
  vector best = splat(-__builtin_inff());
  // Until another is larger: the first cell.
  integers place = (integers)((int32_t)(cells.rows.first * cells.window->window_width +
                                        cells.columns.first));
  GB_FOR_CELLS(cells, {
    vector value = load_channels(x + at, count);
    integers wins = (value > best) | ((value != value) & (best == best));
    best = wins ? value : best;
    place = wins ? (integers)((int32_t)tap) : place;
  })
  return place;
}

GB_INLINE void picked_cell(pool_cells cells, const float *x, const float *u, float *y,
                           int64_t count) {
  integers place = largest_tap(cells, x, count);
  vector picked = splat(0);
  GB_FOR_CELLS(cells, {
    picked = place == (integers)((int32_t)tap) ? load_channels(u + at, count) : picked;
  })
  store_channels(y, picked, count);
}

// Here y is the gradient that is shared out, u what it is added to.
GB_INLINE void add_to_largest(pool_cells cells, const float *x, float *u, const float *y,
                              int64_t count) {
  integers place = largest_tap(cells, x, count);
  vector gradient = load_channels(y, count);
  GB_FOR_CELLS(cells, {
    vector part = place == (integers)((int32_t)tap) ? gradient : splat(0);
    store_channels(u + at, load_channels(u + at, count) + part, count);
  })
}

GB_INLINE vector cells_inside(pool_cells cells) {
  return splat((float)((cells.rows.last - cells.rows.first) *
                       (cells.columns.last - cells.columns.first)));
}

GB_INLINE void mean_of_cells(pool_cells cells, const float *x, const float *u, float *y,
                             int64_t count) {
  vector sum = splat(0);
  GB_FOR_CELLS(cells, sum += load_channels(x + at, count);)
  store_channels(y, sum / cells_inside(cells), count);
}

GB_INLINE void add_to_all(pool_cells cells, const float *x, float *u, const float *y,
                          int64_t count) {
  vector part = load_channels(y, count) / cells_inside(cells);
  GB_FOR_CELLS(cells,
               store_channels(u + at, load_channels(u + at, count) + part, count);)
}

static void max_pool(const gb_window *w, const float *x, float *y, int64_t start, int64_t end) {
  GB_FOR_POOLS(w, x, x, y, start, end, largest_cell)
}

static void max_pool_pick(const gb_window *w, const float *x, const float *u, float *y,
                          int64_t start, int64_t end) {
  GB_FOR_POOLS(w, x, u, y, start, end, picked_cell)
}

static void average_pool(const gb_window *w, const float *x, float *y, int64_t start,
                         int64_t end) {
  GB_FOR_POOLS(w, x, x, y, start, end, mean_of_cells)
}

// Gradients go image by image: windows may overlap, images do not.
#define GB_FOR_IMAGES(W, DX, START, END, BODY)                                             \
  const int64_t pixels = (W)->output_height * (W)->output_width;                           \
  const int64_t image = (W)->height * (W)->width * (W)->channels;                          \
  for (int64_t n = START; n < END; n++) {                                                  \
    memset((DX) + n * image, 0, (size_t)image * sizeof(float));                            \
    BODY                                                                                   \
  }

static void max_pool_gradient(const gb_window *w, const float *x, const float *dy, float *dx,
                              int64_t start, int64_t end) {
  GB_FOR_IMAGES(w, dx, start, end,
                GB_FOR_POOLS(w, x, dx, dy, n * pixels, (n + 1) * pixels, add_to_largest))
}

static void average_pool_gradient(const gb_window *w, const float *dy, float *dx, int64_t start,
                                  int64_t end) {
  GB_FOR_IMAGES(w, dx, start, end,
                GB_FOR_POOLS(w, dx, dx, dy, n * pixels, (n + 1) * pixels, add_to_all))
}
