#include "FileList.h"

static const unsigned char index_html[] = {
#embed "studio/index.html"
};
static const unsigned char studio_css[] = {
#embed "studio/studio.css"
};
static const unsigned char studio_js[] = {
#embed "studio/studio.js"
};
static const unsigned char server_js[] = {
#embed "studio/server.js"
};
static const unsigned char shapes_js[] = {
#embed "studio/shapes.js"
};
static const unsigned char playground_js[] = {
#embed "studio/playground.js"
};
static const unsigned char controls_js[] = {
#embed "studio/controls.js"
};
static const unsigned char fields_js[] = {
#embed "studio/fields.js"
};
static const unsigned char network_js[] = {
#embed "studio/network.js"
};
static const unsigned char plane_js[] = {
#embed "studio/plane.js"
};
static const unsigned char curves_js[] = {
#embed "studio/curves.js"
};
static const unsigned char inspector_js[] = {
#embed "studio/inspector.js"
};
static const unsigned char landscape_js[] = {
#embed "studio/landscape.js"
};
static const unsigned char example_js[] = {
#embed "studio/example.js"
};
static const unsigned char files_js[] = {
#embed "studio/files.js"
};
static const unsigned char growing_js[] = {
#embed "studio/growing.js"
};
static const unsigned char layers_js[] = {
#embed "studio/layers.js"
};
static const unsigned char runs_js[] = {
#embed "studio/runs.js"
};
static const unsigned char runs_one_js[] = {
#embed "studio/runs-one.js"
};
static const unsigned char runs_train_js[] = {
#embed "studio/runs-train.js"
};
static const unsigned char runs_keeping_js[] = {
#embed "studio/runs-keeping.js"
};
static const unsigned char runs_dots_js[] = {
#embed "studio/runs-dots.js"
};
static const unsigned char models_look_js[] = {
#embed "studio/models-look.js"
};
static const unsigned char runs_answers_js[] = {
#embed "studio/runs-answers.js"
};
static const unsigned char runs_diagnosis_js[] = {
#embed "studio/runs-diagnosis.js"
};
static const unsigned char runs_studies_js[] = {
#embed "studio/runs-studies.js"
};
static const unsigned char runs_css[] = {
#embed "studio/runs.css"
};
static const unsigned char lessons_js[] = {
#embed "studio/lessons.js"
};
static const unsigned char pictures_css[] = {
#embed "studio/pictures.css"
};
static const unsigned char pictures_js[] = {
#embed "studio/pictures.js"
};
static const unsigned char board_js[] = {
#embed "studio/board.js"
};
static const unsigned char sketch_js[] = {
#embed "studio/sketch.js"
};
static const unsigned char maps_js[] = {
#embed "studio/maps.js"
};
static const unsigned char cell_js[] = {
#embed "studio/cell.js"
};
static const unsigned char data_css[] = {
#embed "studio/data.css"
};
static const unsigned char data_js[] = {
#embed "studio/data.js"
};
static const unsigned char columns_js[] = {
#embed "studio/columns.js"
};
static const unsigned char labelling_js[] = {
#embed "studio/labelling.js"
};
static const unsigned char doubts_js[] = {
#embed "studio/doubts.js"
};
static const unsigned char models_css[] = {
#embed "studio/models.css"
};
static const unsigned char models_js[] = {
#embed "studio/models.js"
};
static const unsigned char asking_css[] = {
#embed "server/asking.css"
};
static const unsigned char asking_js[] = {
#embed "server/asking.js"
};

static const gb_page_file files[] = {
    FILE("index.html", index_html),
    FILE("studio.css", studio_css),
    FILE("studio.js", studio_js),
    FILE("server.js", server_js),
    FILE("shapes.js", shapes_js),
    FILE("playground.js", playground_js),
    FILE("controls.js", controls_js),
    FILE("fields.js", fields_js),
    FILE("network.js", network_js),
    FILE("plane.js", plane_js),
    FILE("curves.js", curves_js),
    FILE("inspector.js", inspector_js),
    FILE("landscape.js", landscape_js),
    FILE("example.js", example_js),
    FILE("files.js", files_js),
    FILE("growing.js", growing_js),
    FILE("layers.js", layers_js),
    FILE("runs.js", runs_js),
    FILE("runs-one.js", runs_one_js),
    FILE("runs-train.js", runs_train_js),
    FILE("runs-keeping.js", runs_keeping_js),
    FILE("runs-dots.js", runs_dots_js),
    FILE("models-look.js", models_look_js),
    FILE("runs-answers.js", runs_answers_js),
    FILE("runs-diagnosis.js", runs_diagnosis_js),
    FILE("runs-studies.js", runs_studies_js),
    FILE("runs.css", runs_css),
    FILE("lessons.js", lessons_js),
    FILE("pictures.css", pictures_css),
    FILE("pictures.js", pictures_js),
    FILE("board.js", board_js),
    FILE("sketch.js", sketch_js),
    FILE("maps.js", maps_js),
    FILE("cell.js", cell_js),
    FILE("data.css", data_css),
    FILE("data.js", data_js),
    FILE("columns.js", columns_js),
    FILE("labelling.js", labelling_js),
    FILE("doubts.js", doubts_js),
    FILE("models.css", models_css),
    FILE("models.js", models_js),
    FILE("asking.css", asking_css),
    FILE("asking.js", asking_js),
};

FILE_LIST(gb_studio_page, files)
