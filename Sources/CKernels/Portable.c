// What every processor runs: vectors of four, products and sums rounded separately.
#include "Sets.h"

#define GB_SET_NAME "portable"
#define GB_TABLE gb_kernels_portable
#define GB_LANES 4
#define GB_FUSED 0
#define GB_PRODUCT_ROWS 4
#define GB_PRODUCT_VECTORS 2

#include "Kernels/Table.h"
