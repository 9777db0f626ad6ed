#!/usr/bin/env python3
"""Runs the workloads of `sluice-benchmarks` in PyTorch or JAX and prints and writes the same figures.

Needs numpy and torch, or numpy and jax, in the Python that runs it.
"""

import argparse
import json
import os
import sys

PEERS = ("torch", "jax")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=PEERS, default="torch")
    parser.add_argument("--filter", metavar="TEXT", action="append", default=[],
                        help="only cases whose 'name [variant]' contains TEXT; may be given several times")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of samples for each case (default: 1)")
    parser.add_argument("--quick", action="store_true", help="run every step once, to see that it runs")
    parser.add_argument("--json", metavar="FILE", help="also write the results to FILE")
    parser.add_argument("--list", action="store_true", help="print the cases and stop")
    parser.add_argument("--version", action="store_true", help="print the library's version and stop")
    return parser.parse_args()


def limit_threads(peer, threads):
    """Has to come before the libraries are imported: they look when they start."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    if peer == "jax":
        os.environ["JAX_PLATFORMS"] = "cpu"
        # Its pool has one thread for each processor that the process may use.
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def find_cases(peer, threads):
    """All cases of the library, and its version."""
    if peer == "torch":
        import torch

        import torch_flow
        import torch_language
        import torch_losses
        import torch_products
        import torch_recurrent
        import torch_training
        import torch_updates
        torch.set_num_threads(threads)
        modules = (torch_products, torch_recurrent, torch_training, torch_updates, torch_losses, torch_language, torch_flow)
        return [case for module in modules for case in module.cases()], torch.__version__
    import jax

    import jax_losses
    import jax_recurrent
    import jax_training
    return jax_recurrent.cases() + jax_training.cases() + jax_losses.cases(), jax.__version__


def main():
    options = arguments()
    if options.threads < 1 or options.seconds <= 0:
        sys.exit("run.py: --threads and --seconds have to be positive.")
    limit_threads(options.peer, options.threads)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    try:
        cases, version = find_cases(options.peer, options.threads)
    except ImportError as problem:
        sys.exit(f"run.py: {sys.executable} cannot import what {options.peer} needs ({problem}). "
                 f"Install numpy and {options.peer}, or run with a Python that has them.")

    if options.version:
        return print(version)
    import measure
    chosen = [case for case in cases
              if not options.filter or any(text in case.label for text in options.filter)]
    if options.list:
        for case in chosen:
            print(case.label)
        return
    if not chosen:
        sys.exit("run.py: no case has a label that contains what --filter says.")
    records = []
    for case in chosen:
        records.append(measure.measure(case, options.seconds, options.quick))
        print(measure.show(records[-1]), flush=True)
    if options.json:
        document = dict(side=options.peer, version=version, threads=options.threads,
                        peakMemoryBytes=measure.peak_memory(), results=records)
        with open(options.json, "w") as file:
            json.dump(document, file, indent=2)


if __name__ == "__main__":
    main()
