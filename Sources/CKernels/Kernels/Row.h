// One row times a matrix whose columns are adjacent: the sums of a strip of columns stay in the first
// cache while the rows of the matrix pass by, four at a time from end to end, as the processor's
// prefetching expects. The products and sums are those of the blocks, in the same order.
#pragma once
#include "Vector.h"

enum { row_strip = 1024, rows_at_once = 4 };

// sums[j] ← sums[j] + Σ a[r] · b[r, j] for `rows` rows; sums start from 0 where `first`.
GB_INLINE void add_rows(int rows, const float *a, int64_t a_stride, const float *b,
                        int64_t b_stride, int64_t columns, bool first, float *sums) {
  vector as[rows_at_once];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) as[r] = splat(a[r * a_stride]);
#pragma clang loop unroll_count(2)
  for (int64_t j = 0; j < columns; j += GB_LANES) {
    vector sum = first ? splat(0) : load(sums + j);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) sum = multiply_add(as[r], load(b + r * b_stride + j), sum);
    store(sums + j, sum);
  }
}

// The sums of one depth block, set in c or added to it; `columns` is a whole number of vectors.
static void row_product(const float *a, int64_t a_stride, const float *b, int64_t b_stride,
                        int64_t depth, int64_t columns, float *c, bool first) {
  float sums[row_strip] __attribute__((aligned(64)));
  for (int64_t from = 0; from < columns; from += row_strip) {
    int64_t width = smaller_of(row_strip, columns - from), k = 0;
    for (; k + rows_at_once <= depth; k += rows_at_once) {
      add_rows(rows_at_once, a + k * a_stride, a_stride, b + k * b_stride + from, b_stride, width,
               k == 0, sums);
    }
    for (; k < depth; k++) {
      add_rows(1, a + k * a_stride, a_stride, b + k * b_stride + from, b_stride, width, k == 0,
               sums);
    }
    for (int64_t j = 0; j < width; j += GB_LANES) {
      float *to = c + from + j;
      store(to, first ? load(sums + j) : load(to) + load(sums + j));
    }
  }
}
