"""Taylor series as JAX 0.10.2 gives them in float64; writes jax-values.json.

python make-jax-values.py, with jax==0.10.2 installed.
"""

import json
from pathlib import Path

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental.jet import jet

ORDER = 6


def numbers(shape, seed, low, high):
    """Numbers that the test makes again: no generator is shared between the languages."""
    size = int(np.prod(shape))
    steps = [((seed * 31 + i * 17) % 64) / 64 for i in range(size)]
    return jnp.array([low + (high - low) * s for s in steps], dtype="float64").reshape(shape)


def case(f, shapes, low=-1.0, high=1.0, **options):
    primals = [numbers(s, 3 + i, low, high) for i, s in enumerate(shapes)]
    series = [[numbers(s, 11 + 5 * i + k, -1.0, 1.0) for k in range(ORDER)] for i, s in enumerate(shapes)]
    out, terms = jet(f, primals, series, **options)
    return {
        "shapes": [list(s) for s in shapes],
        "low": low,
        "high": high,
        "out": np.asarray(out).ravel().tolist(),
        "terms": [np.asarray(t).ravel().tolist() for t in terms],
    }


vector = [(3,)]
pair = [(3,), (3,)]
kernel = [(1, 2, 5), (3, 2, 3)]

cases = {
    "exp": case(lax.exp, vector),
    "expm1": case(lax.expm1, vector),
    "log": case(lax.log, vector, 0.5, 2.0),
    "log1p": case(lax.log1p, vector, -0.5, 1.0),
    "sin": case(lax.sin, vector),
    "cos": case(lax.cos, vector),
    "sinh": case(lax.sinh, vector),
    "cosh": case(lax.cosh, vector),
    "tanh": case(lax.tanh, vector),
    "logistic": case(lax.logistic, vector),
    "sqrt": case(lax.sqrt, vector, 0.5, 2.0),
    "rsqrt": case(lax.rsqrt, vector, 0.5, 2.0),
    "square": case(lax.square, vector),
    "integerPow": case(lambda x: lax.integer_pow(x, 5), vector),
    "integerPow negative": case(lambda x: lax.integer_pow(x, -2), vector, 0.5, 2.0),
    "asinh": case(lax.asinh, vector),
    "acosh": case(lax.acosh, vector, 1.5, 2.5),
    "atanh": case(lax.atanh, vector, -0.5, 0.5),
    "erf": case(lax.erf, vector),
    "erfc": case(lax.erfc, vector),
    "erfInv": case(lax.erf_inv, vector, -0.5, 0.5),
    "abs": case(lax.abs, vector, 0.25, 1.0),
    "pow": case(lax.pow, pair, 0.5, 2.0),
    "div": case(lax.div, pair, 0.5, 2.0),
    "mul": case(lax.mul, pair),
    "atan2": case(lax.atan2, pair, 0.5, 2.0),
    "max": case(lax.max, pair),
    "min at ties": case(lambda x, y: lax.min(x, y * 0 + x), pair),
    "dot": case(lambda a, b: jnp.dot(a, b), [(2, 3), (3, 2)]),
    "conv": case(lambda x, w: lax.conv_general_dilated(x, w, (1,), "SAME"), kernel),
    "reduceMax": case(lambda x: jnp.max(x), [(5,)]),
    "cumprod": case(lambda x: lax.cumprod(x), [(4,)], 0.5, 2.0),
    "softmax": case(lambda x: jnp.exp(x) / jnp.sum(jnp.exp(x)), [(4,)]),
    "network": case(lambda x, w: jax.jit(lambda v: jnp.tanh(w @ jnp.sin(v)))(x), [(3,), (2, 3)]),
    "not scaled": case(lambda x: jnp.exp(jnp.sin(x)), vector, factorial_scaled=False),
}

Path(__file__).with_name("jax-values.json").write_text(json.dumps(cases) + "\n")
