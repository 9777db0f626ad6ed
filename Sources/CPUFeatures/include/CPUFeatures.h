#ifndef SLUICE_CPU_FEATURES_H
#define SLUICE_CPU_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

// Swift cannot ask the processor what it offers. The builtins below check both CPUID and whether the
// operating system saves the wide registers.

static inline bool sluice_cpu_has_avx2_fma(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

// The features of x86-64-v4, which the AVX-512 kernels are compiled for.
static inline bool sluice_cpu_has_avx512(void) {
#if defined(__x86_64__)
  return sluice_cpu_has_avx2_fma() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

// Tells the processor that the thread waits in a loop.
static inline void sluice_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// A number that is the same in every call from one thread: 0 for the first that asks, 1 for the second, and so on.
unsigned sluice_thread_number(void);

// The bytes of the second cache, which each core has for itself, or 0 where it is not known.
long sluice_second_cache_bytes(void);

// Asks for the cache line at `address`, which will be written soon. Any address may be asked for.
static inline void sluice_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

// The same for a line that will only be read.
static inline void sluice_prefetch_read(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
