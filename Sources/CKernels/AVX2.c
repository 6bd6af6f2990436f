// x86-64 since 2013 (Haswell, Excavator): vectors of eight, fused multiply-add, 16 registers.
#if defined(__x86_64__)
#include "Sets.h"

#define GB_SET_NAME "avx2"
#define GB_TABLE gb_kernels_avx2
#define GB_LANES 8
#define GB_FUSED 1
#define GB_PRODUCT_ROWS 6
#define GB_PRODUCT_VECTORS 2

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "Kernels/Table.h"
#pragma clang attribute pop
#endif
