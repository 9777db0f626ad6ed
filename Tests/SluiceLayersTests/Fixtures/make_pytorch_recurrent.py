"""Writes small state dictionaries of PyTorch's recurrent nets and what those nets compute.

    python make_pytorch_recurrent.py        (needs torch and safetensors; made with torch 2.15)
"""
import json
import os

import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(3)
nets = {
    "rnn": nn.RNN(3, 4, 2), "relu": nn.RNN(3, 4, nonlinearity="relu"), "gru": nn.GRU(3, 4, 2, bidirectional=True),
    "lstm": nn.LSTM(3, 4, 2, bidirectional=True), "unbiased": nn.LSTM(3, 4, bias=False),
}
x, tensors, cases = torch.randn(5, 3), {}, {}
for name, net in nets.items():
    tensors |= {f"{name}.{key}": value for key, value in net.state_dict().items()}
    with torch.no_grad():
        y = net.double()(x.double())[0]
    cases[name] = {"integers": {}, "tensors": {
        key: {"shape": list(t.shape), "values": t.double().reshape(-1).tolist()} for key, t in [("x", x), ("y", y)]}}
save_file(tensors, os.path.join(FOLDER, "pytorch_recurrent.safetensors"))
with open(os.path.join(FOLDER, "pytorch_recurrent.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"))
    f.write("\n")
