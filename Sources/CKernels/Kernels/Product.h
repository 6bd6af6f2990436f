// Matrix product: c = a · b by blocks of registers.
//
// The depth is cut every `depth_block` steps; the blocks' sums are added up in order. So each element
// is ((Σ of block 0) + Σ of block 1) + …, each Σ one chain of multiply-adds: how c is cut, and
// whether a or b is read in place or packed, never changes a bit. Products of one row or one column
// whose operands both run along the depth are dot products, with sums of their own (Dot.h).
//
// Cache by cache: a panel of b (depth_block × panel) stays in the first while blocks of a pass by;
// the packed rows of a stay in the second; the packed columns of b lie in the third.
#pragma once
#include "Dot.h"
#include "ProductPack.h"
#include "Row.h"

enum {
  depth_block = 256,      // a panel of b fills about half the first cache
  packed_rows = 192,      // rows of a packed at once, for the second cache
  packed_columns = 1008,  // columns of b packed at once: a multiple of every panel
  packed_a_floats = depth_block * packed_rows + GB_LANES,
  product_scratch_floats = depth_block * packed_columns + packed_a_floats
};

// A part of the product, with c's columns at any stride too, so that it can be turned round.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, columns, depth;
  int64_t a_row_stride, a_depth_stride, b_depth_stride, b_column_stride;
  int64_t c_row_stride, c_column_stride;
  bool adds;            // to what c holds
  const float *b_laid;  // or NULL
  int64_t laid_column, laid_columns;  // the first of these columns, and how many there are
} product_part;

// How many of the blocks of `total` rows are one row higher than the others: rows are shared out
// evenly, so that no block is left with so few that it waits on its chains.
typedef struct {
  int64_t count, height, higher;
} row_blocks;

static row_blocks blocks_of(int64_t rows) {
  int64_t count = (rows + product_rows - 1) / product_rows;
  return (row_blocks){count, rows / count, rows % count};
}

GB_INLINE int64_t block_start(row_blocks blocks, int64_t block) {
  return block * blocks.height + smaller_of(block, blocks.higher);
}

// Adds or writes a block that lies in a buffer of `panel` columns to any place of c.
static void scatter_block(const float *block, int64_t rows, int64_t columns, float *c,
                          int64_t c_row_stride, int64_t c_column_stride, bool first) {
  for (int64_t r = 0; r < rows; r++) {
    for (int64_t j = 0; j < columns; j++) {
      float *to = c + r * c_row_stride + j * c_column_stride;
      *to = first ? block[r * product_panel + j] : *to + block[r * product_panel + j];
    }
  }
}

// Blocks of one height; where the panel is not whole vectors of c, by way of a buffer.
static void run_blocks(product_run run, int64_t height, int64_t vectors, int64_t width,
                       int64_t c_column_stride) {
  if (run.count == 0) return;
  if (width == vectors * GB_LANES && c_column_stride == 1) {
    product_blocks_of(height, vectors, &run);
    return;
  }
  float buffer[GB_PRODUCT_ROWS * product_panel] __attribute__((aligned(64)));
  product_run one = run;
  one.count = 1;
  one.c = buffer;
  one.c_row_stride = product_panel;
  one.first = true;
  for (int64_t block = 0; block < run.count; block++) {
    product_blocks_of(height, vectors, &one);
    scatter_block(buffer, height, width, run.c, run.c_row_stride, c_column_stride, run.first);
    one.a += run.a_block_stride;
    run.c += height * run.c_row_stride;
  }
}

// All blocks of rows against one panel. `panel`: where the first block leaves b for the others.
static void run_panel(product_run run, row_blocks blocks, bool packed_a, int64_t vectors,
                      int64_t width, int64_t c_column_stride, float *panel) {
  const float *a = run.a;
  float *c = run.c;
  for (int64_t block = 0; block < blocks.count;) {
    bool higher = block < blocks.higher;
    int64_t height = blocks.height + higher, start = block_start(blocks, block);
    run.panel = block == 0 ? panel : NULL;
    run.count = run.panel ? 1 : (higher ? blocks.higher : blocks.count) - block;
    run.a = a + start * (packed_a ? run.depth : run.a_row_stride);
    run.a_block_stride = height * (packed_a ? run.depth : run.a_row_stride);
    product_run these = run;
    if (packed_a) these.a_row_stride = 1, these.a_depth_stride = height;
    these.c = c + start * run.c_row_stride;
    run_blocks(these, height, vectors, width, c_column_stride);
    if (run.panel) run.b = panel, run.b_depth_stride = product_panel;
    block += run.count;
  }
}

// Rows `row` ... and columns `from` ..< `to` of one depth block, which starts at k.
static void run_rows(const product_part *p, int64_t k, int64_t depth, int64_t row, int64_t rows,
                     int64_t from, int64_t to, bool b_in_place, float *packed_b,
                     float *packed_a) {
  const float *a = p->a + row * p->a_row_stride + k * p->a_depth_stride;
  row_blocks blocks = blocks_of(rows);
  // A block of a is read once for each panel: laid out if that is often, or if its cache lines lie
  // apart.
  bool lies_apart = p->a_depth_stride != 1 && (depth > 64 || p->a_row_stride != 1);
  bool packs_a = to - from > (lies_apart ? 1 : 16) * product_panel;
  for (int64_t block = 0; block < blocks.count && packs_a; block++) {
    int64_t i = block_start(blocks, block), height = block_start(blocks, block + 1) - i;
    pack_a(height, a + i * p->a_row_stride, p->a_row_stride, p->a_depth_stride, depth,
           packed_a + i * depth);
  }
  int64_t widest = product_vectors;
  if (b_in_place && p->c_column_stride == 1 && p->rows <= 2) widest = widest_vectors;

  for (int64_t j = from; j < to;) {
    int64_t left = to - j, vectors = widest;
    if (left < vectors * GB_LANES) vectors = smaller_of(product_vectors, vectors);
    int64_t width = smaller_of(left, vectors * GB_LANES);
    vectors = (width + GB_LANES - 1) / GB_LANES;
    product_run run = {
        .a = packs_a ? packed_a : a, .b = p->b + k * p->b_depth_stride + j * p->b_column_stride,
        .c = p->c + row * p->c_row_stride + j * p->c_column_stride, .depth = depth,
        .a_row_stride = p->a_row_stride, .a_depth_stride = p->a_depth_stride,
        .b_depth_stride = p->b_depth_stride, .c_row_stride = p->c_row_stride, .first = k == 0 && !p->adds};
    float *panel = packed_b + (j - from) * depth, *lay = NULL;
    bool readable = p->b_column_stride == 1 && width == vectors * GB_LANES;
    if ((row > 0 || p->b_laid) && !b_in_place) {  // the first rows or the caller have laid it
      run.b = panel;
      run.b_depth_stride = product_panel;
    } else if (readable && !b_in_place) {
      lay = panel;
    } else if (!readable) {
      pack_b(run.b, p->b_depth_stride, p->b_column_stride, depth, width, panel);
      run.b = panel;
      run.b_depth_stride = product_panel;
    }
    run_panel(run, blocks, packs_a, vectors, width, p->c_column_stride, lay);
    j += width;
  }
}

static void run_product(product_part part, float *scratch) {
  const product_part *p = &part;
  if (p->rows == 1 && p->b_column_stride == 1 && p->c_column_stride == 1) {
    int64_t whole = p->columns / GB_LANES * GB_LANES;
    for (int64_t k = 0; k < p->depth; k += depth_block) {
      row_product(p->a + k * p->a_depth_stride, p->a_depth_stride, p->b + k * p->b_depth_stride,
                  p->b_depth_stride, smaller_of(depth_block, p->depth - k), whole, p->c, k == 0 && !p->adds);
    }
    part.b += whole;
    part.c += whole;
    part.columns -= whole;
  }
  float *packed_b = scratch, *packed_a = scratch + depth_block * packed_columns;
  // One block of rows uses each value of b once: packing it would cost more than it saves.
  bool b_in_place = p->b_column_stride == 1 && p->rows <= product_rows;
  for (int64_t k = 0; k < p->depth; k += depth_block) {
    int64_t depth = smaller_of(depth_block, p->depth - k);
    for (int64_t from = 0; from < p->columns; from += packed_columns) {
      int64_t to = smaller_of(p->columns, from + packed_columns);
      float *panels = packed_b;
      if (p->b_laid) panels = (float *)p->b_laid + k * p->laid_columns + (p->laid_column + from) * depth;
      for (int64_t row = 0; row < p->rows; row += packed_rows) {
        int64_t rows = smaller_of(packed_rows, p->rows - row);
        run_rows(p, k, depth, row, rows, from, to, b_in_place, panels, packed_a);
      }
    }
  }
}

// cᵀ = bᵀ · aᵀ, the same products and sums: a tall thin c would leave most lanes empty.
static product_part turned(product_part p) {
  return (product_part){
      .a = p.b, .b = p.a, .c = p.c, .rows = p.columns, .columns = p.rows, .depth = p.depth,
      .a_row_stride = p.b_column_stride, .a_depth_stride = p.b_depth_stride,
      .b_depth_stride = p.a_depth_stride, .b_column_stride = p.a_row_stride,
      .c_row_stride = p.c_column_stride, .c_column_stride = p.c_row_stride, .adds = p.adds};
}

static int64_t laid_columns_of(const gb_product *p) {
  return (p->columns + product_panel - 1) / product_panel * product_panel;
}

static void lay(const gb_product *p, float *laid) {
  for (int64_t k = 0; k < p->depth; k += depth_block) {
    int64_t depth = smaller_of(depth_block, p->depth - k);
    for (int64_t j = 0; j < p->columns; j += product_panel) {
      const float *b = p->b + k * p->b_depth_stride + j * p->b_column_stride;
      pack_b(b, p->b_depth_stride, p->b_column_stride, depth, smaller_of(product_panel, p->columns - j),
             laid + k * laid_columns_of(p) + j * depth);
    }
  }
}

static void product(const gb_product *p, int64_t row_start, int64_t row_end, int64_t column_start,
                    int64_t column_end, float *scratch) {
  if (row_start >= row_end || column_start >= column_end) return;
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
      .adds = p->adds,
      .b_laid = column_start % product_panel == 0 ? p->b_laid : NULL,
      .laid_column = column_start,
      .laid_columns = laid_columns_of(p),
  };
  if (part.depth == 0 && p->adds) return;
  if (part.depth == 0) {
    for (int64_t i = 0; i < part.rows; i++) {
      memset(part.c + i * part.c_row_stride, 0, (size_t)part.columns * sizeof(float));
    }
    return;
  }
  // These choices are by the whole product, not by the part: they decide the order of the sums.
  bool along_depth = p->a_depth_stride == 1 && p->b_depth_stride == 1 && !p->adds;
  if (p->rows == 1 && along_depth) {
    dot_products(part.a, part.b, part.b_column_stride, part.depth, part.columns, part.c, 1);
    return;
  }
  if (p->columns == 1 && along_depth) {
    dot_products(part.b, part.a, part.a_row_stride, part.depth, part.rows, part.c,
                 part.c_row_stride);
    return;
  }
  if (part.columns <= GB_LANES / 2 && part.rows > part.columns) {
    part = turned(part);
  }
  run_product(part, scratch);
}
