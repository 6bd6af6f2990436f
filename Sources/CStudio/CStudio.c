#include "CStudio.h"

// A directive of C23, which the compiler knows in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "pages/index.html"
};
static const unsigned char studio_css[] = {
#embed "pages/studio.css"
};
static const unsigned char studio_js[] = {
#embed "pages/studio.js"
};
static const unsigned char server_js[] = {
#embed "pages/server.js"
};
static const unsigned char shapes_js[] = {
#embed "pages/shapes.js"
};
static const unsigned char playground_js[] = {
#embed "pages/playground.js"
};
static const unsigned char controls_js[] = {
#embed "pages/controls.js"
};
static const unsigned char network_js[] = {
#embed "pages/network.js"
};
static const unsigned char plane_js[] = {
#embed "pages/plane.js"
};
static const unsigned char curves_js[] = {
#embed "pages/curves.js"
};
static const unsigned char inspector_js[] = {
#embed "pages/inspector.js"
};
static const unsigned char runs_js[] = {
#embed "pages/runs.js"
};
static const unsigned char lessons_js[] = {
#embed "pages/lessons.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const gb_studio_file files[] = {
    FILE("index.html", index_html),
    FILE("studio.css", studio_css),
    FILE("studio.js", studio_js),
    FILE("server.js", server_js),
    FILE("shapes.js", shapes_js),
    FILE("playground.js", playground_js),
    FILE("controls.js", controls_js),
    FILE("network.js", network_js),
    FILE("plane.js", plane_js),
    FILE("curves.js", curves_js),
    FILE("inspector.js", inspector_js),
    FILE("runs.js", runs_js),
    FILE("lessons.js", lessons_js),
};

gb_studio_file gb_studio_file_at(size_t place) {
  const size_t count = sizeof files / sizeof *files;
  return place < count ? files[place] : (gb_studio_file){NULL, NULL, 0};
}
