"""JAX: one recurrent layer of 128 units over 128 inputs as a scan over padded sequences, the whole step compiled."""

import jax
import jax.numpy as jnp
import numpy as np

import inputs
from inputs import Sequences
from measure import Case

UNITS = 128
TEXTS = [Sequences(vocabulary=2, batch=batch, shortest=5, longest=50) for batch in (32, 64, 256)]
TEXTS.append(Sequences(vocabulary=2, batch=1, shortest=200, longest=200))
GATES = {"elman": 1, "gru": 3, "lstm": 4, "ln-gru": 3}


def norm(x, gain):
    d = x - x.mean(-1, keepdims=True)
    return d * jax.lax.rsqrt((d * d).mean(-1, keepdims=True) + 1e-5) * gain


def elman(p, h, share):
    h = jnp.tanh(share + h @ p["wh"])
    return h, h


def gru(p, h, share):
    product = h @ p["wh"]
    if "gain_hh" in p:
        product = norm(product, p["gain_hh"])
    ir, iz, i_n = jnp.split(share, 3, -1)
    hr, hz, hn = jnp.split(product, 3, -1)
    r, z = jax.nn.sigmoid(ir + hr), jax.nn.sigmoid(iz + hz)
    n = jnp.tanh(i_n + r * (hn + p["bias_hn"]))
    h = n + z * (h - n)
    return h, h


def lstm(p, state, share):
    h, c = state
    i, f, g, o = jnp.split(share + h @ p["wh"], 4, -1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


CELLS = {"elman": elman, "gru": gru, "lstm": lstm, "ln-gru": gru}


def layer(name, text):
    def setup():
        width = GATES[name] * UNITS
        p = dict(wi=jnp.asarray(inputs.floats((UNITS, width), 1, UNITS**-0.5)),
                 wh=jnp.asarray(inputs.floats((UNITS, width), 2, UNITS**-0.5)), bias=jnp.zeros(width))
        if "gru" in name:
            p["bias_hn"] = jnp.zeros(UNITS)
        if name == "ln-gru":
            p |= dict(gain_ih=jnp.ones(width), gain_hh=jnp.ones(width))
        zero = jnp.zeros((text.batch, UNITS))

        def loss(p, x, weights):
            shares = x @ p["wi"]
            if "gain_ih" in p:
                shares = norm(shares, p["gain_ih"])
            start = (zero, zero) if name == "lstm" else zero
            outputs = jax.lax.scan(lambda h, share: CELLS[name](p, h, share), start, shares + p["bias"])[1]
            return (outputs * weights).sum()
        train = jax.jit(jax.value_and_grad(loss, (0, 1)))
        batches = []
        for number in range(inputs.BATCHES):
            shape = (text.longest, text.batch, UNITS)
            inside = np.arange(text.longest)[:, None] < text.lengths(number)[None, :]
            batches.append((jnp.asarray(inputs.floats(shape, number)),
                            jnp.asarray(inputs.floats(shape, 100 + number) * inside[:, :, None])))

        def step(number):
            jax.block_until_ready(train(p, *batches[number % inputs.BATCHES]))
        return step
    return setup


def cases():
    return [
        Case(f"{name}/128 units, batch {text.batch}", "scan, padded", layer(name, text),
             flops=text.mean_symbols() * inputs.recurrent_flops(UNITS, UNITS, gates), items=text.mean_symbols(),
             item_name="symbols")
        for name, gates in GATES.items() for text in TEXTS
    ]
