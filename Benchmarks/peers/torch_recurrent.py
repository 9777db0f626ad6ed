"""PyTorch: one recurrent layer of 128 units over 128 inputs, forward and backward to weights and inputs."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import inputs
from inputs import Sequences
from measure import Case

UNITS = 128
TEXTS = [Sequences(vocabulary=2, batch=batch, shortest=5, longest=50) for batch in (32, 64, 256)]
TEXTS.append(Sequences(vocabulary=2, batch=1, shortest=200, longest=200))


class LayerNormGRU(nn.Module):
    """gates = LN(W_i x) + LN(W_h h) + b; n = tanh(LN(W_i x)_n + b_n + r * (LN(W_h h)_n + b_hn))."""

    def __init__(self):
        super().__init__()
        self.wi, self.wh = nn.Linear(UNITS, 3 * UNITS, bias=False), nn.Linear(UNITS, 3 * UNITS, bias=False)
        self.ni, self.nh = nn.LayerNorm(3 * UNITS), nn.LayerNorm(3 * UNITS, bias=False)
        self.bias_hn = nn.Parameter(torch.zeros(UNITS))

    def forward(self, x):
        shares, h, outputs = self.ni(self.wi(x)), x.new_zeros(x.shape[0], UNITS), []
        for share in shares.unbind(1):
            ir, iz, i_n = share.chunk(3, 1)
            hr, hz, hn = self.nh(self.wh(h)).chunk(3, 1)
            r, z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
            n = torch.tanh(i_n + r * (hn + self.bias_hn))
            h = n + z * (h - n)
            outputs.append(h)
        return torch.stack(outputs, 1), h


MODELS = {
    "elman": (lambda: nn.RNN(UNITS, UNITS, batch_first=True), 1),
    "gru": (lambda: nn.GRU(UNITS, UNITS, batch_first=True), 3),
    "lstm": (lambda: nn.LSTM(UNITS, UNITS, batch_first=True), 4),
    "ln-gru": (LayerNormGRU, 3),
}


def layer(make, text, form):
    """`form`: packed, padded, loop, or compiled, of the whole padded sequences too."""
    def setup():
        torch.manual_seed(0)
        net = make()
        if "compiled" in form:
            # Else the compiler leaves recurrent layers as they are.
            torch._dynamo.config.allow_rnn = True
        run = torch.compile(net) if "compiled" in form else net
        batches = []
        for number in range(inputs.BATCHES):
            x = torch.from_numpy(inputs.floats((text.batch, text.longest, UNITS), number))
            lengths = torch.from_numpy(text.lengths(number))
            # The weights of the sum are zero behind the end of a sequence: all forms have the same gradients.
            weights = torch.from_numpy(inputs.floats((text.batch, text.longest, UNITS), 100 + number))
            weights *= (torch.arange(text.longest)[None, :] < lengths[:, None])[:, :, None]
            if form == "packed":
                weights = pack_padded_sequence(weights, lengths, batch_first=True, enforce_sorted=False).data
            batches.append((x.requires_grad_(), lengths, weights))

        def step(number):
            x, lengths, weights = batches[number % inputs.BATCHES]
            if form == "packed":
                given = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
                outputs = run(given)[0].data
            else:
                outputs = run(x)[0]
            (outputs * weights).sum().backward()
            x.grad = None
            net.zero_grad()
        return step
    return setup


def cases():
    found = []
    for name, (make, gates) in MODELS.items():
        for text in TEXTS:
            forms = ["loop"] if name == "ln-gru" else ["packed", "padded"]
            if name == "ln-gru" and text.batch == 32:
                forms.append("compiled")
            if name in ("gru", "lstm"):
                forms.append("padded, compiled")
            flops = text.mean_symbols() * inputs.recurrent_flops(UNITS, UNITS, gates)
            found += [
                Case(f"{name}/128 units, batch {text.batch}", form, layer(make, text, form), flops=flops,
                     items=text.mean_symbols(), item_name="symbols")
                for form in forms
            ]
    return found
