"""PyTorch: products, element-wise functions, sweeps through memory."""

import torch

import inputs
from measure import Case

ELEMENTS = 1 << 20


def product(m, k, n, a_turned, b_turned, dropped):
    make_a, make_b = (inputs.dropped if operand == dropped else inputs.floats for operand in "ab")

    def setup():
        sides = [torch.from_numpy(make_a((k, m) if a_turned else (m, k), seed)) for seed in (1, 2, 3)]
        if a_turned:
            sides = [side.t() for side in sides]
        b = torch.from_numpy(make_b((n, k) if b_turned else (k, n), 4))
        if b_turned:
            b = b.t()
        out = torch.empty(m, n)

        def step(number):
            torch.mm(sides[number % 3], b, out=out)
        return step
    return setup


def elementwise(function, scale):
    def setup():
        sources = [torch.from_numpy(inputs.floats((ELEMENTS,), seed, scale)) for seed in (1, 2, 3)]
        out = torch.empty(ELEMENTS)

        def step(number):
            function(sources[number % 3], out=out)
        return step
    return setup


def copy():
    a, b = (torch.from_numpy(inputs.floats((inputs.PARAMETERS,), seed)) for seed in (1, 2))

    def step(number):
        if number % 2 == 0:
            a.copy_(b)
        else:
            b.copy_(a)
    return step


def add_scaled():
    a, b = (torch.from_numpy(inputs.floats((inputs.PARAMETERS,), seed)) for seed in (1, 2))

    def step(number):
        a.add_(b, alpha=(number % 3 - 1) * 1e-3)
    return step


def cases():
    found = [
        Case(name, "mm", product(m, k, n, *operands), flops=2 * m * k * n)
        for name, m, k, n, *operands in inputs.PRODUCTS
    ]
    found += [
        Case("math/exp 1M", "exp", elementwise(torch.exp, 20), size=8 * ELEMENTS),
        Case("math/tanh 1M", "tanh", elementwise(torch.tanh, 4), size=8 * ELEMENTS),
        Case("memory/copy", "copy_", copy, size=8 * inputs.PARAMETERS),
        Case("memory/a += s*b", "add_", add_scaled, size=12 * inputs.PARAMETERS),
    ]
    return found
