#pragma once

/// The commit the program was built from, or an empty string.
const char *gb_commit(void);
