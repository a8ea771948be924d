"""Calls of host functions: which, how often, with what and in which order. `callbacks.test.ts` has the same programs.

Callbacks are ordered, for JAX may reorder the others. Each program is a list of calls, a tag and a value each.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as onp
from jax import lax

log = []
answers = {}


def note(tag, *xs):
    for x in xs:
        jax.debug.callback(lambda v: log.append([tag, onp.asarray(v).tolist()]), x, ordered=True)


def program(name, f):
    log.clear()
    jax.block_until_ready(f())
    jax.effects_barrier()
    assert name not in answers
    answers[name] = list(log)


def f(x):
    note("x", x)
    y = x * 2
    note("y", y)
    return jnp.sin(y)


xs = jnp.arange(3.0)
program("eager", lambda: f(1.0))
program("jit", lambda: jax.jit(f)(1.0))
program("jvp", lambda: jax.jvp(f, (1.0,), (1.0,)))
program("grad", lambda: jax.grad(f)(1.0))
program("jit of grad", lambda: jax.jit(jax.grad(f))(1.0))
program("grad of jit", lambda: jax.grad(jax.jit(f))(1.0))
program("hessian", lambda: jax.hessian(f)(1.0))
program("linearize", lambda: jax.linearize(f, 1.0)[1](1.0))
program("linearTranspose", lambda: jax.linear_transpose(lambda x: (note("x", x), 2 * x)[1], 1.0)(1.0))
program("vmap", lambda: jax.vmap(f)(xs))
program("jit of vmap", lambda: jax.jit(jax.vmap(f))(xs))
program("vmap of grad", lambda: jax.vmap(jax.grad(f))(xs))
program("vmap of vmap", lambda: jax.vmap(jax.vmap(f))(jnp.arange(6.0).reshape(2, 3)))
program("vmap by axis 1", lambda: jax.vmap(f, in_axes=1)(jnp.arange(6.0).reshape(2, 3)))
program("vmap of what is not mapped", lambda: jax.vmap(lambda x: (note("k", 1.0), x)[1])(xs))
program("dead code", lambda: jax.jit(lambda x: (note("x", x * 3), 1.0)[1])(1.0))
program("twice the same", lambda: jax.jit(lambda x: (note("x", x, x), x)[1])(1.0))


def sum_scan(z, reverse=False):
    def body(c, x):
        note("c", c)
        return jnp.sin(c) + x, c * x

    return lax.scan(body, z, xs, reverse=reverse)[0]


program("scan", lambda: sum_scan(0.5))
program("scan reversed", lambda: sum_scan(0.5, True))
program("jit of scan", lambda: jax.jit(sum_scan)(0.5))
program("grad of scan", lambda: jax.grad(sum_scan)(0.5))
program("jit of grad of scan", lambda: jax.jit(jax.grad(sum_scan))(0.5))
program("vmap of scan", lambda: jax.vmap(sum_scan)(jnp.arange(2.0)))
program("jvp of scan", lambda: jax.jvp(sum_scan, (0.5,), (1.0,)))
program("dead scan", lambda: jax.jit(lambda x: (sum_scan(x), 1.0)[1])(0.5))


def loop(z):
    def test(c):
        note("t", c)
        return c < 3

    def body(c):
        note("b", c)
        return c + 1

    return lax.while_loop(test, body, z)


program("while", lambda: loop(0.5))
program("jit of while", lambda: jax.jit(loop)(0.5))
program("jvp of while", lambda: jax.jvp(loop, (0.5,), (1.0,)))
# What it gives back runs the loop once more in JAX, with its calls; the library leaves those out.
program("linearize of while", lambda: jax.linearize(loop, 0.5)[0])
program("jacfwd of while", lambda: jax.jacfwd(loop)(0.5))


def turns(n):
    def body(c):
        note("c", c)
        return c + 1

    return lax.while_loop(lambda c: c < n, body, 0.0)


program("vmap of while by turns", lambda: jax.vmap(turns)(jnp.arange(1.0, 4.0)))


def pairs(n):
    def body(c):
        note("c", c[1])
        return c[0] + 1, c[1] * 2

    return lax.while_loop(lambda c: c[0] < 2, body, (0.0, n))[1]


program("vmap of while", lambda: jax.vmap(pairs)(jnp.arange(1.0, 4.0)))


def doubled(x):
    note("b", x)
    return 2 * x


def same(x):
    note("a", x)
    return jnp.sin(x)


branches = [same, doubled]
program("cond", lambda: lax.switch(1, branches, 0.5))
program("jit of cond", lambda: jax.jit(lambda i, x: lax.switch(i, branches, x))(0, 0.5))
program("grad of cond", lambda: jax.grad(lambda x: lax.switch(0, branches, x))(0.5))
program("vmap of cond", lambda: jax.vmap(lambda x: lax.switch(1, branches, x))(xs))
program("vmap of cond by index", lambda: jax.vmap(lambda i, x: lax.switch(i, branches, x))(jnp.array([0, 1, 1]), xs))
program("checkpoint", lambda: jax.checkpoint(f)(1.0))
program("grad of checkpoint", lambda: jax.grad(jax.checkpoint(f))(1.0))
program("jit of grad of checkpoint", lambda: jax.jit(jax.grad(jax.checkpoint(f)))(1.0))


def kept(c, x):
    note("c", c)
    return jnp.sin(c * x), None


program(
    "grad of scan of checkpoint",
    lambda: jax.grad(lambda z: lax.scan(jax.checkpoint(kept), z, jnp.arange(1.0, 4.0))[0])(0.5),
)


@jax.custom_jvp
def square(x):
    note("f", x)
    return x**2


@square.defjvp
def _(primals, tangents):
    (x,), (t,) = primals, tangents
    note("p", x)
    note("t", t)
    return square(x), 2 * x * t


program("customJvp", lambda: square(3.0))
program("jvp of customJvp", lambda: jax.jvp(square, (3.0,), (1.0,)))
program("grad of customJvp", lambda: jax.grad(square)(3.0))
program("jit of grad of customJvp", lambda: jax.jit(jax.grad(square))(3.0))
program("grad of jit of customJvp", lambda: jax.grad(jax.jit(square))(3.0))


def pushed_twice(f):
    push = jax.linearize(f, 3.0)[1]
    return push(1.0), push(2.0)


program("linearize of customJvp", lambda: pushed_twice(square))
program("linearize of jit of customJvp", lambda: pushed_twice(jax.jit(square)))


@jax.custom_vjp
def cube(x):
    note("f", x)
    return x**3


def forward(x):
    note("fwd", x)
    return x**3, x


def backward(x, ct):
    note("bwd", ct)
    return (3 * x**2 * ct,)


cube.defvjp(forward, backward)
program("customVjp", lambda: cube(2.0))
program("grad of customVjp", lambda: jax.grad(cube)(2.0))
program("jit of grad of customVjp", lambda: jax.jit(jax.grad(cube))(2.0))
program("grad of jit of customVjp", lambda: jax.grad(jax.jit(cube))(2.0))


# Calls for their results: the shapes that the function gets, under every way to map it.
shapes = {}


def mapped(name, method, call):
    seen = []

    def host(x, y):
        seen.append([list(onp.shape(x)), list(onp.shape(y))])
        return onp.asarray(x + y)

    def g(x, y):
        shape = jnp.broadcast_shapes(x.shape, y.shape)
        return jax.pure_callback(host, jax.ShapeDtypeStruct(shape, jnp.float32), x, y, vmap_method=method)

    out = call(g)
    shapes[f"{method}: {name}"] = {"calls": seen, "out": onp.asarray(out).tolist()}


for method in ("sequential", "sequential_unrolled", "expand_dims", "broadcast_all", "legacy_vectorized"):
    a, b = jnp.arange(3.0), jnp.arange(3.0) + 10
    two = jnp.arange(6.0).reshape(2, 3)
    mapped("plain", method, lambda g: g(a, b))
    mapped("both", method, lambda g: jax.vmap(g)(a, b))
    mapped("one", method, lambda g: jax.vmap(g, (0, None))(a, jnp.float32(2)))
    mapped("jit", method, lambda g: jax.jit(jax.vmap(g, (0, None)))(a, jnp.float32(2)))
    mapped("axis 1", method, lambda g: jax.vmap(g, (1, None), 1)(two, jnp.ones(2)))
    if method != "legacy_vectorized":
        mapped("twice", method, lambda g: jax.vmap(jax.vmap(g, (0, None)), (None, 0))(a, b))

path = Path(__file__).resolve().parent.parent / "values" / "callbacks.json"
path.write_text(json.dumps({"effects": answers, "mapped": shapes}, indent=1) + "\n")
