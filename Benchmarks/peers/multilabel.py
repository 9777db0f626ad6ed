#!/usr/bin/env python3
"""Texts with any number of labels: what Debian's packages are called and said to be, and their tags (debtags).

    python3 multilabel.py data FOLDER            writes FOLDER/train.tsv and FOLDER/test.tsv from apt-cache dumpavail
    python3 multilabel.py svm FOLDER             scikit-learn: one-against-rest LinearSVC on TF-IDF, micro and macro F1 on the test part

A line is the tags with commas between them, a tab, and the name and the short description of the package. Tags of fewer than 50 packages
are left out, and so are packages without a tag; of the others 15,000 are drawn, a fifth of them to test on.

The machine is given what a practitioner would give it: n-grams of 1 to 5 characters within words and words and pairs of words, sublinear
counts, C of 1. Its thresholds are 0, and, in a second row, the best of each label by three-fold cross-validation on the training part.
"""
import random
import subprocess
import sys

LEAST, COUNT, SEED = 50, 15_000, 1


def packages():
    text = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    seen = set()
    for paragraph in text.split("\n\n"):
        fields, last = {}, None
        for line in paragraph.split("\n"):
            if line[:1] in (" ", "\t"):
                if last == "Tag":
                    fields[last] += " " + line.strip()
            elif ": " in line:
                last, value = line.split(": ", 1)
                fields[last] = value
        name = fields.get("Package")
        summary = fields.get("Description") or fields.get("Description-en")
        if name is None or name in seen or not summary or "Tag" not in fields:
            continue
        seen.add(name)
        tags = sorted({tag.strip() for tag in fields["Tag"].split(",") if tag.strip()})
        yield name, summary.replace("\t", " ").strip(), tags


def write(folder):
    found = list(packages())
    counts = {}
    for _, _, tags in found:
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    rows = []
    for name, summary, tags in found:
        kept = [tag for tag in tags if counts[tag] >= LEAST]
        if kept:
            rows.append((kept, f"{name}: {summary}"))
    random.Random(SEED).shuffle(rows)
    rows = rows[:COUNT]
    test = len(rows) // 5
    for part, chosen in (("test", rows[:test]), ("train", rows[test:])):
        known = {tag for tags, _ in rows[test:] for tag in tags}
        with open(f"{folder}/{part}.tsv", "w", encoding="utf-8") as file:
            for tags, text in chosen:
                file.write(",".join(tag for tag in tags if tag in known) + "\t" + text + "\n")
    labels = {tag for tags, _ in rows for tag in tags}
    print(f"{len(rows)} texts, {len(labels)} labels, {sum(len(t) for t, _ in rows) / len(rows):.2f} labels a text")


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t", 1) for line in file]
    return [text for _, text in rows], [[tag for tag in tags.split(",") if tag] for tags, _ in rows]


def machine(folder):
    import time
    import numpy
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_union
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    texts, tags = read(f"{folder}/train.tsv")
    test_texts, test_tags = read(f"{folder}/test.tsv")
    binarizer = MultiLabelBinarizer().fit(tags)
    y, expected = binarizer.transform(tags), binarizer.transform(test_tags)
    start = time.time()
    features = make_union(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True),
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True))
    x, test = features.fit_transform(texts), features.transform(test_texts)
    model = OneVsRestClassifier(LinearSVC(C=1)).fit(x, y)
    scores = model.decision_function(test)
    seconds = time.time() - start

    def tell(name, given, seconds):
        occurring = (given.sum(0) + expected.sum(0)) > 0
        micro = f1_score(expected, given, average="micro", zero_division=0)
        macro = f1_score(expected[:, occurring], given[:, occurring], average="macro", zero_division=0)
        exact = (given == expected).all(1).mean()
        print(f"{name}: micro F1 {100 * micro:.2f}  macro F1 {100 * macro:.2f}  subset accuracy {100 * exact:.2f}  {seconds:.0f} s")

    tell("LinearSVC, threshold 0", (scores > 0).astype(int), seconds)
    crossed = cross_val_predict(OneVsRestClassifier(LinearSVC(C=1)), x, y, cv=3, method="decision_function")
    thresholds = []
    for k in range(y.shape[1]):
        order = numpy.argsort(-crossed[:, k])
        right = numpy.cumsum(y[order, k])
        f1 = 2 * right / (numpy.arange(1, len(order) + 1) + y[:, k].sum())
        best = int(f1.argmax())
        low = crossed[order[best + 1], k] if best + 1 < len(order) else crossed[order[best], k]
        thresholds.append((crossed[order[best], k] + low) / 2)
    tell("LinearSVC, thresholds by label", (scores > numpy.array(thresholds)).astype(int), time.time() - start)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("data", "svm"):
        sys.exit(__doc__)
    (write if sys.argv[1] == "data" else machine)(sys.argv[2])
