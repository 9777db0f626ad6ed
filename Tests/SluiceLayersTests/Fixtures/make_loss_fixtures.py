"""Writes the reference numbers of losses: values and gradients by PyTorch in float64.

    python make_loss_fixtures.py        (needs torch; made with torch 2.15)

Files and naming as in make_fixtures.py.
"""
import json
import math
import os

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def leaf(*shape, scale=1.0):
    return (torch.randn(shape) * scale).to(torch.float32).to(torch.float64).requires_grad_()


def tensor(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}


def case(name, loss, integers=None, constants=None, **inputs):
    loss.backward()
    tensors = {"loss": tensor(loss)}
    for key, value in (constants or {}).items():
        tensors[key] = tensor(value)
    for key, value in inputs.items():
        tensors[key] = tensor(value)
        tensors["d_" + key] = tensor(value.grad)
    CASES[name] = {"tensors": tensors, "integers": integers or {}}


def neighbors(x, y, log_t, cosine):
    """arXiv:1902.01889 with samples alone in their class left out."""
    if cosine:
        u = F.normalize(x)
        d = 1 - u @ u.T
    else:
        d = ((x[:, None] - x[None]) ** 2).sum(2)
    s = -d / torch.exp(log_t)
    me = torch.eye(len(x), dtype=torch.bool)
    every = s.masked_fill(me, -math.inf)
    same = (y[:, None] == y[None]) & ~me
    kept = same.any(1)
    own = s.masked_fill(~same, -math.inf)
    return (torch.logsumexp(every[kept], 1) - torch.logsumexp(own[kept], 1)).mean()


torch.manual_seed(21)
for name, n, width, classes, t, scale, cosine in [
    ("neighbors", 40, 19, 4, 10.0, 1.0, False), ("neighbors cosine", 40, 19, 4, 0.3, 1.0, True),
    ("neighbors cold", 33, 8, 5, 0.5, 1.0, False), ("neighbors large", 300, 16, 6, 20.0, 1.0, False),
    ("neighbors two", 6, 3, 2, 1.0, 1.0, False),
]:
    x, y = leaf(n, width, scale=scale), torch.randint(0, classes, (n,))
    y[0] = classes + 3
    log_t = torch.tensor([math.log(t)]).to(torch.float32).to(torch.float64).requires_grad_()
    case(name, neighbors(x, y, log_t[0], cosine), {"labels": y.tolist()}, x=x, log_t=log_t)

# A learning step scales inputs and targets alike; targets are no leaves.
for name, function in [("mse", F.mse_loss), ("huber", lambda x, t: F.huber_loss(x, t, delta=0.7)),
                       ("mse sum", lambda x, t: F.mse_loss(x, t, reduction="sum"))]:
    x, t = leaf(5, 7), leaf(5, 7).detach()
    case(name, function(x, t), constants={"target": t}, x=x)
x, t = leaf(5, 7, scale=4), torch.rand(5, 7).round()
case("bce", F.binary_cross_entropy_with_logits(x, t), constants={"target": t}, x=x)
x, t = leaf(5, 7), torch.rand(5, 7).round() * 2 - 1
case("hinge", (1 - x * t).clamp_min(0).mean(), constants={"target": t}, x=x)
a, b = leaf(9, 12), leaf(9, 12)
logits = F.normalize(a) @ F.normalize(b).T / 0.2
case("contrastive", F.cross_entropy(logits, torch.arange(9)), a=a, b=b)
for name, smoothing, weighted in [("smoothed", 0.1, False), ("weighted", 0.0, True), ("both", 0.2, True)]:
    for reduction in ("mean", "sum"):
        x, y = leaf(6, 5, scale=2), torch.tensor([0, 4, -100, 2, 2, 1])
        w = torch.tensor([0.5, 1.0, 2.0, 0.25, 3.0])
        loss = F.cross_entropy(x, y, weight=w if weighted else None, label_smoothing=smoothing, reduction=reduction)
        case(f"cross-entropy {name} {reduction}", loss, {"labels": y.tolist()}, {"weights": w}, x=x)
a, p, n = leaf(11, 6), leaf(11, 6), leaf(11, 6)
case("triplet cosine", F.relu(0.3 + F.cosine_similarity(a, n) - F.cosine_similarity(a, p)).mean(), a=a, p=p, n=n)
a, p, n = leaf(11, 6), leaf(11, 6), leaf(11, 6)
distance = lambda u, v: ((u - v) ** 2).sum(1).sqrt()
case("triplet euclidean", F.relu(1 + distance(a, p) - distance(a, n)).mean(), a=a, p=p, n=n)
with open(os.path.join(FOLDER, "losses.json"), "w") as f:
    json.dump(CASES, f, separators=(",", ":"))
    f.write("\n")
