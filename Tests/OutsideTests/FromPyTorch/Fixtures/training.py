"""The pieces of PyTorch on training: the loop, its optimizers and what happens between their steps."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, ReduceLROnPlateau, SequentialLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from pairs import Fill, all_of, make_batches, make_model, pair, spread


@pair("The loop")
def loop():
    model, batches = make_model(), make_batches()
    losses = []
    # BEGIN The loop
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(3):
        for x, labels in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    # END The loop
    return {"losses": losses, "parameters": all_of(model)}


@pair("Parameter groups")
def groups():
    model, batches = make_model(), make_batches()
    # BEGIN Parameter groups
    named = list(model.named_parameters())
    biases = [p for n, p in named if n.endswith("bias")]
    others = [p for n, p in named if not n.endswith("bias")]
    optimizer = torch.optim.AdamW(
        [{"params": others},
         {"params": biases, "lr": 0.02, "weight_decay": 0}],
        lr=0.01, weight_decay=0.1)
    # END Parameter groups
    for x, labels in batches * 3:
        optimizer.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
    return {"parameters": all_of(model)}


@pair("A table and the rest")
def both():
    batches = [([3, 1, 3], [0, 1, 1]), ([5, 1, 9], [1, 0, 0]), ([3, 9, 2], [1, 1, 0])]
    embedding = nn.Embedding(10, 4, sparse=True)
    output = nn.Linear(4, 2)
    Fill()(embedding.weight, *output.parameters())
    # BEGIN A table and the rest
    sparse = torch.optim.SparseAdam(
        embedding.parameters(), lr=0.01)
    dense = torch.optim.Adam(output.parameters(), lr=0.01)
    for ids, labels in batches:
        sparse.zero_grad()
        dense.zero_grad()
        y = output(embedding(torch.tensor(ids)))
        F.cross_entropy(y, torch.tensor(labels)).backward()
        sparse.step()
        dense.step()
    # END A table and the rest
    return {"table": embedding.weight, "weight": output.weight}


@pair("Clipping")
def clipping():
    model, (x, labels) = make_model(), make_batches()[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # BEGIN Clipping
    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    norm = nn.utils.clip_grad_norm_(
        model.parameters(), 0.1)
    optimizer.step()
    # END Clipping
    return {"norm": norm, "parameters": all_of(model)}


@pair("A warm-up and a cosine")
def schedule():
    model = make_model()
    rates = []
    # BEGIN A warm-up and a cosine
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    warm = LinearLR(
        optimizer, start_factor=1 / 4, total_iters=3)
    fall = CosineAnnealingLR(optimizer, T_max=6)
    schedule = SequentialLR(
        optimizer, [warm, fall], milestones=[3])
    for step in range(10):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    # END A warm-up and a cosine
    return {"rates": rates}


@pair("A plateau")
def plateau():
    model = make_model()
    figures = [1.0, 0.8, 0.8, 0.81, 0.7, 0.699, 0.698, 0.6]
    rates = []
    # BEGIN A plateau
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    schedule = ReduceLROnPlateau(
        optimizer, factor=0.5, patience=1, threshold=0.01)
    for figure in figures:
        schedule.step(figure)
        rates.append(optimizer.param_groups[0]["lr"])
    # END A plateau
    return {"rates": rates}


@pair("Several batches for one update")
def accumulation():
    model, batches = make_model(), make_batches()
    # BEGIN Several batches for one update
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, labels in batches:
        loss = F.cross_entropy(model(x), labels)
        (loss / len(batches)).backward()
    optimizer.step()
    optimizer.zero_grad()
    # END Several batches for one update
    return {"parameters": all_of(model)}


@pair("Looking at gradients")
def hooks():
    model, (x, labels) = make_model(), make_batches()[0]
    figures, seen = {}, []
    # BEGIN Looking at gradients
    for name, p in model.named_parameters():
        def note(gradient, name=name):
            figures[name] = gradient.abs().mean().item()
        p.register_hook(note)

    h = torch.tanh(model.hidden(x))
    h.register_hook(seen.append)
    loss = F.cross_entropy(model.output(h), labels)
    loss.backward()
    # END Looking at gradients
    return {"figures": [figures[name] for name, p in model.named_parameters()], "seen": seen[0]}


@pair("Changing gradients")
def changed():
    model, (x, labels) = make_model(), make_batches()[0]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # BEGIN Changing gradients
    weight = model.output.weight
    weight.register_hook(lambda gradient: 0.1 * gradient)

    loss = F.cross_entropy(model(x), labels)
    loss.backward()
    optimizer.step()
    # END Changing gradients
    return {"parameters": all_of(model)}


@pair("An average of the weights")
def average():
    model, batches = make_model(), make_batches()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    # BEGIN An average of the weights
    average = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    average.update_parameters(model)
    for x, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
        average.update_parameters(model)
    y = average(batches[0][0])
    # END An average of the weights
    return {"y": y, "parameters": all_of(model)}
