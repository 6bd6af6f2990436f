// Operands laid out for the blocks: b in panels of columns, a in blocks of rows.
#pragma once
#include "ProductBlock.h"

// Lays `width` ≤ panel columns of b side by side, zeros to the right of them.
static void pack_b(const float *b, int64_t depth_stride, int64_t column_stride, int64_t depth,
                   int64_t width, float *panel) {
  if (width < product_panel) memset(panel, 0, (size_t)(depth * product_panel) * sizeof(float));
  if (column_stride == 1) {
    for (int64_t k = 0; k < depth; k++) {
      float *to = panel + k * product_panel;
      const float *from = b + k * depth_stride;
      int64_t j = 0;
      for (; j + GB_LANES <= width; j += GB_LANES) store(to + j, load(from + j));
      for (; j < width; j++) to[j] = from[j];
    }
    return;
  }
  int64_t j = 0;
  if (depth_stride == 1) {
    for (; j + GB_LANES <= width; j += GB_LANES) {
      const float *from = b + j * column_stride;
      int64_t k = 0;
      for (; k + GB_LANES <= depth; k += GB_LANES) {
        vector square[GB_LANES];
#pragma clang loop unroll(full)
        for (int l = 0; l < GB_LANES; l++) square[l] = load(from + l * column_stride + k);
        transpose_square(square);
#pragma clang loop unroll(full)
        for (int l = 0; l < GB_LANES; l++) store(panel + (k + l) * product_panel + j, square[l]);
      }
      for (; k < depth; k++) {
        for (int l = 0; l < GB_LANES; l++) {
          panel[k * product_panel + j + l] = from[l * column_stride + k];
        }
      }
    }
  }
  for (int64_t k = 0; k < depth && j < width; k++) {
    const float *from = b + k * depth_stride;
    for (int64_t l = j; l < width; l++) panel[k * product_panel + l] = from[l * column_stride];
  }
}

enum { row_squares = (GB_PRODUCT_ROWS + GB_LANES - 1) / GB_LANES };

// Lays `rows` ≤ GB_PRODUCT_ROWS rows of a so that the values of one depth stand together. Writes up
// to a vector beyond.
GB_INLINE void pack_rows(int rows, const float *a, int64_t row_stride, int64_t depth_stride,
                         int64_t depth, float *packed) {
  int64_t k = 0;
  if (row_stride == 1) {
    for (; k < depth; k++) {
      memcpy(packed + k * rows, a + k * depth_stride, (size_t)rows * sizeof(float));
    }
    return;
  }
  for (; depth_stride == 1 && k + GB_LANES <= depth; k += GB_LANES) {
    vector squares[row_squares][GB_LANES];
#pragma clang loop unroll(full)
    for (int s = 0; s < row_squares; s++) {
#pragma clang loop unroll(full)
      for (int l = 0; l < GB_LANES; l++) {
        int r = s * GB_LANES + l;
        squares[s][l] = r < rows ? load(a + r * row_stride + k) : splat(0);
      }
      transpose_square(squares[s]);
    }
    // What a store writes beyond its rows, the next one overwrites.
#pragma clang loop unroll(full)
    for (int l = 0; l < GB_LANES; l++) {
#pragma clang loop unroll(full)
      for (int s = 0; s < row_squares; s++) {
        if (s * GB_LANES < rows) store(packed + (k + l) * rows + s * GB_LANES, squares[s][l]);
      }
    }
  }
  for (; k < depth; k++) {
    for (int r = 0; r < rows; r++) packed[k * rows + r] = a[r * row_stride + k * depth_stride];
  }
}

static void pack_a(int64_t rows, const float *a, int64_t row_stride, int64_t depth_stride,
                   int64_t depth, float *packed) {
  switch (rows) {
#define GB_PACK(R) \
  case R: pack_rows(R, a, row_stride, depth_stride, depth, packed); return;
    GB_PACK(1) GB_PACK(2) GB_PACK(3) GB_PACK(4)
#if GB_PRODUCT_ROWS > 4
    GB_PACK(5) GB_PACK(6)
#endif
#if GB_PRODUCT_ROWS > 6
    GB_PACK(7) GB_PACK(8)
#endif
  }
}
