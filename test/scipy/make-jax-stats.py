"""Writes jax-stats.json: distributions and their slopes by every argument, by JAX.

Run with a Python that has JAX 0.10. Numbers that JSON lacks are strings. Each row has points (one list for each
argument, location and scale last where the function takes them), values, and one list of slopes for each argument.
"""

import inspect
import json
import math
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy import stats

NAN, INF = math.nan, math.inf
REAL = [-30.0, -6.0, -1.5, -0.25, 0.0, 0.25, 0.75, 2.0, 5.5, 12.0, INF, NAN]
LOC = [0.0, 0.0, 0.5, 0.0, 0.0, -1.0, 0.0, 0.25, 0.0, 2.0, 0.0, 0.0]
SCALE = [1.0, 1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 2.0, 1.0, 4.0, 1.0, 1.0]
UNIT = [-0.25, 0.0, 0.0625, 0.25, 0.5, 0.5, 0.75, 0.9375, 0.875, 0.99, 1.0, NAN]
A = [0.5, 1.0, 2.0, 3.5, 1.0, 2.0, 0.75, 4.0, 9.0, 2.5, 2.0, 1.0]
B = [2.0, 1.0, 0.5, 2.0, 1.0, 3.0, 1.5, 2.0, 3.0, -1.0, 2.0, 1.0]
COUNTS = [-1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 4.0, 6.0, 2.5, 7.0, 0.0]
TRIALS = [4.0, 0.0, 5.0, 3.0, 1.0, 6.0, 3.0, 9.0, 5.0, 5.0, 12.0, 4.0]
CHANCE = [0.5, 0.25, 0.5, 0.75, 0.5, 0.125, 0.5, 0.25, 0.5, 0.5, 0.625, 0.0]
MEANS = [0.5, 1.0, 2.0, 3.5, 0.25, 2.0, 0.75, 4.0, 9.0, 2.5, 12.0, 1.0]

functions = {
    "norm": ("logpdf pdf cdf logcdf sf logsf", [REAL]),
    "norm ": ("ppf isf", [UNIT]),
    "uniform": ("logpdf pdf cdf", [UNIT]),
    "uniform ": ("ppf", [UNIT]),
    "expon": ("logpdf pdf cdf logcdf sf logsf", [REAL]),
    "expon ": ("ppf", [UNIT]),
    "gamma": ("logpdf pdf cdf logcdf sf logsf", [REAL, A]),
    "beta": ("logpdf pdf cdf logcdf sf logsf", [UNIT, A, B]),
    "t": ("logpdf pdf", [REAL, A]),
    "laplace": ("logpdf pdf cdf", [REAL]),
    "logistic": ("logpdf pdf cdf sf", [REAL]),
    "logistic ": ("ppf isf", [UNIT]),
    "bernoulli": ("logpmf pmf cdf", [COUNTS, CHANCE]),
    "bernoulli ": ("ppf", [UNIT, CHANCE]),
    "binom": ("logpmf pmf", [COUNTS, TRIALS, CHANCE]),
    "poisson": ("logpmf pmf cdf", [COUNTS, MEANS]),
}


def encode(array):
    def one(x):
        if math.isnan(x):
            return "nan"
        if math.isinf(x):
            return "inf" if x > 0 else "-inf"
        return float(np.float32(x))

    return [one(float(x)) for x in np.asarray(array, np.float64).ravel()]


def row(name, method, points):
    f = getattr(getattr(stats, name), method)
    parameters = inspect.signature(f).parameters
    args = points + ([LOC] if "loc" in parameters else []) + ([SCALE] if "scale" in parameters else [])
    arrays = [jnp.asarray(a, jnp.float32) for a in args]
    slopes = []
    for i, x in enumerate(arrays):
        if name == "beta" and method.split("log")[-1] in ("cdf", "sf") and i in (1, 2):
            slopes.append(None)  # by its exponents the incomplete beta function has no derivative
            continue
        slopes.append(jax.jvp(lambda v: f(*arrays[:i], v, *arrays[i + 1 :]), (x,), (jnp.ones_like(x),))[1])
    return {
        "fn": f"{name}.{method}",
        "args": [encode(a) for a in arrays],
        "out": encode(f(*arrays)),
        "slopes": [None if s is None else encode(s) for s in slopes],
    }


rows = [
    row(name.strip(), method, points) for name, (methods, points) in functions.items() for method in methods.split()
]
means = jnp.asarray([0.0, 0.25, 3.0, 9.5, 10.0, 45.0, 99.0, 100.0, 1000.0], jnp.float32)
rows.append({"fn": "poisson.entropy", "args": [encode(means)], "out": encode(stats.poisson.entropy(means)), "slopes": [None]})

text = "[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n"
(pathlib.Path(__file__).parent / "jax-stats.json").write_text(text)
