"""PyTorch: looking at the gradients of parameters of the sizes of the small character language model."""

import torch

import inputs
from measure import Case


def shapes():
    """Characters, convolutions, highway, two LSTM layers and the softmax over 10,000 words."""
    found = [(51, 15)]
    for width in range(1, 7):
        found += [(25 * width, 15 * width), (25 * width,)]
    found += [(525, 525), (525,)] * 2
    for width in (525, 300):
        found += [(1200, width), (1200, 300), (1200,), (1200,)]
    return found + [(10_000, 300), (10_000,)]


def gradients():
    return [torch.from_numpy(inputs.floats(shape, i, 1e-2)) for i, shape in enumerate(shapes())]


def one_by_one():
    """The mean of each parameter as a number, and the norm of all."""
    found = gradients()

    def step(number):
        means = [g.abs().mean().item() for g in found]
        return means, torch.nn.utils.get_total_norm(found)
    return step


def together():
    """The same with the list operations."""
    found = gradients()

    def step(number):
        sizes = torch._foreach_norm(found, 1)
        means = [size / g.numel() for size, g in zip(sizes, found)]
        return means, torch.nn.utils.get_total_norm(found)
    return step


def cases():
    name, size = "flow/5.3M parameters", 4 * sum(torch.Size(shape).numel() for shape in shapes())
    return [Case(name, "abs().mean()", one_by_one, size=size), Case(name, "foreach", together, size=size)]
