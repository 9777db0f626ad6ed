"""Whole trainings of `sluice train` beside the same ones in PyTorch, for `compare --job`.

Each program runs in a process of its own, in turn; its log says when each epoch ended, validation included, and how good
the model was then. "Until as good" is the time from the start of the training, data read, to the end of the first epoch
whose model is as good as the worst of the best models of all programs: so each of them got there. Examples a second are
those of the training steps with their batches, without validation. "All" is the whole process, its start included.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HEADS = ("training", "program", "best", "until as good", "Sluice is ahead", "a second", "Sluice is ahead", "all")
SEED = 1


class Job:
    """A training: its command, its peer's forms, and the figure that tells how good a model is."""

    def __init__(self, name, command, peer, forms, figure, unit, epochs, is_loss):
        self.name, self.command, self.peer, self.forms = name, command, peer, forms
        self.figure, self.unit, self.epochs, self.is_loss = figure, unit, epochs, is_loss

    def is_as_good(self, figure, other):
        return figure <= other if self.is_loss else figure >= other

    def best(self, epochs):
        figures = [epoch["figure"] for epoch in epochs]
        return min(figures) if self.is_loss else max(figures)

    def until(self, epochs, target):
        return next(epoch["seconds"] for epoch in epochs if self.is_as_good(epoch["figure"], target))


JOBS = {
    "classifier": Job(
        "classifier", ["classifier", "--reader", "characters", "--cell", "gru", "--data"], "train_classifier.py",
        ["packed", "padded", "packed, sorted", "padded, sorted", "padded, compiled"], "macro_f1", "examples", 15, False),
    "char-small": Job(
        "char-small", ["language-model", "--config", "char-small", "--text"], "train_language_model.py",
        ["eager", "chunked loss", "compiled encoder"], "perplexity", "words", 1, True),
}


def measured(command, log, job):
    """Runs a training -> its epochs, and the seconds of the whole process."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(f"compare: {' '.join(command[:3])} … failed: {(done.stderr or done.stdout).strip()}")
    epochs = []
    with open(log) as file:
        for line in map(json.loads, file):
            if line.get("kind") == "epoch":
                figure = line.get("validation_" + job.figure, line.get(job.figure))
                rate = line.get(f"{job.unit}_per_second")
                epochs.append(dict(figure=figure, seconds=line["seconds"], rate=rate))
    return epochs, seconds


def runs(job, data, options, command):
    """Everybody's epochs in every round -> {program: [(epochs, seconds)]}."""
    forms = [form for form in job.forms
             if not options.job_forms or any(text in form for text in options.job_forms)]
    found = {}
    here = os.path.dirname(os.path.abspath(__file__))
    threads, epochs = str(options.threads), str(options.job_epochs or job.epochs)
    for number in range(options.rounds):
        seed = str(SEED + number)
        with tempfile.TemporaryDirectory() as folder:
            for form in ["sluice", *forms]:
                print(f"round {number + 1} of {options.rounds}: {job.name}, {form}", file=sys.stderr)
                common = ["--epochs", epochs, "--threads", threads, "--seed", seed]
                if form == "sluice":
                    log = os.path.join(folder, "run", "metrics.jsonl")
                    line = [command, "train", *job.command, data, "--out", os.path.join(folder, "run"), "--quiet"]
                else:
                    log = os.path.join(folder, "log")
                    flag = "--data" if job.name == "classifier" else "--text"
                    line = [options.python, "-W", "ignore", os.path.join(here, job.peer), flag, data, "--form", form,
                            "--log", log]
                found.setdefault(form, []).append(measured(line + common, log, job))
    return found


def rows(options, command, shown):
    """One row for Sluice and one for each form of the peer."""
    for text in options.job:
        name, _, data = text.partition(":")
        if name not in JOBS or not data:
            sys.exit(f"compare: --job takes NAME:FILE with a name of {', '.join(JOBS)}, not '{text}'.")
        job = JOBS[name]
        found = runs(job, data, options, command)
        # Each round has a target of its own: its seed.
        targets = []
        for number in range(options.rounds):
            bests = [job.best(results[number][0]) for results in found.values()]
            targets.append(max(bests) if job.is_loss else min(bests))

        def middle(form, of):
            return statistics.median(of(*results, target) for results, target in zip(found[form], targets))
        for form in found:
            until = middle(form, lambda epochs, _, target: job.until(epochs, target))
            rate = middle(form, lambda epochs, *_: epochs[-1]["rate"])
            own = (middle("sluice", lambda epochs, _, target: job.until(epochs, target)),
                   middle("sluice", lambda epochs, *_: epochs[-1]["rate"]))
            ahead = ("", "") if form == "sluice" else (f"{until / own[0]:.2f}", f"{own[1] / rate:.2f}")
            best = middle(form, lambda epochs, *_: job.best(epochs))
            yield (job.name, "Sluice" if form == "sluice" else "torch " + form, f"{job.figure} {best:.4g}", shown(until),
                   ahead[0], f"{rate:,.0f} {job.unit}", ahead[1], shown(middle(form, lambda _, seconds, __: seconds)))
