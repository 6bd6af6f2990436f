// Which table runs here.
#include "Sets.h"

static bool runs(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
  if (strcmp(name, "avx512") == 0) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("fma");
  }
#endif
  (void)name;
  return true;
}

const gb_kernels *gb_kernels_named(const char *name) {
  // The best first.
  static const gb_kernels *const tables[] = {
#if defined(__x86_64__)
      &gb_kernels_avx512,
      &gb_kernels_avx2,
#elif defined(__aarch64__)
      &gb_kernels_neon,
#endif
      &gb_kernels_portable,
  };
  for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
    const gb_kernels *table = tables[i];
    if (name != NULL && strcmp(name, table->name) != 0) continue;
    if (runs(table->name)) return table;
  }
  return NULL;
}
