#include "PeakLoops.h"

#pragma STDC FP_CONTRACT ON

// Twelve chains of dependent operations hide the latency of two units with four cycles each and, with the two
// constants, fit the sixteen registers of AVX2.
#define PEAK_LOOP(name, attribute, lanes)                                           \
  attribute float name(long rounds) {                                               \
    typedef float Vector __attribute__((vector_size(4 * lanes)));                   \
    Vector sums[SLUICE_PEAK_ACCUMULATORS];                                          \
    Vector factor = {0}, term = {0}, total = {0};                                   \
    factor += 0.999f;                                                               \
    term += 0.001f;                                                                 \
    _Pragma("unroll") for (int j = 0; j < SLUICE_PEAK_ACCUMULATORS; j++)            \
      sums[j] = term * (float)j;                                                    \
    for (long i = 0; i < rounds; i++) {                                             \
      _Pragma("unroll") for (int j = 0; j < SLUICE_PEAK_ACCUMULATORS; j++)          \
        sums[j] = sums[j] * factor + term;                                          \
    }                                                                               \
    _Pragma("unroll") for (int j = 0; j < SLUICE_PEAK_ACCUMULATORS; j++)            \
      total += sums[j];                                                             \
    float result = 0;                                                               \
    for (int j = 0; j < lanes; j++) result += total[j];                             \
    return result;                                                                  \
  }

PEAK_LOOP(sluice_peak_baseline, , 4)
#if defined(__x86_64__)
PEAK_LOOP(sluice_peak_avx2, __attribute__((target("avx2,fma"))), 8)
PEAK_LOOP(sluice_peak_avx512, __attribute__((target("avx512f"))), 16)
#else
float sluice_peak_avx2(long rounds) { return sluice_peak_baseline(rounds); }
float sluice_peak_avx512(long rounds) { return sluice_peak_baseline(rounds); }
#endif

void sluice_peak_sweep(float *restrict a, const float *restrict b, float s, long count) {
  for (long i = 0; i < count; i++) a[i] += s * b[i];
}
