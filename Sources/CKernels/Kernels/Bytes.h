// Bytes to floats.
#pragma once
#include "Vector.h"

static void bytes_to_floats(const uint8_t *bytes, float scale, float offset, float *y,
                            int64_t count) {
  typedef uint8_t byte_vector __attribute__((ext_vector_type(GB_LANES)));
  int64_t i = 0;
  for (; i + GB_LANES <= count; i += GB_LANES) {
    byte_vector these;
    memcpy(&these, bytes + i, GB_LANES);
    vector value = __builtin_convertvector(these, vector);
    store(y + i, multiply_add(value, splat(scale), splat(offset)));
  }
  if (i < count) {
    byte_vector these = 0;
    for (int64_t lane = 0; lane < count - i; lane++) these[lane] = bytes[i + lane];
    vector value = __builtin_convertvector(these, vector);
    store_part(y + i, multiply_add(value, splat(scale), splat(offset)), count - i);
  }
}
