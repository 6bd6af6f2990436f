// Convolution and its gradients: matrix products whose one operand are the windows, laid out tile by
// tile in the scratch. Windows of more than `patch_depth` numbers are cut evenly; each cut adds its
// sums to those before it, so the order of each sum depends on the window alone.
#pragma once
#include "Depthwise.h"
#include "Patches.h"
#include "Product.h"

enum {
  patch_depth = depth_block,
  patch_floats = 96 * patch_depth,  // a tile of windows, for the second cache
  longest_tile = 512
};

// How the numbers of a window are cut, and how many windows make a tile.
typedef struct {
  int64_t total, depth, tile;
} patch_cut;

static patch_cut cut_of(const gb_window *w) {
  int64_t total = w->window_height * w->window_width * (w->channels / w->groups);
  int64_t blocks = (total + patch_depth - 1) / patch_depth;
  int64_t depth = (total + blocks - 1) / blocks;
  return (patch_cut){total, depth, smaller_of(longest_tile, patch_floats / depth)};
}

static int64_t window_scratch(const gb_window *w) {
  patch_cut cut = cut_of(w);
  return product_scratch_floats + cut.depth * cut.tile;
}

static int64_t window_depth(const gb_window *w) { return cut_of(w).depth; }

// Tiles of even size.
GB_INLINE int64_t even_tile(int64_t count, int64_t tile) {
  int64_t tiles = (count + tile - 1) / tile;
  return tiles == 0 ? 1 : (count + tiles - 1) / tiles;
}

// Windows of one pixel each: the images are the matrix.
static bool is_pointwise(const gb_window *w) {
  return w->window_height == 1 && w->window_width == 1 && w->row_stride == 1 &&
         w->column_stride == 1 && w->output_height == w->height && w->output_width == w->width &&
         w->top == 0 && w->left == 0;
}

static bool goes_by_taps(const gb_window *w) {
  return w->channels == 1 && w->column_stride == 1;
}

static void multiply(product_part part, float *scratch) {
  if (part.columns <= GB_LANES / 2 && part.rows > part.columns) part = turned(part);
  run_product(part, scratch);
}

// Windows k ..< k + depth of `count` pixels, as the `a` of a product with the windows as rows.
static void lay_patches(const gb_window *w, const float *x, int64_t group, int64_t pixel,
                        int64_t count, int64_t k, int64_t depth, float *patches,
                        product_part *part) {
  part->a = patches;
  if (goes_by_taps(w)) {
    gather_taps(w, x, pixel, count, k, k + depth, patches);
    part->a_row_stride = 1;
    part->a_depth_stride = count;
  } else {
    gather_patches(w, x, group, pixel, count, k, k + depth, patches);
    part->a_row_stride = depth;
    part->a_depth_stride = 1;
  }
}

// y = the windows of x times the kernel, for output pixels start ..< end.
static void convolution(const gb_window *w, const float *x, const float *kernel, float *y,
                        int64_t start, int64_t end, float *scratch) {
  if (gb_is_depthwise(w)) {
    depthwise(w, x, kernel, y, start, end);
    return;
  }
  const patch_cut cut = cut_of(w);
  const int64_t features = w->features / w->groups, channels = w->channels / w->groups;
  const int64_t tile = is_pointwise(w) ? end - start : even_tile(end - start, cut.tile);
  for (int64_t pixel = start; pixel < end; pixel += tile) {
    int64_t rows = smaller_of(tile, end - pixel);
    for (int64_t group = 0; group < w->groups; group++) {
      product_part part = {
          .b = kernel + group * features, .c = y + pixel * w->features + group * features,
          .rows = rows, .columns = features, .b_depth_stride = w->features, .b_column_stride = 1,
          .c_row_stride = w->features, .c_column_stride = 1};
      if (is_pointwise(w)) {
        part.a = x + pixel * w->channels + group * channels;
        part.a_row_stride = w->channels;
        part.a_depth_stride = 1;
        part.depth = channels;
        multiply(part, scratch);
        continue;
      }
      for (int64_t k = 0; k < cut.total; k += cut.depth) {
        part.depth = smaller_of(cut.depth, cut.total - k);
        lay_patches(w, x, group, pixel, rows, k, part.depth, scratch + product_scratch_floats,
                    &part);
        part.adds = k > 0;
        multiply(part, scratch);
        part.b += part.depth * w->features;
      }
    }
  }
}

// dx for whole images start ..< end, with the kernel transposed: [group, feature, window].
static void convolution_input_gradient(const gb_window *w, const float *dy, const float *kernel,
                                       float *dx, int64_t start, int64_t end, float *scratch) {
  const int64_t pixels = w->output_height * w->output_width;
  const int64_t image = w->height * w->width * w->channels;
  if (start >= end) return;
  if (!is_pointwise(w)) {
    memset(dx + start * image, 0, (size_t)((end - start) * image) * sizeof(float));
  }
  if (gb_is_depthwise(w)) {
    depthwise_input_gradient(w, dy, kernel, dx, start * pixels, end * pixels);
    return;
  }
  const patch_cut cut = cut_of(w);
  const int64_t features = w->features / w->groups, channels = w->channels / w->groups;
  const int64_t tile = even_tile(pixels, cut.tile);
  float *patches = scratch + product_scratch_floats;
  for (int64_t pixel = start * pixels; pixel < end * pixels;) {
    // Even tiles of each image, so that its bits do not depend on its neighbours.
    int64_t rows = smaller_of(tile, pixels - pixel % pixels);
    for (int64_t group = 0; group < w->groups; group++) {
      for (int64_t k = 0; k < cut.total; k += cut.depth) {
        int64_t depth = smaller_of(cut.depth, cut.total - k);
        product_part part = {
            .a = dy + pixel * w->features + group * features,
            .b = kernel + group * features * cut.total + k, .c = patches, .rows = rows,
            .columns = depth, .depth = features, .a_row_stride = w->features, .a_depth_stride = 1,
            .b_depth_stride = cut.total, .b_column_stride = 1, .c_row_stride = depth,
            .c_column_stride = 1};
        if (is_pointwise(w)) {
          part.c = dx + pixel * w->channels + group * channels + k;
          part.c_row_stride = w->channels;
        }
        multiply(part, scratch);
        if (!is_pointwise(w)) scatter_patches(w, dx, group, pixel, rows, k, k + depth, patches);
      }
    }
    pixel += rows;
  }
}

// Rows k_start ..< k_end of the kernel's gradient, summed over output pixels start ..< end. The
// range of rows is one cut of the window, or several.
static void convolution_kernel_gradient(const gb_window *w, const float *x, const float *dy,
                                        float *sums, int64_t start, int64_t end, int64_t k_start,
                                        int64_t k_end, float *scratch) {
  memset(sums + k_start * w->features, 0,
         (size_t)((k_end - k_start) * w->features) * sizeof(float));
  if (gb_is_depthwise(w)) {
    depthwise_kernel_gradient(w, x, dy, sums, start, end, k_start, k_end);
    return;
  }
  const patch_cut cut = cut_of(w);
  const int64_t features = w->features / w->groups, channels = w->channels / w->groups;
  // Up to 64 deep, a product reads its left operand where it lies.
  const int64_t tile = even_tile(end - start, goes_by_taps(w) ? cut.tile : 64);
  for (int64_t pixel = start; pixel < end; pixel += tile) {
    int64_t count = smaller_of(tile, end - pixel);
    for (int64_t group = 0; group < w->groups; group++) {
      for (int64_t k = k_start; k < k_end; k += cut.depth) {
        int64_t depth = smaller_of(cut.depth, k_end - k);
        product_part part = {.depth = depth};
        if (is_pointwise(w)) {
          part.a = x + pixel * w->channels + group * channels + k;
          part.a_row_stride = w->channels;
          part.a_depth_stride = 1;
        } else {
          lay_patches(w, x, group, pixel, count, k, depth, scratch + product_scratch_floats,
                      &part);
        }
        // The windows, turned round: their numbers are the rows, the pixels the depth.
        int64_t row_stride = part.a_row_stride;
        part.a_row_stride = part.a_depth_stride;
        part.a_depth_stride = row_stride;
        part.rows = depth;
        part.depth = count;
        part.b = dy + pixel * w->features + group * features;
        part.b_depth_stride = w->features;
        part.b_column_stride = 1;
        part.columns = features;
        part.c = sums + k * w->features + group * features;
        part.c_row_stride = w->features;
        part.c_column_stride = 1;
        part.adds = true;
        multiply(part, scratch);
      }
    }
  }
}
