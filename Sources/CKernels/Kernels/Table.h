// Everything above, as one table. Included last.
#pragma once
#include "Bytes.h"
#include "Copy.h"
#include "Product.h"
#include "Recipe.h"
#include "Reduce.h"

const gb_kernels GB_TABLE = {
    .name = GB_SET_NAME,
    .recipe = recipe,
    .product = product,
    .product_scratch = product_scratch_floats,
    .product_row_block = product_rows,
    .product_column_block = product_panel,
    .reduce = reduce,
    .copy = copy,
    .bytes_to_floats = bytes_to_floats,
};
