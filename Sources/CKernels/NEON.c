// Every 64-bit ARM: vectors of four, fused multiply-add, 32 registers.
#if defined(__aarch64__)
#include "Sets.h"

#define GB_SET_NAME "neon"
#define GB_TABLE gb_kernels_neon
#define GB_LANES 4
#define GB_FUSED 1
#define GB_PRODUCT_ROWS 8
#define GB_PRODUCT_VECTORS 2

#include "Kernels/Table.h"
#endif
