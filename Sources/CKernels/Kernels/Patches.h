// Windows over images: where they lie, their numbers laid out as rows of a matrix, and back.
#pragma once
#include "Vector.h"

// The output pixel that is worked on: image, row, column.
typedef struct {
  int64_t image, row, column;
} window_place;

static window_place place_of(const gb_window *w, int64_t pixel) {
  int64_t row = pixel / w->output_width;
  return (window_place){row / w->output_height, row % w->output_height, pixel % w->output_width};
}

GB_INLINE void move_on(const gb_window *w, window_place *place) {
  if (++place->column < w->output_width) return;
  place->column = 0;
  if (++place->row < w->output_height) return;
  place->row = 0;
  place->image++;
}

// The taps of a window along one axis that lie inside: first ..< last; `start` is where tap 0 lies.
typedef struct {
  int64_t start, first, last;
} window_taps;

GB_INLINE window_taps taps_of(int64_t start, int64_t size, int64_t dilation, int64_t extent) {
  window_taps taps = {start, 0, size};
  if (start < 0) taps.first = smaller_of(size, (dilation - 1 - start) / dilation);
  if (start + (size - 1) * dilation >= extent) {
    int64_t inside = extent - start + dilation - 1;
    taps.last = inside > 0 ? smaller_of(size, inside / dilation) : 0;
  }
  if (taps.last < taps.first) taps.last = taps.first;
  return taps;
}

GB_INLINE window_taps row_taps(const gb_window *w, const window_place *place) {
  return taps_of(place->row * w->row_stride - w->top, w->window_height, w->row_dilation,
                 w->height);
}

GB_INLINE window_taps column_taps(const gb_window *w, const window_place *place) {
  return taps_of(place->column * w->column_stride - w->left, w->window_width, w->column_dilation,
                 w->width);
}

// The cells of one window that lie inside the image: all its loops need, by value.
typedef struct {
  window_taps rows, columns;
  int64_t origin, row_step, column_step;  // of the cells' first channels, in floats
  int64_t width;                          // of the window
} window_cells;

GB_INLINE window_cells cells_of(const gb_window *w, const window_place *place) {
  window_taps rows = row_taps(w, place), columns = column_taps(w, place);
  return (window_cells){
      .rows = rows, .columns = columns,
      .origin = ((place->image * w->height + rows.start) * w->width + columns.start) * w->channels,
      .row_step = w->row_dilation * w->width * w->channels,
      .column_step = w->column_dilation * w->channels, .width = w->window_width};
}

// Runs what follows for each cell: `at` is its first channel, `tap` its number in the window.
#define GB_FOR_CELLS(CELLS, ...)                                                     \
  for (int64_t i = (CELLS).rows.first; i < (CELLS).rows.last; i++) {                 \
    for (int64_t j = (CELLS).columns.first; j < (CELLS).columns.last; j++) {         \
      int64_t at = (CELLS).origin + i * (CELLS).row_step + j * (CELLS).column_step;  \
      int64_t tap = i * (CELLS).width + j;                                           \
      (void)tap;                                                                     \
      __VA_ARGS__                                                                    \
    }                                                                                \
  }

GB_INLINE void copy_run(const float *from, float *to, int64_t count) {
  if (count < GB_LANES) {
    for (int64_t i = 0; i < count; i++) to[i] = from[i];
    return;
  }
  int64_t i = 0;
  for (; i + GB_LANES <= count; i += GB_LANES) store(to + i, load(from + i));
  if (i < count) store(to + count - GB_LANES, load(from + count - GB_LANES));
}

GB_INLINE void zero_run(float *to, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = 0;
}

GB_INLINE void add_run(const float *from, float *to, int64_t count) {
  int64_t i = 0;
  for (; i + GB_LANES <= count; i += GB_LANES) store(to + i, load(to + i) + load(from + i));
  for (; i < count; i++) to[i] += from[i];
}

// A range of the numbers of a window, counted by row, column and channel of the group, as runs that
// lie together in the image too.
typedef struct {
  int64_t count;
  // Where taps are neighbours and there is one group, a whole row of taps is one run.
  bool joined;
  int64_t length, runs_in_row;
  int64_t i, j, offset;  // of the first number: tap and place in its run
  int64_t row_step, run_step, first;  // in the image, in floats
  int64_t channels;
} window_range;

static window_range range_of(const gb_window *w, int64_t group, int64_t k_start, int64_t k_end) {
  window_range range = {.count = k_end - k_start, .channels = w->channels / w->groups};
  range.joined = w->column_dilation == 1 && w->groups == 1;
  range.length = range.joined ? w->window_width * range.channels : range.channels;
  range.runs_in_row = range.joined ? 1 : w->window_width;
  int64_t run = k_start / range.length;
  range.offset = k_start % range.length;
  range.i = run / range.runs_in_row;
  range.j = run % range.runs_in_row;
  range.row_step = w->row_dilation * w->width * w->channels;
  range.run_step = range.joined ? 0 : w->column_dilation * w->channels;
  range.first = group * range.channels;
  return range;
}

// Moves a range of one window from the image to its patch, with zeros for what lies outside, or adds
// the patch to the image.
GB_INLINE void move_window(window_range r, window_cells cells, bool gathers, float *image,
                           float *patch) {
  int64_t rows = cells.rows.last - cells.rows.first;
  int64_t offset = r.offset, j = r.j, i = r.i;
  for (int64_t k = 0; k < r.count;) {
    int64_t end = smaller_of(r.length, offset + r.count - k);
    int64_t low = offset, high = end;  // what lies inside
    if (i < cells.rows.first || i - cells.rows.first >= rows) {
      high = low;
    } else if (r.joined) {
      int64_t first = cells.columns.first * r.channels, last = cells.columns.last * r.channels;
      if (low < first) low = smaller_of(first, end);
      high = smaller_of(last, end);
      if (high < low) high = low;
    } else if (j < cells.columns.first || j >= cells.columns.last) {
      high = low;
    }
    int64_t at = cells.origin + r.first + i * r.row_step + j * r.run_step;
    if (gathers) {
      if (low > offset) zero_run(patch, low - offset);
      if (high > low) copy_run(image + (at + low), patch + (low - offset), high - low);
      if (end > high) zero_run(patch + (high - offset), end - high);
    } else if (high > low) {
      add_run(patch + (low - offset), image + (at + low), high - low);
    }
    patch += end - offset;
    k += end - offset;
    offset = 0;
    if (++j == r.runs_in_row) j = 0, i++;
  }
}

// The windows of `count` pixels as rows of a matrix.
static void gather_patches(const gb_window *w, const float *image, int64_t group, int64_t pixel,
                           int64_t count, int64_t k_start, int64_t k_end, float *patches) {
  const gb_window window = *w;
  const window_range range = range_of(w, group, k_start, k_end);
  window_place place = place_of(w, pixel);
  for (int64_t m = 0; m < count; m++) {
    move_window(range, cells_of(&window, &place), true, (float *)image, patches + m * range.count);
    move_on(&window, &place);
  }
}

// The opposite: rows of a matrix added to the windows they stand for.
static void scatter_patches(const gb_window *w, float *image, int64_t group, int64_t pixel,
                            int64_t count, int64_t k_start, int64_t k_end, const float *patches) {
  const gb_window window = *w;
  const window_range range = range_of(w, group, k_start, k_end);
  window_place place = place_of(w, pixel);
  for (int64_t m = 0; m < count; m++) {
    move_window(range, cells_of(&window, &place), false, image,
                (float *)patches + m * range.count);
    move_on(&window, &place);
  }
}

// Images of one channel: the same tap of neighbouring windows lies side by side, so the matrix is laid
// out with the windows as columns.
static void gather_taps(const gb_window *w, const float *image, int64_t pixel, int64_t count,
                        int64_t k_start, int64_t k_end, float *patches) {
  for (int64_t k = k_start; k < k_end; k++) {
    window_place place = place_of(w, pixel);
    int64_t shift = k % w->window_width * w->column_dilation - w->left;
    float *to = patches + (k - k_start) * count;
    for (int64_t m = 0; m < count;) {
      int64_t run = smaller_of(count - m, w->output_width - place.column);
      int64_t y = place.row * w->row_stride - w->top + k / w->window_width * w->row_dilation;
      int64_t x = place.column + shift;
      int64_t low = x < 0 ? smaller_of(run, -x) : 0, high = smaller_of(run, w->width - x);
      if (y < 0 || y >= w->height) low = high = 0;
      if (high < low) high = low;
      zero_run(to + m, low);
      int64_t at = (place.image * w->height + y) * w->width + x + low;
      if (high > low) copy_run(image + at, to + m + low, high - low);
      zero_run(to + m + high, run - high);
      m += run;
      place.column += run - 1;
      move_on(w, &place);
    }
  }
}
