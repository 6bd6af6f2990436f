// x86-64 with AVX-512 (Skylake-X, Zen 4): vectors of sixteen, 32 registers.
#if defined(__x86_64__)
#include "Sets.h"

#define GB_SET_NAME "avx512"
#define GB_TABLE gb_kernels_avx512
#define GB_LANES 16
#define GB_FUSED 1
#define GB_PRODUCT_ROWS 8
#define GB_PRODUCT_VECTORS 3

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#include "Kernels/Table.h"
#pragma clang attribute pop
#endif
