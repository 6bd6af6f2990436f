// Matrix product: c = a · b by blocks of registers.
//
// A block of GB_PRODUCT_ROWS × (GB_PRODUCT_VECTORS vectors) of c lives in registers while the depth
// passes by: one row of b is loaded, each a is broadcast and multiplied in. The depth is cut every
// `depth_block` steps; the blocks' sums are added up in order. So each element is
// ((Σ of block 0) + Σ of block 1) + …, each Σ one chain of multiply-adds: how c is cut, and whether
// a or b is read in place or packed, never changes a bit.
#pragma once
#include "Vector.h"

enum {
  product_rows = GB_PRODUCT_ROWS,
  product_vectors = GB_PRODUCT_VECTORS,
  product_panel = GB_PRODUCT_VECTORS * GB_LANES,  // columns of a packed panel of b
  widest_vectors = 8,                             // for a single row: as many chains as hide latency
  depth_block = 256,                              // a panel of b fills about half the first cache
  packed_rows = 192,                              // rows of a packed at once, for the second cache
  product_scratch_floats = depth_block * (product_panel + packed_rows)
};

// Both operands with the strides the inner loop walks.
typedef struct {
  const float *start;
  int64_t stride;  // of the rows of a; of the columns of b is always 1
  int64_t depth_stride;
} product_operand;

// One block of c in registers. `rows` and `vectors` are constants at every call, so that the arrays
// become registers. The first depth block sets c, the others add to it.
GB_INLINE void product_block(int rows, int vectors, int64_t depth, product_operand a,
                             product_operand b, float *c, int64_t c_row_stride, bool first) {
  vector sums[GB_PRODUCT_ROWS][widest_vectors];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[r][v] = splat(0);
  }
  for (int64_t k = 0; k < depth; k++) {
    vector bs[widest_vectors];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) bs[v] = load(b.start + v * GB_LANES);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      vector as = splat(a.start[r * a.stride]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(as, bs[v], sums[r][v]);
    }
    a.start += a.depth_stride;
    b.start += b.depth_stride;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      float *to = c + r * c_row_stride + v * GB_LANES;
      store(to, first ? sums[r][v] : load(to) + sums[r][v]);
    }
  }
}

// Blocks of every height and of each width that the driver asks for.
#define GB_BLOCK(R, V) \
  case (R) * 16 + (V): \
    product_block(R, V, depth, a, b, c, c_row_stride, first); \
    return;
#define GB_BLOCKS_1_TO_4(V) GB_BLOCK(1, V) GB_BLOCK(2, V) GB_BLOCK(3, V) GB_BLOCK(4, V)
#define GB_BLOCKS_5_TO_6(V) GB_BLOCK(5, V) GB_BLOCK(6, V)
#define GB_BLOCKS_7_TO_8(V) GB_BLOCK(7, V) GB_BLOCK(8, V)
#if GB_PRODUCT_ROWS == 4
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V)
#elif GB_PRODUCT_ROWS == 6
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V) GB_BLOCKS_5_TO_6(V)
#else
#define GB_BLOCKS(V) GB_BLOCKS_1_TO_4(V) GB_BLOCKS_5_TO_6(V) GB_BLOCKS_7_TO_8(V)
#endif

static void product_block_of(int64_t rows, int64_t vectors, int64_t depth, product_operand a,
                             product_operand b, float *c, int64_t c_row_stride, bool first) {
  switch (rows * 16 + vectors) {
    GB_BLOCKS(1)
    GB_BLOCKS(2)
#if GB_PRODUCT_VECTORS == 3
    GB_BLOCKS(3)
#endif
    GB_BLOCK(1, 4)
    GB_BLOCK(2, 4)
    GB_BLOCK(1, 8)
  }
}

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
        for (int l = 0; l < GB_LANES; l++) square[l] = load(from + l * column_stride + k);
        transpose_square(square);
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

// Lays `rows` rows of a so that the values of one depth stand together.
static void pack_a(const float *a, int64_t row_stride, int64_t depth_stride, int64_t depth,
                   int64_t rows, float *packed) {
  for (int64_t k = 0; k < depth; k++) {
    const float *from = a + k * depth_stride;
    for (int64_t r = 0; r < rows; r++) packed[k * rows + r] = from[r * row_stride];
  }
}

// Adds or writes a block that lies in a buffer of `panel` columns to any place of c.
static void scatter_block(const float *block, int64_t block_stride, int64_t rows, int64_t columns,
                          float *c, int64_t c_row_stride, int64_t c_column_stride, bool first) {
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < columns; j++) {
      float *to = c + r * c_row_stride + j * c_column_stride;
      *to = first ? block[r * block_stride + j] : *to + block[r * block_stride + j];
    }
  }
}

// A part of the product, with c's columns at any stride too, so that it can be turned round.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, columns, depth;
  int64_t a_row_stride, a_depth_stride, b_depth_stride, b_column_stride;
  int64_t c_row_stride, c_column_stride;
} product_part;

// Rows are shared out evenly, so that no block is left with so few that it waits on its chains.
GB_INLINE int64_t cut(int64_t total, int64_t parts, int64_t part) {
  return total / parts * part + smaller_of(part, total % parts);
}

// Columns `j` ... of one depth block, for `rows` rows whose blocks of a are ready.
static void product_panel_rows(const product_part *p, product_operand b, int64_t vectors,
                               int64_t j, int64_t width, int64_t depth, bool first,
                               const float *a, int64_t row, int64_t rows, const float *packed_a) {
  bool direct = width == vectors * GB_LANES && p->c_column_stride == 1;
  float buffer[GB_PRODUCT_ROWS * product_panel] __attribute__((aligned(64)));
  int64_t blocks = (rows + product_rows - 1) / product_rows;
  for (int64_t block = 0; block < blocks; block++) {
    int64_t i = cut(rows, blocks, block), height = cut(rows, blocks, block + 1) - i;
    product_operand as = {a + i * p->a_row_stride, p->a_row_stride, p->a_depth_stride};
    if (packed_a) as = (product_operand){packed_a + i * depth, 1, height};
    float *c = p->c + (row + i) * p->c_row_stride + j * p->c_column_stride;
    if (direct) {
      product_block_of(height, vectors, depth, as, b, c, p->c_row_stride, first);
    } else {
      product_block_of(height, vectors, depth, as, b, buffer, product_panel, true);
      scatter_block(buffer, product_panel, height, width, c, p->c_row_stride, p->c_column_stride,
                    first);
    }
  }
}

static void run_product(const product_part *p, float *scratch) {
  float *panel = scratch, *packed_a = scratch + depth_block * product_panel;
  // One block of rows uses each value of b once: packing it would cost more than it saves.
  bool b_in_place = p->b_column_stride == 1 && p->rows <= product_rows;
  bool pack_rows = p->a_depth_stride != 1 && p->columns > product_panel;
  int64_t widest = product_vectors;
  if (b_in_place && p->c_column_stride == 1 && p->rows <= 2) widest = p->rows == 1 ? 8 : 4;

  for (int64_t k = 0; k < p->depth; k += depth_block) {
    int64_t depth = smaller_of(depth_block, p->depth - k);
    for (int64_t row = 0; row < p->rows; row += packed_rows) {
      int64_t rows = smaller_of(packed_rows, p->rows - row);
      const float *a = p->a + row * p->a_row_stride + k * p->a_depth_stride;
      int64_t blocks = (rows + product_rows - 1) / product_rows;
      for (int64_t block = 0; block < blocks && pack_rows; block++) {
        int64_t i = cut(rows, blocks, block), height = cut(rows, blocks, block + 1) - i;
        pack_a(a + i * p->a_row_stride, p->a_row_stride, p->a_depth_stride, depth, height,
               packed_a + i * depth);
      }
      for (int64_t j = 0; j < p->columns;) {
        const float *b = p->b + k * p->b_depth_stride + j * p->b_column_stride;
        int64_t left = p->columns - j, vectors = widest;
        if (left < vectors * GB_LANES) vectors = smaller_of(product_vectors, vectors);
        int64_t width = smaller_of(left, vectors * GB_LANES);
        vectors = (width + GB_LANES - 1) / GB_LANES;
        product_operand bs = {b, 1, p->b_depth_stride};
        if (!b_in_place || width < vectors * GB_LANES) {
          pack_b(b, p->b_depth_stride, p->b_column_stride, depth, width, panel);
          bs = (product_operand){panel, 1, product_panel};
        }
        product_panel_rows(p, bs, vectors, j, width, depth, k == 0, a, row, rows,
                           pack_rows ? packed_a : NULL);
        j += width;
      }
    }
  }
}

static void product(const gb_product *p, int64_t row_start, int64_t row_end, int64_t column_start,
                    int64_t column_end, float *scratch) {
  product_part part = {
      .a = p->a + row_start * p->a_row_stride,
      .b = p->b + column_start * p->b_column_stride,
      .c = p->c + row_start * p->c_row_stride + column_start,
      .rows = row_end - row_start,
      .columns = column_end - column_start,
      .depth = p->depth,
      .a_row_stride = p->a_row_stride,
      .a_depth_stride = p->a_depth_stride,
      .b_depth_stride = p->b_depth_stride,
      .b_column_stride = p->b_column_stride,
      .c_row_stride = p->c_row_stride,
      .c_column_stride = 1,
  };
  if (part.rows <= 0 || part.columns <= 0) return;
  if (part.depth == 0) {
    for (int64_t i = 0; i < part.rows; i++) {
      memset(part.c + i * part.c_row_stride, 0, (size_t)part.columns * sizeof(float));
    }
    return;
  }
  if (part.columns <= GB_LANES / 2 && part.rows > part.columns) {
    // A tall thin c would leave most lanes empty: compute cᵀ = bᵀ · aᵀ, the same products and sums.
    part = (product_part){
        .a = part.b, .b = part.a, .c = part.c,
        .rows = part.columns, .columns = part.rows, .depth = part.depth,
        .a_row_stride = part.b_column_stride, .a_depth_stride = part.b_depth_stride,
        .b_depth_stride = part.a_depth_stride, .b_column_stride = part.a_row_stride,
        .c_row_stride = 1, .c_column_stride = part.c_row_stride,
    };
  }
  run_product(&part, scratch);
}
