"""The pieces of PyTorch on models and their parameters."""

import torch
from torch import nn
from torch.nn import functional as F

from pairs import Fill, pair, spread


@pair("A model of layers")
def layers():
    values = spread(12)
    # BEGIN A model of layers
    model = nn.Sequential(
        nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))

    # END A model of layers
    Fill()(*model.parameters())
    # BEGIN A model of layers
    x = torch.tensor(values).reshape(4, 3)
    y = model(x)
    # END A model of layers
    return {"y": y}


@pair("A module of your own")
def module():
    x = torch.tensor(spread(12)).reshape(3, 4)

    # BEGIN A module of your own
    class Residual(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.norm = nn.LayerNorm(width)
            self.inner = nn.Linear(width, width)

        def forward(self, x):
            change = torch.tanh(self.inner(self.norm(x)))
            return x + change

    block = Residual(4)
    # END A module of your own
    Fill()(*block.parameters())
    # BEGIN A module of your own
    y = block(x)
    # END A module of your own
    return {"y": y}


@pair("Parameters by name, and how many")
def names():
    model = nn.ModuleDict({"hidden": nn.Linear(3, 5), "output": nn.Linear(5, 2)})
    # BEGIN Parameters by name, and how many
    names = [name for name, p in model.named_parameters()]
    shapes = [p.shape for p in model.parameters()]
    count = sum(p.numel() for p in model.parameters())
    # END Parameters by name, and how many
    return {
        "names": [float(byte) for byte in " ".join(names).encode()],
        "extents": [float(extent) for shape in shapes for extent in shape],
        "count": [float(count)],
    }


@pair("Initial values")
def initial():
    # BEGIN Initial values
    layer = nn.Linear(64, 32)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    # END Initial values
    limit = (6 / (64 + 32)) ** 0.5
    largest = layer.weight.abs().max().item()
    return {"bias": layer.bias, "within": [float(largest <= limit)], "near": [float(largest > 0.95 * limit)]}


@pair("A part that is not trained")
def frozen():
    x = torch.tensor(spread(12)).reshape(4, 3)
    encoder, head = nn.Linear(3, 5), nn.Linear(5, 2)
    Fill()(*encoder.parameters(), *head.parameters())
    # BEGIN A part that is not trained
    for p in encoder.parameters():
        p.requires_grad_(False)

    y = head(torch.tanh(encoder(x)))
    y.square().mean().backward()
    # END A part that is not trained
    return {
        "head": head.weight.grad,
        "encoder": [0.0 if p.grad is None else 1.0 for p in encoder.parameters()],
    }


@pair("Tied weights")
def tied():
    ids, labels = [3, 1, 3, 7], [1, 3, 7, 0]
    # BEGIN Tied weights
    embedding = nn.Embedding(10, 6)
    output = nn.Linear(6, 10)
    output.weight = embedding.weight
    # END Tied weights
    Fill()(embedding.weight, output.bias)
    # BEGIN Tied weights
    states = torch.tanh(embedding(torch.tensor(ids)))
    loss = F.cross_entropy(
        output(states), torch.tensor(labels))
    loss.backward()
    # END Tied weights
    return {"loss": loss, "slope": embedding.weight.grad}
