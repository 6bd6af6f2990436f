// The loops that must be fast. No allocation, no threads, no globals that change.
// Every function works on a part of its task, so that a caller may cut work into chunks; which
// chunk computes an element never changes the element's bits.
#ifndef GLASSBOX_CKERNELS_H
#define GLASSBOX_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Element-wise kernels -------------------------------------------------------------------

// What one instruction of a kernel does to each element: destination = f(a, b, c, d).
typedef enum {
  GB_COPY,                // a
  GB_ADD,                 // a + b
  GB_SUBTRACT,            // a - b
  GB_MULTIPLY,            // a * b
  GB_DIVIDE,              // a / b
  GB_MAXIMUM,             // (a >= b || a != a) ? a : b      NaN in either gives NaN
  GB_MINIMUM,             // (a <= b || a != a) ? a : b      NaN in either gives NaN
  GB_NEGATE,              // -a
  GB_ABSOLUTE,            // |a|
  GB_SQUARE_ROOT,         // √a, correctly rounded
  GB_EXPONENTIAL,         // eᵃ
  GB_LOGARITHM,           // ln a
  GB_HYPERBOLIC_TANGENT,  // tanh a
  GB_ERROR_FUNCTION,      // erf a
  GB_SELECT_GREATER,      // a > b ? c : d                   false when a or b is NaN
  // One rounding where the processor fuses, two where it does not.
  GB_MULTIPLY_ADD,        // a * b + c
  GB_MULTIPLY_SUBTRACT,   // a * b - c
  GB_SUBTRACT_PRODUCT,    // c - a * b
  GB_SUM_OF_PRODUCTS,     // c * d + (a * b)                 the product in brackets is rounded
  GB_DIVIDE_BY_ROOT,      // a / (√b + c)
  GB_LOGISTIC,            // 1 / (1 + e⁻ᵃ)
  GB_OPERATION_COUNT
} gb_operation;

// Registers are numbered 0..<gb_maximum_registers; each holds one tile of values.
typedef struct {
  int32_t operation;  // gb_operation
  int32_t destination, a, b, c, d;
} gb_instruction;

// How an input of a kernel is laid over the flat range of the output.
typedef enum {
  GB_FULL,    // one value for each element:        base[i]
  GB_SCALAR,  // one value for all:                 base[0]
  GB_ROW,     // one value for each column:         base[i % columns]
  GB_COLUMN,  // one value for each row of columns: base[i / columns]
  GB_ROWS_APART  // one value for each element, rows apart: base[i / columns * stride + i % columns]
} gb_layout;

// Where an instruction reads only constants and GB_SCALAR inputs, or results of such instructions,
// and nothing else writes its destination, it runs once for a call and not for every tile.

typedef struct {
  const float *base;
  int32_t layout;  // gb_layout
  int32_t destination;  // the register the tile of this input is known by
  int64_t columns;      // for GB_ROW, GB_COLUMN and GB_ROWS_APART
  int64_t stride;       // for GB_ROWS_APART
} gb_elementwise_input;

typedef struct {
  float value;
  int32_t destination;  // the register filled with this value
} gb_elementwise_constant;

typedef struct {
  float *base;     // one value for each element
  int32_t source;  // the register written here
  int64_t columns, stride;  // as for GB_ROWS_APART where the stride is not 0, else as for GB_FULL
} gb_elementwise_output;

typedef struct {
  const gb_elementwise_input *inputs;
  const gb_elementwise_constant *constants;
  const gb_instruction *instructions;
  const gb_elementwise_output *outputs;
  int32_t input_count, constant_count, instruction_count, output_count;
  int32_t register_count;
} gb_elementwise;

enum { gb_tile = 256, gb_maximum_registers = 64 };
// Floats of scratch that gb_kernels.elementwise needs: register_count * gb_tile.

// ---- Matrix product -------------------------------------------------------------------------

// c[i, j] = Σₖ a[i, k] · b[k, j], or that much more; any strides for a and b (in elements), unit
// stride along c's rows.
typedef struct {
  const float *a, *b;
  float *c;
  int64_t rows, columns, depth;
  int64_t a_row_stride, a_depth_stride;
  int64_t b_depth_stride, b_column_stride;
  int64_t c_row_stride;
  bool adds;            // to what c holds
  const float *b_laid;  // b as gb_kernels.lay laid it out, for products that share it, or NULL
} gb_product;

// ---- Reductions and movement ----------------------------------------------------------------

typedef enum { GB_SUM, GB_MEAN, GB_MAX, GB_ARGMAX, GB_LOG_SUM_EXP, GB_REDUCTION_COUNT } gb_reduction;

// A strided copy: for every position p within extents, destination[p·destination_strides] =
// source[p·source_strides]. Serves transpose, slice, broadcast (source stride 0), concatenate and pad.
typedef struct {
  const float *source;
  float *destination;
  int32_t rank;  // 1...8
  int64_t extents[8], source_strides[8], destination_strides[8];
} gb_copy;

// ---- Windows over images ----------------------------------------------------------------------

// A window that slides over images. Inputs are [images, height, width, channels], outputs
// [images, output_height, output_width, features], kernels [window_height, window_width,
// channels / groups, features]. Window (r, c) begins at row r * row_stride - top and column
// c * column_stride - left; what lies outside the image counts as 0, and does not count for pools.
typedef struct {
  int64_t images, height, width, channels;
  int64_t output_height, output_width, features;
  int64_t window_height, window_width, row_stride, column_stride, row_dilation, column_dilation;
  int64_t top, left;
  int64_t groups;  // pools: 1, with as many features as channels
} gb_window;

// Has each channel a window of its own, which makes one feature?
static inline bool gb_is_depthwise(const gb_window *w) {
  return w->groups == w->channels && w->features == w->channels && w->channels > 1;
}

// ---- One table for each instruction set -----------------------------------------------------

typedef struct {
  const char *name;  // "portable", "avx2", "avx512", "neon"

  // Elements start..<end of the kernel's outputs. Outputs may be the very same memory as GB_FULL
  // inputs. `scratch` holds register_count * gb_tile floats, 64-byte aligned.
  void (*elementwise)(const gb_elementwise *kernel, int64_t start, int64_t end, float *scratch);

  // The block [row_start, row_end) × [column_start, column_end) of c; `scratch` holds
  // product_scratch floats, 64-byte aligned. The order of each sum depends on the shape and strides of
  // the whole product alone.
  void (*product)(const gb_product *product, int64_t row_start, int64_t row_end,
                  int64_t column_start, int64_t column_end, float *scratch);
  // Lays b out for the products: depth × columns floats, the columns rounded up to a multiple of
  // product_column_block. Pays where b serves several products of more than product_row_block rows.
  void (*lay)(const gb_product *product, float *laid);
  int64_t product_scratch;
  int64_t product_row_block, product_column_block;  // multiples that waste no register lanes

  // y[o, i] = reduction over r of x[o, r, i], for flat outputs start..<end of outer * inner.
  // GB_ARGMAX gives the index of the first maximum as a float; any NaN wins.
  void (*reduce)(int32_t reduction, const float *x, int64_t outer, int64_t extent, int64_t inner,
                 float *y, int64_t start, int64_t end);

  // Rows start..<end of the outermost axis.
  void (*copy)(const gb_copy *copy, int64_t start, int64_t end);

  // Floats of scratch for the convolutions, 64-byte aligned.
  int64_t (*window_scratch)(const gb_window *window);
  // How many numbers of a window are summed up before they are added to those before them.
  int64_t (*window_depth)(const gb_window *window);

  // Output pixels start..<end, counted over all images; all features of each.
  void (*convolution)(const gb_window *window, const float *x, const float *kernel, float *y,
                      int64_t start, int64_t end, float *scratch);
  // dx of whole images start..<end. The kernel is [groups, features / groups, the window's numbers],
  // but as it is where gb_is_depthwise.
  void (*convolution_input_gradient)(const gb_window *window, const float *dy, const float *kernel,
                                     float *dx, int64_t start, int64_t end, float *scratch);
  // Rows k_start..<k_end of [the window's numbers, features], summed over output pixels start..<end.
  // k_start is a multiple of window_depth.
  void (*convolution_kernel_gradient)(const gb_window *window, const float *x, const float *dy,
                                      float *sums, int64_t start, int64_t end, int64_t k_start,
                                      int64_t k_end, float *scratch);

  // Output pixels start..<end; every window has a cell inside the image. NaN in any cell gives NaN.
  void (*max_pool)(const gb_window *window, const float *x, float *y, int64_t start, int64_t end);
  // What u holds where the windows of x have their first maximum.
  void (*max_pool_pick)(const gb_window *window, const float *x, const float *u, float *y,
                        int64_t start, int64_t end);
  // dx of whole images start..<end: each dy goes to the first maximum of its window.
  void (*max_pool_gradient)(const gb_window *window, const float *x, const float *dy, float *dx,
                            int64_t start, int64_t end);
  // The mean of the cells inside the image, for output pixels start..<end.
  void (*average_pool)(const gb_window *window, const float *x, float *y, int64_t start,
                       int64_t end);
  // dx of whole images start..<end.
  void (*average_pool_gradient)(const gb_window *window, const float *dy, float *dx, int64_t start,
                                int64_t end);

  // y[i] = 0 where word i of the sequence of gb_philox blocks is below the threshold, else `kept`, for
  // i in start..<end; start is a multiple of 4. The key is the seed, the counter is the block's number
  // and the stream.
  void (*random_mask)(uint64_t seed, uint64_t stream, uint32_t threshold, float kept, float *y,
                      int64_t start, int64_t end);

  // count bytes to floats: y = byte * scale + offset.
  void (*bytes_to_floats)(const uint8_t *bytes, float scale, float offset, float *y, int64_t count);
} gb_kernels;

// The best table this processor runs; `name` forces one (NULL: the best). NULL when a forced table
// does not exist in this build or this processor cannot run it.
const gb_kernels *gb_kernels_named(const char *name);

// ---- Waiting --------------------------------------------------------------------------------

// Tells the processor that this is a waiting loop.
static inline void gb_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// ---- Rows -----------------------------------------------------------------------------------

// Copies rows of `width` floats, one behind the other: row `rows[picked[i]]` of `from`, or `picked[i]` where `rows` is
// NULL. Rows that lie anywhere come from memory, which takes longer than copying them: it is asked for some ahead.
static inline void gb_gather_rows(const float *from, const int32_t *rows, const int32_t *picked,
                                  int64_t count, int64_t width, float *to) {
  enum { ahead = 8, line = 16 };
  for (int64_t i = 0; i < count; i++) {
    if (rows && i + 2 * ahead < count) __builtin_prefetch(rows + picked[i + 2 * ahead]);
    if (i + ahead < count) {
      const float *next = from + (int64_t)(rows ? rows[picked[i + ahead]] : picked[i + ahead]) * width;
      for (int64_t k = 0; k < width && k < 8 * line; k += line) __builtin_prefetch(next + k);
    }
    const float *row = from + (int64_t)(rows ? rows[picked[i]] : picked[i]) * width;
    __builtin_memcpy(to + i * width, row, (size_t)width * sizeof(float));
  }
}

// ---- Random numbers -------------------------------------------------------------------------

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011).
// Four 32-bit words from a 128-bit counter and a 64-bit key.
static inline void gb_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

#endif
