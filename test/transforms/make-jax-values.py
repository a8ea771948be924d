"""Collectives, and derivatives by and of integers, as JAX 0.10.2 gives them; writes jax-values.json.

python make-jax-values.py, with jax==0.10.2 installed.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.custom_derivatives import custom_jvp, custom_vjp


def encode(x):
    """An array by type and numbers; of float0 there are no numbers."""
    x = np.asarray(x)
    if x.dtype == jax.dtypes.float0:
        return {"aval": f"float0[{','.join(map(str, x.shape))}]"}
    aval = f"{x.dtype}[{','.join(map(str, x.shape))}]"
    return {"aval": aval, "data": x.astype("float64").ravel().tolist()}


def trees(x):
    return jax.tree.map(encode, x)


def collectives():
    cases = {}

    def case(name, f, shape, axis=0):
        x = jnp.arange(float(np.prod(shape))).reshape(shape)
        mapped = jax.vmap(f, in_axes=axis, axis_name="i")
        out, pull = jax.vjp(mapped, x)
        ct = jnp.arange(float(out.size)).reshape(out.shape) - 7
        cases[name] = {"shape": list(shape), "axis": axis, "out": encode(out), "pulled": encode(pull(ct)[0])}

    case("psum", lambda v: lax.psum(v, "i"), (3, 2))
    case("pmean", lambda v: lax.pmean(v, "i"), (3, 2))
    case("axisSize", lambda v: v * lax.axis_size("i"), (3, 2))
    case("allGather", lambda v: lax.all_gather(v, "i"), (3, 4, 2))
    case("allGather second", lambda v: lax.all_gather(v, "i"), (4, 3, 2), 1)
    case("allGather 1", lambda v: lax.all_gather(v, "i", axis=1), (3, 4, 2))
    case("allGather -1", lambda v: lax.all_gather(v, "i", axis=-1), (3, 4, 2))
    case("allGather tiled", lambda v: lax.all_gather(v, "i", axis=1, tiled=True), (3, 4, 2))
    case("psumScatter", lambda v: lax.psum_scatter(v, "i"), (3, 3, 4))
    case("psumScatter 1", lambda v: lax.psum_scatter(v, "i", scatter_dimension=1), (3, 4, 3))
    case("psumScatter tiled", lambda v: lax.psum_scatter(v, "i", scatter_dimension=1, tiled=True), (3, 2, 6))
    case("allToAll 0 1", lambda v: lax.all_to_all(v, "i", 0, 1), (3, 3, 4))
    case("allToAll 1 0", lambda v: lax.all_to_all(v, "i", 1, 0), (3, 4, 3))
    case("allToAll tiled 1 0", lambda v: lax.all_to_all(v, "i", 1, 0, tiled=True), (3, 2, 6))
    case("allToAll tiled 0 1", lambda v: lax.all_to_all(v, "i", 0, 1, tiled=True), (3, 6, 2))
    case("allToAll tiled 0 0", lambda v: lax.all_to_all(v, "i", 0, 0, tiled=True), (3, 6, 2))
    case("pshuffle", lambda v: lax.pshuffle(v, "i", [2, 0, 1]), (3, 2))
    return cases


def integers():
    """What `n` (an integer) and `b` (a bool) get beside a float `x`."""
    x = jnp.array([0.5, 1.5, -2.0])
    n = jnp.array([1, 2, 3], "int32")
    b = jnp.array([True, False, True])
    f = lambda x, n, b: jnp.where(b, x * n, x * x)
    s = lambda x, n, b: jnp.sum(f(x, n, b))
    zero = lambda v: np.zeros(v.shape, jax.dtypes.float0)
    both = lambda x, n, b: {"y": f(x, n, b), "n": n * 2, "b": b}
    cts = {"y": jnp.ones(3), "n": zero(n), "b": zero(b)}
    ts = (jnp.ones(3), zero(n), zero(b))
    tree = {"x": x, "n": n}
    loss = lambda p: jnp.sum(p["x"] * p["n"])
    out, lin = jax.linearize(both, x, n, b)

    @custom_jvp
    def cj(x, n):
        return x * n

    @cj.defjvp
    def _(primals, tangents):
        x, n = primals
        t, _ = tangents
        return x * n, t * n * 10

    @custom_vjp
    def cv(x, n):
        return x * n

    cv.defvjp(lambda x, n: (x * n, n), lambda n, ct: (ct * n * 10, None))
    csum = lambda c: lambda x, n: jnp.sum(c(x, n))
    return {
        "grad by n": trees(jax.grad(s, argnums=1, allow_int=True)(x, n, b)),
        "grad by all": trees(jax.grad(s, argnums=(0, 1, 2), allow_int=True)(x, n, b)),
        "grad by a tree": trees(jax.grad(loss, allow_int=True)(tree)),
        "vjp": trees(jax.vjp(both, x, n, b)[1](cts)),
        "jvp": trees(jax.jvp(both, (x, n, b), ts)[1]),
        "linearize": trees(lin(*ts)),
        "jacrev": trees(jax.jacrev(f, argnums=(0, 1), allow_int=True)(x, n, b)),
        "jvp of a step": trees(jax.jvp(lambda x: (x > 1, jnp.floor(x).astype("int32")), (x,), (jnp.ones(3),))[1]),
        "customJvp": trees(jax.grad(csum(cj), argnums=(0, 1), allow_int=True)(x, n)),
        "customVjp": trees(jax.grad(csum(cv), argnums=(0, 1), allow_int=True)(x, n)),
        "second": trees(jax.grad(lambda x: jnp.sum(jax.grad(s, argnums=(0, 1), allow_int=True)(x, n, b)[0]))(x)),
        "jit": trees(jax.jit(jax.grad(s, argnums=(0, 1), allow_int=True))(x, n, b)),
        "vmap": trees(jax.vmap(jax.grad(lambda x, n: x * n * x, argnums=(0, 1), allow_int=True))(x, n)),
    }


values = {"collectives": collectives(), "integers": integers()}
Path(__file__).with_name("jax-values.json").write_text(json.dumps(values, indent=1) + "\n")
