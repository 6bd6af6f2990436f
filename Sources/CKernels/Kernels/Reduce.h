// Reductions of x(outer, extent, inner) over the middle axis.
//
// inner == 1: along a row, with `chains` vectors of partial results that are folded at the end; rows
// of a few classes are turned first, so that each lane has a row of its own.
// inner > 1: across rows, one lane for each column.
// Sums are taken in float over blocks of steps and added up in double, so that the error does not
// grow with the extent. Every order depends on the shape alone.
#pragma once
#include "Elementary.h"

enum { chains = 4, sum_block = 1024, column_sum_block = 128 };
enum { short_row = 16, short_row_of_exponentials = 32 };  // up to these, turning is faster

// The vector at place i < extent of a row; lanes beyond the row hold `filler`. A row that is not
// shorter than a vector ends with an overlapping load, whose lanes already seen are filled too.
GB_INLINE vector row_vector(const float *row, int64_t i, int64_t extent, float filler) {
  if (i + GB_LANES <= extent) return load(row + i);
  if (extent < GB_LANES) return load_part(row + i, extent - i, filler);
  integers unseen = lane_numbers() >= (integers)(int32_t)(i + GB_LANES - extent);
  return unseen ? load(row + extent - GB_LANES) : splat(filler);
}

GB_INLINE double fold_sum(const doubles *v) {
  double total[GB_LANES];
#pragma clang loop unroll(full)
  for (int lane = 0; lane < GB_LANES; lane++) total[lane] = (*v)[lane];
#pragma clang loop unroll(full)
  for (int width = GB_LANES / 2; width > 0; width /= 2) {
#pragma clang loop unroll(full)
    for (int lane = 0; lane < width; lane++) total[lane] += total[lane + width];
  }
  return total[0];
}

GB_INLINE float maximum_of_two(float a, float b) {
  return a >= b || a != a ? a : b;
}

GB_INLINE float fold_maximum(vector v) {
  float best = v[0];
  for (int lane = 1; lane < GB_LANES; lane++) best = maximum_of_two(best, v[lane]);
  return best;
}

// ---- Along a row ----------------------------------------------------------------------------

// Σ x, or Σ e^(x - shift) when `exponentials`.
GB_INLINE double row_sum(const float *row, int64_t extent, bool exponentials, float shift) {
  float filler = exponentials ? -__builtin_inff() : 0;
  doubles total = 0;
  for (int64_t block = 0; block < extent; block += sum_block) {
    int64_t end = smaller_of(extent, block + sum_block);
    vector sums[chains] = {splat(0), splat(0), splat(0), splat(0)};
    for (int64_t i = block; i < end; i += chains * GB_LANES) {
      for (int chain = 0; chain < chains; chain++) {
        int64_t at = i + chain * GB_LANES;
        if (at >= end) break;
        vector value = row_vector(row, at, end, filler);
        if (exponentials) value = exponential(value - splat(shift));
        sums[chain] += value;
      }
    }
    vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    total += __builtin_convertvector(sum, doubles);
  }
  return fold_sum(&total);
}

static float row_maximum(const float *row, int64_t extent) {
  const float lowest = -__builtin_inff();
  vector best[chains] = {splat(lowest), splat(lowest), splat(lowest), splat(lowest)};
  int64_t i = 0;
  for (; i + chains * GB_LANES <= extent; i += chains * GB_LANES) {
    for (int chain = 0; chain < chains; chain++) {
      best[chain] = maximum(best[chain], load(row + i + chain * GB_LANES));
    }
  }
  for (; i < extent; i += GB_LANES) best[0] = maximum(best[0], row_vector(row, i, extent, lowest));
  return fold_maximum(maximum(maximum(best[0], best[1]), maximum(best[2], best[3])));
}

static int64_t row_argmax(const float *row, int64_t extent) {
  float best = row_maximum(row, extent);
  int64_t i = 0;
  for (; i + GB_LANES <= extent; i += GB_LANES) {
    vector value = load(row + i);
    integers found = best != best ? value != value : value == splat(best);
    if (__builtin_reduce_or(found)) break;
  }
  for (; i < extent; i++) {
    if (row[i] == best || (best != best && row[i] != row[i])) return i;
  }
  return 0;  // an empty row
}

// The maximum that is subtracted: 0 where it is infinite or NaN, so that the exponentials
// themselves give 0, ∞ or NaN.
GB_INLINE vector finite_or_zero(vector v) {
  return __builtin_elementwise_abs(v) < __builtin_inff() ? v : splat(0);
}

static float row_log_sum_exp(const float *row, int64_t extent) {
  float shift = finite_or_zero(splat(row_maximum(row, extent)))[0];
  return logarithm(splat((float)row_sum(row, extent, true, shift)))[0] + shift;
}

static float reduce_row(int32_t reduction, const float *row, int64_t extent) {
  switch (reduction) {
    case GB_SUM: return (float)row_sum(row, extent, false, 0);
    case GB_MEAN: return (float)(row_sum(row, extent, false, 0) / (double)extent);
    case GB_MAX: return row_maximum(row, extent);
    case GB_ARGMAX: return (float)row_argmax(row, extent);
    default: return row_log_sum_exp(row, extent);
  }
}

// ---- Across rows ----------------------------------------------------------------------------

// `width` ≤ GB_LANES columns, or all of a vector's.
GB_INLINE vector column_vector(const float *from, int64_t width) {
  return width == GB_LANES ? load(from) : load_part(from, width, 0);
}

// Σ x / divisor, or Σ e^(x - shift) / divisor when `exponentials`.
GB_INLINE vector column_sum(const float *x, int64_t extent, int64_t inner, int64_t width,
                            bool exponentials, vector shift, double divisor) {
  doubles total = 0;
  for (int64_t block = 0; block < extent; block += column_sum_block) {
    int64_t end = smaller_of(extent, block + column_sum_block);
    vector sum = splat(0);
    for (int64_t r = block; r < end; r++) {
      vector value = column_vector(x + r * inner, width);
      if (exponentials) value = exponential(value - shift);
      sum += value;
    }
    total += __builtin_convertvector(sum, doubles);
  }
  return __builtin_convertvector(total / (doubles)divisor, vector);
}

enum { wide_vectors = 4 };

// The same sums for `wide_vectors` whole vectors side by side, so that memory is read in long runs.
static void wide_column_sum(const float *x, int64_t extent, int64_t inner, double divisor,
                            float *y) {
  doubles totals[wide_vectors] = {0, 0, 0, 0};
  for (int64_t block = 0; block < extent; block += column_sum_block) {
    int64_t end = smaller_of(extent, block + column_sum_block);
    vector sums[wide_vectors] = {splat(0), splat(0), splat(0), splat(0)};
    for (int64_t r = block; r < end; r++) {
#pragma clang loop unroll(full)
      for (int v = 0; v < wide_vectors; v++) sums[v] += load(x + r * inner + v * GB_LANES);
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < wide_vectors; v++) totals[v] += __builtin_convertvector(sums[v], doubles);
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < wide_vectors; v++) {
    store(y + v * GB_LANES, __builtin_convertvector(totals[v] / (doubles)divisor, vector));
  }
}

GB_INLINE vector column_maximum(const float *x, int64_t extent, int64_t inner, int64_t width) {
  vector best = splat(-__builtin_inff());
  for (int64_t r = 0; r < extent; r++) best = maximum(best, column_vector(x + r * inner, width));
  return best;
}

GB_INLINE vector column_argmax(const float *x, int64_t extent, int64_t inner, int64_t width) {
  if (extent == 0) return splat(0);
  vector best = column_vector(x, width);
  integers index = 0;
  for (int64_t r = 1; r < extent; r++) {
    vector value = column_vector(x + r * inner, width);
    integers better = (value > best) | ((value != value) & (best == best));
    best = better ? value : best;
    index = better ? (integers)(int32_t)r : index;
  }
  return __builtin_convertvector(index, vector);
}

GB_INLINE vector reduce_columns(int32_t reduction, const float *x, int64_t extent, int64_t inner,
                                int64_t width) {
  switch (reduction) {
    case GB_SUM: return column_sum(x, extent, inner, width, false, splat(0), 1);
    case GB_MEAN: return column_sum(x, extent, inner, width, false, splat(0), (double)extent);
    case GB_MAX: return column_maximum(x, extent, inner, width);
    case GB_ARGMAX: return column_argmax(x, extent, inner, width);
    default: {
      vector shift = finite_or_zero(column_maximum(x, extent, inner, width));
      return logarithm(column_sum(x, extent, inner, width, true, shift, 1)) + shift;
    }
  }
}

static void reduce_short_rows(int32_t reduction, const float *x, int64_t extent, float *y,
                              int64_t start, int64_t end) {
  float turned[short_row_of_exponentials * GB_LANES] __attribute__((aligned(64))) = {0};
  for (int64_t o = start; o < end; o += GB_LANES) {
    int64_t width = smaller_of(GB_LANES, end - o);
    for (int64_t lane = 0; lane < width; lane++) {
      const float *row = x + (o + lane) * extent;
      for (int64_t i = 0; i < extent; i++) turned[i * GB_LANES + lane] = row[i];
    }
    vector result = reduce_columns(reduction, turned, extent, GB_LANES, GB_LANES);
    store_part(y + o, result, width);
  }
}

static void reduce(int32_t reduction, const float *x, int64_t outer, int64_t extent, int64_t inner,
                   float *y, int64_t start, int64_t end) {
  (void)outer;
  bool exponentials = reduction == GB_LOG_SUM_EXP;
  if (inner == 1 && extent <= (exponentials ? short_row_of_exponentials : short_row)) {
    reduce_short_rows(reduction, x, extent, y, start, end);
    return;
  }
  if (inner == 1) {
    for (int64_t o = start; o < end; o++) y[o] = reduce_row(reduction, x + o * extent, extent);
    return;
  }
  for (int64_t at = start; at < end;) {
    int64_t o = at / inner, i = at % inner;
    int64_t width = smaller_of(GB_LANES, smaller_of(inner - i, end - at));
    const float *row = x + o * extent * inner;
    int64_t wide = wide_vectors * GB_LANES;
    if ((reduction == GB_SUM || reduction == GB_MEAN) && inner - i >= wide && end - at >= wide) {
      wide_column_sum(row + i, extent, inner, reduction == GB_SUM ? 1 : (double)extent, y + at);
      at += wide;
      continue;
    }
    if (width == GB_LANES) {
      store(y + at, reduce_columns(reduction, row + i, extent, inner, GB_LANES));
    } else if (inner >= GB_LANES) {
      // A whole vector that holds these columns, of which only these are kept.
      int64_t first = smaller_of(i, inner - GB_LANES);
      vector result = reduce_columns(reduction, row + first, extent, inner, GB_LANES);
      for (int64_t lane = 0; lane < width; lane++) y[at + lane] = result[i - first + lane];
    } else {
      store_part(y + at, reduce_columns(reduction, row + i, extent, inner, width), width);
    }
    at += width;
  }
}
