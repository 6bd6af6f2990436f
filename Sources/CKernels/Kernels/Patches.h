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

GB_INLINE void copy_run(const float *from, float *to, int64_t count) {
  if (count < GB_LANES) {
    for (int64_t i = 0; i < count; i++) to[i] = from[i];
    return;
  }
  for (int64_t i = 0; i + GB_LANES <= count; i += GB_LANES) store(to + i, load(from + i));
  store(to + count - GB_LANES, load(from + count - GB_LANES));
}

GB_INLINE void zero_run(float *to, int64_t count) {
  for (int64_t i = 0; i < count; i++) to[i] = 0;
}

GB_INLINE void add_run(const float *from, float *to, int64_t count) {
  int64_t i = 0;
  for (; i + GB_LANES <= count; i += GB_LANES) store(to + i, load(to + i) + load(from + i));
  for (; i < count; i++) to[i] += from[i];
}

// The numbers k_start ..< k_end of one window, counted by row, column and channel of the group, as
// runs that lie together in the image too. Outside the image there are zeros.
GB_INLINE void window_runs(const gb_window *w, const window_place *place, int64_t group,
                           int64_t k_start, int64_t k_end, bool gathers, float *image,
                           float *patch) {
  const int64_t channels = w->channels / w->groups;
  // Where taps are neighbours and groups are whole pixels, a row of taps is one run.
  const bool joined = w->column_dilation == 1 && w->groups == 1;
  const int64_t length = joined ? w->window_width * channels : channels;
  const int64_t runs_in_row = joined ? 1 : w->window_width;
  window_taps rows = row_taps(w, place), columns = column_taps(w, place);
  int64_t run = k_start / length, offset = k_start % length;
  int64_t i = run / runs_in_row, j = run % runs_in_row;
  for (int64_t k = k_start; k < k_end;) {
    int64_t end = smaller_of(length, offset + k_end - k), count = end - offset;
    int64_t low = offset, high = offset;  // what lies inside
    if (i >= rows.first && i < rows.last) {
      if (joined) {
        int64_t first = columns.first * channels;
        if (low < first) low = smaller_of(first, end);
        high = smaller_of(columns.last * channels, end);
        if (high < low) high = low;
      } else if (j >= columns.first && j < columns.last) {
        high = end;
      }
    }
    int64_t at = ((place->image * w->height + rows.start + i * w->row_dilation) * w->width +
                  columns.start + j * w->column_dilation) *
                     w->channels +
                 group * channels;
    if (gathers) {
      zero_run(patch, low - offset);
      if (high > low) copy_run(image + (at + low), patch + (low - offset), high - low);
      zero_run(patch + (high - offset), end - high);
    } else if (high > low) {
      add_run(patch + (low - offset), image + (at + low), high - low);
    }
    patch += count;
    k += count;
    offset = 0;
    if (++j == runs_in_row) j = 0, i++;
  }
}

// The windows of `count` pixels as rows of a matrix.
static void gather_patches(const gb_window *w, const float *image, int64_t group, int64_t pixel,
                           int64_t count, int64_t k_start, int64_t k_end, float *patches) {
  window_place place = place_of(w, pixel);
  for (int64_t m = 0; m < count; m++) {
    window_runs(w, &place, group, k_start, k_end, true, (float *)image,
                patches + m * (k_end - k_start));
    move_on(w, &place);
  }
}

// The opposite: rows of a matrix added to the windows they stand for.
static void scatter_patches(const gb_window *w, float *image, int64_t group, int64_t pixel,
                            int64_t count, int64_t k_start, int64_t k_end, const float *patches) {
  window_place place = place_of(w, pixel);
  for (int64_t m = 0; m < count; m++) {
    window_runs(w, &place, group, k_start, k_end, false, image,
                (float *)patches + m * (k_end - k_start));
    move_on(w, &place);
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
