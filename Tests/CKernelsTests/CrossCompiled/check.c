// Checks one set of kernels against definitions in double, for processors that the machine at hand is
// not: compiled for another one and run by an emulator. The set's name is the argument. Prints a line
// for each fault; the exit status says whether there was one.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static int faults = 0;
static const gb_kernels *set;

static void fault(const char *what, double found, double expected) {
  if (faults++ < 20) printf("%s: found %.9g, expected %.9g\n", what, found, expected);
}

static uint32_t drawn = 1;

// About normal, with some exact zeros.
static float draw(void) {
  double sum = 0;
  for (int i = 0; i < 4; i++) {
    drawn = drawn * 1664525u + 1013904223u;
    sum += (double)drawn / 4294967296.0 - 0.5;
  }
  return drawn % 16 == 0 ? 0 : (float)(sum * 1.7);
}

static float *floats(int64_t count) {
  float *memory = aligned_alloc(64, (size_t)(count * 4 + 127) / 64 * 64);
  for (int64_t i = 0; i < count; i++) memory[i] = draw();
  return memory;
}

static bool same(const float *a, const float *b, int64_t count) {
  return memcmp(a, b, (size_t)count * sizeof(float)) == 0;
}

// ---- Products -------------------------------------------------------------------------------

typedef struct {
  int64_t row, column;
} strides;

static strides lie(int kind, int64_t rows, int64_t columns) {
  if (kind == 0) return (strides){columns + 3, 1};
  if (kind == 1) return (strides){1, rows + 2};
  return (strides){2 * columns + 5, 2};
}

static void check_product(int64_t rows, int64_t columns, int64_t depth, int a_lie, int b_lie) {
  strides sa = lie(a_lie, rows, depth), sb = lie(b_lie, depth, columns);
  float *a = floats((rows - 1) * sa.row + (depth - 1) * sa.column + 1);
  float *b = floats((depth - 1) * sb.row + (columns - 1) * sb.column + 1);
  float *c = floats(rows * columns), *cut = floats(rows * columns);
  float *scratch = floats(set->product_scratch);
  gb_product product = {a, b, c, rows, columns, depth, sa.row, sa.column, sb.row, sb.column, columns};
  set->product(&product, 0, rows, 0, columns, scratch);
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      double sum = 0, size = 0;
      for (int64_t k = 0; k < depth; k++) {
        double term = (double)a[i * sa.row + k * sa.column] * b[k * sb.row + j * sb.column];
        sum += term;
        size += fabs(term);
      }
      if (!(fabs(c[i * columns + j] - sum) <= 1e-5 * size)) {
        fault("product", c[i * columns + j], sum);
      }
    }
  }
  product.c = cut;
  int64_t row = rows / 3, column = columns / 2;
  set->product(&product, 0, row, 0, column, scratch);
  set->product(&product, row, rows, 0, column, scratch);
  set->product(&product, 0, rows, column, columns, scratch);
  if (!same(c, cut, rows * columns)) fault("product in parts", (double)rows, (double)columns);
  int64_t block = set->product_column_block;
  float *laid = floats(depth * ((columns + block - 1) / block * block));
  set->lay(&product, laid);
  product.b_laid = laid;
  set->product(&product, 0, rows, 0, columns, scratch);
  if (!same(c, cut, rows * columns)) fault("product of a laid b", (double)rows, (double)columns);
  free(a), free(b), free(c), free(cut), free(scratch), free(laid);
}

static void check_products(void) {
  const int64_t sizes[][3] = {{1, 1, 1},   {7, 10, 3},   {1, 128, 784}, {32, 10, 128}, {33, 65, 300},
                              {8, 24, 257}, {1, 1, 1000}, {67, 3, 9},    {13, 1, 40},   {5, 130, 17}};
  for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
    for (int lies = 0; lies < 9; lies++) {
      check_product(sizes[s][0], sizes[s][1], sizes[s][2], lies / 3, lies % 3);
    }
  }
}

// ---- Element-wise kernels -------------------------------------------------------------------

static void run_elementwise(const float *const *inputs, const int32_t *layouts,
                            int32_t count_of_inputs, int64_t columns, int32_t operation, float *y,
                            int64_t start, int64_t end) {
  gb_elementwise_input given[4];
  gb_instruction step = {operation, 4, 0, 1, 2, 3};
  int32_t *places[4] = {&step.a, &step.b, &step.c, &step.d};
  for (int32_t i = 0; i < 4; i++) {
    int32_t from = i < count_of_inputs ? i : 0;
    *places[i] = from;
    given[i] = (gb_elementwise_input){inputs[from], layouts ? layouts[from] : GB_FULL, i, columns};
  }
  gb_elementwise_output output = {y, 4};
  gb_elementwise kernel = {given, NULL, &step, &output, count_of_inputs, 0, 1, 1, 5};
  float *scratch = floats(5 * gb_tile);
  set->elementwise(&kernel, start, end, scratch);
  free(scratch);
}

static double defined(int32_t operation, double a, double b, double c, double d) {
  switch (operation) {
    case GB_COPY: return a;
    case GB_ADD: return a + b;
    case GB_SUBTRACT: return a - b;
    case GB_MULTIPLY: return a * b;
    case GB_DIVIDE: return a / b;
    case GB_MAXIMUM: return a >= b ? a : b;
    case GB_MINIMUM: return a <= b ? a : b;
    case GB_NEGATE: return -a;
    case GB_ABSOLUTE: return fabs(a);
    case GB_SQUARE_ROOT: return sqrt(a);
    case GB_EXPONENTIAL: return exp(a);
    case GB_LOGARITHM: return log(a);
    case GB_HYPERBOLIC_TANGENT: return tanh(a);
    case GB_ERROR_FUNCTION: return erf(a);
    case GB_SELECT_GREATER: return a > b ? c : d;
    case GB_MULTIPLY_ADD: return a * b + c;
    case GB_MULTIPLY_SUBTRACT: return a * b - c;
    case GB_SUBTRACT_PRODUCT: return c - a * b;
    case GB_SUM_OF_PRODUCTS: return c * d + a * b;
    case GB_DIVIDE_BY_ROOT: return a / (sqrt(b) + c);
    case GB_LOGISTIC: return 1 / (1 + exp(-a));
    default: fault("an operation without a definition", operation, 0); return 0;
  }
}

// The error in units of the last place of a float near what is expected.
static double error_of(float found, double expected) {
  if (isnan(found) || isnan(expected)) return isnan(found) && isnan(expected) ? 0 : INFINITY;
  if (isinf(found) || isinf((float)expected)) return found == (float)expected ? 0 : INFINITY;
  int exponent = -126;
  if (expected != 0) frexp(expected, &exponent), exponent -= 1;
  return fabs(found - expected) / ldexp(1, (exponent < -126 ? -126 : exponent) - 23);
}

static void check_functions(void) {
  const struct {
    int32_t operation;
    double bound;
  } functions[] = {{GB_EXPONENTIAL, 2}, {GB_LOGARITHM, 2}, {GB_HYPERBOLIC_TANGENT, 4},
                   {GB_ERROR_FUNCTION, 4}, {GB_SQUARE_ROOT, 0.5}};
  enum { step = 19997 };
  int64_t count = UINT32_MAX / step;
  float *x = floats(count), *y = floats(count);
  for (int64_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)(i * step);
    memcpy(x + i, &bits, 4);
  }
  const float *inputs[4] = {x};
  for (size_t f = 0; f < sizeof(functions) / sizeof(functions[0]); f++) {
    run_elementwise(inputs, NULL, 1, 1, functions[f].operation, y, 0, count);
    for (int64_t i = 0; i < count; i++) {
      double expected = defined(functions[f].operation, x[i], 0, 0, 0);
      if (error_of(y[i], expected) > functions[f].bound) fault("function", y[i], expected);
    }
  }
  free(x), free(y);
}

static void check_operations(void) {
  enum { count = 1003, columns = 59 };
  float *x[4], *y = floats(count), *cut = floats(count);
  for (int i = 0; i < 4; i++) x[i] = floats(count);
  // √b + c stays away from 0.
  for (int i = 0; i < count; i++) x[1][i] = fabsf(x[1][i]) + 0.1f, x[2][i] = fabsf(x[2][i]);
  for (int32_t operation = 0; operation < GB_OPERATION_COUNT; operation++) {
    for (int layout = GB_FULL; layout <= GB_COLUMN; layout++) {
      const int32_t layouts[4] = {GB_FULL, layout, GB_FULL, layout};
      const float *inputs[4] = {x[0], x[1], x[2], x[3]};
      run_elementwise(inputs, layouts, 4, columns, operation, y, 0, count);
      for (int i = 0; i < count; i++) {
        const int places[4] = {i, 0, i % columns, i / columns};
        int place = places[layout];
        double expected = defined(operation, x[0][i], x[1][place], x[2][i], x[3][place]);
        double size = fabs(x[0][i] * (double)x[1][place]) + fabs(x[2][i]) + fabs(expected) + 1e-30;
        bool both_nan = isnan(y[i]) && isnan(expected);
        bool both_infinite = isinf(y[i]) && y[i] == (float)expected;
        if (!both_nan && !both_infinite && !(fabs(y[i] - expected) <= 1e-6 * size)) {
          fault("operation", y[i], expected);
        }
      }
      run_elementwise(inputs, layouts, 4, columns, operation, cut, 0, 301);
      run_elementwise(inputs, layouts, 4, columns, operation, cut, 301, count);
      if (!same(y, cut, count)) fault("operation in parts", operation, layout);
    }
  }
  for (int i = 0; i < 4; i++) free(x[i]);
  free(y), free(cut);
}

// ---- Reductions and movement ----------------------------------------------------------------

static double reduced(int32_t reduction, const float *x, int64_t extent, int64_t inner) {
  double sum = 0, largest = -INFINITY;
  int64_t best = 0;
  for (int64_t r = 0; r < extent; r++) {
    double value = x[r * inner];
    sum += value;
    if (value > largest) largest = value, best = r;
  }
  if (reduction == GB_SUM) return sum;
  if (reduction == GB_MEAN) return sum / (double)extent;
  if (reduction == GB_MAX) return largest;
  if (reduction == GB_ARGMAX) return (double)best;
  double total = 0;
  for (int64_t r = 0; r < extent; r++) total += exp(x[r * inner] - largest);
  return largest + log(total);
}

static void check_reductions(void) {
  const int64_t sizes[][3] = {{1, 1, 1}, {5, 10, 1}, {1, 300, 37}, {3, 17, 8}, {40, 129, 1}};
  for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
    int64_t outer = sizes[s][0], extent = sizes[s][1], inner = sizes[s][2];
    float *x = floats(outer * extent * inner), *y = floats(outer * inner);
    for (int32_t reduction = 0; reduction < GB_REDUCTION_COUNT; reduction++) {
      set->reduce(reduction, x, outer, extent, inner, y, 0, outer * inner / 2);
      set->reduce(reduction, x, outer, extent, inner, y, outer * inner / 2, outer * inner);
      for (int64_t o = 0; o < outer * inner; o++) {
        const float *first = x + o / inner * extent * inner + o % inner;
        double expected = reduced(reduction, first, extent, inner);
        if (!(fabs(y[o] - expected) <= 1e-5 * (double)extent)) fault("reduction", y[o], expected);
      }
    }
    free(x), free(y);
  }
}

static void check_movement(void) {
  float *x = floats(31 * 45), *y = floats(31 * 45);
  gb_copy turn = {x, y, 2, {31, 45}, {45, 1}, {1, 31}};
  set->copy(&turn, 0, 10);
  set->copy(&turn, 10, 31);
  for (int i = 0; i < 31; i++) {
    for (int j = 0; j < 45; j++) {
      if (y[j * 31 + i] != x[i * 45 + j]) fault("transpose", y[j * 31 + i], x[i * 45 + j]);
    }
  }
  uint8_t bytes[259];
  for (int i = 0; i < 259; i++) bytes[i] = (uint8_t)i;
  set->bytes_to_floats(bytes, 1 / 255.0f, -0.5f, y, 259);
  for (int i = 0; i < 259; i++) {
    double expected = bytes[i] / 255.0 - 0.5;
    if (fabs(y[i] - expected) > 1e-7) fault("bytes to floats", y[i], expected);
  }
  free(x), free(y);
}

int main(int count, char **arguments) {
  set = count == 2 ? gb_kernels_named(arguments[1]) : NULL;
  if (set == NULL) return printf("no such set of kernels here\n"), 2;
  check_products();
  check_functions();
  check_operations();
  check_reductions();
  check_movement();
  printf("%s: %d faults\n", set->name, faults);
  return faults > 0;
}
