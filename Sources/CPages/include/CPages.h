#pragma once
#include <stddef.h>

/// A file of a web page, held in the program itself.
typedef struct {
  /// Its path below `/`, such as `studio.css`; null behind the last.
  const char *name;
  const unsigned char *bytes;
  size_t count;
} gb_page_file;

/// The page of a server of models.
gb_page_file gb_server_page(size_t place);

/// The pages of the studio.
gb_page_file gb_studio_page(size_t place);
