#!/usr/bin/env python3
"""Trains `sluice train language-model --config char-small|word-small` in PyTorch: the same words, model and recipe.

Prints each epoch's perplexities, to lie beside those that the command prints. The random numbers differ (initial
values and dropout), so the figures agree as two seeds do. Needs numpy and torch.
"""

import argparse
import collections
import json
import math
import os
import re
import time
import unicodedata

END, UNKNOWN = "+", "<unk>"
RECIPE = dict(
    streams=20, steps=35, layers=2, dropout=0.5, initial_range=0.05, gate_bias=-2.0, rate=1.0, clip=5.0,
    first_compared=3,  # the first epoch whose perplexity is compared with the one before
    longest_word=65)  # characters, both marks included
CONFIGURATIONS = {
    "char-small": RECIPE | dict(
        reading="characters", width=15, filters=[25, 50, 75, 100, 125, 150], highways=1, units=300),
    "word-small": RECIPE | dict(reading="table", width=200, filters=[], highways=0, units=200),
}

# chunked loss: the logits of some words at a time exist (PyTorch 2.13 and later); compiled encoder: what comes before the
# LSTM through torch.compile.
FORMS = ("eager", "chunked loss", "compiled encoder")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", required=True, metavar="FILE", help="words parted by spaces, a sentence a line")
    parser.add_argument("--config", choices=CONFIGURATIONS, default="char-small")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--validation-share", type=float, default=0.1, help="the last lines, to validate on")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=3435)
    parser.add_argument("--form", choices=FORMS, default="eager")
    parser.add_argument("--log", metavar="FILE", help="also write a line of JSON for each epoch")
    return parser.parse_args()


class Corpus:
    """Text as the ids of its words: those of the training part first, then those met in the other part only."""

    def __init__(self, lines, validation_share):
        sentences = [words for words in map(self.words, lines) if words]
        count = len(sentences) - int(len(sentences) * validation_share + 0.5)
        self.id_of, self.spellings = {}, []
        self.training = self.ids(sentences[:count])
        self.id(UNKNOWN)
        self.vocabulary = len(self.spellings)
        self.validation = self.ids(sentences[count:])

    @staticmethod
    def words(line):
        return [word for word in re.split("[ \t\u3000\n\r\v\f\x85\u2028\u2029]", line) if word]

    def id(self, word):
        # Spellings that differ in how their accents are encoded are the same word, as in Swift's strings.
        key = unicodedata.normalize("NFC", word)
        if key not in self.id_of:
            self.id_of[key] = len(self.spellings)
            self.spellings.append(word)
        return self.id_of[key]

    def ids(self, lines):
        return [self.id(word) for words in lines for word in words + [END]]

    def targets(self, ids):
        """What to predict: words outside the vocabulary as `<unk>`."""
        return [i if i < self.vocabulary else self.id_of[UNKNOWN] for i in ids]


def spell(corpus, settings):
    """The characters of every spelling as ids: 0 unknown, then the alphabet, then the two marks; and their number."""
    known = corpus.spellings[: corpus.vocabulary]
    counts = collections.Counter(letter for word in known if word != UNKNOWN for letter in word)
    letters = sorted(counts, key=lambda letter: (-counts[letter], letter))
    id_of = {letter: 1 + i for i, letter in enumerate(letters)}
    begin, end = len(letters) + 1, len(letters) + 2

    def spelled(word):
        letters = word[: settings["longest_word"] - 2]
        ids = [0] if word == UNKNOWN else [id_of.get(letter, 0) for letter in letters]
        return [begin] + ids + [end]
    return [spelled(word) for word in corpus.spellings], len(letters) + 3


def batches(tokens, targets, settings):
    """Contiguous streams side by side, a chunk of each at a time: pairs of ids (streams, steps)."""
    import torch

    streams, steps = settings["streams"], settings["steps"]
    count = len(tokens) // (streams * steps)
    used = count * streams * steps
    assert count > 0, "The text is too short for one batch."
    inputs = torch.tensor(tokens[:used]).view(streams, count, steps)
    following = torch.tensor(targets[1:used] + targets[:1]).view(streams, count, steps)
    return [(inputs[:, i], following[:, i]) for i in range(count)]


def make_model(corpus, settings, form="eager"):
    import torch
    from torch import nn
    from torch.nn import functional

    class CharacterEncoder(nn.Module):
        """Embedding, filters over every window of the padded word, tanh of the maximum; highway."""

        def __init__(self):
            super().__init__()
            words, characters = spell(corpus, settings)
            widest = len(settings["filters"])
            padding = characters  # behind a word, of value zero
            # A window that sees nothing but padding is the same wherever it lies: one such place is enough.
            longest = max(map(len, words)) + widest
            table = torch.full((len(words), longest), padding)
            for row, ids in zip(table, words):
                row[: len(ids)] = torch.tensor(ids)
            self.register_buffer("words", table)
            self.register_buffer("lengths", torch.tensor([len(ids) for ids in words]))
            self.embedding = nn.Embedding(characters + 1, settings["width"], padding_idx=padding)
            self.convolutions = nn.ModuleList(
                nn.Conv1d(settings["width"], maps, 1 + i) for i, maps in enumerate(settings["filters"]))
            self.width = sum(settings["filters"])
            self.highways = nn.ModuleList(
                nn.ModuleDict(dict(transform=nn.Linear(self.width, self.width), gate=nn.Linear(self.width, self.width)))
                for _ in range(settings["highways"]))

        def forward(self, words):
            distinct, places = torch.unique(words, return_inverse=True)
            lengths = self.lengths[distinct]
            widest = int(lengths.max()) + len(self.convolutions)
            x = self.embedding(self.words[distinct, :widest]).transpose(1, 2)
            maxima = []
            for convolution in self.convolutions:
                windows = convolution(x)
                last = lengths.clamp(max=settings["longest_word"] - convolution.kernel_size[0])
                outside = torch.arange(windows.shape[2]) > last[:, None]
                maxima.append(windows.masked_fill(outside[:, None, :], -math.inf).amax(2).tanh())
            y = torch.cat(maxima, 1)
            for highway in self.highways:
                gate = torch.sigmoid(highway["gate"](y))
                y = gate * torch.relu(highway["transform"](y)) + (1 - gate) * y
            return y[places]

    class WordTable(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(corpus.vocabulary, settings["width"])
            self.width = settings["width"]
            self.register_buffer("targets", torch.tensor(corpus.targets(range(len(corpus.spellings)))))

        def forward(self, words):
            return self.embedding(self.targets[words])

    class LanguageModel(nn.Module):
        def __init__(self):
            super().__init__()
            self.reader = CharacterEncoder() if settings["reading"] == "characters" else WordTable()
            self.lstm = nn.LSTM(
                self.reader.width, settings["units"], num_layers=settings["layers"], dropout=settings["dropout"],
                batch_first=True)
            self.dropout = nn.Dropout(settings["dropout"])
            self.output = nn.Linear(settings["units"], corpus.vocabulary)
            with torch.no_grad():
                for parameter in self.parameters():
                    parameter.uniform_(-settings["initial_range"], settings["initial_range"])
                if settings["reading"] == "characters":
                    self.reader.embedding.weight[-1] = 0
                    for highway in self.reader.highways:
                        highway["gate"].bias += settings["gate_bias"]

        def forward(self, words, targets, state):
            """The sum of the losses of all words, and the state to go on from."""
            states, state = self.lstm(self.reader(words), state)
            states = self.dropout(states).flatten(0, 1)
            if form == "chunked loss":
                loss = functional.linear_cross_entropy(
                    states, self.output.weight, targets.flatten(), linear_bias=self.output.bias, reduction="sum",
                    options=nn.LinearCrossEntropyOptions())
            else:
                loss = functional.cross_entropy(self.output(states), targets.flatten(), reduction="sum")
            return loss, tuple(part.detach() for part in state)

        def zero_state(self):
            return tuple(torch.zeros(settings["layers"], settings["streams"], settings["units"]) for _ in range(2))

    return LanguageModel()


def train_step(model, optimizer, batch, state, settings, divisor=None):
    """One step -> the sum of the losses of its words, and the state to go on from.

    The gradient is that of the loss summed over time and averaged over the streams, unless a divisor is given.
    """
    import torch

    loss, state = model(*batch, state)
    optimizer.zero_grad()
    (loss / (divisor or settings["streams"])).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip"])
    optimizer.step()
    return loss.item(), state


def evaluate(model, data):
    """The mean loss of a word, from a state of zero."""
    import torch

    model.eval()
    state, total = model.zero_state(), 0.0
    with torch.no_grad():
        for words, targets in data:
            loss, state = model(words, targets, state)
            total += loss.item()
    return total / sum(targets.numel() for _, targets in data)


def main(options):
    import torch

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    settings = CONFIGURATIONS[options.config]
    with open(options.text, encoding="utf-8-sig", newline="\n") as file:
        corpus = Corpus(file, options.validation_share)
    training = batches(corpus.training, corpus.targets(corpus.training), settings)
    validation = batches(corpus.validation, corpus.targets(corpus.validation), settings)
    model = make_model(corpus, settings, options.form)
    if options.form == "compiled encoder":
        model.reader.compile(dynamic=True)
    log = open(options.log, "w") if options.log else None
    counted = sum(parameter.numel() for parameter in model.parameters())
    if settings["reading"] == "characters":
        counted -= settings["width"]  # the row of the padding is none
    print(f"{len(corpus.training):,} words to train on, {len(corpus.validation):,} to validate on; "
          f"{corpus.vocabulary:,} in the vocabulary, {len(corpus.spellings) - corpus.vocabulary:,} seen elsewhere only; "
          f"{len(training)} batches; {counted:,} parameters", flush=True)
    words = len(training) * settings["streams"] * settings["steps"]
    optimizer = torch.optim.SGD(model.parameters(), lr=settings["rate"])
    state, before = model.zero_state(), None
    began, in_steps = time.perf_counter(), 0.0
    for epoch in range(1, options.epochs + 1):
        started, total = time.perf_counter(), 0.0
        model.train()
        for batch in training:
            loss, state = train_step(model, optimizer, batch, state, settings)
            total += loss
        seconds = time.perf_counter() - started
        in_steps += seconds
        perplexity = math.exp(evaluate(model, validation))
        print(f"epoch {epoch}/{options.epochs}  perplexity {math.exp(total / words):.2f}  "
              f"validation perplexity {perplexity:.2f}  {words / seconds:,.0f} words/s", flush=True)
        if log:
            line = dict(kind="epoch", epoch=epoch, perplexity=perplexity, words_per_second=epoch * words / in_steps,
                        seconds=time.perf_counter() - began)
            print(json.dumps(line), file=log, flush=True)
        if epoch >= settings["first_compared"] and before - perplexity < 1:
            optimizer.param_groups[0]["lr"] /= 2
        before = perplexity


if __name__ == "__main__":
    chosen = arguments()
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):  # read when the libraries start
        os.environ[name] = str(chosen.threads)
    main(chosen)
