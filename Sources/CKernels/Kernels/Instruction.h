// The instructions of element-wise kernels: what each computes, and the loop that does it over a tile.
//
// A register is a tile of values, or, when every element is the same, one vector of that value. So
// each loop is made once for every choice of which operands are such uniform ones: those stay in a
// processor register and cost the first-level cache nothing.
#pragma once
#include "Elementary.h"

// The operands of an instruction that are uniform, one bit for each.
enum { uniform_a = 1, uniform_b = 2, uniform_c = 4, uniform_d = 8 };

// How many operands each operation reads.
static const uint8_t operand_counts[GB_OPERATION_COUNT] = {
    [GB_COPY] = 1, [GB_ADD] = 2, [GB_SUBTRACT] = 2, [GB_MULTIPLY] = 2, [GB_DIVIDE] = 2,
    [GB_MAXIMUM] = 2, [GB_MINIMUM] = 2, [GB_NEGATE] = 1, [GB_ABSOLUTE] = 1,
    [GB_SQUARE_ROOT] = 1, [GB_EXPONENTIAL] = 1, [GB_LOGARITHM] = 1,
    [GB_HYPERBOLIC_TANGENT] = 1, [GB_ERROR_FUNCTION] = 1, [GB_SELECT_GREATER] = 4,
    [GB_MULTIPLY_ADD] = 3, [GB_MULTIPLY_SUBTRACT] = 3, [GB_SUBTRACT_PRODUCT] = 3,
    [GB_SUM_OF_PRODUCTS] = 4, [GB_DIVIDE_BY_ROOT] = 3,
    [GB_LOGISTIC] = 1,
};

GB_INLINE vector computed(int operation, vector a, vector b, vector c, vector d) {
  switch (operation) {
    case GB_ADD: return a + b;
    case GB_SUBTRACT: return a - b;
    case GB_MULTIPLY: return a * b;
    case GB_DIVIDE: return a / b;
    case GB_MAXIMUM: return maximum(a, b);
    case GB_MINIMUM: return minimum(a, b);
    case GB_NEGATE: return -a;
    case GB_ABSOLUTE: return __builtin_elementwise_abs(a);
    case GB_SQUARE_ROOT: return __builtin_elementwise_sqrt(a);
    case GB_EXPONENTIAL: return exponential(a);
    case GB_LOGARITHM: return logarithm(a);
    case GB_HYPERBOLIC_TANGENT: return hyperbolic_tangent(a);
    case GB_ERROR_FUNCTION: return error_function(a);
    case GB_SELECT_GREATER: return a > b ? c : d;
    case GB_MULTIPLY_ADD: return multiply_add(a, b, c);
    case GB_MULTIPLY_SUBTRACT: return multiply_add(a, b, -c);
    case GB_SUBTRACT_PRODUCT: return multiply_add(-a, b, c);
    case GB_SUM_OF_PRODUCTS: return multiply_add(c, d, a * b);
    case GB_DIVIDE_BY_ROOT: return a / (__builtin_elementwise_sqrt(b) + c);
    case GB_LOGISTIC: return splat(1) / (splat(1) + exponential(-a));
    default: return a;  // GB_COPY
  }
}

// One instruction over a whole number of vectors. `operation` and `uniform` are constants at every
// call. The destination may be any of the sources.
GB_INLINE void instruction_loop(int operation, int uniform, float *to, const float *const from[4],
                                int64_t count) {
  const float *a = from[0], *b = from[1], *c = from[2], *d = from[3];
  const vector as = load(a), bs = load(b), cs = load(c), ds = load(d);
#pragma clang loop unroll_count(4)
  for (int64_t i = 0; i < count; i += GB_LANES) {
    store(to + i, computed(operation, uniform & uniform_a ? as : load(a + i),
                           uniform & uniform_b ? bs : load(b + i),
                           uniform & uniform_c ? cs : load(c + i),
                           uniform & uniform_d ? ds : load(d + i)));
  }
}

#define GB_LOOP(operation, uniform) \
  case (operation) * 16 + (uniform): \
    instruction_loop(operation, uniform, to, from, count); \
    return;
#define GB_LOOPS_1(operation) GB_LOOP(operation, 0) GB_LOOP(operation, 1)
#define GB_LOOPS_2(operation) GB_LOOPS_1(operation) GB_LOOP(operation, 2) GB_LOOP(operation, 3)
#define GB_LOOPS_3(operation) \
  GB_LOOPS_2(operation) GB_LOOP(operation, 4) GB_LOOP(operation, 5) GB_LOOP(operation, 6) \
  GB_LOOP(operation, 7)
#define GB_LOOPS_4(operation) \
  GB_LOOPS_3(operation) GB_LOOP(operation, 8) GB_LOOP(operation, 9) GB_LOOP(operation, 10) \
  GB_LOOP(operation, 11) GB_LOOP(operation, 12) GB_LOOP(operation, 13) GB_LOOP(operation, 14) \
  GB_LOOP(operation, 15)

// `code` is operation · 16 + the uniform operands.
static void run_instruction(int32_t code, float *to, const float *const from[4], int64_t count) {
  switch (code) {
    GB_LOOPS_1(GB_COPY)
    GB_LOOPS_2(GB_ADD)
    GB_LOOPS_2(GB_SUBTRACT)
    GB_LOOPS_2(GB_MULTIPLY)
    GB_LOOPS_2(GB_DIVIDE)
    GB_LOOPS_2(GB_MAXIMUM)
    GB_LOOPS_2(GB_MINIMUM)
    GB_LOOPS_1(GB_NEGATE)
    GB_LOOPS_1(GB_ABSOLUTE)
    GB_LOOPS_1(GB_SQUARE_ROOT)
    GB_LOOPS_1(GB_EXPONENTIAL)
    GB_LOOPS_1(GB_LOGARITHM)
    GB_LOOPS_1(GB_HYPERBOLIC_TANGENT)
    GB_LOOPS_1(GB_ERROR_FUNCTION)
    GB_LOOPS_4(GB_SELECT_GREATER)
    GB_LOOPS_3(GB_MULTIPLY_ADD)
    GB_LOOPS_3(GB_MULTIPLY_SUBTRACT)
    GB_LOOPS_3(GB_SUBTRACT_PRODUCT)
    GB_LOOPS_4(GB_SUM_OF_PRODUCTS)
    GB_LOOPS_3(GB_DIVIDE_BY_ROOT)
    GB_LOOPS_1(GB_LOGISTIC)
  }
}
