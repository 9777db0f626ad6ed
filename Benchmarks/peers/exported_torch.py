"""Modules of PyTorch that take the weights of `sluice export RUN --pytorch FILE`."""

import json

import torch
from safetensors import safe_open
from torch import nn


class NormalizedRNN(nn.Module):
    """The cells with layer normalization inside, which PyTorch does not have."""

    def __init__(self, kind, inputs, units, layers, directions):
        super().__init__()
        self.kind, self.layers, self.directions = kind, layers, directions
        gates = {"elman": 1, "gru": 3, "lstm": 4}[kind] * units
        for layer in range(layers):
            for suffix in [f"_l{layer}", f"_l{layer}_reverse"][:directions]:
                shapes = {"weight_ih": (gates, units * directions if layer else inputs), "weight_hh": (gates, units),
                          "bias": (gates,), "gain_ih": (gates,), "gain_hh": (gates,)}
                shapes |= {"gru": {"bias_hn": (units,)}, "lstm": {"gain_c": (units,), "bias_c": (units,)}}.get(kind, {})
                for name, shape in shapes.items():
                    self.register_parameter(name + suffix, nn.Parameter(torch.zeros(shape)))

    def step(self, x, h, c, suffix):
        of = lambda name: getattr(self, name + suffix)
        norm = lambda v, gain, bias=None: nn.functional.layer_norm(v, v.shape[-1:], gain, bias)
        x, s = norm(x @ of("weight_ih").T, of("gain_ih"), of("bias")), norm(h @ of("weight_hh").T, of("gain_hh"))
        if self.kind == "elman":
            return torch.tanh(x + s), c
        if self.kind == "gru":
            (xr, xz, xn), (sr, sz, sn) = x.chunk(3, 1), s.chunk(3, 1)
            z = torch.sigmoid(xz + sz)
            return z * h + (1 - z) * torch.tanh(xn + torch.sigmoid(xr + sr) * (sn + of("bias_hn"))), c
        i, f, g, o = (x + s).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(norm(c, of("gain_c"), of("bias_c"))), c

    def forward(self, x):
        """One text: [steps, inputs] -> the states after every step, and those after the last step read."""
        for layer in range(self.layers):
            outputs, finals = [], []
            for suffix in [f"_l{layer}", f"_l{layer}_reverse"][:self.directions]:
                h = c = x.new_zeros(1, getattr(self, "weight_hh" + suffix).shape[1])
                states = []
                for t in reversed(range(len(x))) if suffix.endswith("_reverse") else range(len(x)):
                    h, c = self.step(x[t:t + 1], h, c, suffix)
                    states.append(h)
                outputs.append(torch.cat(states[::-1] if suffix.endswith("_reverse") else states))
                finals.append(h)
            x = torch.cat(outputs, 1)
        return x, torch.cat(finals)


def recurrent(cell, inputs, units, layers, directions):
    if cell.startswith("ln-"):
        return NormalizedRNN(cell[3:], inputs, units, layers, directions)
    kind = {"elman": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell]
    return kind(inputs, units, layers, bidirectional=directions == 2)


class TextModel(nn.Module):
    """A classifier of texts, whose output are logits, or an encoder of words, whose output is a vector."""

    def __init__(self, symbols, outputs, settings):
        super().__init__()
        self.direction = settings.get("direction", "rightToLeft" if settings.get("readsRightToLeft") else "leftToRight")
        self.pooling, directions = settings.get("pooling") or "last", 2 if self.direction == "bidirectional" else 1
        self.embedding = nn.Embedding(symbols, settings["embeddingWidth"])
        self.rnn = recurrent(settings.get("cell", "gru"), settings["embeddingWidth"], settings["units"],
                             settings.get("layers", 1), directions)
        self.output = nn.Linear(settings["units"] * directions, outputs)

    def forward(self, ids):
        """One text: [steps] -> [outputs]."""
        if len(ids) == 0:
            return self.output(self.output.weight.new_zeros(self.output.in_features))
        x = self.embedding(ids.flip(0) if self.direction == "rightToLeft" else ids)
        states, last = self.rnn(x)
        if not isinstance(self.rnn, NormalizedRNN):
            last = last[0] if isinstance(last, tuple) else last
            last = last[-2:] if self.direction == "bidirectional" else last[-1:]
        pooled = {"last": last.reshape(-1), "max": states.amax(0), "mean": states.mean(0)}[self.pooling]
        return self.output(pooled)


class Highway(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        g = torch.sigmoid(self.gate(x))
        return g * torch.relu(self.transform(x)) + (1 - g) * x


class LanguageModel(nn.Module):
    def __init__(self, characters, vocabulary, s):
        super().__init__()
        self.s, units = s, s["units"]
        if s["reading"] == "characters":
            self.characters = nn.Embedding(characters, s["embeddingWidth"])
            self.filters = nn.ModuleList(nn.Conv1d(s["embeddingWidth"], f["maps"], f["width"]) for f in s["filters"])
        else:
            self.words = nn.Embedding(vocabulary, s["embeddingWidth"])
        width = sum(f["maps"] for f in s["filters"]) if s["reading"] == "characters" else s["embeddingWidth"]
        self.highways = nn.ModuleList(Highway(width) for _ in range(s["highways"]))
        if s["body"] == "lstm":
            self.rnn = nn.LSTM(width, units, s["layers"])
        else:
            self.projection = nn.Linear(width, units)
            self.positions = nn.Parameter(torch.zeros(s["steps"], units))
            block = nn.TransformerEncoderLayer(units, s["heads"], 4 * units, 0, "gelu", norm_first=True, batch_first=True)
            self.transformer = nn.TransformerEncoder(block, s["layers"], nn.LayerNorm(units), enable_nested_tensor=False)
        if s["adaptiveCutoffs"]:
            self.output = nn.AdaptiveLogSoftmaxWithLoss(units, vocabulary, s["adaptiveCutoffs"])
        else:
            self.output = nn.Linear(units, vocabulary)

    def vectors(self, words):
        """The vectors of words: of their ids, or of a list of the ids of each one's characters."""
        if self.s["reading"] == "table":
            x = self.words(words)
        else:
            widest = max(f["width"] for f in self.s["filters"])
            x = torch.stack([torch.cat([self.maxima(f, ids) for f in self.filters]) for ids in words])
        for highway in self.highways:
            x = highway(x)
        return x

    def maxima(self, filter, ids):
        letters = self.characters(ids).T
        length = self.s["longestWord"] if self.s.get("padsWords") else filter.kernel_size[0]
        missing = max(0, length - letters.shape[1])
        return torch.tanh(filter(nn.functional.pad(letters, (0, missing))).amax(1))

    def forward(self, words, state=None):
        """The words of one text -> the logarithms of the probabilities of the next after each, and the state."""
        x = self.vectors(words)
        if self.s["body"] == "lstm":
            x, state = self.rnn(x, state)
        else:
            x = self.projection(x) + self.positions[:len(x)]
            x = self.transformer(x[None], nn.Transformer.generate_square_subsequent_mask(x.shape[0]))[0]
        scores = self.output.log_prob(x) if self.s["adaptiveCutoffs"] else self.output(x).log_softmax(1)
        return scores, state


def load(path):
    """The module of an exported file with its weights, and the texts beside them."""
    with safe_open(path, "pt") as file:
        texts, state = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}
    job = texts["job"]
    texts = {key: json.loads(texts[key]) for key in texts.keys() & {"alphabet", "labels", "vocabulary", "settings", "longest_word"}}
    symbols = len(texts["alphabet"]) + 1
    if job == "language-model":
        model = LanguageModel(symbols + 2, len(texts["vocabulary"]), texts["settings"])
    else:
        model = TextModel(symbols, len(state["output.bias"]), texts["settings"])
    model.load_state_dict(state)
    return model.eval(), texts
