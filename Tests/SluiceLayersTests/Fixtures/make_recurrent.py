"""Writes the reference numbers of the recurrent nets' tests: values and gradients by PyTorch in float64.

    python make_recurrent.py        (needs torch and numpy; made with torch 2.15)

Each sequence is run by itself, step by step, from the formulas in the documentation of `CellKind`, so that neither
padding nor packing has a say. Where PyTorch has the same net, packed, the script checks that both agree. Masks of
dropout are those that the library's counters give for seed 1 and step 0.
"""
import json
import os

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
M64, M32 = (1 << 64) - 1, (1 << 32) - 1


# Random numbers by counter.

def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M64
    return z ^ z >> 31


def stream(key, purpose):
    return mix(key ^ mix((purpose * 0xD1B54A32D192ED03 + 1) & M64))


def mask(shape, share, purpose, scaled=True, seed=1, step=0):
    """Zeros at probability `share`, else 1, or 1 / (1 - share) if scaled."""
    key = stream(stream(mix((seed + 0x9E3779B97F4A7C15) & M64), step), purpose)
    x = (np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(key & M32)) & np.uint64(M32)

    def step_of(x, shift, factor):
        return (x ^ (x >> np.uint64(shift))) * np.uint64(factor) & np.uint64(M32)
    x = step_of(step_of(x, 16, 0x21F0AAAD), 15, 0xD35A2D97)
    x = x ^ (x >> np.uint64(15)) ^ np.uint64(key >> 32)
    x = step_of(step_of(x, 16, 0x21F0AAAD), 15, 0xD35A2D97)
    x = x ^ (x >> np.uint64(15))
    kept = x >= np.uint64(int(np.float32(share).astype(np.float64) * 2**32))
    return torch.from_numpy(kept.reshape(shape).astype(np.float64)) / ((1 - share) if scaled else 1)


# The cells: (parameters, the input's share of the gates, state, what the weights see of it, cell) -> state, cell.

def norm(v, gain):
    d = v - v.mean(-1, keepdim=True)
    return gain * d / torch.sqrt((d * d).mean(-1, keepdim=True) + 1e-5)


def shares(p, x, seen):
    i, h = x @ p["weight_ih"].T, seen @ p["weight_hh"].T
    if "gain_ih" in p:
        i, h = norm(i, p["gain_ih"]), norm(h, p["gain_hh"])
    return i + p["bias"], h


def elman(p, x, h, seen, c, relu=False):
    i, r = shares(p, x, seen)
    return (torch.relu if relu else torch.tanh)(i + r), c


def gru(p, x, h, seen, c):
    u = h.shape[-1]
    i, s = shares(p, x, seen)
    r, z = torch.sigmoid(i[:u] + s[:u]), torch.sigmoid(i[u:2 * u] + s[u:2 * u])
    if "bias_hn" in p:
        n = torch.tanh(i[2 * u:] + r * (s[2 * u:] + p["bias_hn"]))
    else:
        n = torch.tanh(i[2 * u:] + (r * seen) @ p["weight_hh"][2 * u:].T)
    return (1 - z) * n + z * h, c


def lstm(p, x, h, seen, c):
    i, s = shares(p, x, seen)
    a, f, g, o = (i + s).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(a) * torch.tanh(g)
    shown = norm(c, p["gain_c"]) + p["bias_c"] if "gain_c" in p else c
    return torch.sigmoid(o) * torch.tanh(shown), c


CELLS = ["elman", "elman relu", "gru", "gru before", "lstm", "ln-elman", "ln-gru", "ln-lstm"]
GATES = {"elman": 1, "elman relu": 1, "gru": 3, "gru before": 3, "lstm": 4, "ln-elman": 1, "ln-gru": 3, "ln-lstm": 4}


def function(cell):
    if "elman" in cell:
        return lambda *a: elman(*a, relu="relu" in cell)
    return gru if "gru" in cell else lstm


def make_parameters(cell, inputs, units, layers, directions, o):
    """By layer and direction; the names are those of the library."""
    found = []
    for index in range(layers * directions):
        level, d = divmod(index, directions)
        suffix = "" if layers * directions == 1 else f"_l{level}" + ("_reverse" if d else "")
        g, width = GATES[cell] * units, inputs if level == 0 else units * directions

        def leaf(*shape, low=-0.6, high=0.6):
            return (torch.rand(*shape) * (high - low) + low).requires_grad_()
        p = dict(weight_ih=leaf(g, width), weight_hh=leaf(g, units), bias=leaf(g))
        if cell in ("gru", "ln-gru"):
            p["bias_hn"] = leaf(units)
        if cell.startswith("ln-"):
            p |= dict(gain_ih=leaf(g, low=0.5, high=1.5), gain_hh=leaf(g, low=0.5, high=1.5))
        if cell == "ln-lstm":
            p |= dict(gain_c=leaf(units, low=0.5, high=1.5), bias_c=leaf(units))
        if o.get("weight_norm"):
            for name in ("weight_ih", "weight_hh"):
                p[name + "_length"] = leaf(g, low=0.5, high=1.5)
        found.append((suffix, p))
    return found


def run(cell, parameters, x, lengths, units, layers, direction, o, state=None):
    """-> outputs, finals and final cells by layer, cell states of each layer and direction."""
    count, total = len(lengths), sum(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)]).tolist()
    directions = 2 if direction == "both" else 1
    step, finals, final_cells, all_cells = function(cell), [], [], []
    for level in range(layers):
        if level and o.get("dropout"):
            x = x * mask(x.shape, o["dropout"], level)
        if o.get("input_dropout"):
            m = mask((count, x.shape[1]), o["input_dropout"], 0x8000 + level)
            x = x * torch.repeat_interleave(m, torch.tensor(lengths), 0)
        outs, ends, end_cells = [], [], []
        for d in range(directions):
            index = level * directions + d
            p, base = dict(parameters[index][1]), (index + 1) * 16
            if o.get("weight_norm"):
                for name in ("weight_ih", "weight_hh"):
                    v = p[name]
                    p[name] = p.pop(name + "_length")[:, None] * v / v.norm(dim=1, keepdim=True)
            if o.get("weight_drop"):
                p["weight_hh"] = p["weight_hh"] * mask(p["weight_hh"].shape, o["weight_drop"], base + 1)
            keep = mask((count, units), o["recurrent_dropout"], base + 2) if o.get("recurrent_dropout") else None
            zones = cell_zones = None
            if o.get("zoneout"):
                zones = mask((total, units), o["zoneout"], base + 3, scaled=False)
                cell_zones = mask((total, units), o["zoneout"], base + 4, scaled=False)
                if o.get("evaluation"):
                    zones = cell_zones = torch.full((total, units), 1 - o["zoneout"])
            out, cells, end, end_cell = [None] * total, [None] * total, [], []
            for s in range(count):
                h = state[index][0][s] if state else torch.zeros(units)
                c = state[index][1][s] if state else torch.zeros(units)
                rows = range(starts[s], starts[s + 1])
                for row in reversed(rows) if direction == "right to left" or d else rows:
                    seen = h * keep[s] if keep is not None else h
                    h2, c2 = step(p, x[row], h, seen, c)
                    if zones is not None:
                        h2, c2 = h + zones[row] * (h2 - h), c + cell_zones[row] * (c2 - c)
                    h, c = h2, c2
                    out[row], cells[row] = h, c
                end.append(h)
                end_cell.append(c)
            outs.append(torch.stack(out))
            all_cells.append(torch.stack(cells))
            ends.append(torch.stack(end))
            end_cells.append(torch.stack(end_cell))
        x = torch.cat(outs, 1)
        finals.append(torch.cat(ends, 1))
        final_cells.append(torch.cat(end_cells, 1))
    return x, finals, final_cells, all_cells


def check_against_torch(cell, parameters, x, lengths, units, layers, direction, y, finals):
    """The same net of PyTorch, packed. It knows neither empty sequences nor right to left alone."""
    kind = {"elman": nn.RNN, "elman relu": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}.get(cell)
    if kind is None or direction == "right to left":
        return
    more = dict(nonlinearity="relu") if cell == "elman relu" else {}
    net = kind(x.shape[1], units, layers, bidirectional=direction == "both", **more)
    for index, (_, p) in enumerate(parameters):
        level, d = divmod(index, 2 if direction == "both" else 1)
        suffix = f"_l{level}" + ("_reverse" if d else "")
        for name in ("weight_ih", "weight_hh"):
            getattr(net, name + suffix).data.copy_(p[name])
        getattr(net, "bias_ih" + suffix).data.copy_(p["bias"])
        getattr(net, "bias_hh" + suffix).data.zero_()
        if "bias_hn" in p:
            getattr(net, "bias_hh" + suffix).data[2 * units:].copy_(p["bias_hn"])
    pieces = [piece for piece in x.detach().split(lengths) if len(piece)]
    packed = nn.utils.rnn.pack_sequence(pieces, enforce_sorted=False)
    out, h = net(packed)
    out = nn.utils.rnn.unpad_sequence(*nn.utils.rnn.pad_packed_sequence(out, True), True)
    assert torch.allclose(torch.cat(out), y, atol=1e-12)
    h = (h[0] if isinstance(h, tuple) else h).reshape(layers, -1, len(pieces), units)
    filled = [i for i, n in enumerate(lengths) if n]
    for level in range(layers):
        assert torch.allclose(torch.cat(list(h[level]), 1), finals[level][filled], atol=1e-12)


def case(seed, cell, lengths, inputs, units, layers=1, direction="left to right", state=False, **o):
    torch.manual_seed(seed)
    directions = 2 if direction == "both" else 1
    parameters = make_parameters(cell, inputs, units, layers, directions, o)
    x = torch.randn(sum(lengths), inputs).requires_grad_()
    before = None
    if state:
        before = [[torch.randn(len(lengths), units) * 0.5 for _ in range(2)] for _ in parameters]
    y, finals, final_cells, cells = run(cell, parameters, x, lengths, units, layers, direction, o, before)
    if not o and not state:
        check_against_torch(cell, parameters, x, lengths, units, layers, direction, y, finals)
    named = dict(x=x, y=y, upstream=torch.randn_like(y))
    total = (y * named["upstream"]).sum()
    for level in range(layers):
        w = torch.randn_like(finals[level])
        named |= {f"final {level}": finals[level], f"upstream final {level}": w}
        total = total + (finals[level] * w).sum()
        if "lstm" in cell:
            w = torch.randn_like(final_cells[level])
            named |= {f"final cell {level}": final_cells[level], f"upstream final cell {level}": w}
            total = total + (final_cells[level] * w).sum()
    if "lstm" in cell:
        named |= {f"cells {i}": c for i, c in enumerate(cells)}
    if state:
        parts = [part for run_state in before for part in (run_state if "lstm" in cell else run_state[:1])]
        named["state"] = torch.cat([part.reshape(-1) for part in parts])
    total.backward()
    named["d x"] = x.grad
    for suffix, p in parameters:
        for name, value in p.items():
            named |= {"net." + name + suffix: value, "d net." + name + suffix: value.grad}
    integers = dict(
        cell=[CELLS.index(cell)], sizes=[inputs, units, layers], evaluation=[int(o.pop("evaluation", False))],
        direction=[["left to right", "right to left", "both"].index(direction)],
        offsets=np.concatenate([[0], np.cumsum(lengths)]).tolist())
    return {"tensors": {name: {"shape": list(t.shape), "values": [float("%.10g" % v) for v in t.detach().reshape(-1)]}
                        for name, t in named.items()},
            "integers": integers | {name: [round(float(v) * 1000)] for name, v in o.items()}}


def cases():
    mixed = [3, 1, 5, 3, 0]
    found = {}
    for i, cell in enumerate(CELLS):
        found[cell] = case(10 + i, cell, mixed, 4, 6)
        found[cell + ", odd units, right to left"] = case(30 + i, cell, [4, 0, 2, 4, 1], 3, 19, direction="right to left")
        # Few elements may lie close together by chance, and their normalization then magnifies every rounding.
        units = 11 if cell.startswith("ln-") else 5
        found[cell + ", two layers, both ways"] = case(50 + i, cell, [2, 4, 1, 2], 3, units, 2, "both")
        found[cell + ", from a state"] = case(70 + i, cell, mixed, 3, 5, state=True)
        found[cell + ", dropout everywhere"] = case(
            90 + i, cell, mixed, 4, 5, 2, dropout=0.25, input_dropout=0.25, recurrent_dropout=0.25)
    for i, cell in enumerate(["elman", "gru", "gru before", "lstm", "ln-lstm"]):
        found[cell + ", zoneout and weight drop"] = case(
            110 + i, cell, mixed, 3, 5, zoneout=0.25, weight_drop=0.25)
    found["lstm, zoneout in evaluation"] = case(120, "lstm", mixed, 3, 5, zoneout=0.25, evaluation=True)
    found["gru, both ways with all regularisers"] = case(
        121, "gru", mixed, 3, 5, 2, "both", dropout=0.25, input_dropout=0.25, recurrent_dropout=0.25, zoneout=0.25,
        weight_drop=0.25)
    for i, cell in enumerate(["elman", "gru", "ln-lstm"]):
        found[cell + ", normalized weights"] = case(130 + i, cell, mixed, 3, 5, weight_norm=1, weight_drop=0.25)
    found["gru, one sequence"] = case(140, "gru", [6], 3, 16)
    return found


with open(os.path.join(FOLDER, "recurrent.json"), "w") as f:
    json.dump(cases(), f, separators=(",", ":"))
    f.write("\n")
