#!/usr/bin/env python3
"""Has other programs read what `sluice export` writes, and compares their answers with those of Sluice.

    Benchmarks/peers/exports.py                     # builds export-samples, makes all models, compares
    Benchmarks/peers/exports.py --quick             # a part of them
    Benchmarks/peers/exports.py --samples FOLDER    # models that were made before

Needs numpy, onnx, onnxruntime, torch, safetensors and gensim in the Python that runs it.

Prints for each program and kind of model the number of answers and the worst relative difference, and ends with
status 1 if one is above the limit.

A recurrent net can make more of an error at every step of a long text, so that no two programs with floats of 32 bits agree
to the limit. An answer above it is therefore computed once more in 64 bits, with weights and characters' vectors as they are and
with each moved by at most half a unit in its last place of 32 bits, eight times. What that changes is what rounding alone does;
the difference may be at most some times as large (SLACK). The number of such answers is printed with the largest ratio, and how far
each program's answers are from those in 64 bits: at worst, and whose is nearer how often.
"""

import argparse
import collections
import copy
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from gensim.models import KeyedVectors
from safetensors.numpy import load_file

import exported_torch

LIMIT = 1e-5
SLACK = 8
END, UNKNOWN = "\n", "<unk>"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a part of the models")
    parser.add_argument("--samples", metavar="FOLDER", help="what export-samples has written")
    parser.add_argument("--program", metavar="PATH", help="a built export-samples; without it, one is built")
    parser.add_argument("--examples", action="store_true", help="run the examples of Documentation/Exports.md, no more")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only models whose name contains TEXT")
    return parser.parse_args()


def made_samples(options, folder):
    program = options.program
    if not program:
        build = ["swift", "build", "-c", "release", "--package-path", os.path.join(os.path.dirname(__file__), ".."),
                 "--product", "export-samples"]
        subprocess.run(build, check=True, stdout=sys.stderr)
        shown = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
        program = os.path.join(shown.stdout.strip(), "export-samples")
    subprocess.run([program, folder] + (["quick"] if options.quick else []), check=True, stdout=sys.stderr)


class Row:
    def __init__(self):
        self.answers, self.difference, self.sensitive, self.ratio = 0, 0.0, 0, 0.0
        # How far from answers in 64 bits, at worst: the program, Sluice; and how often Sluice is the nearer.
        self.theirs, self.ours, self.nearer = 0.0, 0.0, 0

    @property
    def is_fine(self):
        return self.ratio <= SLACK if self.sensitive else self.difference <= LIMIT


class Worst:
    """The worst difference of each program and kind of model."""

    def __init__(self):
        self.rows = collections.OrderedDict()

    def add(self, program, kind, got, wanted, scale=None, rounding=None):
        """Differences as shares of `scale`, by default of what is wanted itself.

        `rounding` gives, of a row, the answer in 64 bits and what rounding alone changes of it, where that may be more than the limit.
        """
        got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
        assert got.shape == wanted.shape, (program, kind, got.shape, wanted.shape)
        shares = np.abs(got - wanted) / (np.abs(wanted) if scale is None else scale)
        shares = np.nan_to_num(shares, nan=np.inf).reshape(len(wanted), -1).max(1)
        row = self.rows.setdefault((program, kind), Row())
        row.answers += len(wanted)
        row.difference = max(row.difference, float(shares.max(initial=0)))
        for i in np.flatnonzero(shares > LIMIT):
            row.sensitive += 1
            exact, change = rounding(i) if rounding else (None, 0)
            row.ratio = max(row.ratio, shares[i] / max(change, LIMIT / SLACK))
            if exact is not None:
                theirs, ours = (float((np.abs(x[i] - exact) / exact).max()) for x in (got, wanted))
                row.theirs, row.ours = max(row.theirs, theirs), max(row.ours, ours)
                row.nearer += ours < theirs

    def print(self):
        for (program, kind), row in self.rows.items():
            print(f"{program:12} {kind:24} {row.answers:6} answers  worst {row.difference:.1e}")
            if row.sensitive:
                print(f"{'':13}{row.sensitive} above 1e-5, by at most {row.ratio:.1f} times what rounding changes; from the answers in 64 bits: "
                      f"{program} by at most {row.theirs:.1e}, Sluice {row.ours:.1e} and nearer in {row.nearer} of {row.sensitive}")


class Rounding:
    """The answers of a module in 64 bits, and what rounding alone changes of them: as a share of each element, the largest of eight trials."""

    def __init__(self, module, ids):
        self.module, self.ids, self.known = module, ids, {}

    def of(self, text):
        if text not in self.known:
            self.known[text] = self.measured(torch.tensor(self.ids[text], dtype=torch.long))
        return self.known[text]

    def measured(self, ids):
        module, generator = copy.deepcopy(self.module).double(), torch.Generator().manual_seed(1)

        def moved(x):
            return x * (1 + (torch.rand(x.shape, generator=generator, dtype=torch.double) - 0.5) * 2.0 ** -23)

        weights = {name: x.clone() for name, x in module.state_dict().items()}
        with torch.no_grad():
            exact = module(ids).softmax(0)
            module.embedding.register_forward_hook(lambda _, inputs, x: moved(x))
            worst = 0.0
            for _ in range(8):
                module.load_state_dict({name: moved(x) for name, x in weights.items()})
                worst = max(worst, float(((module(ids).softmax(0) - exact).abs() / exact).max()))
        return exact.numpy(), worst


def batches(count, generator):
    """Places of texts in batches of 1 to 256: the first texts alone, then all in any mixture."""
    for i in range(6):
        yield [i]
    places = list(generator.permutation(count))
    yield places[:256]
    places = places[256:]
    while places:
        size = int(generator.choice([1, 2, 3, 16]))
        yield places[:size]
        places = places[size:]


def padded(rows):
    """Lists of ids as one array, and their lengths. What pads them has no meaning."""
    lengths = np.array([len(row) for row in rows], np.int64)
    table = np.zeros((len(rows), max(lengths, default=0)), np.int64)
    for i, row in enumerate(rows):
        table[i, :len(row)] = row
    return table, lengths


def texts_of(session):
    texts = session.get_modelmeta().custom_metadata_map
    return {key: json.loads(texts[key]) for key in texts if key not in ("job", "version")}


def encode(text, alphabet):
    return [alphabet.find(character) + 1 for character in text]


def spell(word, texts):
    begin = len(texts["alphabet"]) + 1
    letters = [0] if word == UNKNOWN else encode(word[:texts["longest_word"] - 2], texts["alphabet"])
    return [begin] + letters + [begin + 1]


def same_weights(folder):
    """The arrays of the npz file are those of the run, and those of the PyTorch file are finite."""
    run, arrays = load_file(folder + "/run/model.safetensors"), np.load(folder + "/weights.npz")
    description = json.loads(arrays["description.json"])
    assert set(arrays.files) - {"description.json"} == set(run), folder
    for name, values in run.items():
        assert np.array_equal(arrays[name], values), (folder, name)
    state = load_file(folder + "/state.safetensors")
    assert all(np.isfinite(values).all() for values in state.values())
    assert description["settings"] and description["alphabet"] is not None
    return len(run)


def check_texts(folder, session, worst, generator):
    """A classifier or an encoder of words."""
    kind = "probabilities" if "classifier" in folder else "vectors"
    output = "probabilities" if kind == "probabilities" else "directions"
    name = os.path.basename(folder).split("-")
    if kind == "probabilities":
        kind = "probabilities, " + ("-".join(name[1:3]) if name[1] == "ln" else name[1])
    asked, answers = json.load(open(folder + "/texts.json")), np.load(folder + "/answers.npz")["answers"]
    texts = texts_of(session)
    ids = [encode(text, texts["alphabet"]) for text in asked]
    module, texts = exported_torch.load(folder + "/state.safetensors")
    assert [encode(text, texts["alphabet"]) for text in asked] == ids
    rounding = Rounding(module, ids) if output == "probabilities" else None
    # Of a vector the elements go through zero: the scale is its largest.
    scale = None if output == "probabilities" else np.abs(answers).max(1, keepdims=True)
    for places in batches(len(asked), generator):
        characters, lengths = padded([ids[i] for i in places])
        got = session.run([output], {"characters": characters, "lengths": lengths})[0]
        worst.add("onnxruntime", kind, got, answers[places], None if scale is None else scale[places],
                  rounding and (lambda i: rounding.of(places[i])))
    with torch.no_grad():
        # One text at a time, and a step at a time in a normalized cell: some of them are enough.
        places = list(range(45))
        raw = torch.stack([module(torch.tensor(ids[i], dtype=torch.long)) for i in places])
    got = raw.softmax(1) if output == "probabilities" else nn_normalize(raw)
    worst.add("PyTorch", kind, got.numpy(), answers[places], None if scale is None else scale[places],
              rounding and (lambda i: rounding.of(places[i])))
    if output == "directions":
        check_vectors(folder, worst, lambda words: run_words(session, words, texts))


def nn_normalize(x):
    return torch.nn.functional.normalize(x, dim=1)


def run_words(session, words, texts):
    characters, lengths = padded([encode(word, texts["alphabet"]) for word in words])
    return session.run(["directions"], {"characters": characters, "lengths": lengths})[0]


def check_vectors(folder, worst, vectors):
    """gensim reads the vectors of words as text and as bytes; `vectors` gives the same of another program."""
    text = KeyedVectors.load_word2vec_format(folder + "/vectors.txt", binary=False)
    binary = KeyedVectors.load_word2vec_format(folder + "/vectors.bin", binary=True)
    assert text.index_to_key == binary.index_to_key and np.array_equal(text.vectors, binary.vectors), folder
    got = vectors(text.index_to_key)
    worst.add("gensim", "vectors", text.vectors, got, np.abs(got).max(1, keepdims=True))


class Stream:
    """What a session says of the words of several texts side by side."""

    def __init__(self, session, texts):
        self.session, self.texts, self.settings = session, texts, texts["settings"]
        self.ids = {word: i for i, word in enumerate(texts["vocabulary"])}

    def feeds(self, rows):
        width = max(len(row) for row in rows)
        if self.settings["reading"] == "table":
            return {"words": padded([[self.target(word) for word in row] for row in rows])[0]}
        spelled = [[spell(word, self.texts) for word in row] for row in rows]
        letters = padded([[len(word) for word in row] for row in spelled])[0]
        characters = np.zeros((len(rows), width, letters.max(initial=1)), np.int64)
        for i, row in enumerate(spelled):
            for j, word in enumerate(row):
                characters[i, j, :len(word)] = word
        return {"characters": characters, "letters": letters}

    def target(self, word):
        return self.ids.get(word, self.ids[UNKNOWN])

    def losses(self, lines, generator):
        """The mean loss of each line's words after the first, all lines side by side, a stretch of words at a time."""
        window = self.settings["steps"] if self.settings["body"] == "transformer" else None
        words = [line.split(" ") + [END] for line in lines]
        totals, at = np.zeros(len(lines)), 0
        shape = (self.settings["layers"], len(lines), self.settings["units"])
        states = {"states": np.zeros(shape, np.float32), "cells": np.zeros(shape, np.float32)}
        while any(len(row) - 1 > at for row in words):
            size = window or int(generator.choice([1, 5, 40, 200]))
            rows = [row[at:min(at + size, len(row) - 1)] for row in words]
            outputs, feeds = ["log_probabilities"], self.feeds(rows)
            if not window:
                feeds |= states | {"lengths": np.array([len(row) for row in rows], np.int64)}
                outputs += ["next_states", "next_cells"]
            scores, *after = self.session.run(outputs, feeds)
            states = dict(zip(("states", "cells"), after))
            for i, row in enumerate(rows):
                for j in range(len(row)):
                    totals[i] -= scores[i, j, self.target(words[i][at + j + 1])]
            at += size
        return totals / [len(row) - 1 for row in words]


def check_language_model(folder, session, worst, generator):
    asked, answers = json.load(open(folder + "/texts.json")), np.load(folder + "/answers.npz")["answers"][:, 0]
    stream = Stream(session, texts_of(session))
    for places in [[0], [2], list(range(len(asked))), list(generator.permutation(len(asked))[:7])]:
        got = stream.losses([asked[i] for i in places], generator)
        worst.add("onnxruntime", "perplexities", np.exp(got), np.exp(answers[places].astype(np.float64)))
    module, texts = exported_torch.load(folder + "/state.safetensors")
    window = texts["settings"]["steps"] if texts["settings"]["body"] == "transformer" else None
    got = []
    with torch.no_grad():
        for line in asked:
            words, state, total = line.split(" ") + [END], None, 0.0
            for at in range(0, len(words) - 1, window or len(words)):
                part = words[at:min(at + (window or len(words)), len(words) - 1)]
                if texts["settings"]["reading"] == "table":
                    read = torch.tensor([stream.target(word) for word in part])
                else:
                    read = [torch.tensor(spell(word, texts)) for word in part]
                scores, state = module(read, state)
                total -= sum(float(scores[j, stream.target(words[at + j + 1])]) for j in range(len(part)))
            got.append(total / (len(words) - 1))
    worst.add("PyTorch", "perplexities", np.exp(got), np.exp(answers.astype(np.float64)))

    def vectors(words):
        rows = [[END if word == "</s>" else word for word in words]]
        feeds = stream.feeds(rows)
        if not window:
            shape = (texts["settings"]["layers"], 1, texts["settings"]["units"])
            zeros = np.zeros(shape, np.float32)
            feeds |= {"lengths": np.array([len(words)], np.int64), "states": zeros, "cells": zeros}
            return session.run(["vectors"], feeds)[0][0]
        parts = [stream.feeds([rows[0][i:i + window]]) for i in range(0, len(words), window)]
        return np.concatenate([session.run(["vectors"], part)[0][0] for part in parts])

    check_vectors(folder, worst, vectors)


def run_examples(samples, classifiers):
    """Runs the examples of the page one after the other, on models under the names that they have there; `classifiers` finds the first."""
    page = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Documentation/Exports.md")
    examples = re.findall(r"```python\n(.*?)```", open(page, encoding="utf-8").read(), re.DOTALL)
    names = {"sms": classifiers, "tales": "language-model-characters-lstm-[0-9]", "stems": "stems-*"}
    files = {".onnx": "model.onnx", ".npz": "weights.npz", ".safetensors": "state.safetensors", ".txt": "vectors.txt"}
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, pattern in names.items():
            source = sorted(glob.glob(os.path.join(samples, pattern)))[0]
            for ending, file in files.items():
                if os.path.exists(os.path.join(source, file)):
                    shutil.copy(os.path.join(source, file), os.path.join(folder, name + ending))
        os.chdir(folder)
        names = {}
        for example in examples:
            exec(compile(example, "Exports.md", "exec"), names)
        os.chdir(before)
    print(f"{len(examples)} examples of the page were run")


def main():
    options = arguments()
    torch.set_num_threads(1)
    generator, worst, weights = np.random.default_rng(1), Worst(), 0
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 3
    quiet.intra_op_num_threads = 1
    with tempfile.TemporaryDirectory() as made:
        samples = options.samples or made
        if not options.samples:
            made_samples(options, made)
        if options.examples:
            for classifiers in ("classifier-gru-*", "example-both"):
                run_examples(samples, classifiers)
            return
        folders = sorted(folder for folder in glob.glob(samples + "/*")
                         if options.filter in folder and os.path.basename(folder) != "example-both")
        for folder in folders:
            print(os.path.basename(folder), file=sys.stderr)
            onnx.checker.check_model(onnx.load(folder + "/model.onnx"), full_check=True)
            session = onnxruntime.InferenceSession(folder + "/model.onnx", quiet)
            weights += same_weights(folder)
            check = check_language_model if "language-model" in folder else check_texts
            check(folder, session, worst, generator)
    print(f"{len(folders)} models; numpy and safetensors read all {weights} tensors to the same bits")
    print(f"onnxruntime {onnxruntime.__version__}, PyTorch {torch.__version__}, numpy {np.__version__}")
    worst.print()
    sys.exit(0 if all(row.is_fine for row in worst.rows.values()) else 1)


if __name__ == "__main__":
    main()
