"""Writes the reference numbers of weighted sums of a table's rows: values and gradients by torch.nn.EmbeddingBag in float64.

    python make_embedding_bag.py        (needs torch; made with torch 2.15)

Files and naming as in make_fixtures.py.
"""
import json
import os

import torch

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def rounded(values):
    """Inputs as single precision holds them, so that both sides compute from the same numbers."""
    return values.to(torch.float32).to(torch.float64)


def tensor(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}


def case(name, rows, width, ids, offsets, weights):
    bag = torch.nn.EmbeddingBag(rows, width, mode="sum", include_last_offset=True)
    bag.weight = torch.nn.Parameter(rounded(torch.randn(rows, width)))
    weights = rounded(torch.tensor(weights))
    y = bag(torch.tensor(ids), torch.tensor(offsets), per_sample_weights=weights)
    upstream = rounded(torch.randn(y.shape))
    (y * upstream).sum().backward()
    CASES[name] = {
        "tensors": {"table": tensor(bag.weight), "d_table": tensor(bag.weight.grad), "weights": tensor(weights),
                    "y": tensor(y), "upstream": tensor(upstream)},
        "integers": {"ids": ids, "offsets": offsets}}


torch.manual_seed(23)
case("repeated ids and an empty bag", 9, 6, [3, 0, 3, 8, 1, 7, 3, 0], [0, 3, 3, 7, 8],
     [0.5, 1.0, -2.0, 0.25, 1.5, 0.0, 1.0, 3.0])
case("means", 5, 19, [4, 2, 2, 1, 0], [0, 2, 5], [1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3])
with open(os.path.join(FOLDER, "embedding_bag.json"), "w") as file:
    json.dump(CASES, file, separators=(",", ":"))
