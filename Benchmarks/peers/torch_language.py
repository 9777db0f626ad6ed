"""PyTorch: the small character language model of arXiv:1508.06615 and its parts."""

import torch
from torch import nn
from torch.nn import functional as F

import inputs
from inputs import Sequences
from measure import Case


class Characters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(52, 15, padding_idx=51)
        self.convolutions = nn.ModuleList(nn.Conv1d(15, 25 * width, width) for width in range(1, 7))

    def forward(self, symbols):
        letters = self.embedding(symbols).transpose(1, 2)
        return torch.cat([torch.tanh(c(letters)).amax(2) for c in self.convolutions], 1)


class Pooled(Characters):
    """The same with a pooling operation in place of the reduction."""

    def forward(self, symbols):
        letters = self.embedding(symbols).transpose(1, 2).contiguous()
        maxima = [F.adaptive_max_pool1d(c(letters), 1).squeeze(2) for c in self.convolutions]
        return torch.tanh(torch.cat(maxima, 1))


def characters(kind):
    def setup():
        torch.manual_seed(0)
        words = Sequences(vocabulary=51, batch=700, shortest=3, longest=14)
        batches = []
        for number in range(inputs.BATCHES):
            symbols = torch.from_numpy(words.symbols(number))
            lengths = torch.from_numpy(words.lengths(number))
            past = torch.arange(symbols.shape[1])[None, :] >= lengths[:, None]
            batches.append(symbols.masked_fill(past, 51))
        model = kind()
        weights = torch.from_numpy(inputs.floats((700, 525), 0))

        def step(number):
            (model(batches[number % inputs.BATCHES]) * weights).sum().backward()
            model.zero_grad()
        return step
    return setup


def softmax(make=inputs.floats, is_chunked=False):
    """Linear layer and cross-entropy; chunked, the logits of some rows at a time exist."""
    torch.manual_seed(0)
    layer = nn.Linear(300, 10_000)
    states = [
        torch.from_numpy(make((700, 300), number, 0.5)).requires_grad_() for number in range(inputs.BATCHES)
    ]
    labels = torch.from_numpy((inputs.scattered(range(700)) % 10_000).astype("int64"))

    def step(number):
        x = states[number % inputs.BATCHES]
        if is_chunked:
            loss = F.linear_cross_entropy(
                x, layer.weight, labels, linear_bias=layer.bias, options=nn.LinearCrossEntropyOptions())
        else:
            loss = F.cross_entropy(layer(x), labels)
        loss.backward()
        layer.zero_grad()
        x.grad = None
    return step


def softmax_tensors():
    """The tensors that the softmax is given and gives back, all resident, and a product that starts the threads."""
    torch.manual_seed(0)
    layer = nn.Linear(300, 10_000)
    states = [torch.from_numpy(inputs.floats((700, 300), number, 0.5)) for number in range(inputs.BATCHES)]
    gradients = [torch.ones(10_000, 300), torch.ones(10_000), torch.ones(700, 300)]

    def step(number):
        with torch.no_grad():
            layer(states[number % inputs.BATCHES][:1]).add_(gradients[1])
    return step


class LanguageModel(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.register_buffer("table", table)
        self.characters = Characters()
        self.transform, self.gate = nn.Linear(525, 525), nn.Linear(525, 525)
        self.lstm = nn.LSTM(525, 300, num_layers=2, dropout=0.5, batch_first=True)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(300, inputs.WORDS)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-0.05, 0.05)
            self.characters.embedding.weight[51] = 0
            self.gate.bias -= 2

    def vectors(self, words):
        y = self.characters(self.table[words])
        gate = torch.sigmoid(self.gate(y))
        return gate * torch.relu(self.transform(y)) + (1 - gate) * y

    def forward(self, words, following, state, are_distinct):
        if are_distinct:
            distinct, places = torch.unique(words, return_inverse=True)
            vectors = self.vectors(distinct)[places]
        else:
            vectors = self.vectors(words.flatten()).view(*words.shape, 525)
        states, state = self.lstm(vectors, state)
        loss = F.cross_entropy(self.output(self.dropout(states)).flatten(0, 1), following.flatten(), reduction="sum")
        return loss / inputs.STREAMS, [part.detach() for part in state]


def model_step(are_distinct):
    """The whole step: forward, backward, clipping by norm, plain descent; the state goes on."""
    def setup():
        torch.manual_seed(0)
        table = inputs.spelled_words(range(inputs.WORDS), inputs.LONGEST_WORD - 3, padding=51)
        model = LanguageModel(torch.from_numpy(table))
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        batches = [[torch.from_numpy(ids.copy()) for ids in inputs.running_words(i)] for i in range(inputs.BATCHES)]
        state = [torch.zeros(2, inputs.STREAMS, 300) for _ in range(2)]

        def step(number):
            nonlocal state
            loss, state = model(*batches[number % inputs.BATCHES], state, are_distinct)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            optimizer.zero_grad()
        return step
    return setup


def encode(kind):
    """Forward alone, words that all differ, in batches."""
    def setup():
        torch.manual_seed(0)
        model = kind().eval()
        table = torch.from_numpy(inputs.spelled_words(range(100_000), inputs.LONGEST_WORD, padding=51))
        batches = table.split(inputs.ENCODED_WORDS)

        def step(number):
            with torch.no_grad():
                model(batches[number % len(batches)])
        return step
    return setup


def cases():
    name = "language/characters 700 words"
    softmax_name = "language/softmax 700x300x10000"
    model_name = "language/char-small step"
    encode_name = f"language/encode {inputs.ENCODED_WORDS:,} of 100,000 words"
    words = inputs.STREAMS * inputs.STEPS
    found = [
        Case(name, "maximum", characters(Characters), items=700, item_name="words"),
        Case(name, "pooling, tanh last", characters(Pooled), items=700, item_name="words"),
        Case(softmax_name, "eager", lambda: softmax(), items=700, item_name="words"),
        Case("language/softmax after dropout", "eager", lambda: softmax(inputs.dropped), items=700, item_name="words"),
        Case(softmax_name.replace("/", "/tensors of "), "eager", lambda: softmax_tensors()),
        Case(model_name, "every word encoded", model_step(False), items=words, item_name="words"),
        Case(model_name, "distinct words once", model_step(True), items=words, item_name="words"),
        Case(encode_name, "maximum", encode(Characters), items=inputs.ENCODED_WORDS, item_name="words"),
        Case(encode_name, "pooling, tanh last", encode(Pooled), items=inputs.ENCODED_WORDS, item_name="words"),
    ]
    if hasattr(F, "linear_cross_entropy"):  # from PyTorch 2.13 on
        found += [
            Case(softmax_name, "chunked", lambda: softmax(is_chunked=True), items=700, item_name="words"),
            Case("language/softmax after dropout", "chunked", lambda: softmax(inputs.dropped, True), items=700,
                 item_name="words"),
            Case(softmax_name.replace("/", "/tensors of "), "chunked", lambda: softmax_tensors()),
        ]
    return found
