"""Writes jax-slopes.json: derivatives of elementwise functions at kinks, poles and ends, by JAX.

Run with a Python that has JAX. Numbers that JSON lacks are strings.
"""

import json
import math
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

NAN, INF = math.nan, math.inf
POINTS = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, INF, -INF, NAN]
PAIRS = [0.0, -0.0, 1.0, -1.0, 2.0, -3.0, 0.5, INF, -INF, NAN]
POSITIVE = [0.25, 1.0, 2.5, 7.0]

unary = {
    "exp": lax.exp, "exp2": lax.exp2, "expm1": lax.expm1, "log": lax.log, "log1p": lax.log1p, "sin": lax.sin,
    "cos": lax.cos, "tan": lax.tan, "asin": lax.asin, "acos": lax.acos, "atan": lax.atan, "sinh": lax.sinh,
    "cosh": lax.cosh, "tanh": lax.tanh, "asinh": lax.asinh, "acosh": lax.acosh, "atanh": lax.atanh,
    "logistic": lax.logistic, "sqrt": lax.sqrt, "rsqrt": lax.rsqrt, "cbrt": lax.cbrt, "abs": lax.abs, "sign": lax.sign,
    "floor": lax.floor, "ceil": lax.ceil, "round": lax.round, "square": lax.square, "reciprocal": lax.reciprocal,
    "erf": lax.erf, "erfc": lax.erfc, "erfInv": lax.erf_inv, "besselI0e": lax.bessel_i0e, "besselI1e": lax.bessel_i1e,
    "lgamma": lax.lgamma,
}
for exponent in (0, 1, 2, 3, -1, -2):
    unary[f"integerPow {exponent}"] = lambda x, y=exponent: lax.integer_pow(x, y)

binary = {"atan2": lax.atan2, "pow": lax.pow, "rem": lax.rem, "max": lax.max, "min": lax.min}
positive = {"igamma": lax.igamma, "igammac": lax.igammac}


def encode(array):
    def one(x):
        if math.isnan(x):
            return "nan"
        if math.isinf(x):
            return "inf" if x > 0 else "-inf"
        return "-0" if x == 0 and math.copysign(1, x) < 0 else x

    return [one(float(x)) for x in np.asarray(array, np.float64).ravel()]


def slope(f, *args, wrt=0):
    def alone(x):
        return f(*(x if i == wrt else other for i, other in enumerate(args)))

    return jax.jvp(alone, (args[wrt],), (jnp.ones_like(args[wrt]),))[1]


def grid(points):
    return [jnp.asarray([p[i] for p in [(a, b) for a in points for b in points]], jnp.float32) for i in (0, 1)]


rows = []
x = jnp.asarray(POINTS, jnp.float32)
for name, f in unary.items():
    rows.append({"fn": name, "args": [encode(x)], "wrt": 0, "slope": encode(slope(f, x)),
                 "curvature": encode(slope(lambda y: slope(f, y), x))})
for table, points in ((binary, PAIRS), (positive, POSITIVE)):
    a, b = grid(points)
    for name, f in table.items():
        for wrt in (0, 1):
            rows.append({"fn": name, "args": [encode(a), encode(b)], "wrt": wrt, "slope": encode(slope(f, a, b, wrt=wrt))})
values = [0.0, 1.0, 2.0, NAN]
triples = [(lo, mid, hi) for lo in values for mid in [*values, 1.5] for hi in values]
bounds = [jnp.asarray([t[i] for t in triples], jnp.float32) for i in range(3)]
for wrt in range(3):
    rows.append({"fn": "clamp", "args": [encode(x) for x in bounds], "wrt": wrt, "slope": encode(slope(lax.clamp, *bounds, wrt=wrt))})
triples = [(a, b, at) for a in (0.5, 1, 2) for b in (0.5, 1, 3) for at in (0.0, 0.3, 1.0, NAN)]
triples = [jnp.asarray([t[i] for t in triples], jnp.float32) for i in range(3)]
rows.append({"fn": "betainc", "args": [encode(x) for x in triples], "wrt": 2, "slope": encode(slope(lax.betainc, *triples, wrt=2))})

path = pathlib.Path(__file__).with_name("jax-slopes.json")
path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
