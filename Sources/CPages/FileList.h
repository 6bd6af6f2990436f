#pragma once
#include "CPages.h"

// A directive of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE(name, bytes) {name, bytes, sizeof bytes}

/// Defines a function that gives the files of a list one by one.
#define FILE_LIST(function, files)                                      \
  gb_page_file function(size_t place) {                                 \
    const size_t count = sizeof files / sizeof *files;                  \
    return place < count ? files[place] : (gb_page_file){NULL, NULL, 0}; \
  }
