#!/usr/bin/env python3
"""Trains `sluice train stems --data FILE` in PyTorch: the same stems held out, batches, model, triplets and updates.

Prints each epoch's recall on stems never seen. Split and batches are the same, word by word; initial values, dropout and
the choice of positives differ as two seeds do. A word has one stem here: the file has to hold each word once. Needs
numpy and torch.
"""

import argparse
import os
import time

EPOCHS, BATCH, RUN = 20, 256, 6  # a batch is made of runs of six stems that are neighbors in the alphabet
EMBEDDING, UNITS, WIDTH, DROPOUT, MARGIN, RATE, VALIDATION_SHARE = 32, 128, 64, 0.1, 0.3, 0.002, 0.2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, metavar="FILE", help="lines of a word, a tab and its stem")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class CounterRandom:
    """Random numbers by counter, as in Sluice: the output function of SplitMix64."""

    MASK, INCREMENT = 2**64 - 1, 0x9E3779B97F4A7C15

    def __init__(self, key):
        self.key = key

    @classmethod
    def of_seed(cls, seed):
        return cls(cls.mix(seed + cls.INCREMENT))

    @classmethod
    def mix(cls, z):
        z &= cls.MASK
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & cls.MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & cls.MASK
        return z ^ (z >> 31)

    def stream(self, purpose):
        return CounterRandom(self.mix(self.key ^ self.mix(purpose * 0xD1B54A32D192ED03 + 1)))

    def below(self, bound, counter):
        return self.mix(self.key + (counter + 1) * self.INCREMENT) * bound >> 64

    def shuffle(self, items, counter_of):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1, counter_of(i))
            items[i], items[j] = items[j], items[i]


class Words:
    """Words, and the number of each one's stem."""

    def __init__(self, pairs):
        self.words, self.stems = [word for word, _ in pairs], [stem for _, stem in pairs]

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8-sig") as file:
            lines = [line.rstrip("\n") for line in file]
        pairs = list(dict.fromkeys(tuple(part.strip() for part in line.split("\t")) for line in lines if line.strip()))
        if len({word for word, _ in pairs}) < len(pairs):
            raise SystemExit("a word has several stems here; this program takes words of one")
        number = {stem: i for i, stem in enumerate(sorted({stem for _, stem in pairs}))}
        return cls([(word, number[stem]) for word, stem in pairs])

    def split(self, seed):
        """The part to train on and the one to validate on: no stem is in both."""
        order = list(range(max(self.stems) + 1))
        split, count = CounterRandom.of_seed(seed).stream(2).stream(0), len(order)
        split.shuffle(order, lambda i: count - 1 - i)
        chosen = set(order[: int(count * VALIDATION_SHARE + 0.5)])
        pairs = list(zip(self.words, self.stems))
        return (Words([pair for pair in pairs if pair[1] not in chosen]),
                Words([pair for pair in pairs if pair[1] in chosen]))


def epoch_batches(words, seed, epoch):
    """The places of the words of each batch: whole stems, in runs that each epoch cuts and deals anew."""
    by_stem = {}
    for place, stem in enumerate(words.stems):
        by_stem.setdefault(stem, []).append(place)
    stems = [by_stem[stem] for stem in sorted(by_stem)]
    random = CounterRandom.of_seed(seed).stream(0x57E3).stream(epoch)
    shift = random.below(len(stems), 0)
    order = list(range(-(-len(stems) // RUN)))
    random.shuffle(order, lambda i: i)
    batch = []
    for run in order:
        for k in range(run * RUN, min((run + 1) * RUN, len(stems))):
            batch += stems[(k + shift) % len(stems)]
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def encoded(words, id_of):
    """The characters of words from the last to the first, (words, longest), padded with 0; and the lengths."""
    import torch

    lengths = torch.tensor([len(word) for word in words])
    symbols = torch.zeros(len(words), int(lengths.max()), dtype=torch.int64)
    for row, word in zip(symbols, words):
        row[: len(word)] = torch.tensor([id_of.get(letter, 0) for letter in reversed(word)])
    return symbols, lengths


def make_model(characters):
    import torch
    from torch import nn

    class StemModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(characters, EMBEDDING, sparse=True)
            self.dropout = nn.Dropout(DROPOUT)
            self.gru = nn.GRU(EMBEDDING, UNITS, batch_first=True)
            self.output = nn.Linear(UNITS, WIDTH)

        def forward(self, symbols, lengths):
            states, _ = self.gru(self.dropout(self.embedding(symbols)))
            return self.output(states[torch.arange(len(lengths)), lengths - 1])

    return StemModel()


def triplet_loss(vectors, stems):
    """Cosine triplets of all words with another of their stem: any of those, and the closest of all other words."""
    import torch

    directions = torch.nn.functional.normalize(vectors, dim=1)
    same = stems[:, None] == stems[None, :]
    with torch.no_grad():
        nearest = (directions @ directions.T).masked_fill(same, -2).argmax(1)
        others = same & ~torch.eye(len(stems), dtype=torch.bool)
        anchors = others.any(1).nonzero().squeeze(1)
        positives = torch.multinomial(others[anchors].float(), 1).squeeze(1)
    anchor = directions[anchors]
    near, far = (anchor * directions[positives]).sum(1), (anchor * directions[nearest[anchors]]).sum(1)
    return (MARGIN + far - near).clamp(min=0).mean()


def recall(model, symbols, lengths, stems):
    """The shares of words whose nearest, and whose five nearest, have one of the same stem."""
    import torch

    model.eval()
    with torch.no_grad():
        parts = [model(s[:, : int(n.max())], n) for s, n in zip(symbols.split(512), lengths.split(512))]
        directions = torch.nn.functional.normalize(torch.cat(parts), dim=1)
        hits = []
        for start in range(0, len(stems), 256):
            rows = torch.arange(start, min(start + 256, len(stems)))
            scores = directions[rows] @ directions.T
            scores[torch.arange(len(rows)), rows] = -2
            hits.append(stems[scores.topk(5).indices] == stems[rows, None])
        hits = torch.cat(hits)[stems.bincount()[stems] > 1]
    return hits[:, 0].float().mean().item(), hits.any(1).float().mean().item()


def main(options):
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    started = time.perf_counter()
    training, validation = Words.read(options.data).split(options.seed)
    id_of = {letter: 1 + i for i, letter in enumerate(sorted(set("".join(training.words))))}
    symbols, lengths = encoded(training.words, id_of)
    stems, unseen = torch.tensor(training.stems), torch.tensor(validation.stems)
    unseen_words = encoded(validation.words, id_of)
    model = make_model(1 + len(id_of))
    table = [model.embedding.weight]
    rest = [parameter for parameter in model.parameters() if parameter is not table[0]]
    optimizers = [torch.optim.SparseAdam(table, lr=RATE), torch.optim.Adam(rest, lr=RATE)]
    print(f"{len(training.words):,} words to train on, {len(validation.words):,} of other stems to validate on", flush=True)
    best = (-1.0, 0.0, 0)
    for epoch in range(1, options.epochs + 1):
        model.train()
        total = steps = 0
        for places in epoch_batches(training, options.seed, epoch):
            batch, longest = torch.tensor(places), int(lengths[places].max())
            loss = triplet_loss(model(symbols[batch, :longest], lengths[batch]), stems[batch])
            model.zero_grad()
            loss.backward()
            for optimizer in optimizers:
                optimizer.step()
            total, steps = total + loss.item(), steps + 1
        at_1, at_5 = recall(model, *unseen_words, unseen)
        best = max(best, (at_1, at_5, epoch), key=lambda result: result[0])
        print(f"epoch {epoch}/{options.epochs}  loss {total / steps:.4f}  recall@1 {at_1:.1%}  recall@5 {at_5:.1%}", flush=True)
    print(f"on stems never seen, after epoch {best[2]}: recall@1 {best[0]:.1%}  recall@5 {best[1]:.1%}; "
          f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    chosen = arguments()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):  # read when the libraries start
        os.environ[name] = str(chosen.threads)
    main(chosen)
