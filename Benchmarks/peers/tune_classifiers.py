"""Compares `sluice tune classifier` with fastText's autotune: the same texts, the same minutes, the same number of threads.

    python3 Benchmarks/peers/tune_classifiers.py DATA.tsv... --sluice .build/release/sluice [--minutes 5] [--threads 2] [--seed 1]
        [--methods sluice,fasttext] [--trials N] [--results tune_results.json]

Each DATA.tsv has lines `label<TAB>text`. A quarter of the texts, the same share of each label, is kept aside as the test part; both get the other
three quarters and decide on a fifth of them, by the share of right ones (fastText's F1 over all texts is the same). Results are kept by data set, seed, minutes and method, and what is there is not made again, so that
the comparison can be made piece by piece. With --trials the search of `sluice tune` has that many trials in place of the minutes. Seconds of the processor are
counted beside those of the clock, for a machine that does other things too. fasttext, numpy and scikit-learn are needed.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time

from sklearn.metrics import accuracy_score, f1_score

from classifier_data import parts, write


def sluice(train, test, folder, arguments):
    write(folder + "/train.tsv", train)
    tuning = subprocess.run(
        [arguments.sluice, "tune", "classifier", "--data", folder + "/train.tsv", "--out", folder + "/run", "--seed", str(arguments.seed),
         *(["--trials", str(arguments.trials)] if arguments.trials else ["--minutes", str(arguments.minutes)]), "--threads", str(arguments.threads), "--metric", "accuracy", "--quiet"], capture_output=True)
    # Where the minutes are over before all is done the status is 1, and the best model so far is there.
    if tuning.returncode and not os.path.exists(folder + "/run/model.safetensors"):
        raise SystemExit(tuning.stderr.decode())
    with open(folder + "/run/tune.json", encoding="utf-8") as file:
        record = json.load(file)
    answers = subprocess.run(
        [arguments.sluice, "classify", folder + "/run", "--json", "--threads", "1"], check=True, capture_output=True,
        input="".join(text + "\n" for _, text in test).encode())
    found = [json.loads(line)["label"] for line in answers.stdout.decode().splitlines()]
    return found, {"trials": len(record["trials"]), "kept": record["kept"]["trial"], "validation": record["kept"]["result"]["figure"],
                   "command": record["kept"]["command"].replace(folder, "."),
                   "bytes": os.path.getsize(folder + "/run/model.safetensors")}


def fast(train, test, folder, arguments):
    import fasttext

    names = {label.replace(" ", "_"): label for label, _ in train}

    def lines(path, pairs):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"__label__{label.replace(' ', '_')} {text}\n" for label, text in pairs)

    count = len(train) // 5
    lines(folder + "/train", train[count:])
    lines(folder + "/tune", train[:count])
    model = fasttext.train_supervised(
        folder + "/train", autotuneValidationFile=folder + "/tune", autotuneDuration=round(60 * arguments.minutes), thread=arguments.threads,
        seed=arguments.seed, verbose=0)
    answers = model.f.multilinePredict([text + "\n" for _, text in test], 1, 0.0, "strict")[0]
    model.save_model(folder + "/model.bin")
    return [names[answer[0].removeprefix("__label__")] if answer else "" for answer in answers], {"bytes": os.path.getsize(folder + "/model.bin")}


METHODS = {"sluice": sluice, "fasttext": fast}


def table(results):
    lines = ["| data | seed | minutes | method | accuracy % | macro F1 % | seconds | of the processor | bytes |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for key in sorted(results):
        name, seed, minutes, method = key.split("/")
        value = results[key]
        lines.append(f"| {name} | {seed} | {minutes} | {method} | {100 * value['accuracy']:.2f} | {100 * value['macro_f1']:.2f} | "
                     f"{value['seconds']:.0f} | {value['cpu']:.0f} | {value['bytes']:,} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--sluice", default=".build/release/sluice")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--trials", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", default="sluice,fasttext")
    parser.add_argument("--results", default="tune_results.json")
    arguments = parser.parse_args()
    results = {}
    if os.path.exists(arguments.results):
        with open(arguments.results) as file:
            results = json.load(file)
    for path in arguments.data:
        train, test = parts(path, arguments.seed)
        name = os.path.basename(path).removesuffix(".tsv")
        for method in arguments.methods.split(","):
            key = f"{name}/{arguments.seed}/{arguments.minutes:g}/{method}"
            if key in results:
                continue
            start, before = time.time(), os.times()
            with tempfile.TemporaryDirectory() as folder:
                found, more = METHODS[method](train, test, folder, arguments)
            after = os.times()
            cpu = sum(after[:4]) - sum(before[:4])
            expected = [label for label, _ in test]
            results[key] = {"accuracy": accuracy_score(expected, found), "macro_f1": f1_score(expected, found, labels=sorted(set(expected)), average="macro"),
                            "seconds": time.time() - start, "cpu": cpu, **more}
            print(key, json.dumps(results[key]), flush=True)
            with open(arguments.results, "w") as file:
                json.dump(results, file, indent=1, sort_keys=True)
    print(table(results))


main()
