"""PyTorch: soft nearest neighbors, naive and batched, and a whole step of triplets."""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

import inputs
from inputs import Sequences
from measure import Case

WIDTH = 128


def naive(x, y):
    total = x.new_zeros(())
    for i in range(len(x)):
        e = torch.exp(-((x[i] - x) ** 2).sum(1))
        others = torch.ones(len(x), dtype=torch.bool)
        others[i] = False
        total = total - torch.log(e[others & (y == y[i])].sum() / e[others].sum())
    return total / len(x)


def from_distances(d, y):
    s = (-d).masked_fill(torch.eye(len(y), dtype=torch.bool), -math.inf)
    same = s.masked_fill(y[:, None] != y[None, :], -math.inf)
    return (torch.logsumexp(s, 1) - torch.logsumexp(same, 1)).mean()


def by_product(x, y):
    squares = (x * x).sum(1)
    return from_distances((squares[:, None] + squares[None, :] - 2 * x @ x.T).clamp_min(0), y)


def by_distance(x, y):
    return from_distances(torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist").square(), y)


def neighbors(loss, count):
    def setup():
        labels = Sequences(vocabulary=2, batch=count, shortest=1, longest=1).labels
        batches = [
            (torch.from_numpy(inputs.floats((count, WIDTH), number, 0.1)).requires_grad_(),
             torch.from_numpy(labels(number)))
            for number in range(inputs.BATCHES)
        ]

        def step(number):
            x, y = batches[number % inputs.BATCHES]
            loss(x, y).backward()
            x.grad = None
        return step
    return setup


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.dropout = nn.Embedding(40, 24), nn.Dropout(0.1)
        self.gru, self.output = nn.GRU(24, 96, batch_first=True), nn.Linear(96, 64)

    def forward(self, symbols, lengths):
        letters = self.dropout(self.embedding(symbols))
        packed = pack_padded_sequence(letters, lengths, batch_first=True, enforce_sorted=False)
        return self.output(self.gru(packed)[1][0])


def triplets(joined, fused):
    def setup():
        torch.manual_seed(0)
        words = Sequences(vocabulary=40, batch=3 * 128, shortest=3, longest=16)
        batches = [
            (torch.from_numpy(words.symbols(number)), torch.from_numpy(words.lengths(number)))
            for number in range(inputs.BATCHES)
        ]
        model = Words()
        adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused)

        def step(number):
            symbols, lengths = batches[number % inputs.BATCHES]
            if joined:
                a, p, n = model(symbols, lengths).view(3, 128, 64)
            else:
                a, p, n = (model(s, l) for s, l in zip(symbols.split(128), lengths.split(128)))
            F.relu(0.3 + F.cosine_similarity(a, n) - F.cosine_similarity(a, p)).mean().backward()
            adam.step()
            adam.zero_grad()
        return step
    return setup


def cases():
    found = []
    for count in (128, 512, 2_048):
        for form, loss in (("product", by_product), ("distance", by_distance)):
            found.append(Case(f"neighbors/n={count}", form, neighbors(loss, count), items=count, item_name="samples"))
    for count in (128, 512):
        found.append(Case(f"neighbors naive/n={count}", "loop", neighbors(naive, count), items=count, item_name="samples"))
    for joined in (True, False):
        for fused in (True, False):
            form = ("joined" if joined else "one by one") + (", fused Adam" if fused else ", default Adam")
            found.append(Case("triplets/128", form, triplets(joined, fused), items=128, item_name="triplets"))
    return found
