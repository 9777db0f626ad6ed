"""Writes the losses of the first 100 training steps of a scaled-down `char-small` without dropout, in float64.

    python make_language_training.py        (needs numpy and torch; made with torch 2.15)

The model and the step are those of Benchmarks/peers/train_language_model.py. Text and initial values are made by formulas: the
text is stored, the values are computed again by the test. Beside the losses of the recipe stand those of trainings that
differ in one thing, to show that the comparison would tell.
"""
import json
import os
import sys

import numpy as np
import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "..", "..", "..", "Benchmarks", "peers"))
import train_language_model as peer  # noqa: E402
from inputs import scattered  # noqa: E402

torch.set_default_dtype(torch.float64)
STEPS, RANGE = 100, 0.15
SETTINGS = peer.CONFIGURATIONS["char-small"] | dict(
    streams=4, steps=12, width=7, filters=[4, 6, 8, 10, 12, 14], units=24, dropout=0.0,
    clip=2.0)  # half of the steps are clipped


def make_lines():
    """Sentences of a few hundred made-up words; word i follows a word by a rule more often than not."""
    draw = iter(scattered(np.arange(100_000, dtype=np.uint32)).tolist())
    syllables = [a + b for a in "bdfgklmnprstv" for b in "aeiou"]
    endings = ["", "", "s", "ed", "ing", "er"]
    words = []
    while len(words) < 320:
        root = "".join(syllables[next(draw) % len(syllables)] for _ in range(1 + next(draw) % 3))
        word = root + endings[next(draw) % len(endings)]
        if word not in words:
            words.append(word)
    lines, at = [], 0
    for _ in range(230):
        line = []
        for _ in range(3 + next(draw) % 9):
            # Small numbers are frequent: the product of two falls off.
            share = (next(draw) % 1000) * (next(draw) % 1000) / 1e6
            at = (7 * at + 3) % len(words) if next(draw) % 10 < 4 else int(share * len(words))
            line.append(words[at])
        lines.append(" ".join(line))
    return lines


def initial_values(number, shape):
    """Values of parameter `number` in the order of the parameters' names in Sluice, in single precision."""
    start = np.uint32(number * 0x9E3779B9 & 0xFFFFFFFF)
    bits = scattered(np.arange(int(np.prod(shape)), dtype=np.uint32) + start)
    values = ((bits >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)) * np.float32(RANGE)
    return torch.from_numpy(values.reshape(shape).astype(np.float64))


def set_initial_values(model):
    reader = model.reader
    parameters = [reader.embedding.weight[:-1]]
    for convolution in reader.convolutions:
        # Sluice's filters are [width, maps, embedding].
        parameters += [convolution.weight.permute(2, 0, 1), convolution.bias]
    for highway in reader.highways:
        parameters += [highway["transform"].weight, highway["transform"].bias]
        parameters += [highway["gate"].weight, highway["gate"].bias]
    for level in range(SETTINGS["layers"]):
        parameters += [getattr(model.lstm, f"{kind}_l{level}") for kind in
                       ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    parameters += [model.output.weight, model.output.bias]
    with torch.no_grad():
        for number, values in enumerate(parameters):
            values.copy_(initial_values(number, values.shape))
        for highway in reader.highways:
            highway["gate"].bias += SETTINGS["gate_bias"]


def losses(corpus, settings, divisor=None, carries=True):
    """The mean loss of a word in each of the first steps."""
    data = peer.batches(corpus.training, corpus.targets(corpus.training), settings)
    model = peer.make_model(corpus, settings)
    set_initial_values(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=settings["rate"])
    state, result = model.zero_state(), []
    for step in range(STEPS):
        if not carries:
            state = model.zero_state()
        loss, state = peer.train_step(model, optimizer, data[step % len(data)], state, settings, divisor)
        result.append(loss / (settings["streams"] * settings["steps"]))
    return result


def main():
    lines = make_lines()
    corpus = peer.Corpus(lines, 0.0)
    words = SETTINGS["streams"] * SETTINGS["steps"]
    document = dict(
        lines=lines, vocabulary=corpus.vocabulary, initialRange=RANGE, losses=losses(corpus, SETTINGS),
        otherLosses={
            "a gradient averaged over all words": losses(corpus, SETTINGS, divisor=words),
            "no clipping": losses(corpus, SETTINGS | dict(clip=float("inf"))),
            "states from zero in every batch": losses(corpus, SETTINGS, carries=False),
            "half the learning rate": losses(corpus, SETTINGS | dict(rate=0.5)),
        })
    with open(os.path.join(FOLDER, "language_training.json"), "w") as file:
        json.dump(document, file, indent=0)
        file.write("\n")
    print(len(corpus.training), corpus.vocabulary, len(corpus.training) // words)
    for name, values in dict(recipe=document["losses"], **document["otherLosses"]).items():
        furthest = max(abs(a - b) for a, b in zip(values, document["losses"]))
        print(f"{name:40s}", " ".join(f"{values[i]:.4f}" for i in (0, 1, 2, 10, 30, 60, 99)), f"{furthest:.4f}")


if __name__ == "__main__":
    main()
