#include "CKernels.h"

const gb_kernels *gb_kernels_named(const char *name) { (void)name; return NULL; }
