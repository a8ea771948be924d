"""Control flow: values, derivatives and maps of loops and choices. `control-programs.ts` has the same programs."""

import jax
import jax.numpy as jnp

from oracle import Area, arr, f32, rand

area = Area("control")
lax = jax.lax


def program(name, f, *args, wrt=True, vmap=True, **more):
    area.case(f"program.{name}", list(args), grad=wrt, vmap=vmap, call=f, **more)


def tanh_cell(h, x, w):
    return jnp.tanh(h @ w + x)


def scan_sum(xs):
    return lax.scan(lambda c, x: (c + x, c * x), 0.0, xs)


def scan_reverse(c, xs):
    return lax.scan(lambda s, x: (jnp.sin(s) * x, s + x), c, xs, reverse=True)


def rnn(w, h, xs):
    return lax.scan(lambda s, x: (tanh_cell(s, x, w), jnp.sum(s)), h, xs)


def scan_pair(a, b, xs):
    return lax.scan(lambda c, x: ((c[1], c[0] * x), c[0] - c[1]), (a, b), xs)


def scan_nothing(c):
    return lax.scan(lambda s, _: (jnp.cos(s), s), c, None, length=4)


def scan_empty(c, xs):
    return lax.scan(lambda s, x: (s * x, s + x), c, xs)


def nested(c, xs):
    return lax.scan(lambda s, row: lax.scan(lambda t, x: (jnp.sin(t) + x, t * x), s, row), c, xs)


def scan_cond(c, xs):
    return lax.scan(lambda s, x: (lax.cond(x > 0, lambda: s * x, lambda: s + x), s), c, xs)


def fori(x):
    return lax.fori_loop(0, 4, lambda i, c: jnp.sin(c) + i * x, x)


def branch(x, y):
    return lax.cond(x > y, lambda a, b: a * b, lambda a, b: a - b * b, x, y)


def switch3(i, x):
    return lax.switch(i, [jnp.sin, lambda v: v * v, jnp.exp], x)


def safe_sqrt(x):
    return lax.cond(x > 0, jnp.sqrt, lambda v: jnp.zeros_like(v), x)


def newton(x):
    return lax.while_loop(lambda c: jnp.abs(c * c - x) > 1e-3, lambda c: 0.5 * (c + x / c), x)


def newton_slope(x):
    return jax.jvp(newton, (x,), (jnp.ones_like(x),))[1]


def collatz(n):
    return lax.while_loop(
        lambda c: c[0] > 1, lambda c: (jnp.where(c[0] % 2 == 0, c[0] // 2, 3 * c[0] + 1), c[1] + 1), (n, jnp.int32(0)))[1]


def dynamic_fori(n, x):
    return lax.fori_loop(0, n, lambda i, c: c * x + i, x)


def mapped(xs):
    return lax.map(lambda x: jnp.sum(jnp.sin(x)) * x, xs)


def mapped_in_batches(xs):
    return lax.map(lambda x: jnp.sum(jnp.sin(x)) * x, xs, batch_size=2)


def running_products(xs):
    return lax.associative_scan(jnp.matmul, xs)


def running_reverse(xs):
    return lax.associative_scan(lambda a, b: a * 0.5 + b, xs, reverse=True, axis=1)


def grad_in_scan(c, xs):
    return lax.scan(lambda s, x: (jax.grad(lambda v: jnp.sin(v * x))(s), s), c, xs)


def second(c, xs):
    return jax.grad(lambda s: jax.grad(lambda v: rnn_loss(v, xs))(s))(c)


def rnn_loss(c, xs):
    return lax.scan(lambda s, x: (jnp.tanh(s * x), None), c, xs)[0]


def vmap_grad_jit(cs, xs):
    return jax.jit(jax.vmap(jax.grad(rnn_loss), in_axes=(0, None)))(cs, xs)


s = arr
program("scanSum", scan_sum, rand((4,)))
program("scanReverse", scan_reverse, s(0.5), rand((3,)))
program("rnn", rnn, rand((3, 3), -1, 1), rand((3,)), rand((5, 3)))
program("scanPair", scan_pair, s(0.5), s(1.5), rand((5,)))
program("scanNothing", scan_nothing, s(0.25))
program("scanEmpty", scan_empty, s(0.25), rand((0,)), vmap=False)
program("scanEmpty", scan_empty, s(0.25), rand((1,)))
program("scanNested", nested, s(0.25), rand((2, 3)))
program("scanCond", scan_cond, s(0.25), f32(1, -2, 0.5, -0.25))
program("foriStatic", fori, s(0.75))
program("condTaken", branch, s(2), s(1))
program("condTaken", branch, s(1), s(2))
program("switch3", switch3, arr(1, "int32"), rand((2,)), wrt=[1])
program("switch3", switch3, arr(7, "int32"), rand((2,)), wrt=[1])
program("switch3", switch3, arr(-3, "int32"), rand((2,)), wrt=[1])
program("condSqrt", safe_sqrt, s(4))
program("condSqrt", safe_sqrt, s(0))
program("newton", newton, s(2), wrt=False)
program("newton", newton, s(9), wrt=False)
program("newtonSlope", newton_slope, s(2), wrt=False)
program("collatz", collatz, arr(7, "int32"), wrt=False)
program("foriDynamic", dynamic_fori, arr(3, "int32"), s(0.5), wrt=False)
program("foriDynamic", dynamic_fori, arr(0, "int32"), s(0.5), wrt=False)
program("mapped", mapped, rand((5, 2)))
program("mappedInBatches", mapped_in_batches, rand((5, 2)))
program("runningProducts", running_products, rand((5, 2, 2), -1, 1))
program("runningReverse", running_reverse, rand((2, 5)))
program("gradInScan", grad_in_scan, s(0.5), rand((3,), -1, 1))
program("scanSecond", second, s(0.5), rand((3,), -1, 1))
program("vmapGradJit", vmap_grad_jit, rand((3,)), rand((3,), -1, 1))
area.write()
