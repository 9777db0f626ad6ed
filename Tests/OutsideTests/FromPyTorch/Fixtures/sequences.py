"""The pieces of PyTorch on embeddings and sequences."""

import os

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence

from pairs import Fill, pair, spread

SEQUENCES = [[3, 1, 4], [1, 5, 9, 2, 6], [5]]


@pair("An embedding with a padding row")
def padding():
    ids = [3, 0, 5]
    # BEGIN An embedding with a padding row
    embedding = nn.Embedding(10, 4, padding_idx=0)
    # END An embedding with a padding row
    Fill()(embedding.weight)
    embedding.weight.data[0] = 0
    # BEGIN An embedding with a padding row
    y = embedding(torch.tensor(ids))
    y.square().sum().backward()
    # END An embedding with a padding row
    return {"y": y, "slope": embedding.weight.grad}


@pair("Sparse gradients")
def sparse():
    ids = [7, 3, 7]
    # BEGIN Sparse gradients
    embedding = nn.Embedding(10, 4, sparse=True)
    # END Sparse gradients
    Fill()(embedding.weight)
    # BEGIN Sparse gradients
    y = embedding(torch.tensor(ids))
    y.square().sum().backward()
    gradient = embedding.weight.grad.coalesce()
    rows = gradient.indices()[0]
    slopes = gradient.values()
    # END Sparse gradients
    return {"rows": rows, "slopes": slopes}


@pair("Vectors from elsewhere")
def vectors():
    vectors = spread(40)
    ids = [7, 3, 7]
    # BEGIN Vectors from elsewhere
    embedding = nn.Embedding.from_pretrained(
        torch.tensor(vectors).reshape(10, 4), freeze=True)
    y = embedding(torch.tensor(ids))
    # END Vectors from elsewhere
    return {"y": y}


@pair("A bag of embeddings")
def bag():
    sequences = SEQUENCES
    # BEGIN A bag of embeddings
    bag = nn.EmbeddingBag(10, 4, mode="mean")
    # END A bag of embeddings
    Fill()(bag.weight)
    # BEGIN A bag of embeddings
    ids = torch.tensor([i for s in sequences for i in s])
    starts = torch.tensor([0, 3, 8])
    y = bag(ids, starts)
    # END A bag of embeddings
    return {"y": y}


@pair("Sequences of any length: packing")
def packing():
    sequences = SEQUENCES
    embedding = nn.Embedding(10, 4)
    gru = nn.GRU(4, 5, batch_first=True)
    fill = Fill()
    fill(embedding.weight)
    fill.recurrent(gru)
    # BEGIN Sequences of any length: packing
    lengths = torch.tensor([len(s) for s in sequences])
    padded = pad_sequence(
        [torch.tensor(s) for s in sequences],
        batch_first=True)
    packed = pack_padded_sequence(
        embedding(padded), lengths,
        batch_first=True, enforce_sorted=False)
    _, states = gru(packed)
    final = states[-1]
    # END Sequences of any length: packing
    return {"final": final}


@pair("Two layers, both directions")
def bidirectional():
    values = spread(21)
    # BEGIN Two layers, both directions
    lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True)
    # END Two layers, both directions
    Fill().recurrent(lstm)
    # BEGIN Two layers, both directions
    steps = torch.tensor(values).reshape(7, 3)
    packed = pack_sequence(
        [steps[:3], steps[3:]], enforce_sorted=False)
    padded, lengths = pad_packed_sequence(lstm(packed)[0])
    # END Two layers, both directions
    return {"outputs": torch.cat([padded[: int(n), i] for i, n in enumerate(lengths)])}


@pair("States that go on")
def carried():
    parts = [[[3, 1, 4], [1, 5, 9]], [[2, 6, 5], [3, 5, 8]]]
    embedding = nn.Embedding(10, 4)
    lstm = nn.LSTM(4, 5, batch_first=True)
    fill = Fill()
    fill(embedding.weight)
    fill.recurrent(lstm)
    # BEGIN States that go on
    state = None
    for part in parts:
        steps = embedding(torch.tensor(part))
        outputs, (h, c) = lstm(steps, state)
        state = (h.detach(), c.detach())
    # END States that go on
    return {"state": state[0], "cell": state[1]}


@pair("The weights of PyTorch's LSTM")
def weights():
    values = spread(9)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lstm.safetensors")
    # BEGIN The weights of PyTorch's LSTM
    lstm = nn.LSTM(3, 4)
    # END The weights of PyTorch's LSTM
    Fill()(*lstm.parameters())
    # BEGIN The weights of PyTorch's LSTM
    save_file(lstm.state_dict(), path)
    x = torch.tensor(values).reshape(3, 3)
    y = lstm(x)[0]
    # END The weights of PyTorch's LSTM
    return {"y": y}


@pair("A block of a transformer")
def transformer():
    values = spread(64)
    # BEGIN A block of a transformer
    block = nn.TransformerEncoderLayer(
        8, 2, dim_feedforward=16, dropout=0,
        activation="gelu", norm_first=True, batch_first=True)
    # END A block of a transformer
    Fill()(
        *block.norm1.parameters(),
        *[block.self_attn.in_proj_weight, block.self_attn.in_proj_bias],
        *block.self_attn.out_proj.parameters(),
        *block.norm2.parameters(),
        *block.linear1.parameters(),
        *block.linear2.parameters(),
    )
    # BEGIN A block of a transformer
    rows = torch.tensor(values).reshape(8, 8)
    x = pad_sequence([rows[:3], rows[3:]], batch_first=True)
    lengths = torch.tensor([3, 5])
    absent = torch.arange(5) >= lengths[:, None]
    y = block(x, src_key_padding_mask=absent)
    # END A block of a transformer
    return {"y": torch.cat([y[0, :3], y[1]])}
