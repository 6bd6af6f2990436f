#include "CPages.h"

// A directive of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "server/index.html"
};
static const unsigned char page_css[] = {
#embed "server/page.css"
};
static const unsigned char page_js[] = {
#embed "server/page.js"
};
static const unsigned char asking_css[] = {
#embed "server/asking.css"
};
static const unsigned char asking_js[] = {
#embed "server/asking.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const gb_page_file files[] = {
    FILE("index.html", index_html),
    FILE("page.css", page_css),
    FILE("page.js", page_js),
    FILE("asking.css", asking_css),
    FILE("asking.js", asking_js),
};

gb_page_file gb_server_page(size_t place) {
  const size_t count = sizeof files / sizeof *files;
  return place < count ? files[place] : (gb_page_file){NULL, NULL, 0};
}
