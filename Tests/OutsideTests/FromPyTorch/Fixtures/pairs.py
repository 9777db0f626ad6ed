"""What the pieces of PyTorch beside this file share: the list of them, and the numbers that both sides begin with."""

import torch
from torch import nn

#: What each piece computes, by the title that it has on the page.
PAIRS = {}


def pair(title):
    """Adds a piece, a function that returns the numbers by which Sluice is compared with it."""

    def add(run):
        PAIRS[title] = run
        return run

    return add


def spread(count, first=0):
    """Numbers from -0.5 to 0.5 that are easily made in any language; PairNumbers.swift has the same."""
    return [((k + first) * 37 % 101 - 50) / 100 for k in range(count)]


class Fill:
    """Gives parameters one after the other such numbers, in the order in which Sluice's parameters are added."""

    def __init__(self):
        self.place = 0

    def __call__(self, *tensors):
        with torch.no_grad():
            for tensor in tensors:
                tensor.copy_(torch.tensor(spread(tensor.numel(), self.place)).reshape(tensor.shape))
                self.place += tensor.numel()

    def recurrent(self, net):
        """The same for recurrent layers. Where PyTorch has two biases that only add up, Sluice has one."""
        units = net.hidden_size
        for level in range(net.num_layers):
            for suffix in ["", "_reverse"][: 2 if net.bidirectional else 1]:
                self(*[getattr(net, f"{part}_l{level}{suffix}") for part in ["weight_ih", "weight_hh", "bias_ih"]])
                with torch.no_grad():
                    second = getattr(net, f"bias_hh_l{level}{suffix}")
                    second.zero_()
                    if isinstance(net, nn.GRU):
                        self(second[2 * units :])


class Perceptron(nn.Module):
    """The model of the pieces that need any: 3 inputs, 5 hidden units, 2 outputs."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 5)
        self.output = nn.Linear(5, 2)

    def forward(self, x):
        return self.output(torch.tanh(self.hidden(x)))


def make_model():
    """A perceptron with the numbers that both sides begin with."""
    model = Perceptron()
    Fill()(*model.parameters())
    return model


def make_batches():
    """Two batches of four rows and their labels."""
    rows = torch.tensor(spread(24)).reshape(2, 4, 3)
    return [(rows[0], torch.tensor([0, 1, 1, 0])), (rows[1], torch.tensor([1, 1, 0, 0]))]


def all_of(model):
    """All parameters of a model in one list."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])
