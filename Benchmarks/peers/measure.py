"""Timing of steps and the records made of them, in the form that `sluice-benchmarks --json` writes."""

import gc
import math
import time

WARM_UP_SECONDS = 0.2
WARM_UP_STEPS = 16
MINIMUM_SAMPLES = 20
SAMPLE_SECONDS = 50e-6


class Case:
    """One workload in one form of one library.

    `setup()` returns `step(number)`, which does the work of one step to its end before it returns.
    """

    def __init__(self, name, variant, setup, flops=0, size=0, items=0, item_name="steps"):
        self.name, self.variant, self.setup = name, variant, setup
        self.flops, self.size, self.items, self.item_name = flops, size, items, item_name

    @property
    def label(self):
        return f"{self.name} [{self.variant}]"


def measure(case, seconds, quick):
    """Sets the case up, warms it up, times it and returns its record."""
    step, clock, number = case.setup(), time.perf_counter, 0
    first = None
    if "compiled" in case.variant and not quick:
        # What a compiler takes before the first step: of no step's time, and nothing to warm up by.
        started = clock()
        step(number)
        number, first = number + 1, clock() - started
    started = clock()
    while not quick and (number < WARM_UP_STEPS or clock() - started < WARM_UP_SECONDS):
        step(number)
        number += 1
    estimate = (clock() - started) / max(number, 1)
    repetitions = 1 if quick else max(1, math.ceil(SAMPLE_SECONDS / max(estimate, 1e-9)))

    times = []
    gc.collect()
    gc.disable()
    started = clock()
    while True:
        before = clock()
        for i in range(number, number + repetitions):
            step(i)
        after = clock()
        number += repetitions
        times.append((after - before) / repetitions)
        if quick or (len(times) >= MINIMUM_SAMPLES and after - started >= seconds):
            break
    gc.enable()

    times.sort()
    median = percentile(times, 0.5)
    return dict(
        name=case.name, variant=case.variant, samples=len(times), repetitions=repetitions, medianSeconds=median,
        minimumSeconds=times[0], p10Seconds=percentile(times, 0.1), p90Seconds=percentile(times, 0.9),
        flopsPerSecond=case.flops / median if case.flops else None,
        bytesPerSecond=case.size / median if case.size else None,
        itemsPerSecond=case.items / median if case.items else None, itemName=case.item_name,
        shareOfPeak=None, allocationsPerStep=None, firstStepSeconds=first)


def percentile(ordered, share):
    """The value below which this share of the ordered samples lies, interpolated between neighbors."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def peak_memory():
    """The most memory that this process has had resident, in bytes, or None where the system does not say."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def show(record):
    """The record as one line for people."""
    rate = ""
    if record["flopsPerSecond"]:
        rate = f"{record['flopsPerSecond'] / 1e9:10.1f} GFLOP/s"
    elif record["bytesPerSecond"]:
        rate = f"{record['bytesPerSecond'] / 1e9:10.1f} GB/s"
    label = f"{record['name']} [{record['variant']}]"
    first = record["firstStepSeconds"]
    return (f"{label:52s} {record['medianSeconds'] * 1e6:12.1f} µs  "
            f"({record['p10Seconds'] * 1e6:.1f}–{record['p90Seconds'] * 1e6:.1f}) {rate}"
            + (f"  first step {first:.1f} s" if first else ""))
