"""Writes the reference numbers of attention, transformer and adaptive softmax: values and gradients by PyTorch in float64.

    python make_transformer_fixtures.py        (needs torch; made with torch 2.15)

Files and naming as in make_fixtures.py. Sequences are computed one by one, without padding.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(23)
FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}


def single(t):
    """Rounded to what a float holds, so that both sides begin with the same numbers."""
    return t.detach().to(torch.float32).to(torch.float64)


def leaf(*shape, scale=1.0):
    return single(torch.randn(shape) * scale).requires_grad_()


def tensor(t):
    return {"shape": list(t.shape), "values": [float(v) for v in t.detach().reshape(-1)]}


def case(name, output, integers=None, **inputs):
    upstream = single(torch.randn(output.shape)) if output.dim() else torch.ones(())
    (output * upstream).sum().backward()
    tensors = {"y": tensor(output), "upstream": tensor(upstream)}
    for key, value in inputs.items():
        tensors[key] = tensor(value)
        tensors["d_" + key] = tensor(value.grad)
    CASES[name] = {"tensors": tensors, "integers": integers or {}}


def by_sequence(x, lengths, function):
    return torch.cat([function(part) for part in x.split(lengths) if len(part)])


def write(name):
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        json.dump(CASES, file, separators=(",", ":"))
        file.write("\n")
    CASES.clear()


for form, approximate in [("exact", "none"), ("tanh", "tanh")]:
    x = leaf(5, 37, scale=2.5)
    case("gelu " + form, F.gelu(x, approximate=approximate), x=x)

for name, lengths, heads, size in [("short", [4, 0, 1, 7, 2], 1, 5), ("short", [4, 0, 1, 7, 2], 3, 4),
                                   ("long", [129, 3], 2, 2)]:
    for causal in [False, True]:
        x = leaf(sum(lengths), 3 * heads * size)
        with torch.no_grad():
            x[5:8] = x[5]  # rows that are equal: their weights tie

        def attend(part):
            q, k, v = part.reshape(len(part), 3, heads, size).permute(1, 2, 0, 3)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
            return y.permute(1, 0, 2).reshape(len(part), heads * size)

        case(f"attention {name} {heads} {'causal' if causal else 'full'}", by_sequence(x, lengths, attend),
             integers={"lengths": lengths}, x=x)

write("attention")


def layer(width, heads, hidden, activation="gelu"):
    block = torch.nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, activation=activation,
                                             norm_first=True, batch_first=True)
    for p in block.parameters():
        p.data = single(p + 0.2 * torch.randn(p.shape))
    return block


def run(block, part, causal):
    mask = torch.nn.Transformer.generate_square_subsequent_mask(len(part)) if causal else None
    return block(part[None], src_mask=mask, is_causal=causal)[0]


def named(blocks):
    names = {"self_attn.in_proj_weight": "attention.projections.weight",
             "self_attn.in_proj_bias": "attention.projections.bias",
             "self_attn.out_proj": "attention.output", "norm1": "attention_norm", "norm2": "expand_norm",
             "linear1": "expand", "linear2": "contract"}
    result = {}
    for i, block in enumerate(blocks):
        for key, p in block.named_parameters():
            for old, new in names.items():
                key = key.replace(old, new)
            result[f"block_{i}.{key}"] = p
    return result


lengths = [5, 1, 0, 9, 3]
for causal in [False, True]:
    for heads in [1, 4]:
        block, x = layer(8, heads, 20), leaf(18, 8)
        y = by_sequence(x, lengths, lambda part: run(block, part, causal))
        case(f"block {heads} {'causal' if causal else 'full'}", y, integers={"lengths": lengths}, x=x, **named([block]))


def sinusoids(rows, width):
    t, i = torch.arange(rows)[:, None], torch.arange(0, width, 2)[None]
    angles = t / 10000 ** (i / width)
    return torch.stack([angles.sin(), angles.cos()], 2).reshape(rows, -1)[:, :width]


for kind in ["learned", "sinusoidal"]:
    blocks, x, norm = [layer(6, 2, 24), layer(6, 2, 24)], leaf(18, 6), torch.nn.LayerNorm(6)
    for p in norm.parameters():
        p.data = single(p + 0.2 * torch.randn(p.shape))
    positions = leaf(11, 6, scale=0.5) if kind == "learned" else sinusoids(11, 6)

    def states(part):
        z = part + positions[:len(part)]
        for block in blocks:
            z = run(block, z, True)
        return norm(z)

    extra = {"positions": positions} if kind == "learned" else {}
    case("transformer " + kind, by_sequence(x, lengths, states), integers={"lengths": lengths}, x=x,
         **{"norm.weight": norm.weight, "norm.bias": norm.bias}, **named(blocks), **extra)

CASES["sinusoids"] = {"tensors": {"y": tensor(sinusoids(50, 7))}, "integers": {}}
write("transformer")

# Labels of the shortlist and of both clusters, and labels that no row of the second cluster has.
for name, labels, head_bias in [("plain", [0, 36, 4, 11, 12, 5, 30, 3, 36, 10, 2, 20, 7], False),
                                ("head bias", [0, 36, 4, 11, 12, 5, 30, 3, 36, 10, 2, 20, 7], True),
                                ("empty cluster", [0, 1, 30, 4, 2, 36, 30, 3, 25, 1, 2, 22, 3], False)]:
    module = torch.nn.AdaptiveLogSoftmaxWithLoss(9, 37, [5, 12], div_value=2.0, head_bias=head_bias)
    for p in module.parameters():
        p.data = single(p * 2)
    x = leaf(13, 9)
    parameters = {"head.weight": module.head.weight}
    if head_bias:
        parameters["head.bias"] = module.head.bias
    for i, tail in enumerate(module.tail):
        parameters[f"projection_{i}.weight"] = tail[0].weight
        parameters[f"cluster_{i}.weight"] = tail[1].weight
    loss = module(x, torch.tensor(labels)).loss
    everything = module.log_prob(x)
    for p in parameters.values():  # a cluster that no label falls into has gradient 0
        p.grad = torch.zeros_like(p)
    case("adaptive " + name, loss, integers={"labels": labels}, x=x, **parameters)
    CASES["adaptive " + name]["tensors"]["log_prob"] = tensor(everything)

write("adaptive")
