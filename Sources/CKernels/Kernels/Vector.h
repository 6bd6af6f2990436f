// The vector every kernel is written in: GB_LANES floats, whatever the processor calls them.
#pragma once

#define GB_INLINE static inline __attribute__((always_inline, unused))

typedef float vector __attribute__((ext_vector_type(GB_LANES)));
typedef int32_t integers __attribute__((ext_vector_type(GB_LANES)));
typedef double doubles __attribute__((ext_vector_type(GB_LANES)));
// The same, at any address of a float.
typedef vector loose_vector __attribute__((aligned(4), may_alias));

// Sums and products are never contracted silently: a fused multiply-add stands where it is written,
// so a vector computes the same bits wherever the compiler puts it.
#pragma clang fp contract(off)

GB_INLINE vector splat(float value) { return (vector)value; }
GB_INLINE vector load(const float *from) { return *(const loose_vector *)from; }
GB_INLINE void store(float *to, vector value) { *(loose_vector *)to = value; }

// a · b + c, with one rounding where the processor fuses, with two where it does not.
GB_INLINE vector multiply_add(vector a, vector b, vector c) {
#if GB_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

GB_INLINE integers bits_of(vector value) { return (integers)value; }
GB_INLINE vector from_bits(integers bits) { return (vector)bits; }

// The rules of GB_MAXIMUM and GB_MINIMUM: a NaN in either gives NaN.
GB_INLINE vector maximum(vector a, vector b) {
  vector larger = a >= b ? a : b;  // b where either is NaN
  return a != a ? a : larger;
}

GB_INLINE vector minimum(vector a, vector b) {
  vector smaller = a <= b ? a : b;
  return a != a ? a : smaller;
}

// 0, 1, 2 … in the lanes.
GB_INLINE integers lane_numbers(void) {
  integers numbers;
  for (int lane = 0; lane < GB_LANES; lane++) numbers[lane] = lane;
  return numbers;
}

// The first `count` < GB_LANES lanes; the others hold `fill`. Nothing beyond `count` is read or written.
#if defined(__x86_64__) && GB_LANES == 16
GB_INLINE vector load_part(const float *from, int64_t count, float fill) {
  return __builtin_ia32_loadups512_mask(from, splat(fill), (uint16_t)((1u << count) - 1));
}

GB_INLINE void store_part(float *to, vector value, int64_t count) {
  __builtin_ia32_storeups512_mask(to, value, (uint16_t)((1u << count) - 1));
}
#elif defined(__x86_64__) && GB_LANES == 8
GB_INLINE integers first_lanes(int64_t count) { return lane_numbers() < (int32_t)count; }

GB_INLINE vector load_part(const float *from, int64_t count, float fill) {
  integers lanes = first_lanes(count);
  vector found = __builtin_ia32_maskloadps256((const vector *)from, lanes);
  return lanes ? found : splat(fill);
}

GB_INLINE void store_part(float *to, vector value, int64_t count) {
  __builtin_ia32_maskstoreps256((vector *)to, first_lanes(count), value);
}
#else
GB_INLINE vector load_part(const float *from, int64_t count, float fill) {
  float lanes[GB_LANES] __attribute__((aligned(4 * GB_LANES)));
  store(lanes, splat(fill));
  for (int64_t lane = 0; lane < count; lane++) lanes[lane] = from[lane];
  return load(lanes);
}

GB_INLINE void store_part(float *to, vector value, int64_t count) {
  for (int64_t lane = 0; lane < count; lane++) to[lane] = value[lane];
}
#endif

GB_INLINE int64_t smaller_of(int64_t a, int64_t b) { return a < b ? a : b; }

#if GB_LANES == 8
#define GB_LOW_PAIRS 0, 8, 1, 9, 4, 12, 5, 13
#define GB_HIGH_PAIRS 2, 10, 3, 11, 6, 14, 7, 15
#define GB_LOW_FOURS 0, 1, 8, 9, 4, 5, 12, 13
#define GB_HIGH_FOURS 2, 3, 10, 11, 6, 7, 14, 15
#define GB_LOW_HALVES 0, 1, 2, 3, 8, 9, 10, 11
#define GB_HIGH_HALVES 4, 5, 6, 7, 12, 13, 14, 15

// Transposes a square of GB_LANES rows in place: within the halves of the vectors first, since
// moving between them is slow.
GB_INLINE void transpose_square(vector rows[GB_LANES]) {
  vector pairs[8], fours[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], GB_LOW_PAIRS);
    pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], GB_HIGH_PAIRS);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
#pragma clang loop unroll(full)
    for (int high = 0; high < 2; high++) {
      vector a = pairs[i + high], b = pairs[i + 2 + high];
      fours[i + 2 * high] = __builtin_shufflevector(a, b, GB_LOW_FOURS);
      fours[i + 2 * high + 1] = __builtin_shufflevector(a, b, GB_HIGH_FOURS);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    rows[i] = __builtin_shufflevector(fours[i], fours[i + 4], GB_LOW_HALVES);
    rows[i + 4] = __builtin_shufflevector(fours[i], fours[i + 4], GB_HIGH_HALVES);
  }
}
#else
// Transposes a square of GB_LANES rows in place: log₂ GB_LANES rounds of perfect shuffles.
GB_INLINE void transpose_square(vector rows[GB_LANES]) {
#pragma clang loop unroll(full)
  for (int round = 1; round < GB_LANES; round *= 2) {
    vector next[GB_LANES];
#pragma clang loop unroll(full)
    for (int pair = 0; pair < GB_LANES / 2; pair++) {
      vector a = rows[pair], b = rows[pair + GB_LANES / 2];
#if GB_LANES == 4
      next[2 * pair] = __builtin_shufflevector(a, b, 0, 4, 1, 5);
      next[2 * pair + 1] = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#else
      next[2 * pair] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                               22, 7, 23);
      next[2 * pair + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                   29, 14, 30, 15, 31);
#endif
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < GB_LANES; row++) rows[row] = next[row];
  }
}
#endif
