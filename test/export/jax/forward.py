"""Writes forward.mlir and forward.json: a forward pass as JAX 0.10.2 exports it, its values and gradients.

Run from this folder with the packages jax==0.10.2 and numpy.
"""
import json

import jax
import jax.numpy as jnp
import numpy as np


def forward(params, images, tokens):
    x = jax.lax.conv_general_dilated(
        images, params["kernel"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    x = jax.nn.relu(x + params["bias"])
    x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = x.reshape(x.shape[0], -1) @ params["dense"]
    e = params["embedding"][tokens]
    q, k = e @ params["query"], e @ params["key"]
    scores = jnp.einsum("bid,bjd->bij", q, k) / jnp.sqrt(4.0)
    mask = jnp.tril(jnp.ones((5, 5), bool))
    weights = jax.nn.softmax(jnp.where(mask, scores, -1e9), axis=-1)
    y = jax.nn.gelu((weights @ e).mean(axis=1))

    def cell(h, z):
        h = jnp.tanh(h + z)
        return h, h.sum()

    last, sums = jax.lax.scan(cell, y, e.transpose(1, 0, 2))
    logits = jax.nn.log_softmax(x + last)
    return logits, sums, jnp.argmax(logits, axis=-1)


def loss(params, images, tokens):
    logits, sums, _ = forward(params, images, tokens)
    return (logits**2).sum() + jnp.sin(sums).sum()


rng = np.random.default_rng(20261124)
shapes = {
    "bias": (3,),
    "dense": (12, 4),
    "embedding": (7, 4),
    "kernel": (3, 3, 2, 3),
    "key": (4, 4),
    "query": (4, 4),
}
draw = lambda shape: (rng.integers(-64, 65, shape) / 128).astype(np.float32)
params = {name: draw(shape) for name, shape in shapes.items()}
images, tokens = draw((2, 8, 8, 2)), rng.integers(0, 7, (2, 5)).astype(np.int32)
with open("forward.mlir", "w") as file:
    file.write(jax.jit(forward).lower(params, images, tokens).as_text())
flat = lambda x: {"shape": list(x.shape), "data": np.asarray(x).ravel().tolist()}
values = {
    "params": {name: flat(x) for name, x in params.items()},
    "images": flat(images),
    "tokens": flat(tokens),
    "results": [flat(x) for x in forward(params, images, tokens)],
    "gradients": {name: flat(x) for name, x in jax.grad(loss)(params, images, tokens).items()},
}
with open("forward.json", "w") as file:
    json.dump(values, file)
    file.write("\n")
