#pragma once
#include <stddef.h>

/// A file of the studio's page, held in the program itself.
typedef struct {
  /// Its path below `/`, such as `studio.css`; null behind the last.
  const char *name;
  const unsigned char *bytes;
  size_t count;
} gb_studio_file;

gb_studio_file gb_studio_file_at(size_t place);
