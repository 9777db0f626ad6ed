"""Writes what a modified Kneser-Ney trigram makes of two small texts, computed straight from the formulas with dictionaries.

    python make_trigrams.py        (needs nothing beside Python 3)

Chen and Goodman 1999, Harvard TR-10-98, section 3.1, interpolated down to 1 / vocabulary. The texts are made by a formula and stored as
ids; the long one has enough n-grams of each count to estimate the discounts, the short one has not.
"""
import json
import math
import os
from collections import Counter, defaultdict


def draw(seed):
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def text(seed, length, vocabulary):
    numbers, last, words = draw(seed), 0, []
    for _ in range(length):
        if next(numbers) % 10 < 5:
            last = (5 * last + next(numbers) % 2) % vocabulary
        else:
            last = (next(numbers) % vocabulary) * (next(numbers) % vocabulary) // vocabulary
        words.append(last)
    return words


def discounts(counts):
    n = Counter(counts)
    if not all(n[i] for i in (1, 2, 3, 4)):
        return [0.5, 1.0, 1.5]
    y = n[1] / (n[1] + 2 * n[2])
    values = [k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3)]
    return values if all(0 <= v <= k + 1 for k, v in enumerate(values)) else [0.5, 1.0, 1.5]


def model(words, vocabulary):
    triples = Counter(zip(words, words[1:], words[2:]))
    pairs = Counter(g[1:] for g in triples)
    singles = Counter(g[1:] for g in pairs)
    orders = []
    for counts in (singles, pairs, triples):
        d = discounts(counts.values())
        total, taken = Counter(), defaultdict(float)
        for g, c in counts.items():
            total[g[:-1]] += c
            taken[g[:-1]] += d[min(c, 3) - 1]
        orders.append((counts, d, total, taken))

    def probability(a, b, c):
        p = 1 / vocabulary
        for (counts, d, total, taken), g in zip(orders, ((c,), (b, c), (a, b, c))):
            if total[g[:-1]]:
                n = counts[g]
                p = ((n - d[min(n, 3) - 1] if n else 0) + taken[g[:-1]] * p) / total[g[:-1]]
        return p

    return probability, [o[1] for o in orders]


cases = []
for seed, length, held, vocabulary in ((1, 3000, 400, 150), (2, 40, 30, 20)):
    words = text(seed, length + held, vocabulary)
    # The last ids are never counted.
    train, test = [min(w, vocabulary - 4) for w in words[:length]], words[length:]
    probability, d = model(train, vocabulary)
    loss, stream = 0.0, train[-2:] + test
    for a, b, c in zip(stream, stream[1:], stream[2:]):
        loss -= math.log(probability(a, b, c))
    cases.append(dict(vocabulary=vocabulary, training=train, text=test, discounts=d, loss=loss / held,
                      sum=sum(probability(train[-2], train[-1], w) for w in range(vocabulary))))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "trigrams.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
