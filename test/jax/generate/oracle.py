"""Cases computed with real JAX, written as JSON for the TypeScript runner.

A case calls one function of the library by its TypeScript name, with TypeScript arguments. The same call is made in
JAX; `out`, `jvp`, `vjp` and `vmap` are what JAX answers. Every float32 answer is also computed in float64: where
JAX's own float32 answer is further from it than half the default tolerance, the case carries a larger one.
"""

import json
import math
import re
import zlib
from pathlib import Path

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as onp

# float64 is a dtype like any other, and nothing makes it implicitly: the library's own rule.
jax.config.update("jax_explicit_x64_dtypes", "allow")
jax.config.update("jax_numpy_dtype_promotion", "standard")

VALUES = Path(__file__).resolve().parent.parent / "values"

# The runner's default relative tolerances, which these must repeat.
RTOL = {"float32": 1e-5, "float64": 1e-12, "float16": 2e-3, "bfloat16": 1.6e-2}

FLOATS = ("float16", "bfloat16", "float32", "float64")


class Key:
    """A key of the random module: `random.key(seed)`."""

    def __init__(self, seed):
        self.seed = seed


class Keys:
    """`random.split(random.key(seed), n)`."""

    def __init__(self, seed, n):
        self.seed, self.n = seed, n


class Fn:
    """A function of the library given as an argument, by its TypeScript name."""

    def __init__(self, name):
        self.name = name


class Weak:
    """A weakly typed scalar array."""

    def __init__(self, value):
        self.value = jnp.asarray(value)
        assert self.value.weak_type


# ---------------------------------------------------------------------------------------------------------------------
# Arrays. Multiples of 1/16 are short in JSON and exact in every float dtype.

def rng(*seed):
    return onp.random.default_rng(zlib.crc32(repr(seed).encode()))


def f32(*values):
    return onp.array(values[0] if len(values) == 1 else values, onp.float32)


def arr(values, dtype="float32"):
    if dtype == "bfloat16":
        return onp.array(values, onp.float32).astype(ml_dtypes.bfloat16)
    if dtype in ("float16", "float32", "float64", "bool"):
        return onp.array(values, dtype)
    return onp.array(values, onp.int64).astype(dtype)


def rand(shape, lo=-3.0, hi=3.0, dtype="float32", seed=0, step=1 / 16):
    """Multiples of `step` in (lo, hi), never 0."""
    r = rng("rand", tuple(shape), lo, hi, seed)
    a, b = math.floor(lo / step) + 1, math.ceil(hi / step) - 1
    n = r.integers(a, b + 1, size=shape)
    n = onp.where(n == 0, 1 if b >= 1 else -1, n)
    return arr(n * step, dtype)


def distinct(shape, dtype="float32", seed=0, scale=0.5):
    """Distinct values, shuffled, around 0."""
    n = math.prod(shape)
    r = rng("distinct", tuple(shape), seed)
    values = (r.permutation(n) - n // 2 + 0.5) * scale
    return arr(values.reshape(shape), dtype)


def ints(shape, lo, hi, dtype="int32", seed=0):
    """Integers of [lo, hi)."""
    return arr(rng("ints", tuple(shape), lo, hi, seed).integers(lo, hi, size=shape), dtype)


def bools(shape, seed=0):
    return rng("bools", tuple(shape), seed).integers(0, 2, size=shape).astype(bool)


INF, NAN = float("inf"), float("nan")

# ---------------------------------------------------------------------------------------------------------------------
# Encoding.


def encode_number(x, dtype):
    if dtype == "bool":
        return int(x)
    if dtype not in FLOATS:
        return int(x)
    v = float(x)
    if math.isnan(v):
        return "nan"
    if math.isinf(v):
        return "inf" if v > 0 else "-inf"
    if v == 0:
        return "-0" if math.copysign(1, v) < 0 else 0
    if dtype == "float32":
        v = float(str(onp.float32(v)))
    elif dtype == "bfloat16":
        v = float(str(onp.float32(v)))
    return int(v) if v.is_integer() and abs(v) < 1e15 else v


def is_key(x):
    return isinstance(x, jax.Array) and jnp.issubdtype(x.dtype, jax.dtypes.prng_key)


def encode_array(x, with_weak=True):
    if is_key(x):
        return {"keyData": encode_array(jax.random.key_data(x))}
    weak = isinstance(x, jax.Array) and x.aval.weak_type
    host = onp.asarray(x)
    dtype = str(host.dtype)
    out = {"dtype": dtype, "shape": list(host.shape), "data": [encode_number(v, dtype) for v in host.ravel()]}
    if weak and with_weak:
        out["weak"] = True
    return out


def is_array(x):
    return isinstance(x, (onp.ndarray, jax.Array))


def encode_arg(a):
    if isinstance(a, Key):
        return {"key": a.seed}
    if isinstance(a, Keys):
        return {"keys": [a.seed, a.n]}
    if isinstance(a, Fn):
        return {"fn": a.name}
    if isinstance(a, Weak):
        return encode_array(a.value)
    if is_array(a):
        return encode_array(a)
    if isinstance(a, (list, tuple)):
        return [encode_arg(b) for b in a]
    if isinstance(a, dict):
        return {"object": {k: encode_arg(v) for k, v in a.items()}}
    if isinstance(a, float):
        e = encode_number(a, "float64")
        return {"number": e} if isinstance(e, str) else e
    if a is None or isinstance(a, (bool, int, str)):
        return a
    raise TypeError(f"cannot encode {a!r}")


def encode_out(o):
    if isinstance(o, (list, tuple)):
        return [encode_out(x) for x in o]
    if is_array(o) or isinstance(o, onp.generic):
        return encode_array(o)
    if isinstance(o, jnp.dtype):
        return {"static": str(o)}
    if o is None or isinstance(o, (bool, int, str)):
        return {"static": o}
    raise TypeError(f"cannot encode the result {o!r}")


# ---------------------------------------------------------------------------------------------------------------------
# From TypeScript to JAX.

SNAKE = {
    "atleast1d": "atleast_1d", "atleast2d": "atleast_2d", "atleast3d": "atleast_3d", "key": "key",
    "PRNGKey": "PRNGKey", "UPLO": "UPLO",
}


def snake(name):
    return SNAKE.get(name) or re.sub(r"(?<!^)([A-Z])", lambda m: "_" + m.group(1).lower(), name)


SPACES = {
    "np": jnp, "lax": jax.lax, "lax.linalg": jax.lax.linalg, "nn": jax.nn, "nn.initializers": jax.nn.initializers,
    "random": jax.random, "scipy.special": jax.scipy.special, "ops": jax.ops,
    "linalg": jnp.linalg, "scipy.linalg": jax.scipy.linalg,
}


def resolve(name):
    space, _, last = name.rpartition(".")
    return getattr(SPACES[space], snake(last))


def to_jax(a):
    if isinstance(a, Key):
        return jax.random.key(a.seed)
    if isinstance(a, Keys):
        return jax.random.split(jax.random.key(a.seed), a.n)
    if isinstance(a, Fn):
        return resolve(a.name)
    if isinstance(a, Weak):
        return a.value
    if is_array(a):
        # The dtype is spelled out, or JAX would make float32 of float64.
        return a if is_key(a) else jnp.asarray(a, dtype=a.dtype)
    if isinstance(a, (list, tuple)):
        inner = [to_jax(b) for b in a]
        return inner if any(is_array(leaf) for leaf in jax.tree.leaves(inner)) else tuple(inner)
    return a


def is_float(x):
    return is_array(x) and not is_key(x) and str(x.dtype) in FLOATS


def float_leaves(tree):
    return [x for x in jax.tree.leaves(tree) if is_float(x)]


def tangent_like(x, r):
    n = r.integers(-16, 17, size=x.shape)
    n = onp.where(n == 0, 3, n)
    return arr(n / 8, str(x.dtype))


def map_arrays(f, a):
    if is_array(a):
        return f(a)
    if isinstance(a, (list, tuple)):
        return [map_arrays(f, b) for b in a]
    return a


def widen(a):
    return map_arrays(lambda x: onp.asarray(x, onp.float64) if str(x.dtype) == "float32" else x, a)


def arrays_in(a):
    return [x for x in jax.tree.leaves(a) if is_array(x)] if isinstance(a, (list, tuple)) or is_array(a) else []


def tolerances(narrow, wide, what, warn=True):
    """Tolerances beyond the default that JAX's own float32 error asks for, leaf by leaf against float64."""
    tol = atol = 0.0
    for a, b in zip(float_leaves(narrow), float_leaves(wide)):
        if str(a.dtype) != "float32" or str(b.dtype) != "float64" or a.shape != b.shape:
            continue
        x, y = onp.asarray(a, onp.float64).ravel(), onp.asarray(b).ravel()
        fine = onp.isfinite(x) & onp.isfinite(y)
        x, y = x[fine], y[fine]
        if x.size == 0:
            continue
        scale = onp.max(onp.abs(y))
        error = onp.abs(x - y)
        for d, e in zip(error, onp.abs(y)):
            if not math.isfinite(4 * d) or d <= 0.5 * RTOL["float32"] * e or d < 1e-37:
                continue
            if e > 0 and d <= 1e-3 * e:
                tol = max(tol, 4 * d / e)
            else:
                atol = max(atol, 4 * d)
                if warn and d > 1e-4 * max(scale, 1e-30) and d > 1e-6:
                    print(f"  far from float64: {what}: {d:.2g} of {e:.2g}")
    out = {}
    if tol > 0:
        out["tol"] = float(f"{tol:.1e}")
    if atol > 0:
        out["atol"] = float(f"{atol:.1e}")
    return out


class Area:
    """The cases of one JSON file."""

    def __init__(self, name):
        self.name, self.cases, self.counts, self.failed = name, [], {}, 0

    def edge(self, fn, args, opts=None, **meta):
        """A case at values where derivatives and batching say nothing more."""
        self.case(fn, args, opts, **{"grad": False, "vmap": False, **meta})

    def case(self, fn, args, opts=None, *, grad=True, vmap=None, then=None, call=None, note=None, tol=None, atol=None,
             warn=True, exact=False):
        """One call.

        grad: whether to differentiate; or the positions of the arguments to differentiate.
        vmap: whether to map over a new axis (default: the first three cases of a function); or the `inAxes`.
        then: arguments for the function that `fn` returns (initializers).
        call: the JAX function, where its name or signature is not the TypeScript one.
        exact: float64 would answer another question (bits, steps between floats); compare with nothing.
        """
        index = self.counts.get(fn, 0)
        self.counts[fn] = index + 1
        try:
            self.cases.append(self.compute(fn, index, list(args), opts or {}, grad, vmap, then, call, note, tol, atol,
                                           warn, exact))
        except Exception as e:  # noqa: BLE001: a generator reports every broken case, then fails as a whole
            self.failed += 1
            print(f"  FAILED {fn} #{index}: {type(e).__name__}: {str(e).splitlines()[0][:300] if str(e) else ''}")

    def compute(self, fn, index, args, opts, grad, vmap, then, call, note, tol, atol, warn, exact):
        dtypes = {str(x.dtype) for x in arrays_in([*args, *opts.values()])}
        with jax.enable_x64("float64" in dtypes or opts.get("dtype") == "float64" and fn.startswith("random.")):
            return self.computed(fn, index, args, opts, grad, vmap, then, call, note, tol, atol, warn,
                                 exact or "float32" not in dtypes)

    def computed(self, fn, index, args, opts, grad, vmap, then, call, note, tol, atol, warn, exact):
        f = call or resolve(fn)

        def run(*arguments, wide=False):
            o = {snake(k): to_jax(widen(v) if wide else v) for k, v in opts.items()}
            result = f(*[to_jax(a) for a in arguments], **o)
            if then is not None:
                result = result(*[to_jax(a) for a in then])
            return result

        entry = {"fn": fn, "args": [encode_arg(a) for a in args]}
        if opts:
            entry["opts"] = {k: encode_arg(v) for k, v in opts.items()}
        if then is not None:
            entry["then"] = [encode_arg(a) for a in then]
        out = run(*args)
        entry["out"] = encode_out(out)
        if note:
            entry["note"] = note
        what = f"{fn} #{index}"

        def wider(compute):
            if exact:
                return None
            try:
                with jax.enable_x64(True):
                    return compute()
            except Exception:  # noqa: BLE001: not every function has a float64 form
                return None

        def checked(target, narrow, compute, label):
            wide = wider(compute)
            if wide is not None:
                target.update(tolerances(narrow, wide, f"{what} {label}", warn))

        checked(entry, out, lambda: run(*[widen(a) for a in args], wide=True), "out")

        r = rng(fn, index)
        self.derivatives(entry, run, args, out, grad, r, checked)
        if vmap is None:
            vmap = index < 3
        if vmap is not False:
            self.batched(entry, run, args, out, vmap, index, r, checked)
        for part in (entry, *(entry[k] for k in ("jvp", "vjp", "vmap") if k in entry)):
            if tol is not None:
                part["tol"] = tol
            if atol is not None:
                part["atol"] = atol
        return entry

    def derivatives(self, entry, run, args, out, grad, r, checked):
        if grad is False:
            return
        leaves_out = float_leaves(out)
        if not leaves_out or any(str(x.dtype) not in ("float32", "float64") for x in leaves_out):
            return
        if grad is True:
            wrt = [i for i, a in enumerate(args) if arrays_in(a) and all(is_float(x) for x in arrays_in(a))]
        else:
            wrt = list(grad)
        if not wrt or any(str(x.dtype) not in ("float32", "float64") for i in wrt for x in arrays_in(args[i])):
            return

        def restricted(wide):
            def g(*chosen):
                full = [widen(a) if wide else a for a in args]
                for i, c in zip(wrt, chosen):
                    full[i] = c
                return float_leaves_of(run(*full, wide=wide))
            return g

        def float_leaves_of(tree):
            return [x for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating)]

        chosen = [to_jax(args[i]) for i in wrt]
        tangents = [map_arrays(lambda x: tangent_like(x, r), args[i]) for i in wrt]
        cts = [tangent_like(x, r) for x in leaves_out]
        if list(range(len(wrt))) != wrt or len(wrt) != len(args):
            entry["wrt"] = wrt
        jtan = [to_jax(t) for t in tangents]

        def forward(primals, directions, wide):
            return jax.jvp(restricted(wide), primals, directions)[1]

        def backward(primals, covectors, wide):
            return list(jax.vjp(restricted(wide), *primals)[1](covectors))

        def wide_all(trees):
            return [to_jax(widen(t)) for t in trees]

        got = forward(chosen, jtan, False)
        entry["jvp"] = {"tangents": [encode_arg(t) for t in tangents], "out": [encode_array(x) for x in got]}
        checked(entry["jvp"], got, lambda: forward(wide_all([args[i] for i in wrt]), wide_all(tangents), True), "jvp")
        if entry.get("noReverse"):
            return
        got = backward(chosen, [to_jax(c) for c in cts], False)
        entry["vjp"] = {"ct": [encode_array(c) for c in cts], "out": encode_out(got)}
        checked(entry["vjp"], got, lambda: backward(wide_all([args[i] for i in wrt]), wide_all(cts), True), "vjp")

    def batched(self, entry, run, args, out, vmap, index, r, checked):
        if not all(is_array(x) for x in jax.tree.leaves(out)) or not jax.tree.leaves(out):
            return
        over = [i for i, a in enumerate(args) if arrays_in(a) or isinstance(a, Keys)]
        leaves = sum(len(arrays_in(args[i])) for i in over)
        if not over:
            return
        size = 2
        counter = [0]
        skipped = index % leaves if leaves > 1 and index % 2 == 1 else -1

        def choose(x):
            j = counter[0]
            counter[0] += 1
            return None if j == skipped else (index + 1 + j) % (x.ndim + 1)

        if vmap is True:
            axes = [map_arrays(choose, args[i]) for i in over]
        else:
            axes = list(vmap)

        def widened_by_axis(a, axis):
            if isinstance(a, (list, tuple)):
                axis = axis if isinstance(axis, (list, tuple)) else [axis] * len(a)
                return [widened_by_axis(b, x) for b, x in zip(a, axis)]
            if axis is None:
                return a
            other = onp.asarray(a).ravel()
            other = onp.roll(other, 1)[::-1].reshape(a.shape) if a.size else other.reshape(a.shape)
            return onp.stack([a, other], axis=axis)

        inputs = [widened_by_axis(args[i], x) for i, x in zip(over, axes)]

        def map_it(wide):
            def g(*chosen):
                full = [widen(a) if wide else a for a in args]
                for i, c in zip(over, chosen):
                    full[i] = c
                return run(*full, wide=wide)
            ins = [to_jax(widen(x) if wide else x) for x in inputs]
            # An axis of -1 stands for null here, because JAX drops None leaves of lists.
            return jax.vmap(g, in_axes=tuple(none_prefix(x) for x in axes), axis_size=size)(*ins)

        def none_prefix(x):
            return [none_prefix(b) for b in x] if isinstance(x, list) else x

        got = map_it(False)
        entry["vmap"] = {"inAxes": axes, "args": [encode_arg(x) for x in inputs], "out": encode_out(got)}
        if over != list(range(len(args))):
            entry["vmap"]["over"] = over
        checked(entry["vmap"], got, lambda: map_it(True), "vmap")

    def write(self):
        VALUES.mkdir(exist_ok=True)
        path = VALUES / f"{self.name}.json"
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in self.cases)
        path.write_text(f"[\n{lines}\n]\n")
        print(f"{self.name}: {len(self.cases)} cases of {len(self.counts)} functions, {path.stat().st_size} bytes")
        if self.failed:
            raise SystemExit(f"{self.failed} cases failed")
