"""Writes the reference figures of the flow's statistics, by NumPy in float64.

    python make_statistics.py        (needs numpy; made with numpy 2.4)

Gradients, weights, updates and outputs are made by `numbers`, a formula that the tests compute too, so the file holds
figures only. Where elements are sampled the figures are those of the sample.
"""
import json
import os

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
SAMPLE = 512
CASES = {}


def numbers(count, seed):
    """Without a pattern, from -1 to 1; exact in single precision."""
    i = np.arange(count, dtype=np.uint64)
    bits = (i * 2654435761 + seed * 2246822519 + (i * i % 65521) * 40503) % 2**32
    return ((bits >> 8).astype(np.float64) * 2.0**-23 - 1).astype(np.float32)


def figures(x):
    """As they are named in a run's log; what is not finite is counted and left out."""
    x = x.astype(np.float64).reshape(-1)
    finite = x[np.isfinite(x)]
    return {
        "mean": np.abs(finite).mean() if finite.size else 0.0,
        "rms": np.sqrt(np.square(finite).mean()) if finite.size else 0.0,
        "max": np.abs(finite).max(initial=0.0),
        "zeros": (finite == 0).sum() / x.size,
        "non_finite": x.size - finite.size,
    }


def sampled(x):
    count = x.size
    stride = 1 if count <= SAMPLE else -(-count // SAMPLE) | 1
    return x.reshape(-1)[::stride]


def add(name, **groups):
    tensors = {}
    for group, values in groups.items():
        for key, value in values.items():
            tensors[f"{group} {key}"] = {"shape": [], "values": [float(value)]}
    CASES[name] = {"tensors": tensors, "integers": {}}


def parameter(name, gradient, weight, moved, whole=None, **more):
    """`weight` and `moved` are those whose change is followed; `whole` all values where they are taken as a whole."""
    change = (sampled(moved) - sampled(weight)).astype(np.float32)
    update, before = figures(change), figures(sampled(weight))
    add(name, gradient=figures(gradient), weight=figures(weight if whole is None else whole), update=update,
        all={"ratio": update["rms"] / before["rms"],
             "norm": figures(gradient)["rms"] * np.sqrt(np.isfinite(gradient).sum()), **more})


def dense(name, change, count=5000):
    gradient = change(numbers(count, 1))
    weight = numbers(count, 2)
    parameter(name, gradient, weight, weight + numbers(count, 3) * np.float32(2.0**-10))


def with_zeros(x):
    x[::3] = 0
    return x


def with_holes(x):
    x[7], x[100], x[2000] = np.nan, np.inf, -np.inf
    return x


def wide(x):
    return np.ldexp(x, (np.arange(x.size) % 121 - 60).astype(np.int32))


def outputs(name, kind, values):
    """The k-th sampled row or column of n among m is in the part from m k / n on, each time five eighths of a part farther."""
    def spread(count, most):
        chosen = min(count, most)
        step, places, offset = count // chosen, [], 0
        for k in range(chosen):
            places.append(k * count // chosen + offset)
            offset += step * 5 // 8 | 1
            if offset >= step:
                offset -= step
        return np.array(places)
    rows, columns = values.shape
    seen = values.astype(np.float64)[np.ix_(spread(rows, 32), spread(columns, 32))]
    gate = values.astype(np.float64)[np.ix_(spread(rows, 32), spread(columns, 64))]
    slope = 1 - gate**2 if kind == "tanh" else 4 * gate * (1 - gate)
    add(name, all={
        "mean": seen.mean(), "deviation": seen.std(), "between rows": np.sqrt(seen.var(axis=0).mean()),
        "saturated": 0.0 if kind == "relu" else (slope < 0.05).mean(),
        "dead": (values[np.ix_(spread(rows, 256), spread(columns, 256))] <= 0).all(axis=0).mean()
        if kind == "relu" else 0.0})


with np.errstate(all="ignore"):
    dense("plain", lambda x: x * np.float32(2.0**-7))
    dense("few", lambda x: x, count=77)
    dense("zeros", with_zeros)
    dense("non-finite", with_holes)
    dense("large", lambda x: np.ldexp(x, 83))   # about 1e25: squares overflow single precision
    dense("small", lambda x: np.ldexp(x, -83))
    dense("wide", wide)

    # A table of 300 rows of 24, of which rows 3, 10, 17 … occurred.
    table, touched = numbers(300 * 24, 2).reshape(300, 24), np.arange(3, 300, 7)
    moved = table + numbers(300 * 24, 3).reshape(300, 24) * np.float32(2.0**-10)
    parameter("table", numbers(touched.size * 24, 1), sampled(table[touched]), sampled(moved[touched]),
              whole=sampled(table[touched]), touched=touched.size / 300)

    y = numbers(50 * 70, 4).reshape(50, 70)
    outputs("tanh", "tanh", y)
    outputs("sigmoid", "sigmoid", (y + 1) / np.float32(2))
    outputs("relu", "relu", np.where(np.arange(70) % 4 == 0, np.float32(0), np.maximum(y, 0)))
    outputs("far from zero", "tanh", y + np.float32(64))

with open(os.path.join(FOLDER, "statistics.json"), "w") as file:
    json.dump(CASES, file, indent=0)
