#include "CPage.h"

// A directive of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char html[] = {
#embed "page/page.html"
};
static const unsigned char style[] = {
#embed "page/page.css"
};
static const unsigned char script[] = {
#embed "page/page.js"
};

gb_page_file gb_page_html(void) { return (gb_page_file){html, sizeof html}; }
gb_page_file gb_page_style(void) { return (gb_page_file){style, sizeof style}; }
gb_page_file gb_page_script(void) { return (gb_page_file){script, sizeof script}; }
