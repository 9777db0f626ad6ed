"""Writes the reference numbers of the layers' tests: values and gradients by PyTorch in float64.

    python make_fixtures.py        (needs torch; made with torch 2.15)

A file holds cases: {"case": {"tensors": {name: {"shape": [...], "values": [...]}}, "integers": {name: [...]}}}.
Gradients are those of sum(output * upstream) and are named d_<tensor>.
"""
import json
import os

import torch

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))


def tensors(**named):
    return {name: {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}
            for name, t in named.items()}


def case(integers=None, **named):
    return {"tensors": tensors(**named), "integers": integers or {}}


def leaf(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).requires_grad_()


def write(name, cases):
    with open(os.path.join(FOLDER, name + ".json"), "w") as f:
        json.dump(cases, f, separators=(",", ":"))
        f.write("\n")


def elementwise():
    torch.manual_seed(1)
    cases = {}
    for name, function in [("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("relu", torch.relu)]:
        x, w = leaf(5, 37, scale=3.0), torch.randn(5, 37)
        y = function(x)
        (y * w).sum().backward()
        cases[name] = case(x=x, y=y, upstream=w, d_x=x.grad)
    for name, function in [("add", torch.add), ("multiply", torch.mul)]:
        a, b, w = leaf(4, 21), leaf(4, 21), torch.randn(4, 21)
        y = function(a, b)
        (y * w).sum().backward()
        cases[name] = case(a=a, b=b, y=y, upstream=w, d_a=a.grad, d_b=b.grad)
    write("elementwise", cases)


def affine():
    torch.manual_seed(2)
    cases = {}
    for name, n, inputs, outputs in [("small", 3, 5, 2), ("wide", 7, 33, 50), ("one row", 1, 16, 48)]:
        layer = torch.nn.Linear(inputs, outputs)
        x, w = leaf(n, inputs), torch.randn(n, outputs)
        y = layer(x)
        (y * w).sum().backward()
        cases[name] = case(x=x, weight=layer.weight, bias=layer.bias, y=y, upstream=w, d_x=x.grad,
                           d_weight=layer.weight.grad, d_bias=layer.bias.grad)
    write("affine", cases)


def lookup():
    torch.manual_seed(3)
    ids = [3, 0, 3, 7, 3, 8, 0, 1]
    table, w = leaf(9, 6), torch.randn(len(ids), 6)
    y = torch.nn.functional.embedding(torch.tensor(ids), table)
    (y * w).sum().backward()
    write("lookup", {"repeated ids": case({"ids": ids}, table=table, y=y, upstream=w, d_table=table.grad)})


def cross_entropy():
    torch.manual_seed(4)
    cases = {}
    for name, labels, reduction, scale in [
        ("mean", [2, 0, 6, 6, 1], "mean", 2.0), ("sum", [2, 0, 6, 6, 1], "sum", 2.0),
        ("ignored, mean", [2, -100, 6, -100, 1], "mean", 2.0),
        ("ignored, sum", [2, -100, 6, -100, 1], "sum", 2.0),
        ("large logits", [2, 0, 6, 6, 1], "mean", 80.0),
    ]:
        x = leaf(5, 7, scale=scale)
        loss = torch.nn.functional.cross_entropy(x, torch.tensor(labels), reduction=reduction)
        loss.backward()
        cases[name] = case({"labels": labels}, x=x, loss=loss, d_x=x.grad)
    write("cross_entropy", cases)


elementwise()
affine()
lookup()
cross_entropy()
