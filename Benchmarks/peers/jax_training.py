"""JAX: the small perceptron, its whole step compiled."""

import jax
import jax.numpy as jnp

import inputs
from inputs import Sequences
from measure import Case

SIZES = (32, 64, 64, 10)


def loss(weights, x, labels):
    for w, b in weights[:-1]:
        x = jnp.tanh(x @ w + b)
    w, b = weights[-1]
    return -jnp.take_along_axis(jax.nn.log_softmax(x @ w + b), labels[:, None], 1).mean()


def perceptron():
    weights = [
        (jnp.asarray(inputs.floats((m, n), 10 + m + n, m**-0.5)), jnp.zeros(n)) for m, n in zip(SIZES, SIZES[1:])
    ]
    labels = Sequences(vocabulary=2, batch=16, shortest=1, longest=1).labels
    batches = [
        (jnp.asarray(inputs.floats((16, 32), number)), jnp.asarray(labels(number).astype("int32")))
        for number in range(inputs.BATCHES)
    ]

    @jax.jit
    def train(weights, x, y):
        gradients = jax.grad(loss)(weights, x, y)
        return jax.tree.map(lambda w, g: w - 1e-2 * g, weights, gradients)

    def step(number):
        nonlocal weights
        weights = jax.block_until_ready(train(weights, *batches[number % inputs.BATCHES]))
    return step


def cases():
    return [Case("mlp/32-64-64-10, batch 16", "jitted SGD", perceptron, items=1)]
