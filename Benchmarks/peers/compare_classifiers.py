"""Compares the classifier of `sluice train classifier` with what else classifies short texts, on data sets of `classifier_data.py`.

    python3 Benchmarks/peers/compare_classifiers.py DATA --sluice .build/release/sluice [--peers NAME,…] [--sets NAME,…] [--seeds 1,2,3]
        [--results results.json] [--table Documentation/Quality.md]

For each data set and seed a quarter of the texts, the same share of each label, is kept aside as the test part. Each method gets the other
three quarters and makes of them what it validates on by itself.

| method | what it is |
| --- | --- |
| sluice | `sluice train classifier --data TRAIN --seed SEED`, nothing else |
| ngrams | the same with `--reader ngrams` |
| characters | the same with `--reader characters` |
| svm | scikit-learn: TF-IDF of character n-grams within words, sublinear, LinearSVC; (1–4, 1–5, 2–5) × C (0.3, 1, 3), by 3-fold cross-validation |
| logistic | the same with LogisticRegression; C (3, 10, 30) |
| fasttext | fastText, supervised, word bigrams, character n-grams 2–5, 25 epochs |
| autotune | fastText with a fifth of its texts to tune on, for the seconds that `sluice` took, at least 20 |
| gru | PyTorch: the characters' embedding (32), a GRU of 128 units, the largest over time, Adam, 15 epochs, best by validation |

Results are kept by set, seed and method in the file of results, and what is there is not made again. Everything runs on one thread.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from classifier_data import parts, write


def sluice(train, test, seed, options):
    with tempfile.TemporaryDirectory() as folder:
        write(folder + "/train.tsv", train)
        subprocess.run(
            [arguments.sluice, "train", "classifier", "--data", folder + "/train.tsv", "--out", folder + "/run", "--seed", str(seed),
             "--threads", "1", "--quiet", *options], check=True, capture_output=True)
        answers = subprocess.run(
            [arguments.sluice, "classify", folder + "/run", "--json", "--threads", "1"], check=True, capture_output=True,
            input="".join(text + "\n" for _, text in test).encode())
        return [json.loads(line)["label"] for line in answers.stdout.decode().splitlines()]


def scikit(train, test, model, costs):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import cross_val_score

    labels, texts = [label for label, _ in train], [text for _, text in train]
    best = None
    for range_ in [(1, 4), (1, 5), (2, 5)]:
        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=range_, sublinear_tf=True)
        features = vectorizer.fit_transform(texts)
        for cost in costs:
            score = cross_val_score(model(cost), features, labels, cv=3, scoring="f1_macro").mean()
            if best is None or score > best[0]:
                best = (score, vectorizer, features, cost)
    _, vectorizer, features, cost = best
    return model(cost).fit(features, labels).predict(vectorizer.transform([text for _, text in test]))


def svm(train, test, seed):
    from sklearn.svm import LinearSVC
    return scikit(train, test, lambda cost: LinearSVC(C=cost), [0.3, 1, 3])


def logistic(train, test, seed):
    from sklearn.linear_model import LogisticRegression
    return scikit(train, test, lambda cost: LogisticRegression(C=cost, max_iter=300), [3, 10, 30])


def fast(train, test, seed, seconds=None):
    import fasttext

    def lines(path, pairs):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"__label__{label.replace(' ', '_')} {text}\n" for label, text in pairs)

    names = {label.replace(" ", "_"): label for label, _ in train}
    with tempfile.TemporaryDirectory() as folder:
        if seconds is None:
            lines(folder + "/train", train)
            model = fasttext.train_supervised(folder + "/train", epoch=25, lr=0.5, wordNgrams=2, minn=2, maxn=5, dim=50, bucket=200_000,
                                              thread=1, seed=seed, verbose=0)
        else:
            count = len(train) // 5
            lines(folder + "/train", train[count:])
            lines(folder + "/tune", train[:count])
            model = fasttext.train_supervised(folder + "/train", autotuneValidationFile=folder + "/tune", autotuneDuration=int(max(seconds, 20)),
                                              thread=1, seed=seed, verbose=0)
        answers = model.f.multilinePredict([text.replace("\n", " ") + "\n" for _, text in test], 1, 0.0, "strict")[0]
        # Of a text without a known word there is no answer.
        return [names[answer[0].removeprefix("__label__")] if answer else "" for answer in answers]


def gru(train, test, seed):
    import torch
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    symbols = {symbol: i + 1 for i, symbol in enumerate(sorted({symbol for _, text in train for symbol in text}))}
    labels = {label: i for i, label in enumerate(sorted({label for label, _ in train}))}

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(len(symbols) + 1, 32)
            self.gru = torch.nn.GRU(32, 128, batch_first=True)
            self.output = torch.nn.Linear(128, len(labels))

        def forward(self, texts):
            ids = [torch.tensor([symbols.get(symbol, 0) for symbol in text] or [0]) for text in texts]
            packed = torch.nn.utils.rnn.pack_sequence([self.embedding(one) for one in ids], enforce_sorted=False)
            states, _ = torch.nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True, padding_value=-1e9)
            return self.output(states.max(1).values)

    net = Net()
    count = len(train) // 5
    held, rest = train[:count], train[count:]
    epochs, batch = 15, 64
    steps = epochs * -(-len(rest) // batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.004)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)

    def answers(pairs):
        net.eval()
        with torch.no_grad():
            return [k for i in range(0, len(pairs), 256) for k in net([text for _, text in pairs[i : i + 256]]).argmax(1).tolist()]

    best, order = (-1, None), list(range(len(rest)))
    for _ in range(epochs):
        net.train()
        random.Random(seed).shuffle(order)
        for i in range(0, len(rest), batch):
            chosen = [rest[j] for j in order[i : i + batch]]
            loss = torch.nn.functional.cross_entropy(net([text for _, text in chosen]), torch.tensor([labels[label] for label, _ in chosen]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        score = f1_score([labels[label] for label, _ in held], answers(held), average="macro")
        if score > best[0]:
            best = (score, {name: value.clone() for name, value in net.state_dict().items()})
    net.load_state_dict(best[1])
    names = list(labels)
    return [names[k] for k in answers(test)]


METHODS = {
    "sluice": lambda train, test, seed: sluice(train, test, seed, []),
    "ngrams": lambda train, test, seed: sluice(train, test, seed, ["--reader", "ngrams"]),
    "characters": lambda train, test, seed: sluice(train, test, seed, ["--reader", "characters"]),
    "svm": svm, "logistic": logistic, "fasttext": fast, "autotune": None, "gru": gru,
}
PEERS = ["svm", "logistic", "fasttext", "autotune", "gru"]


def table(results):
    sets = sorted({key.split("/")[0] for key in results})
    methods = [m for m in METHODS if any(key.endswith("/" + m) for key in results)]

    def figures(name, method, field):
        return [value[field] for key, value in results.items() if key.split("/")[0] == name and key.split("/")[2] == method]

    def cell(name, method, field, form):
        values = figures(name, method, field)
        return form(np.mean(values)) if values else ""

    lines = []
    for field, title in [("accuracy", "Accuracy on the test part in %"), ("macro_f1", "Macro F1 on the test part in %")]:
        lost = [(s, p, np.mean(figures(s, p, field)) - np.mean(figures(s, "sluice", field)))
                for s in sets for p in PEERS if figures(s, p, field) and figures(s, "sluice", field)]
        lost = [x for x in lost if x[2] > 0]
        lines.append(f"{title}, mean of the seeds. " + (
            "Lost: " + "; ".join(f"{s} to {p} by {100 * d:.1f}" for s, p, d in sorted(lost, key=lambda x: -x[2])) + "."
            if lost else "No row is lost."))
        lines += ["", "| data | " + " | ".join(methods) + " |", "| --- |" + " --- |" * len(methods)]
        for s in sets:
            best = max((np.mean(figures(s, m, field)) for m in methods if figures(s, m, field)), default=0)
            cells = []
            for m in methods:
                text = cell(s, m, field, lambda v: f"{100 * v:.1f}")
                cells.append(f"**{text}**" if text and np.mean(figures(s, m, field)) >= best - 1e-9 else text)
            lines.append(f"| {s} | " + " | ".join(cells) + " |")
        lines.append("")
    lines += ["Seconds of training and answering on one thread, mean.", "", "| data | " + " | ".join(methods) + " |",
              "| --- |" + " --- |" * len(methods)]
    lines += [f"| {s} | " + " | ".join(cell(s, m, "seconds", lambda v: f"{v:.1f}") for m in methods) + " |" for s in sets]
    return "\n".join(lines) + "\n"


def main():
    results = {}
    if os.path.exists(arguments.results):
        with open(arguments.results) as file:
            results = json.load(file)
    sets = arguments.sets or ",".join(sorted(name.removesuffix(".tsv") for name in os.listdir(arguments.data) if name.endswith(".tsv")))
    for seed in map(int, arguments.seeds.split(",")):
        for name in sets.split(","):
            train, test = parts(os.path.join(arguments.data, name + ".tsv"), seed)
            expected = [label for label, _ in test]
            for method in arguments.peers.split(","):
                key = f"{name}/{seed}/{method}"
                if key in results or not method:
                    continue
                start, cpu = time.time(), os.times()
                if method == "autotune":
                    found = fast(train, test, seed, results.get(f"{name}/{seed}/sluice", {"seconds": 20})["seconds"])
                else:
                    found = METHODS[method](train, test, seed)
                end = os.times()
                # Of the processor: other programs run beside it.
                seconds = sum(end[:4]) - sum(cpu[:4])
                results[key] = {
                    "accuracy": accuracy_score(expected, found), "macro_f1": f1_score(expected, found, labels=sorted(set(expected)), average="macro"),
                    "seconds": seconds, "wall": time.time() - start, "texts": len(train)}
                print(key, results[key], flush=True)
                with open(arguments.results, "w") as file:
                    json.dump(results, file, indent=1, sort_keys=True)
    if arguments.table:
        mark = "<!-- made by Benchmarks/peers/compare_classifiers.py -->\n"
        with open(arguments.table, encoding="utf-8") as file:
            text = file.read()
        before, _, after = text.split(mark)
        with open(arguments.table, "w", encoding="utf-8") as file:
            file.write(before + mark + table(results) + mark + after)
    print(table(results))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data")
parser.add_argument("--sluice", default=".build/release/sluice")
parser.add_argument("--peers", default=",".join(METHODS))
parser.add_argument("--sets")
parser.add_argument("--seeds", default="1,2,3")
parser.add_argument("--results", default="classifier_results.json")
parser.add_argument("--table")
arguments = parser.parse_args()
main()
