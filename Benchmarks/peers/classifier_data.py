"""Data sets of the study of classifiers, made from what a Debian installation ships, one file of lines `label<TAB>text` each.

    apt-get install wamerican wngerman wfrench wspanish witalian wdutch manpages manpages-dev manpages-de manpages-fr
    python3 Benchmarks/peers/classifier_data.py OUT [--sms MESSAGES.tsv] [--size N]

| name | texts | labels |
| --- | --- | --- |
| sms | short messages, from a file that is given | spam or not |
| words | single words of the word lists in /usr/share/dict | their language |
| messages | translated messages of /usr/share/locale, cut at 60 characters | their language |
| packages | the short descriptions of the packages that apt knows | the section |
| lines | lines of programs and prose in /usr | the kind of file |
| manual | descriptions of manual pages | the section |
| order | generated: two of eight words in a sentence of fillers | which of the two comes first |
| fields | generated: a date, time, amount, address, version, … with typing errors | what it is |

Nothing is downloaded, and the same installation gives the same files.
"""

import argparse
import glob
import gzip
import os
import random
import re
import struct
import subprocess

SEED = 20


def clean(text):
    return re.sub(r"\s+", " ", text).strip()


def balanced(pairs, count, limit=None):
    """At most `limit` texts of each label, `count` in all; each text once, and none that several labels have."""
    labels = {}
    for label, text in pairs:
        labels.setdefault(text, set()).add(label)
    by_label = {}
    for text in sorted(labels):
        if len(labels[text]) == 1 and text:
            by_label.setdefault(next(iter(labels[text])), []).append(text)
    limit = limit or count // len(by_label)
    chosen = []
    for label in sorted(by_label):
        texts = by_label[label]
        if len(texts) < 20:
            continue
        random.Random(f"{SEED} {label}").shuffle(texts)
        chosen += [(label, text) for text in texts[:limit]]
    random.Random(SEED).shuffle(chosen)
    return chosen[:count]


def read(path):
    with open(path, encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t", 1)) for line in file if "\t" in line]


def parts(path, seed):
    """The part to train on and the part to test on, a quarter of each label."""
    by_label = {}
    for pair in read(path):
        by_label.setdefault(pair[0], []).append(pair)
    train, test = [], []
    for label in sorted(by_label):
        members = by_label[label]
        random.Random(f"{seed} {label}").shuffle(members)
        count = round(len(members) / 4)
        test += members[:count]
        train += members[count:]
    random.Random(seed).shuffle(train)
    return train, test


def write(path, pairs):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{label}\t{text}\n" for label, text in pairs)


def words():
    for name in ["american-english", "ngerman", "french", "spanish", "italian", "dutch"]:
        with open(f"/usr/share/dict/{name}", encoding="utf-8") as file:
            for line in file:
                word = line.strip().lower()
                if 3 <= len(word) and "'" not in word:
                    yield name, word


def catalogue(path):
    """The translations of a message catalogue in the format of gettext."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] == b"\xde\x12\x04\x95" else ">"
    count, _, table = struct.unpack(order + "3I", data[8:20])
    originals = struct.unpack(order + "I", data[12:16])[0]
    for i in range(count):
        length, start = struct.unpack(order + "2I", data[table + 8 * i : table + 8 * i + 8])
        before, place = struct.unpack(order + "2I", data[originals + 8 * i : originals + 8 * i + 8])
        text = data[start : start + length].split(b"\0")[0].decode("utf-8", "ignore")
        if before and text != data[place : place + before].split(b"\0")[0].decode("utf-8", "ignore"):
            yield clean(text)


def messages():
    for language in ["da", "de", "es", "fr", "it", "nl", "pt", "sv"]:
        for path in sorted(glob.glob(f"/usr/share/locale/{language}/LC_MESSAGES/*.mo")):
            if "iso_" in path:
                continue
            for text in catalogue(path):
                if len(text) >= 12 and sum(c.isalpha() or c == " " for c in text) > 0.8 * len(text):
                    yield language, text[:60]


def packages():
    listing = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    wanted = "admin devel editors electronics fonts games graphics javascript mail math net science sound video web x11".split()
    for block in listing.split("\n\n"):
        fields = dict(re.findall(r"^(Section|Description(?:-en)?): (.*)$", block, re.M))
        section = fields.get("Section", "").split("/")[-1]
        text = fields.get("Description-en") or fields.get("Description") or ""
        if section in wanted:
            yield section, clean(text)


def lines():
    kinds = {
        "python": "/usr/lib/python3*/*.py",
        "c": "/usr/include/**/*.h",
        "perl": "/usr/share/perl/**/*.p[lm]",
        "shell": "/usr/bin/*",
        "prose": "/usr/share/doc/*/copyright",
    }
    for kind, pattern in kinds.items():
        for path in sorted(glob.glob(pattern, recursive=True))[:3000]:
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read(40_000)
            if kind == "shell" and not re.match(rb"#! ?/(usr/)?bin/(env )?(ba)?sh", data):
                continue
            for line in data.decode("utf-8", "ignore").splitlines()[5:]:
                text = clean(line)[:100]
                if len(text) >= 8:
                    yield kind, text


def manual():
    for path in sorted(glob.glob("/usr/share/man/man[1-8]/*.gz")):
        section = re.search(r"/man(\d)/", path)[1]
        try:
            with gzip.open(path, "rt", encoding="utf-8", errors="ignore") as file:
                text = file.read(20_000)
        except OSError:
            continue
        found = re.search(r"^\.SH \"?NAME\"?\s*\n(.*?)(?=^\.S[HhSs]|\Z)", text, re.M | re.S)
        if not found:
            continue
        line = clean(re.sub(r"\\f.|^\.\w+|\"", " ", found[1], flags=re.M).replace("\\-", "-").replace("\\&", ""))
        if " - " in line:
            yield "section " + section, line.split(" - ", 1)[1][:120]


def order():
    chance = random.Random(SEED)
    things = "lamp river stone cloud horse bridge candle forest".split()
    fillers = "then we saw the old and a while later under near some with quite often again very slowly".split()
    for _ in range(5000):
        first, second = chance.sample(things, 2)
        text = chance.choices(fillers, k=chance.randint(2, 6)) + [first] + chance.choices(fillers, k=chance.randint(2, 6))
        text += [second] + chance.choices(fillers, k=chance.randint(0, 4))
        yield first, " ".join(text)


def fields():
    chance = random.Random(SEED)
    n = lambda a, b: chance.randint(a, b)
    name = lambda k: "".join(chance.choices("aeiounrstlmdkpbgh", k=k))
    month = lambda: chance.choice("January February March April May June July August September October November December".split())
    hexadecimal = lambda k: "".join(chance.choices("0123456789abcdef", k=k))
    kinds = {
        "date": lambda: chance.choice([f"{n(1, 28)} {month()} {n(1950, 2030)}", f"{n(1950, 2030)}-{n(1, 12):02}-{n(1, 28):02}", f"{n(1, 28)}/{n(1, 12)}/{n(10, 99)}"]),
        "time": lambda: chance.choice([f"{n(0, 23):02}:{n(0, 59):02}", f"{n(1, 12)} {chance.choice(['am', 'pm'])}", f"{n(0, 23):02}:{n(0, 59):02}:{n(0, 59):02}"]),
        "amount": lambda: chance.choice([f"{n(1, 9999)}.{n(0, 99):02} EUR", f"${n(1, 999)},{n(0, 999):03}", f"{n(1, 99)} % of {n(100, 9999)}"]),
        "address": lambda: f"{name(n(3, 8)).title()} {chance.choice(['Street', 'Road', 'Lane', 'Avenue'])} {n(1, 200)}, {n(10000, 99999)} {name(n(4, 9)).title()}",
        "mail": lambda: f"{name(n(2, 7))}{chance.choice(['.', '_', ''])}{name(n(2, 8))}@{name(n(3, 9))}.{chance.choice(['org', 'com', 'net', 'de'])}",
        "link": lambda: f"{chance.choice(['https://', 'http://', 'www.'])}{name(n(3, 9))}.{chance.choice(['org', 'com', 'net'])}/{name(n(2, 8))}",
        "version": lambda: chance.choice([f"{n(0, 9)}.{n(0, 30)}.{n(0, 99)}", f"v{n(0, 9)}.{n(0, 30)}", f"{n(0, 9)}.{n(0, 30)}-{n(1, 9)}+deb{n(8, 13)}"]),
        "phone": lambda: chance.choice([f"+{n(1, 99)} {n(100, 999)} {n(100000, 9999999)}", f"0{n(100, 999)}/{n(10000, 999999)}", f"({n(200, 999)}) {n(200, 999)}-{n(0, 9999):04}"]),
        "network": lambda: chance.choice([".".join(str(n(0, 255)) for _ in range(4)), ":".join(hexadecimal(4) for _ in range(n(4, 8)))]),
        "checksum": lambda: hexadecimal(chance.choice([8, 16, 32, 40])),
    }
    for kind in kinds:
        for _ in range(500):
            text = list(kinds[kind]())
            for _ in range(chance.choice([0, 1, 1, 2])):
                text[n(0, len(text) - 1)] = chance.choice("abcdefghij0123456789.-/: ")
            yield kind, clean("".join(text))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--sms")
    parser.add_argument("--size", type=int, default=5000)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    sets = {f.__name__: lambda f=f: balanced(f(), options.size) for f in [words, messages, lines, order, fields]}
    sets["packages"] = lambda: balanced(packages(), options.size, 400)
    sets["manual"] = lambda: balanced(manual(), options.size, 1500)
    if options.sms:
        sets["sms"] = lambda: read(options.sms)
    for name, make in sets.items():
        pairs = make()
        write(os.path.join(options.out, f"{name}.tsv"), pairs)
        counts = {}
        for label, _ in pairs:
            counts[label] = counts.get(label, 0) + 1
        print(f"{name:9} {len(pairs):6} texts  {counts}")


if __name__ == "__main__":
    main()
