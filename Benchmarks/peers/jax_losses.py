"""JAX: soft nearest neighbors, batched, value and gradient compiled."""

import jax
import jax.numpy as jnp

import inputs
from inputs import Sequences
from measure import Case

WIDTH = 128


def loss(x, y):
    squares = (x * x).sum(1)
    s = -jnp.maximum(squares[:, None] + squares[None, :] - 2 * x @ x.T, 0)
    s = jnp.where(jnp.eye(len(x), dtype=bool), -jnp.inf, s)
    same = jnp.where(y[:, None] == y[None, :], s, -jnp.inf)
    return (jax.nn.logsumexp(s, 1) - jax.nn.logsumexp(same, 1)).mean()


def neighbors(count):
    def setup():
        labels = Sequences(vocabulary=2, batch=count, shortest=1, longest=1).labels
        batches = [
            (jnp.asarray(inputs.floats((count, WIDTH), number, 0.1)), jnp.asarray(labels(number).astype("int32")))
            for number in range(inputs.BATCHES)
        ]
        compiled = jax.jit(jax.value_and_grad(loss))
        return lambda number: jax.block_until_ready(compiled(*batches[number % inputs.BATCHES]))
    return setup


def cases():
    return [
        Case(f"neighbors/n={count}", "jitted", neighbors(count), items=count, item_name="samples")
        for count in (128, 512, 2_048)
    ]
