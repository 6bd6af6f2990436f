#pragma once
#include <stddef.h>

/// The bytes of a file of the page at `/`, held in the program itself.
typedef struct {
  const unsigned char *bytes;
  size_t count;
} gb_page_file;

gb_page_file gb_page_html(void);
gb_page_file gb_page_style(void);
gb_page_file gb_page_script(void);
