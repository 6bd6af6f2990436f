#ifndef GLASSBOX_CJPEG_SHIM_H
#define GLASSBOX_CJPEG_SHIM_H
#include <stdio.h>

#include <jpeglib.h>
#endif
