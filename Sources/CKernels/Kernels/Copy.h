// Strided copies. The axes are put in the order in which the destination lies in memory and merged
// where they can be; then the innermost one or two axes are moved by the cheapest of: memcpy, fill,
// a transposition by squares of vectors, one by one.
#pragma once
#include "Vector.h"

typedef struct {
  int64_t extent, source, destination;
} copy_axis;

GB_INLINE int64_t magnitude_of(int64_t a) { return a < 0 ? -a : a; }

// Drops axes of extent 1, sorts by the destination's stride, merges neighbours. The rank left over.
static int arrange_axes(copy_axis *axes, int rank) {
  int kept = 0;
  for (int i = 0; i < rank; i++) {
    if (axes[i].extent == 1) continue;
    copy_axis axis = axes[i];
    int place = kept++;
    for (; place > 0; place--) {
      if (magnitude_of(axes[place - 1].destination) >= magnitude_of(axis.destination)) break;
      axes[place] = axes[place - 1];
    }
    axes[place] = axis;
  }
  int merged = 0;
  for (int i = 0; i < kept; i++) {
    copy_axis *last = merged > 0 ? &axes[merged - 1] : NULL;
    if (last && last->source == axes[i].source * axes[i].extent &&
        last->destination == axes[i].destination * axes[i].extent) {
      *last = (copy_axis){last->extent * axes[i].extent, axes[i].source, axes[i].destination};
    } else {
      axes[merged++] = axes[i];
    }
  }
  return merged;
}

static void copy_line(const float *from, float *to, copy_axis axis) {
  if (axis.source == 1 && axis.destination == 1) {
    if (axis.extent >= 16) {
      memcpy(to, from, (size_t)axis.extent * sizeof(float));
    } else {
      for (int64_t i = 0; i < axis.extent; i++) to[i] = from[i];
    }
  } else if (axis.source == 0 && axis.destination == 1) {
    float value = *from;
    for (int64_t i = 0; i < axis.extent; i++) to[i] = value;
  } else {
    for (int64_t i = 0; i < axis.extent; i++) to[i * axis.destination] = from[i * axis.source];
  }
}

// `along` walks the source by 1, `across` walks the destination by 1.
static void copy_transposed(const float *from, float *to, copy_axis along, copy_axis across) {
  enum { block = 64 };  // 64 lines of 64 floats: both sides of a block stay in the first cache
  for (int64_t top = 0; top < along.extent; top += block) {
    int64_t bottom = smaller_of(along.extent, top + block);
    int64_t j = 0;
    for (; j + GB_LANES <= across.extent; j += GB_LANES) {
      int64_t i = top;
      for (; i + GB_LANES <= bottom; i += GB_LANES) {
        vector square[GB_LANES];
        for (int l = 0; l < GB_LANES; l++) square[l] = load(from + i + (j + l) * across.source);
        transpose_square(square);
        for (int l = 0; l < GB_LANES; l++) store(to + (i + l) * along.destination + j, square[l]);
      }
      for (; i < bottom; i++) {
        for (int64_t l = j; l < j + GB_LANES; l++) {
          to[i * along.destination + l] = from[i + l * across.source];
        }
      }
    }
    for (; j < across.extent; j++) {
      for (int64_t i = top; i < bottom; i++) {
        to[i * along.destination + j] = from[i + j * across.source];
      }
    }
  }
}

static void copy(const gb_copy *copy, int64_t start, int64_t end) {
  copy_axis axes[8];
  for (int i = 0; i < copy->rank; i++) {
    axes[i] = (copy_axis){copy->extents[i], copy->source_strides[i], copy->destination_strides[i]};
    if (i == 0) axes[i].extent = end - start;
    if (axes[i].extent <= 0) return;
  }
  const float *from = copy->source + start * axes[0].source;
  float *to = copy->destination + start * axes[0].destination;
  int rank = arrange_axes(axes, copy->rank);
  if (rank == 0) {
    *to = *from;
    return;
  }
  copy_axis inner = axes[--rank], along = {0, 0, 0};
  if (inner.destination == 1 && inner.source != 1 && inner.source != 0) {
    for (int i = rank - 1; i >= 0 && along.extent == 0; i--) {
      if (axes[i].source != 1) continue;
      along = axes[i];
      for (int k = i; k < rank - 1; k++) axes[k] = axes[k + 1];
      rank--;
    }
  }
  int64_t position[8] = {0};
  while (true) {
    if (along.extent > 0) {
      copy_transposed(from, to, along, inner);
    } else {
      copy_line(from, to, inner);
    }
    int axis = rank - 1;
    for (; axis >= 0; axis--) {
      from += axes[axis].source;
      to += axes[axis].destination;
      if (++position[axis] < axes[axis].extent) break;
      from -= axes[axis].source * axes[axis].extent;
      to -= axes[axis].destination * axes[axis].extent;
      position[axis] = 0;
    }
    if (axis < 0) return;
  }
}
