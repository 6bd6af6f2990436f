#ifndef GLASSBOX_CPNG_SHIM_H
#define GLASSBOX_CPNG_SHIM_H
#include <png.h>
#endif
