// The tables of this build, each made by the file of its name.
#ifndef GLASSBOX_SETS_H
#define GLASSBOX_SETS_H

#include <string.h>

#include "CKernels.h"

extern const gb_kernels gb_kernels_portable;
#if defined(__x86_64__)
extern const gb_kernels gb_kernels_avx2;
extern const gb_kernels gb_kernels_avx512;
#elif defined(__aarch64__)
extern const gb_kernels gb_kernels_neon;
#endif

#endif
