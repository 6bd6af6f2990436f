#include "FileList.h"

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

static const gb_page_file files[] = {
    FILE("index.html", index_html),
    FILE("page.css", page_css),
    FILE("page.js", page_js),
    FILE("asking.css", asking_css),
    FILE("asking.js", asking_js),
};

FILE_LIST(gb_server_page, files)
