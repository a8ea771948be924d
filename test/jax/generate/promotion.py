"""The promotion lattice, and result dtypes of numpy functions over dtypes."""

import itertools
import json

import jax
import jax.numpy as jnp

from oracle import VALUES, Weak, resolve

DTYPES = ("bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "float16", "bfloat16", "float32")
WEAK = {"int*": lambda: Weak(1).value, "float*": lambda: Weak(1.5).value}


def sample(name):
    return WEAK[name]() if name in WEAK else jnp.ones((2,), name)


def described(x):
    return str(x.dtype) + ("*" if x.weak_type else "")


def answer(f, *names):
    """Dtypes of the results (`*` marks weak), or null where JAX refuses."""
    try:
        out = jax.tree.leaves(jax.eval_shape(f, *[sample(n) for n in names]))
    except (TypeError, ValueError):
        return None
    return ",".join(described(x) for x in out)


names = (*DTYPES, "float64", *WEAK)
# One position of the table is shared by both orders of operands; `add` shows the dtype for all but bool.
lattice = {a: {b: answer(jnp.maximum, a, b) for b in names} for a in names}
assert all(lattice[a][b] == lattice[b][a] for a, b in itertools.product(names, names))

UNARY = (
    "abs sign negative positive floor ceil trunc round exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos "
    "arctan sinh cosh tanh arcsinh arccosh arctanh sqrt cbrt square reciprocal sinc deg2rad rad2deg isnan isinf isfinite "
    "signbit logicalNot bitwiseNot invert nanToNum sum prod mean max min var std all any cumsum cumprod argmax argmin "
    "countNonzero median sort argsort nansum nanmean nanmax nanmin ravel flip copy zerosLike onesLike isreal real conj "
    "diff average trace unique isposinf isneginf i0 bitwiseCount ptp"
).split()
BINARY = (
    "add subtract multiply divide floorDivide remainder mod fmod divmod power floatPower maximum minimum fmax fmin arctan2 "
    "hypot logaddexp logaddexp2 copysign heaviside equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr "
    "logicalXor bitwiseAnd bitwiseOr bitwiseXor leftShift rightShift gcd lcm dot matmul inner outer vdot kron isclose "
    "nextafter ldexp convolve"
).split()
VECTORLESS = {"dot", "matmul", "inner", "vdot", "outer", "kron", "convolve", "trace"}

operands = (*DTYPES, *WEAK)
unary = {}
for fn in UNARY:
    f = (lambda x: jnp.unique(x, size=2)) if fn == "unique" else resolve(f"np.{fn}")
    if fn == "trace":
        unary[fn] = {a: answer(lambda x: jnp.trace(jnp.stack([x, x])), a) for a in DTYPES}
    else:
        unary[fn] = {a: answer(f, a) for a in (DTYPES if fn in ("sort", "argsort", "diff", "unique", "cumsum", "cumprod")
                                              else operands)}
binary = {}
for fn in BINARY:
    f = resolve(f"np.{fn}")
    over = DTYPES if fn in VECTORLESS else operands
    binary[fn] = {a: {b: answer(f, a, b) for b in over if not (a in WEAK and b in WEAK)} for a in over}

path = VALUES / "promotion.json"
path.write_text(json.dumps({"lattice": lattice, "unary": unary, "binary": binary}, separators=(",", ":")) + "\n")
print(f"promotion: {path.stat().st_size} bytes")
