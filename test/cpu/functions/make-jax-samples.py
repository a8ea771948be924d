"""Write jax-samples.json: what JAX answers on sample arguments of bit-level and integer operations.

Needs jax. Run: python3 make-jax-samples.py [output file]
"""

import json
import sys

import numpy as np
import jax
import jax.numpy as jnp
from jax import lax

rng = np.random.default_rng(3)
out_file = sys.argv[1] if len(sys.argv) > 1 else "jax-samples.json"


def text(values):
    """JSON has no infinities or NaN and loses -0: floats travel as JavaScript reads them."""
    return [repr(float(v)).replace("inf", "Infinity").replace("nan", "NaN") for v in values]


def floats(dtype, count):
    info = jnp.finfo(dtype)
    low, high = np.log2(float(info.tiny)), np.log2(float(info.max))
    sizes = 2.0 ** rng.uniform(low, high, count)
    values = np.concatenate([rng.choice([-1, 1], count) * sizes, rng.uniform(-4, 4, count)])
    special = [0.0, -0.0, 1.0, 1.5, 3.0, 6.0, 0.75, 1.2345678, 1e10, np.inf, -np.inf, np.nan, float(info.max)]
    return np.concatenate([values, special]).astype(dtype)


def precision(dtype, formats):
    rows = []
    x = floats(dtype, 12)
    for e, k in formats:
        y = lax.reduce_precision(jnp.asarray(x), e, k)
        rows.append({"exponentBits": e, "mantissaBits": k, "x": text(x), "y": text(np.asarray(y, np.float64))})
    return rows


def integers(dtype):
    info = np.iinfo(dtype)
    ends = [info.min, info.max, 0, 1, 2, 7, info.max - 1, info.min + 1]
    if info.min < 0:
        ends += [-1, -2, -7]
    x = np.array(ends + [int(v) for v in rng.integers(info.min, info.max, 6, endpoint=True, dtype=dtype)], dtype)
    a, b = (g.ravel() for g in np.meshgrid(x, x))
    counts = np.array([0, 1, 3, info.bits - 1, info.bits, info.bits + 1] + ([-1] if info.min < 0 else [255]), dtype)
    c, n = (g.ravel() for g in np.meshgrid(x, counts))
    ja, jb, jc, jn = map(jnp.asarray, (a, b, c, n))
    result = {
        "x": a, "y": b,
        "div": lax.div(ja, jb), "rem": lax.rem(ja, jb), "mul": ja * jb,
        "value": c, "count": n,
        "shiftLeft": lax.shift_left(jc, jn),
        "shiftRightLogical": lax.shift_right_logical(jc, jn),
        "shiftRightArithmetic": lax.shift_right_arithmetic(jc, jn),
        "one": x, "populationCount": lax.population_count(jnp.asarray(x)), "clz": lax.clz(jnp.asarray(x)),
        "wrapped": np.array([-3000000001, -129, -1, 0, 127, 128, 300, 65535, 65536, 2147483648, 4294967295]).astype(dtype),
    }
    # two forms of saturation: from float32
    source = np.array([np.nan, np.inf, -np.inf, 3e9, -3e9, 5e9, 2.9, -2.9, 300.0, -300.0, -1.0, 127.5, 70000.0], np.float32)
    result["fromFloat"] = jnp.asarray(source).astype(dtype)
    return {name: np.asarray(v).astype(object).tolist() for name, v in result.items()}


def next_after(dtype, edges):
    values = np.concatenate([np.array(edges), rng.uniform(-4, 4, 4)]).astype(dtype)
    x, y = (g.ravel() for g in np.meshgrid(values, values))
    return {"x": text(x), "y": text(y), "next": text(np.asarray(lax.nextafter(jnp.asarray(x), jnp.asarray(y)), np.float64))}


edges = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, np.inf, -np.inf, np.nan]
tail = 1 - 2.0 ** -rng.uniform(1, 24, 60)
uniform = np.concatenate([rng.uniform(-1, 1, 120), tail, -tail, [0.0, -0.0, 1e-30, 1.0, -1.0, -0.99999994]]).astype(np.float32)
pairs = [(1, np.nan), (np.nan, 0), (-1, np.inf), (-1, -np.inf), (0, -1), (-0.0, -1), (-8, 1 / 3), (-2, 3), (0, 0),
         (np.inf, 0), (np.inf, -1), (-np.inf, 3), (-np.inf, 2), (-np.inf, -3), (2, np.inf), (0.5, np.inf), (2, -np.inf),
         (-0.0, 3), (-0.0, 2), (np.nan, 1), (2, np.nan), (0, np.inf), (0, -np.inf), (1, np.inf), (-0.0, -2), (-2, -np.inf)]

samples = {
    "reducePrecision": {
        "float32": precision(np.float32, [(5, 10), (8, 7), (8, 23), (8, 0), (5, 2), (4, 3), (2, 0), (1, 3), (1, 0), (8, 3), (3, 23)]),
        "float16": precision(np.float16, [(5, 10), (5, 4), (4, 3), (5, 0), (8, 7)]),
        "bfloat16": precision(jnp.bfloat16, [(8, 7), (5, 10), (8, 2), (5, 2)]),
    },
    "integers": {np.dtype(t).name: integers(t) for t in (np.int8, np.int16, np.int32, np.uint8, np.uint16, np.uint32)},
    "nextAfter": {
        "float32": next_after(np.float32, edges + [3.4028235e38, -3.4028235e38]),
        "float16": next_after(np.float16, edges + [65504, -65504]),
        "bfloat16": next_after(jnp.bfloat16, edges),
    },
    "erfInv32": {"x": text(uniform), "y": text(lax.erf_inv(jnp.asarray(uniform)))},
    "power": {"x": text([p for p, _ in pairs]), "y": text([q for _, q in pairs]),
              "z": text(lax.pow(jnp.array([p for p, _ in pairs], np.float32), jnp.array([q for _, q in pairs], np.float32)))},
    "mulhi": None,
}
if hasattr(lax, "mulhi"):
    x = rng.integers(0, 2**32, 30, dtype=np.uint32)
    y = rng.integers(0, 2**32, 30, dtype=np.uint32)
    signed = lax.mulhi(jnp.asarray(x.view(np.int32)), jnp.asarray(y.view(np.int32)))
    samples["mulhi"] = {"x": x.tolist(), "y": y.tolist(), "unsigned": lax.mulhi(jnp.asarray(x), jnp.asarray(y)).tolist(),
                        "signed": signed.tolist()}
else:
    del samples["mulhi"]

with open(out_file, "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in samples.items()) + "\n}\n")
