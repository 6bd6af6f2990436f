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

#define GB_FOR_CHANNELS(CELLS, CHANNELS, X, U, Y, BODY)             \
  int64_t c = 0;                                                    \
  for (; c + GB_LANES <= (CHANNELS); c += GB_LANES) {               \
    BODY(CELLS, (X) + c, (U) + c, (Y) + c, GB_LANES);               \
  }                                                                 \
  if (c < (CHANNELS)) {                                             \
    BODY(CELLS, (X) + c, (U) + c, (Y) + c, (CHANNELS) - c);         \
  }

// Calls BODY(cells, x, u, y, count) for each output pixel start ..< end and each vector of channels:
// x and u at the channels of all images, y at the channels of the pixel.
#define GB_FOR_POOLS(W, X, U, Y, START, END, BODY)                                \
  const int64_t channels = (W)->channels;                                         \
  window_place place = place_of(W, START);                                        \
  for (int64_t pixel = START; pixel < END; pixel++, move_on(W, &place)) {         \
    window_cells cells = cells_of(W, &place);                                     \
    if (is_whole(cells, 2)) {                                                     \
      /* The most frequent window, with constants for the compiler. */            \
      cells.rows.first = cells.columns.first = 0;                                 \
      cells.rows.last = cells.columns.last = 2;                                   \
      GB_FOR_CHANNELS(cells, channels, X, U, (Y) + pixel * channels, BODY)        \
    } else {                                                                      \
      GB_FOR_CHANNELS(cells, channels, X, U, (Y) + pixel * channels, BODY)        \
    }                                                                             \
  }

GB_INLINE bool is_whole(window_cells cells, int64_t size) {
  return cells.rows.first == 0 && cells.rows.last == size && cells.columns.first == 0 &&
         cells.columns.last == size;
}

// The first NaN, or else the first maximum.
GB_INLINE vector largest_of(window_cells cells, const float *x, int64_t count) {
  vector best = splat(-__builtin_inff());
  GB_FOR_CELLS(cells, {
    vector value = load_channels(x + at, count);
    vector larger = value > best ? value : best;  // best where either is NaN
    integers keeps = (value == value) | (best != best);
    best = keeps ? larger : value;
  })
  return best;
}

GB_INLINE void largest_cell(window_cells cells, const float *x, const float *u, float *y,
                            int64_t count) {
  store_channels(y, largest_of(cells, x, count), count);
}

// Lanes where a value is the one that `largest_of` took, the same bits, and none before it was.
GB_INLINE integers is_first(vector value, vector best, integers *found) {
  integers same = bits_of(value) == bits_of(best);
  integers first = same & ~*found;
  *found |= same;
  return first;
}

GB_INLINE void picked_cell(window_cells cells, const float *x, const float *u, float *y,
                           int64_t count) {
  vector best = largest_of(cells, x, count);
  integers found = (integers)(0);
  vector picked = splat(0);
  GB_FOR_CELLS(cells, {
    integers first = is_first(load_channels(x + at, count), best, &found);
    picked = first ? load_channels(u + at, count) : picked;
  })
  store_channels(y, picked, count);
}

// Here y is the gradient that is shared out, u what it is added to.
GB_INLINE void add_to_largest(window_cells cells, const float *x, float *u, const float *y,
                              int64_t count) {
  vector best = largest_of(cells, x, count);
  integers found = (integers)(0);
  integers gradient = bits_of(load_channels(y, count));
  GB_FOR_CELLS(cells, {
    integers first = is_first(load_channels(x + at, count), best, &found);
    vector part = from_bits(first & gradient);
    store_channels(u + at, load_channels(u + at, count) + part, count);
  })
}

GB_INLINE vector cells_inside(window_cells cells) {
  return splat((float)((cells.rows.last - cells.rows.first) *
                       (cells.columns.last - cells.columns.first)));
}

GB_INLINE void mean_of_cells(window_cells cells, const float *x, const float *u, float *y,
                             int64_t count) {
  vector sum = splat(0);
  GB_FOR_CELLS(cells, sum += load_channels(x + at, count);)
  store_channels(y, sum / cells_inside(cells), count);
}

GB_INLINE void add_to_all(window_cells cells, const float *x, float *u, const float *y,
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
