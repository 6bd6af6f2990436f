#pragma once
#include <stddef.h>

/// A file of the studio's pages, held in the program itself.
typedef struct {
  /// Its path below `/`, such as `studio.css`.
  const char *name;
  const unsigned char *bytes;
  size_t count;
} gb_studio_file;

/// All of them; the last has no name.
extern const gb_studio_file gb_studio_files[];
