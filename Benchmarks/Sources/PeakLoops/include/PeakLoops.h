#ifndef SLUICE_PEAK_LOOPS_H
#define SLUICE_PEAK_LOOPS_H

// Loops that do nothing but reach a limit of the machine.

// Multiplies and adds in registers only, `rounds` times SLUICE_PEAK_FLOPS_PER_ROUND(lanes) operations. The
// result is returned so that the work is not optimized away. A loop for an instruction set that the processor
// lacks must not be called.
#define SLUICE_PEAK_ACCUMULATORS 12
float sluice_peak_baseline(long rounds);  // 4 lanes
float sluice_peak_avx2(long rounds);      // 8 lanes
float sluice_peak_avx512(long rounds);    // 16 lanes

// a[i] += s * b[i] for `count` elements: two reads and one write of memory each.
void sluice_peak_sweep(float *a, const float *b, float s, long count);

#endif
