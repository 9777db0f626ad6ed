#include "CPUFeatures.h"

unsigned sluice_thread_number(void) {
  static _Atomic unsigned threads;
  // One more than the number, for zero means that there is none yet.
  static _Thread_local unsigned number;
  if (number == 0) number = ++threads;
  return number - 1;
}

#if defined(__x86_64__)
#include <cpuid.h>

// Both makers describe the caches one by one, Intel in leaf 4 and AMD in 0x8000001D, in the same form.
static long second_cache(unsigned leaf) {
  for (unsigned i = 0; i < 16; i++) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(leaf, i, &a, &b, &c, &d)) return 0;
    unsigned kind = a & 31, level = a >> 5 & 7;
    if (kind == 0) return 0;
    // Data or both; instructions alone are kind 2.
    if (level == 2 && kind != 2)
      return (long)((b >> 22) + 1) * ((b >> 12 & 1023) + 1) * ((b & 4095) + 1) * (c + 1);
  }
  return 0;
}

long sluice_second_cache_bytes(void) {
  long bytes = second_cache(4);
  return bytes > 0 ? bytes : second_cache(0x8000001D);
}
#elif defined(__APPLE__)
#include <sys/sysctl.h>

long sluice_second_cache_bytes(void) {
  long long bytes = 0;
  size_t size = sizeof bytes;
  return sysctlbyname("hw.l2cachesize", &bytes, &size, 0, 0) == 0 ? (long)bytes : 0;
}
#else
long sluice_second_cache_bytes(void) { return 0; }
#endif
