#include "CStamp.h"

const char *gb_commit(void) { return GLASSBOX_COMMIT; }
