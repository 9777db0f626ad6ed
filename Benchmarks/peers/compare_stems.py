#!/usr/bin/env python3
"""Makes lists of words with stems from what Debian ships, and trains `sluice train stems` on them with each reader.

    apt-get install wamerican wngerman wfrench libstemmer0d
    compare_stems.py data FOLDER --words 6000 --also english.tsv      so many words each, of whole stems drawn by a seed
    compare_stems.py run FOLDER --sluice PATH          every list, reader and seed; goes on where it was stopped
    compare_stems.py table FOLDER                      means over the seeds, of recall on stems held out

german, french: words of wngerman and wfrench, and the stems that Snowball's stemmers (libstemmer) give them. typos: words of wamerican
with two misspellings each, of one edit, so that what belongs together need not begin alike. Of other lists, lines of a word, a tab and its stem,
stems are drawn alike.
"""

import argparse
import ctypes
import json
import os
import random
import resource
import subprocess

READERS = ["characters", "ngrams", "both"]


def stems_of(language, words):
    """The words by their stems, as Snowball's stemmer of the language has them."""
    library = ctypes.CDLL("libstemmer.so.0d")
    library.sb_stemmer_new.restype = library.sb_stemmer_stem.restype = ctypes.c_void_p
    library.sb_stemmer_new.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.sb_stemmer_stem.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.sb_stemmer_length.argtypes = [ctypes.c_void_p]
    stemmer = library.sb_stemmer_new(language.encode(), b"UTF_8")
    groups = {}
    for word in words:
        raw = word.encode()
        found = library.sb_stemmer_stem(stemmer, raw, len(raw))
        groups.setdefault(ctypes.string_at(found, library.sb_stemmer_length(stemmer)).decode(), []).append(word)
    return groups


def read_words(name):
    with open(f"/usr/share/dict/{name}", encoding="utf-8") as file:
        return sorted({line.strip() for line in file if line.strip()})


def inflected(language, name, size):
    words = sorted({word.lower() for word in read_words(name) if word.replace("'", "").isalpha()})
    return drawn(stems_of(language, words), size)


def listed(path, size):
    groups = {}
    for line in open(path, encoding="utf-8"):
        word, stem = line.rstrip("\n").split("\t")
        groups.setdefault(stem, []).append(word)
    return drawn(groups, size)


def drawn(groups, size):
    stems = sorted(stem for stem, words in groups.items() if 2 <= len(words) <= 40)
    random.Random(1).shuffle(stems)
    chosen, count = [], 0
    for stem in stems:
        if count >= size:
            break
        chosen.append(stem)
        count += len(groups[stem])
    return [(word, stem) for stem in sorted(chosen) for word in groups[stem]]


def misspelled(size):
    draw, letters = random.Random(1), "abcdefghijklmnopqrstuvwxyz"
    usable = [w for w in read_words("american-english") if w.isascii() and w.isalpha() and w.islower() and 6 <= len(w) <= 14]
    words = sorted(draw.sample(usable, size // 3))
    seen, pairs = set(words), []
    for word in words:
        pairs.append((word, word))
        made = 0
        while made < 2:
            i, kind, letter = draw.randrange(len(word)), draw.randrange(4), draw.choice(letters)
            typo = [word[:i] + word[i + 1:], word[:i] + letter + word[i:], word[:i] + letter + word[i + 1:],
                    word[:i] + word[i + 1:i + 2] + word[i:i + 1] + word[i + 2:]][kind]
            if typo not in seen:
                seen.add(typo)
                pairs.append((typo, word))
                made += 1
    return pairs


def write_lists(folder, size, others):
    os.makedirs(folder, exist_ok=True)
    lists = [("german", inflected("german", "ngerman", size)), ("french", inflected("french", "french", size)), ("typos", misspelled(size))]
    for name, pairs in lists + [(os.path.basename(path)[:-4], listed(path, size)) for path in others]:
        with open(os.path.join(folder, name + ".tsv"), "w", encoding="utf-8") as file:
            file.writelines(f"{word}\t{stem}\n" for word, stem in pairs)
        print(f"{name}: {len(pairs):,} words of {len({stem for _, stem in pairs}):,} stems", flush=True)


def run(options):
    path = os.path.join(options.folder, "stems.jsonl")
    done = [json.loads(line) for line in open(path)] if os.path.exists(path) else []
    names = options.lists or sorted(name[:-4] for name in os.listdir(options.folder) if name.endswith(".tsv"))
    for seed in options.seeds:
        for name in names:
            for variant in options.variants:
                key = {"list": name, "variant": variant, "seed": seed}
                if any(all(row[k] == v for k, v in key.items()) for row in done):
                    continue
                out = os.path.join(options.folder, f"run-{os.getpid()}")
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(
                    options.prefix.split()
                    + [options.sluice, "train", "stems", "--data", os.path.join(options.folder, name + ".tsv"), "--seed", str(seed),
                       "--threads", "1", "--quiet", "--overwrite", "--out", out, "--reader"] + variant.split(), check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                measure = json.load(open(out + "/run.json"))["result"]
                row = key | {"recall@1": measure["recall"]["at1"], "recall@5": measure["recall"]["at5"],
                             "prefix": measure["prefixBaseline"]["at1"], "trigrams": measure["trigramBaseline"]["at1"],
                             "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                             "bytes": os.path.getsize(out + "/model.safetensors")}
                done.append(row)
                with open(path, "a") as file:
                    file.write(json.dumps(row) + "\n")
                print(row, flush=True)


def table(folder):
    rows = [json.loads(line) for line in open(os.path.join(folder, "stems.jsonl"))]
    names = sorted({row["list"] for row in rows})
    variants = list(dict.fromkeys(row["variant"] for row in rows))

    def cell(name, variant, key):
        found = [row[key] for row in rows if row["list"] == name and (variant is None or row["variant"] == variant)]
        return found

    def percent(values):
        return f"{100 * sum(values) / len(values):.2f}" + (f" ({100 * min(values):.2f} to {100 * max(values):.2f})" if len(values) > 1 else "") if values else ""

    print("| reader | " + " | ".join(names) + " | seconds | file |\n| --- |" + " --- |" * (len(names) + 2))
    for title, key in [("longest common prefix", "prefix"), ("character trigrams", "trigrams")]:
        print(f"| {title} | " + " | ".join(f"{100 * sum(v) / len(v):.2f}" for v in (cell(n, None, key) for n in names)) + " | | |")
    for variant in variants:
        own = [row for row in rows if row["variant"] == variant]
        seconds = sum(row["seconds"] for row in own) / len(own)
        print(f"| `{variant}` | " + " | ".join(percent(cell(n, variant, "recall@1")) for n in names)
              + f" | {seconds:.0f} | {max(row['bytes'] for row in own) / 1e6:.2f} MB |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["data", "run", "table"])
    parser.add_argument("folder")
    parser.add_argument("--words", type=int, default=6_000)
    parser.add_argument("--also", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--sluice", default="sluice")
    parser.add_argument("--prefix", default="", help="a command that runs each training")
    parser.add_argument("--lists", nargs="*")
    parser.add_argument("--variants", nargs="*", default=READERS, help="readers, each with further options")
    parser.add_argument("--seeds", nargs="*", type=int, default=[1, 2, 3])
    options = parser.parse_args()
    {"data": lambda: write_lists(options.folder, options.words, options.also), "run": lambda: run(options), "table": lambda: table(options.folder)}[options.what]()


if __name__ == "__main__":
    main()
