"""The pieces of PyTorch on what is around a training: modes, seeds, data, files."""

import glob
import os
import tempfile

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset
from torch.utils.tensorboard import SummaryWriter

from pairs import Fill, Perceptron, all_of, make_batches, make_model, pair, spread


@pair("Use instead of training")
def evaluation():
    x = torch.tensor(spread(12)).reshape(4, 3)
    # BEGIN Use instead of training
    model = nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.5))
    # END Use instead of training
    Fill()(*model.parameters())
    # BEGIN Use instead of training
    model.eval()
    with torch.no_grad():
        y = model(x)
    model.train()
    # END Use instead of training
    dropped = (model(torch.ones(100, 3)) == 0).any()
    return {"y": y, "drops": [float(dropped)]}


@pair("Seeds and threads")
def seeds():
    # BEGIN Seeds and threads
    torch.set_num_threads(2)
    torch.manual_seed(7)
    first = nn.Linear(3, 2)
    torch.manual_seed(7)
    second = nn.Linear(3, 2)
    same = torch.equal(first.weight, second.weight)
    # END Seeds and threads
    return {"same": [float(same)]}


@pair("Batches of a data set")
def loader():
    sequences = [[3, 1, 4], [1, 5, 9, 2, 6], [5], [3, 5], [8, 9, 7, 9]]
    labels = [0, 1, 1, 0, 1]
    count, total = 0, 0

    # BEGIN Batches of a data set
    class Texts(Dataset):
        def __len__(self):
            return len(sequences)

        def __getitem__(self, i):
            return torch.tensor(sequences[i]), labels[i]

    def collate(examples):
        ids = pad_sequence([e[0] for e in examples])
        return ids, torch.tensor([e[1] for e in examples])

    batches = DataLoader(
        Texts(), batch_size=2, shuffle=True,
        collate_fn=collate)
    for ids, targets in batches:
        count += 1
        total += ids.sum().item()
    # END Batches of a data set
    return {"count": [float(count)], "total": [float(total)]}


@pair("Saving and loading")
def saving():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.safetensors")
    x = torch.tensor(spread(12)).reshape(4, 3)
    model, other = make_model(), Perceptron()
    # BEGIN Saving and loading
    save_file(model.state_dict(), path)

    other.load_state_dict(load_file(path))
    y = other(x)
    # END Saving and loading
    return {"y": y}


@pair("A checkpoint")
def checkpoint():
    batches = make_batches()

    def make():
        model = make_model()
        return model, torch.optim.Adam(model.parameters(), lr=0.01)

    def train(model, optimizer, steps):
        for i in range(steps):
            x, labels = batches[i % 2]
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels).backward()
            optimizer.step()

    model, optimizer = make()
    train(model, optimizer, 4)
    step, path = 4, os.path.join(tempfile.mkdtemp(), "training.pt")
    # BEGIN A checkpoint
    torch.save({
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
    }, path)

    # END A checkpoint
    model, optimizer = make()
    # BEGIN A checkpoint
    saved = torch.load(path)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    step = saved["step"]
    # END A checkpoint
    train(model, optimizer, 3)
    return {"parameters": all_of(model), "step": [float(step)]}


@pair("TensorBoard")
def tensorboard():
    losses = [0.9, 0.5, 0.25]
    weights = torch.tensor(spread(40))
    folder = tempfile.mkdtemp()
    # BEGIN TensorBoard
    writer = SummaryWriter(folder)
    for step, loss in enumerate(losses, 1):
        writer.add_scalar("loss", loss, step)
    writer.add_histogram("weights", weights, 3)
    writer.close()
    # END TensorBoard
    records, place = 0, 0
    with open(glob.glob(folder + "/events*")[0], "rb") as file:
        contents = file.read()
    while place < len(contents):
        place += 16 + int.from_bytes(contents[place : place + 8], "little")
        records += 1
    return {"records": [float(records)]}
