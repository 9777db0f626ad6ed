"""Writes the reference trajectories of the update rules: 50 steps in float64.

    python make_trajectories.py        (needs torch; made with torch 2.15)

Every rule is written here as a formula over rows. Where torch.optim has the rule, the formula is checked against
it on dense gradients, step by step, and against SparseAdam on sparse ones; the rest (lazy rows of the other
rules, SMORMS3) follows from the same formula. A file holds cases as make_fixtures.py of the layers describes.
"""
import json
import math
import os

import torch

torch.set_default_dtype(torch.float64)
STEPS, DENSE, ROWS, WIDTH = 50, 37, 12, 5
SHOWN = (1, 10, STEPS)
FOLDER = os.path.dirname(os.path.abspath(__file__))


class Rule:
    def __init__(self, accumulators, formula, torch_optimizer=None):
        self.accumulators, self.formula, self.torch_optimizer = accumulators, formula, torch_optimizer


def sgd(lr, momentum=0.0, nesterov=False, decay=0.0):
    def formula(p, g, state, t):
        g = g + decay * p
        if momentum == 0:
            return p - lr * g
        state[0] = momentum * state[0] + g
        return p - lr * (g + momentum * state[0] if nesterov else state[0])
    return Rule(1, formula, lambda ps: torch.optim.SGD(
        ps, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=decay))


def adagrad(lr, eps=1e-10, decay=0.0):
    def formula(p, g, state, t):
        g = g + decay * p
        state[0] = state[0] + g * g
        return p - lr * g / (state[0].sqrt() + eps)
    return Rule(1, formula, lambda ps: torch.optim.Adagrad(ps, lr=lr, eps=eps, weight_decay=decay))


def rmsprop(lr, alpha=0.99, eps=1e-8, centered=False, decay=0.0):
    def formula(p, g, state, t):
        g = g + decay * p
        state[0] = alpha * state[0] + (1 - alpha) * g * g
        variance = state[0]
        if centered:
            state[1] = alpha * state[1] + (1 - alpha) * g
            variance = variance - state[1] ** 2
        return p - lr * g / (variance.sqrt() + eps)
    return Rule(2, formula, lambda ps: torch.optim.RMSprop(
        ps, lr=lr, alpha=alpha, eps=eps, centered=centered, weight_decay=decay))


def adam(lr, b1=0.9, b2=0.999, eps=1e-8, amsgrad=False, decay=0.0, decoupled=False):
    def formula(p, g, state, t):
        if decoupled:
            p = p * (1 - lr * decay)
        else:
            g = g + decay * p
        state[0] = b1 * state[0] + (1 - b1) * g
        state[1] = b2 * state[1] + (1 - b2) * g * g
        state[2] = torch.maximum(state[2], state[1])
        v = state[2] if amsgrad else state[1]
        return p - lr / (1 - b1 ** t) * state[0] / (v.sqrt() / math.sqrt(1 - b2 ** t) + eps)
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    return Rule(3, formula, lambda ps: kind(
        ps, lr=lr, betas=(b1, b2), eps=eps, amsgrad=amsgrad, weight_decay=decay))


def smorms3(lr, eps=1e-16, decay=0.0):
    def formula(p, g, state, t):
        memory = state[0] + 1
        r = 1 / (memory + 1)
        state[1] = (1 - r) * state[1] + r * g
        state[2] = (1 - r) * state[2] + r * g * g
        x = state[1] ** 2 / (state[2] + eps)
        state[0] = memory * (1 - x)
        return p * (1 - lr * decay) - g * x.clamp(max=lr) / (state[2].sqrt() + eps)
    return Rule(3, formula)


RULES = {
    "sgd": sgd(0.1), "sgd decay": sgd(0.1, decay=0.02),
    "momentum": sgd(0.05, 0.9), "momentum decay": sgd(0.05, 0.9, decay=0.02),
    "nesterov": sgd(0.05, 0.9, True), "nesterov decay": sgd(0.05, 0.9, True, 0.02),
    "adagrad": adagrad(0.1), "adagrad decay": adagrad(0.1, decay=0.02),
    "rmsprop": rmsprop(0.01), "rmsprop decay": rmsprop(0.01, decay=0.02),
    "centered rmsprop": rmsprop(0.01, centered=True), "centered rmsprop decay": rmsprop(0.01, centered=True, decay=0.02),
    "adam": adam(0.01), "adam decay": adam(0.01, decay=0.02),
    "amsgrad": adam(0.01, b2=0.9, amsgrad=True),
    "amsgrad decay": adam(0.01, b2=0.9, amsgrad=True, decay=0.02),
    "adamw": adam(0.01, decay=0.5, decoupled=True),
    "smorms3": smorms3(0.01), "smorms3 decay": smorms3(0.01, decay=0.5),
}


def make_inputs():
    torch.manual_seed(3)
    ids = []
    for step in range(STEPS):
        # Rows 8 to 10 are seen late, row 11 never, row 3 is rare; ids repeat.
        seen = 11 if step >= 30 else 8
        drawn = [int(i) for i in torch.randint(0, seen, (6,))]
        ids.append([0 if i == 3 and step % 17 else i for i in drawn])
    # Steady directions with noise, so that SMORMS3 has something to agree on.
    drift = torch.randn(DENSE) * 0.3
    return dict(
        dense=torch.randn(DENSE), gradients=drift + torch.randn(STEPS, DENSE), table=torch.randn(ROWS, WIDTH),
        rows=torch.randn(STEPS, 6, WIDTH) + 0.3), ids


def run_dense(rule, start, gradients):
    p, state, shown = start.clone(), [torch.zeros_like(start) for _ in range(rule.accumulators)], []
    checked = torch.nn.Parameter(start.clone())
    optimizer = rule.torch_optimizer([checked]) if rule.torch_optimizer else None
    for t, g in enumerate(gradients, 1):
        p = rule.formula(p, g, state, t)
        if optimizer:
            checked.grad = g.clone()
            optimizer.step()
            assert torch.allclose(p, checked.detach(), rtol=1e-10, atol=1e-12)
        if t in SHOWN:
            shown.append(p.clone())
    return torch.stack(shown)


def run_lazy(name, rule, inputs, ids):
    p = inputs["table"].clone()
    state = [torch.zeros_like(p) for _ in range(rule.accumulators)]
    sparse = torch.nn.Parameter(p.clone()) if name == "adam" else None
    optimizer = torch.optim.SparseAdam([sparse], lr=0.01) if name == "adam" else None
    for t in range(1, STEPS + 1):
        g = materialized(inputs, ids, t - 1)
        rows = sorted(set(ids[t - 1]))
        part = [s[rows] for s in state]
        p[rows] = rule.formula(p[rows], g[rows], part, t)
        for s, new in zip(state, part):
            s[rows] = new
        if optimizer:
            sparse.grad = torch.sparse_coo_tensor(
                torch.tensor([ids[t - 1]]), inputs["rows"][t - 1], (ROWS, WIDTH))
            optimizer.step()
            assert torch.allclose(p, sparse.detach(), rtol=1e-6, atol=1e-7)
    return p


def materialized(inputs, ids, step):
    return torch.zeros(ROWS, WIDTH).index_add_(0, torch.tensor(ids[step]), inputs["rows"][step])


def case(integers=None, **named):
    return {"tensors": {name: {"shape": list(t.shape), "values": [float(f"{v:.12g}") for v in t.reshape(-1)]}
                        for name, t in named.items()}, "integers": integers or {}}


def main():
    inputs, ids = make_inputs()
    # The numbers have to be floats in both places.
    inputs = {name: t.float().double() for name, t in inputs.items()}
    cases = {"inputs": case({"ids": [i for row in ids for i in row]}, **inputs)}
    table = torch.stack([materialized(inputs, ids, t) for t in range(STEPS)])
    for name, rule in RULES.items():
        cases[name] = case(
            dense=run_dense(rule, inputs["dense"], inputs["gradients"]),
            lazy=run_lazy(name, rule, inputs, ids),
            exact=run_dense(rule, inputs["table"], table)[-1])
    with open(os.path.join(FOLDER, "trajectories.json"), "w") as f:
        json.dump(cases, f, separators=(",", ":"))
        f.write("\n")


main()
