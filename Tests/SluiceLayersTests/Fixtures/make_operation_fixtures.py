"""Writes the reference numbers of operations for losses: values and gradients by PyTorch in float64.

    python make_operation_fixtures.py        (needs torch; made with torch 2.15)

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


def leaf(*shape, scale=1.0, shift=0.0):
    return rounded(torch.randn(shape) * scale + shift).requires_grad_()


def positive(*shape):
    return rounded(torch.rand(shape) * 3 + 0.2).requires_grad_()


def tensor(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}


def case(name, function, **inputs):
    y = function(**inputs)
    upstream = rounded(torch.randn(y.shape))
    (y * upstream).sum().backward()
    tensors = {"y": tensor(y), "upstream": tensor(upstream)}
    for key, value in inputs.items():
        tensors[key] = tensor(value)
        tensors["d_" + key] = tensor(value.grad)
    CASES[name] = {"tensors": tensors, "integers": {}}


torch.manual_seed(11)
SHAPES = {"equal": ((3, 5), (3, 5)), "row": ((4, 7), (7,)), "column": ((4, 7), (4, 1)), "number": ((3, 5), ()),
          "front": ((2, 3, 4), (3, 1)), "both": ((4, 1, 3), (5, 1)), "four": ((2, 3, 4, 5), (1, 3, 1, 5)),
          "row first": ((6,), (3, 6))}
for label, (first, second) in SHAPES.items():
    for name, function in [("add", torch.add), ("subtract", torch.sub), ("multiply", torch.mul),
                           ("divide", torch.div)]:
        case(f"{name} {label}", lambda a, b: function(a, b), a=leaf(*first), b=positive(*second))
case("exp", torch.exp, x=leaf(5, 19))
case("log", torch.log, x=positive(5, 19))
case("sqrt", torch.sqrt, x=positive(5, 19))
case("square", torch.square, x=leaf(5, 19))
case("power", lambda x: x ** 1.7, x=positive(5, 19))
case("abs", torch.abs, x=leaf(5, 19))
case("clamp", lambda x: x.clamp(-0.5, 0.8), x=leaf(5, 19))
case("scalars", lambda x: 2.5 - (x * 3 - 1) / 7, x=leaf(5, 19))
case("rows", lambda x: x[[3, 0, 3, 1]], x=leaf(4, 6))
case("rows by mask", lambda x: x[torch.tensor([True, False, True, False, True])], x=leaf(5, 6))
case("row", lambda x: x[2], x=leaf(4, 6))
for name, function in [("sum", torch.sum), ("mean", torch.mean), ("maximum", torch.amax), ("logSumExp", torch.logsumexp)]:
    case(f"{name} all", lambda x: function(x, dim=(0, 1, 2)), x=leaf(3, 4, 5, scale=3))
    for axis in range(3):
        case(f"{name} {axis}", lambda x: function(x, dim=axis), x=leaf(3, 4, 5, scale=3))
case("matrixProduct nn", lambda a, b: a @ b, a=leaf(4, 6), b=leaf(6, 5))
case("matrixProduct tn", lambda a, b: a.T @ b, a=leaf(6, 4), b=leaf(6, 5))
case("matrixProduct nt", lambda a, b: a @ b.T, a=leaf(4, 6), b=leaf(5, 6))
case("matrixProduct tt", lambda a, b: a.T @ b.T, a=leaf(6, 4), b=leaf(5, 6))
case("squaredDistances", lambda a, b: ((a[:, None] - b[None]) ** 2).sum(2), a=leaf(37, 19), b=leaf(41, 19))
case("normalizeRows", lambda x: torch.nn.functional.normalize(x), x=leaf(5, 19))
case("cosine", lambda a, b: torch.nn.functional.cosine_similarity(a, b), a=leaf(5, 19), b=leaf(5, 19))
case("concatenate 0", lambda a, b: torch.cat([a, b], 0), a=leaf(2, 5), b=leaf(3, 5))
case("concatenate 1", lambda a, b: torch.cat([a, b], 1), a=leaf(3, 2), b=leaf(3, 4))
case("slice", lambda x: x[:, 1:4], x=leaf(3, 6, 2))
case("transpose", lambda x: x.T, x=leaf(3, 6))
case("reshape", lambda x: x.reshape(4, 3), x=leaf(2, 6))
case("stopGradient", lambda x: x * x.detach(), x=leaf(3, 6))
case("select", lambda a, b: torch.where(a > 0.2, a, b), a=leaf(4, 6), b=leaf(4, 6))
case("sumOfSquares", lambda x: (x ** 2).sum(-1), x=leaf(4, 3, 9))
# Four sequences of 2, 0, 3 and 1 steps; what is not there counts as zeros.
for name, function in [("maximum", lambda part: part.amax(0)), ("mean", lambda part: part.mean(0))]:
    case(f"{name} over time", lambda x: torch.stack(
        [function(part) if len(part) else torch.zeros(5) for part in x.split([2, 0, 3, 1])]), x=leaf(6, 5))
with open(os.path.join(FOLDER, "operations.json"), "w") as f:
    json.dump(CASES, f, separators=(",", ":"))
    f.write("\n")
