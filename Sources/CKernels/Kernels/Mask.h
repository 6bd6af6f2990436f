// Random masks: Philox for a vector of counters at once, the same words as gb_philox.
#pragma once
#include "Vector.h"

typedef uint32_t words __attribute__((ext_vector_type(GB_LANES)));
typedef uint64_t double_words __attribute__((ext_vector_type(GB_LANES)));

// The high and the low half of the products with a constant.
GB_INLINE words multiply_words(words a, uint32_t b, words *low) {
  double_words product = __builtin_convertvector(a, double_words) * (uint64_t)b;
  *low = __builtin_convertvector(product, words);
  return __builtin_convertvector(product >> 32, words);
}

GB_INLINE void philox_words(words counter[4], uint32_t key0, uint32_t key1) {
  words c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    words low0, low1;
    words high0 = multiply_words(c0, 0xD2511F53u, &low0);
    words high1 = multiply_words(c2, 0xCD9E8D57u, &low1);
    c0 = high1 ^ c1 ^ (words)key0;
    c2 = high0 ^ c3 ^ (words)key1;
    c1 = low1;
    c3 = low0;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

static void random_mask(uint64_t seed, uint64_t stream, uint32_t threshold, float kept, float *y,
                        int64_t start, int64_t end) {
  for (int64_t block = start / 4; block * 4 < end; block += GB_LANES) {
    words counter[4];
    double_words index = __builtin_convertvector(lane_numbers(), double_words) + (uint64_t)block;
    counter[0] = __builtin_convertvector(index, words);
    counter[1] = __builtin_convertvector(index >> 32, words);
    counter[2] = (words)(uint32_t)stream;
    counter[3] = (words)(uint32_t)(stream >> 32);
    philox_words(counter, (uint32_t)seed, (uint32_t)(seed >> 32));
    float lanes[4][GB_LANES] __attribute__((aligned(4 * GB_LANES)));
    for (int word = 0; word < 4; word++) {
      integers drops = counter[word] < (words)threshold;
      store(lanes[word], drops ? splat(0) : splat(kept));
    }
    float *to = y + block * 4;
    if (block * 4 + 4 * GB_LANES <= end) {
#pragma clang loop unroll(full)
      for (int i = 0; i < 4 * GB_LANES; i++) to[i] = lanes[i % 4][i / 4];
    } else {
      for (int i = 0; i < end - block * 4; i++) to[i] = lanes[i % 4][i / 4];
    }
  }
}
