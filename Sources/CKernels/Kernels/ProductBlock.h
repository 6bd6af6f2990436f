// A block of c in registers: GB_PRODUCT_ROWS × (GB_PRODUCT_VECTORS vectors) at most, while the depth
// passes by. One row of b is loaded, each value of a is spread over a vector and multiplied in.
#pragma once
#include "Vector.h"

enum {
  product_rows = GB_PRODUCT_ROWS,
  product_vectors = GB_PRODUCT_VECTORS,
  product_panel = GB_PRODUCT_VECTORS * GB_LANES,  // columns of a packed panel of b
  widest_vectors = 4  // for one or two rows: enough chains to hide latency
};

// Blocks of one height below each other, with one panel of b.
typedef struct {
  const float *a, *b;
  float *c;
  float *panel;  // where b is laid on the way, or NULL
  int64_t count, depth;
  int64_t a_block_stride, a_row_stride, a_depth_stride;
  int64_t b_depth_stride;  // b's columns are adjacent
  int64_t c_row_stride;
  bool first;  // sets c; else adds to it
} product_run;

// `rows`, `vectors`, `adjacent` (the rows of a lie side by side) and `packs` are constants at every
// call, so that the arrays become registers.
GB_INLINE void product_block(int rows, int vectors, bool adjacent, bool packs,
                             const product_run *run, const float *a, float *c) {
  const int64_t depth = run->depth, row_stride = adjacent ? 1 : run->a_row_stride;
  const int64_t a_depth_stride = run->a_depth_stride, b_depth_stride = run->b_depth_stride;
  const float *b = run->b;
  float *panel = run->panel;
  // Three rows to a pointer: the processor's addresses reach base, base + s and base + 2 s.
  const float *threes[3] = {a, a + 3 * row_stride, a + 6 * row_stride};
  vector sums[GB_PRODUCT_ROWS][widest_vectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[r][v] = splat(0);
  }
#pragma clang loop unroll_count(2)
  for (int64_t k = 0; k < depth; k++) {
    vector bs[widest_vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      bs[v] = load(b + v * GB_LANES);
      if (packs) store(panel + v * GB_LANES, bs[v]);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      vector as = splat(adjacent ? a[r] : threes[r / 3][r % 3 * row_stride]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(as, bs[v], sums[r][v]);
    }
    a += a_depth_stride;
#pragma clang loop unroll(full)
    for (int t = 0; t < 3; t++) threes[t] += a_depth_stride;
    b += b_depth_stride;
    if (packs) panel += product_panel;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      float *to = c + r * run->c_row_stride + v * GB_LANES;
      store(to, run->first ? sums[r][v] : load(to) + sums[r][v]);
    }
  }
}

GB_INLINE void product_blocks(int rows, int vectors, bool adjacent, bool packs,
                              const product_run *run) {
  const float *a = run->a;
  float *c = run->c;
  for (int64_t block = 0; block < run->count; block++) {
    product_block(rows, vectors, adjacent, packs, run, a, c);
    a += run->a_block_stride;
    c += rows * run->c_row_stride;
  }
}

#define GB_BLOCK(R, V, ADJACENT, PACKS) \
  case (((R) * 16 + (V)) * 2 + ADJACENT) * 2 + PACKS: \
    product_blocks(R, V, ADJACENT, PACKS, run); \
    return;
#define GB_BLOCKS_OF(R, V) \
  GB_BLOCK(R, V, 0, 0) GB_BLOCK(R, V, 0, 1) GB_BLOCK(R, V, 1, 0) GB_BLOCK(R, V, 1, 1)
#define GB_BLOCKS_1_TO_4(V) \
  GB_BLOCKS_OF(1, V) GB_BLOCKS_OF(2, V) GB_BLOCKS_OF(3, V) GB_BLOCKS_OF(4, V)
#define GB_BLOCKS_5_TO_6(V) GB_BLOCKS_OF(5, V) GB_BLOCKS_OF(6, V)
#define GB_BLOCKS_7_TO_8(V) GB_BLOCKS_OF(7, V) GB_BLOCKS_OF(8, V)
#if GB_PRODUCT_ROWS == 4
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V)
#elif GB_PRODUCT_ROWS == 6
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V) GB_BLOCKS_5_TO_6(V)
#else
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V) GB_BLOCKS_5_TO_6(V) GB_BLOCKS_7_TO_8(V)
#endif

// Blocks of `rows` rows and `vectors` vectors: up to the block of registers, or one or two rows of 4.
static void product_blocks_of(int64_t rows, int64_t vectors, const product_run *run) {
  int64_t adjacent = run->a_row_stride == 1, packs = run->panel != NULL;
  switch (((rows * 16 + vectors) * 2 + adjacent) * 2 + packs) {
    GB_BLOCKS(1)
    GB_BLOCKS(2)
#if GB_PRODUCT_VECTORS == 3
    GB_BLOCKS(3)
#endif
    GB_BLOCK(1, 4, 0, 0) GB_BLOCK(1, 4, 1, 0)
    GB_BLOCK(2, 4, 0, 0) GB_BLOCK(2, 4, 1, 0)
  }
}
