// Everything above, as one table. Included last.
#pragma once
#include "Bytes.h"
#include "Convolution.h"
#include "Copy.h"
#include "Mask.h"
#include "Pool.h"
#include "Product.h"
#include "Elementwise.h"
#include "Reduce.h"

const gb_kernels GB_TABLE = {
    .name = GB_SET_NAME,
    .elementwise = elementwise,
    .product = product,
    .lay = lay,
    .product_scratch = product_scratch_floats,
    .product_row_block = product_rows,
    .product_column_block = product_panel,
    .reduce = reduce,
    .copy = copy,
    .window_scratch = window_scratch,
    .window_depth = window_depth,
    .convolution = convolution,
    .convolution_input_gradient = convolution_input_gradient,
    .convolution_kernel_gradient = convolution_kernel_gradient,
    .max_pool = max_pool,
    .max_pool_pick = max_pool_pick,
    .max_pool_gradient = max_pool_gradient,
    .average_pool = average_pool,
    .average_pool_gradient = average_pool_gradient,
    .random_mask = random_mask,
    .bytes_to_floats = bytes_to_floats,
};
