#ifndef GLASSBOX_CWEBP_SHIM_H
#define GLASSBOX_CWEBP_SHIM_H
#include <webp/decode.h>
#endif
