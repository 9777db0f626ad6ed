"""Writes the reference numbers of the layers of a language model: values and gradients by PyTorch in float64.

    python make_language_fixtures.py        (needs torch; made with torch 2.15)

Files and naming as in make_fixtures.py.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def leaf(*shape, scale=1.0):
    return (torch.randn(shape) * scale).to(torch.float32).to(torch.float64).requires_grad_()


def tensor(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}


def case(name, output, weights=None, integers=None, **inputs):
    (output if weights is None else (output * weights).sum()).backward()
    tensors = {"y": tensor(output)}
    if weights is not None:
        tensors["weights"] = tensor(weights)
    for key, value in inputs.items():
        tensors[key] = tensor(value)
        tensors["d_" + key] = tensor(value.grad)
    CASES[name] = {"tensors": tensors, "integers": integers or {}}


labels = [3, 0, 36, -100, 12, 12, 20, -100, 5, 1, 30, 7, 7]
for reduction in ["mean", "sum"]:
    x, weight, bias = leaf(13, 9), leaf(37, 9), leaf(37)
    loss = F.cross_entropy(x @ weight.T + bias, torch.tensor(labels), reduction=reduction, ignore_index=-100)
    case("softmax " + reduction, loss, integers={"labels": labels}, x=x, weight=weight, bias=bias)

x, table = leaf(5, 9), leaf(37, 9)
ids = [4, 36, 0, 4, 9]
loss = F.cross_entropy((x * table[ids]) @ table.T, torch.tensor([1, 2, 3, 4, 36]))
case("softmax tied", loss, integers={"labels": [1, 2, 3, 4, 36], "ids": ids}, x=x, table=table)

x, wt, bt, wh, bh = leaf(7, 19), leaf(19, 19, scale=0.3), leaf(19), leaf(19, 19, scale=0.3), leaf(19)
gate = torch.sigmoid(x @ wt.T + bt)
y = gate * torch.relu(x @ wh.T + bh) + (1 - gate) * x
case("highway", y, weights=torch.randn(7, 19).float().double(), x=x, gate_weight=wt, gate_bias=bt,
     transform_weight=wh, transform_bias=bh)

# Words as ids of characters, the filters as [maps, width, embedding].
words = [[1, 5, 6, 7, 2], [1, 2], [1, 9, 9, 9, 9, 3, 4, 2], [1, 0, 2], [1, 3, 4, 5, 6, 7, 8, 9, 10, 2, 1, 4]]
maps = [3, 18, 5, 33]
for padded in [0, 14]:
    embedding = leaf(11, 6)
    filters = [leaf(m, (k + 1) * 6, scale=0.4) for k, m in enumerate(maps)]
    biases = [leaf(m, scale=0.3) for m in maps]
    rows = []
    for word in words:
        columns = []
        for k, (w, b) in enumerate(zip(filters, biases), start=1):
            length = padded or max(len(word), k)
            letters = torch.cat([embedding[word], torch.zeros(length - len(word), 6)])
            pooled = F.conv1d(letters.T[None], w.reshape(-1, k, 6).permute(0, 2, 1), b)[0]
            columns.append(torch.tanh(pooled).max(1).values)
        rows.append(torch.cat(columns))
    y = torch.stack(rows)
    inputs = {f"filter{k + 1}": w for k, w in enumerate(filters)}
    inputs.update({f"bias{k + 1}": b for k, b in enumerate(biases)})
    case("characters " + ("padded" if padded else "bare"), y, weights=torch.randn(y.shape).float().double(),
         integers={"symbols": sum(words, []), "lengths": [len(w) for w in words]}, embedding=embedding, **inputs)

with open(os.path.join(FOLDER, "language.json"), "w") as file:
    json.dump(CASES, file)
    file.write("\n")
