// One vector against many that lie along the depth: each lane sums every GB_LANES-th product of
// its chain, and the lanes are folded at the end.
#pragma once
#include "Vector.h"

enum { dot_chains = 4 };

GB_INLINE float fold_lanes(vector v) {
  float lanes[GB_LANES] __attribute__((aligned(4 * GB_LANES)));
  store(lanes, v);
#pragma clang loop unroll(full)
  for (int width = GB_LANES / 2; width > 0; width /= 2) {
#pragma clang loop unroll(full)
    for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
  }
  return lanes[0];
}

// `count` ≤ 2 dot products at once; the order of each sum is that of one.
GB_INLINE void dots_together(int count, const float *x, const float *m, int64_t stride,
                             int64_t depth, float *y, int64_t y_stride) {
  vector sums[2][dot_chains];
#pragma clang loop unroll(full)
  for (int chain = 0; chain < dot_chains; chain++) sums[0][chain] = sums[1][chain] = splat(0);
  int64_t k = 0;
  for (; k + dot_chains * GB_LANES <= depth; k += dot_chains * GB_LANES) {
#pragma clang loop unroll(full)
    for (int chain = 0; chain < dot_chains; chain++) {
      vector xs = load(x + k + chain * GB_LANES);
#pragma clang loop unroll(full)
      for (int i = 0; i < count; i++) {
        vector ms = load(m + i * stride + k + chain * GB_LANES);
        sums[i][chain] = multiply_add(xs, ms, sums[i][chain]);
      }
    }
  }
  for (; k < depth; k += GB_LANES) {
    int64_t left = smaller_of(GB_LANES, depth - k);
    bool whole = left == GB_LANES;
    vector xs = whole ? load(x + k) : load_part(x + k, left, 0);
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) {
      const float *from = m + i * stride + k;
      vector ms = whole ? load(from) : load_part(from, left, 0);
      sums[i][0] = multiply_add(xs, ms, sums[i][0]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    y[i * y_stride] = fold_lanes((sums[i][0] + sums[i][1]) + (sums[i][2] + sums[i][3]));
  }
}

// y[i] = Σₖ x[k] · m[i · stride + k].
static void dot_products(const float *x, const float *m, int64_t stride, int64_t depth,
                         int64_t count, float *y, int64_t y_stride) {
  int64_t i = 0;
  for (; i + 2 <= count; i += 2) {
    dots_together(2, x, m + i * stride, stride, depth, y + i * y_stride, y_stride);
  }
  if (i < count) dots_together(1, x, m + i * stride, stride, depth, y + i * y_stride, y_stride);
}
