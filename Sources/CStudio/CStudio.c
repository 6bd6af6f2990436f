#include "CStudio.h"

// A directive of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "pages/index.html"
};

const gb_studio_file gb_studio_files[] = {
    {"index.html", index_html, sizeof index_html},
    {NULL, NULL, 0},
};
