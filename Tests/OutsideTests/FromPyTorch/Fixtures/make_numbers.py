"""Runs the left column of Documentation/FromPyTorch.md, writes the numbers that the right one is compared with, and puts both
columns into the page.

    pip install torch safetensors tensorboard
    python Tests/OutsideTests/FromPyTorch/Fixtures/make_numbers.py

Everything is computed in double precision. `numbers.json` carries a checksum of each script, by which a test notices one that was changed
and not run. With --page nothing is run, and only the columns of the page are written.
"""

import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, *[".."] * 4)
PAGE = os.path.join(ROOT, "Documentation", "FromPyTorch.md")
TOPICS = ["models", "tensors", "sequences", "losses", "training", "uses"]


def pieces(paths, comment):
    """The lines between BEGIN and END by their title, without the indentation of the first marker."""
    found = {}
    for path in paths:
        title, indentation = None, 0
        with open(path) as file:
            for line in file.read().split("\n"):
                marker = re.fullmatch(rf"( *){comment} (BEGIN|END) (.+)", line)
                if marker and marker[2] == "BEGIN":
                    title, indentation = marker[3], len(marker[1])
                elif marker:
                    title = None
                elif title:
                    found.setdefault(title, []).append(line[indentation:])
    return {title: "\n".join(lines) for title, lines in found.items()}


def table(python, swift):
    """Both columns as GitHub shows them side by side."""
    cells = [f'<td valign="top">\n\n```{name}\n{code}\n```\n\n</td>' for name, code in [("python", python), ("swift", swift)]]
    return "<table>\n<tr><th>PyTorch</th><th>Sluice</th></tr>\n<tr>" + "".join(cells) + "</tr>\n</table>\n"


def write_page():
    """Replaces the table under each heading of a piece."""
    left = pieces(sorted(glob.glob(os.path.join(HERE, "*.py"))), "#")
    right = pieces(sorted(glob.glob(os.path.join(HERE, "..", "*.swift"))), "//")
    with open(PAGE) as file:
        page = file.read()
    for title in left:
        heading = re.search(rf"^### \d+\. {re.escape(title)}\n\n(<table>.*?</table>\n)?", page, re.M | re.S)
        if heading is None:
            raise SystemExit(f"{PAGE} has no heading '{title}'.")
        start = page[heading.start() :].split("\n", 1)[0]
        rest = page[heading.end() :].lstrip("\n")
        page = page[: heading.start()] + f"{start}\n\n{table(left[title], right[title])}\n{rest}"
    with open(PAGE, "w") as file:
        file.write(page)


def crc32c(contents):
    """The checksum that the library has, too."""
    value = 0xFFFFFFFF
    for byte in contents:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def numbers_of(result):
    """The numbers of a list or tensor in one list, as short as they can be in double precision."""
    values = result.detach().flatten().tolist() if hasattr(result, "detach") else result
    return [float(f"{float(value):.9g}") for value in values]


def main():
    import torch

    from pairs import PAIRS

    torch.set_default_dtype(torch.float64)
    for topic in TOPICS:
        __import__(topic)
    numbers = {}
    for title, run in PAIRS.items():
        torch.manual_seed(7)
        numbers[title] = {name: numbers_of(result) for name, result in run().items()}
    scripts = {}
    for path in sorted(glob.glob(os.path.join(HERE, "*.py"))):
        with open(path, "rb") as file:
            scripts[os.path.basename(path)] = crc32c(file.read())
    with open(os.path.join(HERE, "numbers.json"), "w") as file:
        # One line for each pair.
        lines = ",\n  ".join(f"{json.dumps(title)}: {json.dumps(found)}" for title, found in numbers.items())
        file.write(f'{{\n "torch": "{torch.__version__}",\n "scripts": {json.dumps(scripts)},\n "numbers": {{\n  {lines}\n }}\n}}\n')


if __name__ == "__main__":
    if sys.argv[1:] != ["--page"]:
        main()
    write_page()
