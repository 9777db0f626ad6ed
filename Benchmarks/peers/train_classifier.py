#!/usr/bin/env python3
"""Trains `sluice train classifier` in PyTorch: the same texts, model and recipe, with `--cell gru` and its usual settings.

Prints each epoch's figures, to lie beside those that the command prints, and with --log writes them as lines of JSON in the
manner of the command's log. The random numbers differ (initial values, dropout, which texts validate), so the figures agree
as two seeds do. Needs numpy and torch.
"""

import argparse
import json
import os
import random
import time

RECIPE = dict(
    epochs=15, batch=64, rate=0.004, width=32, units=128, dropout=0.1, unknown_share=0.01, validation_share=0.1,
    line_limit=10_000)
# packed: the recurrent layer computes no pads; sorted: texts of about one length share a batch, so that there are few;
# compiled: the recurrent layer and what is around it through torch.compile.
FORMS = ("packed", "padded", "packed, sorted", "padded, sorted", "padded, compiled")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, metavar="FILE", help="lines of a label, a tab and a text")
    parser.add_argument("--form", choices=FORMS, default="packed")
    parser.add_argument("--optimizer", choices=("default", "fused"), default="fused", help="the form of Adam")
    parser.add_argument("--epochs", type=int, default=RECIPE["epochs"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", metavar="FILE", help="also write a line of JSON for each epoch")
    return parser.parse_args()


def read(path):
    """The labels' names, and (label, text) for each line."""
    with open(path, encoding="utf-8-sig", newline="\n") as file:
        pairs = [line.rstrip("\r\n").split("\t", 1) for line in file if "\t" in line]
    names = sorted({label for label, _ in pairs})
    return names, [(names.index(label), text) for label, text in pairs if text]


def split(pairs, labels, seed):
    """A share of the texts of every label to validate on."""
    mixed, training, validation = random.Random(seed), [], []
    for label in range(labels):
        members = [pair for pair in pairs if pair[0] == label]
        mixed.shuffle(members)
        count = min(max(round(len(members) * RECIPE["validation_share"]), 1), len(members) - 1)
        validation += members[:count]
        training += members[count:]
    return training, validation


def encoded(pairs, id_of):
    """Labels, and the characters of every text as a tensor: 0 stands for pads, 1 for unknown characters."""
    import torch

    texts = [torch.tensor([id_of.get(letter, 1) for letter in text]) for _, text in pairs]
    return torch.tensor([label for label, _ in pairs]), texts


def padded(texts, places):
    """Some texts side by side, zeros behind their ends; and their lengths."""
    from torch.nn.utils.rnn import pad_sequence
    import torch

    chosen = [texts[i] for i in places]
    return pad_sequence(chosen, batch_first=True), torch.tensor([len(text) for text in chosen])


def epoch_places(texts, is_sorted, order):
    """The texts of each batch of an epoch."""
    size, places = RECIPE["batch"], list(range(len(texts)))
    order.shuffle(places)
    if not is_sorted:
        return [places[i : i + size] for i in range(0, len(places), size)]
    batches = []
    for start in range(0, len(places), 50 * size):  # as `BucketIterator` did
        pool = sorted(places[start : start + 50 * size], key=lambda i: len(texts[i]))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    order.shuffle(batches)
    return batches


def make_model(characters, labels, is_packed):
    import torch
    from torch import nn
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    class Classifier(nn.Module):
        """Embedding, dropout, GRU, each unit's largest state, linear."""

        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(characters, RECIPE["width"])
            self.dropout = nn.Dropout(RECIPE["dropout"])
            self.gru = nn.GRU(RECIPE["width"], RECIPE["units"], batch_first=True)
            self.output = nn.Linear(RECIPE["units"], labels)
            for gate in self.gru.weight_hh_l0.chunk(3):
                nn.init.orthogonal_(gate)

        def forward(self, symbols, lengths):
            letters = self.dropout(self.embedding(symbols))
            if is_packed:
                packed = pack_padded_sequence(letters, lengths, batch_first=True, enforce_sorted=False)
                states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True, padding_value=-2.0)
            else:
                states, _ = self.gru(letters)
                past = torch.arange(symbols.shape[1])[None, :] >= lengths[:, None]
                states = states.masked_fill(past[:, :, None], -2.0)  # a state lies between -1 and 1
            return self.output(states.amax(1))

    return Classifier()


def macro_f1(expected, predicted, labels):
    """The mean of F1 over the labels."""
    figures = []
    for label in range(labels):
        right = int(((expected == label) & (predicted == label)).sum())
        total = int((expected == label).sum()) + int((predicted == label).sum())
        if total:
            figures.append(2 * right / total)
    return sum(figures) / max(len(figures), 1)


def main(options):
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    names, pairs = read(options.data)
    training, validation = split(pairs, len(names), options.seed)
    letters = sorted({letter for _, text in training for letter in text})
    id_of = {letter: 2 + i for i, letter in enumerate(letters)}
    labels, texts = encoded(training, id_of)
    expected, unseen = encoded(validation, id_of)
    is_sorted = "sorted" in options.form
    batches = -(-len(texts) // RECIPE["batch"])
    order = random.Random(options.seed)
    log = open(options.log, "w") if options.log else None
    print(f"{len(texts):,} texts to train on, {len(unseen):,} to validate on; {len(names)} labels; {options.form}", flush=True)

    started = time.perf_counter()
    model = make_model(2 + len(letters), len(names), "packed" in options.form)
    run = model
    if "compiled" in options.form:
        torch._dynamo.config.allow_rnn = True
        run = torch.compile(model, dynamic=True)
    adam = torch.optim.Adam(model.parameters(), lr=RECIPE["rate"], fused=options.optimizer == "fused")
    schedule = torch.optim.lr_scheduler.LinearLR(
        adam, start_factor=1.0, end_factor=0.0, total_iters=max(batches * options.epochs, 1))
    in_steps, first_step, best = 0.0, None, 0.0
    # Validated in their order of length, 64 at a time.
    by_length = sorted(range(len(unseen)), key=lambda i: len(unseen[i]))
    for epoch in range(1, options.epochs + 1):
        model.train()
        epoch_started, total, right = time.perf_counter(), 0.0, 0
        for places in epoch_places(texts, is_sorted, order):
            symbols, lengths = padded(texts, places)
            wanted = labels[places]
            symbols = torch.where((symbols > 0) & (torch.rand(symbols.shape) < RECIPE["unknown_share"]), 1, symbols)
            logits = run(symbols, lengths)
            loss = F.cross_entropy(logits, wanted)
            adam.zero_grad()
            loss.backward()
            adam.step()
            schedule.step()
            total += loss.item() * len(places)
            right += int((logits.argmax(1) == wanted).sum())
            if first_step is None:
                first_step = time.perf_counter() - epoch_started
        in_steps += time.perf_counter() - epoch_started
        model.eval()
        predicted = torch.empty(len(unseen), dtype=torch.int64)
        with torch.no_grad():
            for start in range(0, len(by_length), 64):
                places = by_length[start : start + 64]
                predicted[places] = model(*padded(unseen, places)).argmax(1)
        f1 = macro_f1(expected, predicted, len(names))
        if f1 > best:
            best, kept = f1, {name: value.clone() for name, value in model.state_dict().items()}
        seconds = time.perf_counter() - started
        rate = epoch * len(texts) / in_steps
        print(f"epoch {epoch}/{options.epochs}  loss {total / len(texts):.4f}  accuracy {right / len(texts):.2%}  "
              f"macro F1 {f1:.4f}  {rate:,.0f} examples/s  {seconds:.2f} s", flush=True)
        if log:
            line = dict(kind="epoch", epoch=epoch, macro_f1=f1, examples_per_second=rate, seconds=seconds,
                        first_step_seconds=first_step)
            print(json.dumps(line), file=log, flush=True)


if __name__ == "__main__":
    chosen = arguments()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):  # read when the libraries start
        os.environ[name] = str(chosen.threads)
    main(chosen)
