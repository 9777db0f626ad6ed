"""PyTorch: classifier and small perceptron, each as a whole step."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

import inputs
from inputs import Sequences
from measure import Case

UNITS = 128
OPTIMIZERS = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}


# Embedding 100 x 32, GRU of 128 units, Linear to 10, softmax cross-entropy, Adam.

class Classifier(nn.Module):
    def __init__(self, packed):
        super().__init__()
        self.packed = packed
        self.embedding = nn.Embedding(100, 32)
        self.gru = nn.GRU(32, UNITS, batch_first=True)
        self.output = nn.Linear(UNITS, 10)

    def forward(self, symbols, lengths):
        letters = self.embedding(symbols)
        if self.packed:
            letters = pack_padded_sequence(letters, lengths, batch_first=True, enforce_sorted=False)
            final = self.gru(letters)[1][0]
        else:
            final = self.gru(letters)[0][torch.arange(len(lengths)), lengths - 1]
        return self.output(final)


def classifier(batch, packed, optimizer):
    def setup():
        torch.manual_seed(0)
        text = Sequences(vocabulary=100, batch=batch, shortest=5, longest=60)
        batches = [
            [torch.from_numpy(part(number)) for part in (text.symbols, text.lengths, text.labels)]
            for number in range(inputs.BATCHES)
        ]
        model = Classifier(packed)
        adam = torch.optim.Adam(model.parameters(), lr=1e-3, **OPTIMIZERS[optimizer])

        def step(number):
            symbols, lengths, labels = batches[number % inputs.BATCHES]
            F.cross_entropy(model(symbols, lengths), labels).backward()
            adam.step()
            adam.zero_grad()
        return step
    return setup


# 32 -> 64 -> 64 -> 10 with tanh, batch of 16, SGD.

def perceptron(optimizer):
    def setup():
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(32, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 10))
        sgd = torch.optim.SGD(model.parameters(), lr=1e-2, **OPTIMIZERS[optimizer])
        labels = Sequences(vocabulary=2, batch=16, shortest=1, longest=1).labels
        batches = [
            (torch.from_numpy(inputs.floats((16, 32), number)), torch.from_numpy(labels(number)))
            for number in range(inputs.BATCHES)
        ]

        def step(number):
            x, y = batches[number % inputs.BATCHES]
            F.cross_entropy(model(x), y).backward()
            sgd.step()
            sgd.zero_grad()
        return step
    return setup


def cases():
    found = []
    for batch in (64, 256):
        text = Sequences(vocabulary=100, batch=batch, shortest=5, longest=60)
        flops = text.mean_symbols() * inputs.gru_flops(32, UNITS)
        for form in ("packed", "padded"):
            for optimizer in ("default", "fused"):
                found.append(
                    Case(f"classifier/batch {batch}", f"{form}, {optimizer} Adam",
                         classifier(batch, form == "packed", optimizer), flops=flops, items=batch,
                         item_name="sequences"))
    found += [Case("mlp/32-64-64-10, batch 16", f"{name} SGD", perceptron(name), items=1) for name in OPTIMIZERS]
    return found
