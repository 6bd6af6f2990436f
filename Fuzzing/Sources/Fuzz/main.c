#include <stddef.h>
#include <stdint.h>

// In Swift: `FuzzEntry`.
void glassbox_fuzz(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  glassbox_fuzz(bytes, count);
  return 0;
}
