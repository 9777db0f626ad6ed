"""Writes the reference numbers of the tests of learned initial states: PyTorch's recurrent nets in float64.

    python make_initial_states.py        (needs torch; made with torch 2.13)

Two layers in both directions over sequences of the lengths 2, 4 and 1, with the gradients of `h_0` and `c_0`.
"""
import json
import os

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [2, 4, 1]


def number(shape):
    """Random numbers that single precision holds."""
    return torch.randn(shape).float().double()


def tensor(x):
    return {"shape": list(x.shape), "values": [float(v) for v in x.detach().reshape(-1)]}


cases = {}
for name, kind in [("rnn", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM)]:
    torch.manual_seed(7)
    net = kind(2, 3, num_layers=2, bidirectional=True, batch_first=True)
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(weight.float().double())
    rows = [number((length, 2)) for length in LENGTHS]
    start, cells = number((4, 3, 3)).requires_grad_(), number((4, 3, 3)).requires_grad_()
    packed = nn.utils.rnn.pack_sequence(rows, enforce_sorted=False)
    output, final = net(packed, (start, cells) if name == "lstm" else start)
    padded, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True)
    y = torch.cat([padded[i, :length] for i, length in enumerate(LENGTHS)])
    upstream = number(y.shape)
    loss = (y * upstream).sum()
    upstream_final = number((4, 3, 3))
    loss = loss + ((final[0] if name == "lstm" else final) * upstream_final).sum()
    loss.backward()
    tensors = {"x": torch.cat(rows), "h": start, "y": y, "upstream": upstream, "upstream final": upstream_final,
               "d_h": start.grad}
    if name == "lstm":
        tensors |= {"c": cells, "d_c": cells.grad}
    tensors |= dict(net.named_parameters())
    cases[name] = {"tensors": {key: tensor(value) for key, value in tensors.items()}, "integers": {}}

with open(os.path.join(FOLDER, "initial_states.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
