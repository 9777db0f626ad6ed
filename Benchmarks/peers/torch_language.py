"""PyTorch: the parts of the small character language model of arXiv:1508.06615."""

import torch
from torch import nn
from torch.nn import functional as F

import inputs
from inputs import Sequences
from measure import Case


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(52, 15, padding_idx=51)
        self.convolutions = nn.ModuleList(nn.Conv1d(15, 25 * width, width) for width in range(1, 7))

    def forward(self, symbols):
        letters = self.embedding(symbols).transpose(1, 2)
        return torch.cat([torch.tanh(c(letters)).amax(2) for c in self.convolutions], 1)


class Pooled(Characters):
    """The same with a pooling operation in place of the reduction."""

    def forward(self, symbols):
        letters = self.embedding(symbols).transpose(1, 2).contiguous()
        maxima = [F.adaptive_max_pool1d(c(letters), 1).squeeze(2) for c in self.convolutions]
        return torch.tanh(torch.cat(maxima, 1))


def characters(kind):
    def setup():
        torch.manual_seed(0)
        words = Sequences(vocabulary=51, batch=700, shortest=3, longest=14)
        batches = []
        for number in range(inputs.BATCHES):
            symbols = torch.from_numpy(words.symbols(number))
            lengths = torch.from_numpy(words.lengths(number))
            past = torch.arange(symbols.shape[1])[None, :] >= lengths[:, None]
            batches.append(symbols.masked_fill(past, 51))
        model = kind()
        weights = torch.from_numpy(inputs.floats((700, 525), 0))

        def step(number):
            (model(batches[number % inputs.BATCHES]) * weights).sum().backward()
            model.zero_grad()
        return step
    return setup


def softmax():
    torch.manual_seed(0)
    layer = nn.Linear(300, 10_000)
    states = [
        torch.from_numpy(inputs.floats((700, 300), number, 0.5)).requires_grad_() for number in range(inputs.BATCHES)
    ]
    labels = torch.from_numpy((inputs.scattered(range(700)) % 10_000).astype("int64"))

    def step(number):
        x = states[number % inputs.BATCHES]
        F.cross_entropy(layer(x), labels).backward()
        layer.zero_grad()
        x.grad = None
    return step


def cases():
    name = "language/characters 700 words"
    return [
        Case(name, "maximum", characters(Characters), items=700, item_name="words"),
        Case(name, "pooling, tanh last", characters(Pooled), items=700, item_name="words"),
        Case("language/softmax 700x300x10000", "eager", lambda: softmax(), items=700, item_name="words"),
    ]
