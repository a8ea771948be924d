"""Custom vmap rules, linear calls, implicit differentiation. `implicit-programs.ts` has the same programs."""

import jax
import jax.numpy as jnp
from jax.custom_batching import custom_vmap, sequential_vmap
from jax.custom_derivatives import linear_call
from jax.scipy.sparse.linalg import bicgstab, cg, gmres

from oracle import Area, arr, f32, rand

area = Area("implicit")
lax = jax.lax


def program(name, f, *args, wrt=True, vmap=True, **more):
    area.case(f"program.{name}", list(args), grad=wrt, vmap=vmap, call=f, **more)


@custom_vmap
def marked(x, y):
    return jnp.sin(x) * y


@marked.def_vmap
def _(size, in_batched, x, y):
    # Another answer than a slice alone gives, so that the rule is seen.
    return jnp.sin(x) * y + 10, in_batched[0] or in_batched[1]


def marked_rows(x, y):
    return jax.vmap(marked)(x, y)


def marked_push(x, y):
    return jax.jvp(jax.vmap(marked), (x, y), (jnp.cos(x), y))


def one_by_one(xs):
    return jax.vmap(sequential_vmap(lambda x: jnp.exp(x) * jnp.sum(x)))(xs)


def halves(r, x):
    # A transpose that is not the true one, so that it is seen.
    return linear_call(lambda r, x: x * r, lambda r, ct: ct * r * 2, r, x)


def pull_halves(r, x):
    return jax.grad(lambda v: jnp.sum(jnp.sin(halves(r, v))))(x)


def bisection(f, _):
    def cond(s):
        return s[1] - s[0] > 1e-6

    def body(s):
        mid = (s[0] + s[1]) / 2
        below = f(mid) < 0
        return jnp.where(below, mid, s[0]), jnp.where(below, s[1], mid)

    return sum(lax.while_loop(cond, body, (jnp.float32(0), jnp.float32(4)))) / 2


def cube_root(c):
    return lax.custom_root(lambda x: x**3 - c, jnp.float32(1), bisection, lambda g, y: y / g(jnp.float32(1)))


def vector_newton(c, w):
    def f(x):
        return jnp.tanh(w @ x) * 0.25 + x - c

    def solve(f, x):
        return lax.fori_loop(0, 12, lambda _, x: x - jnp.linalg.solve(jax.jacobian(f)(x), f(x)), x)

    return lax.custom_root(f, jnp.zeros(2), solve, lambda g, y: jnp.linalg.solve(jax.jacobian(g)(y), y))


def root_second(c):
    return jax.grad(jax.grad(cube_root))(c)


def linear(a, b):
    m = a * 0.25 + jnp.eye(3)
    return lax.custom_linear_solve(
        lambda x: m @ x,
        b,
        lambda _, y: jnp.linalg.solve(m, y),
        transpose_solve=lambda _, y: jnp.linalg.solve(m.T, y),
    )


def symmetric_aux(d, b):
    return lax.custom_linear_solve(
        lambda x: d * x, b, lambda _, y: (y / d, jnp.sum(y)), symmetric=True, has_aux=True
    )


def by_cg(a, b):
    return cg(a @ a.T + jnp.eye(3), b, tol=1e-6)[0]


def by_cg_preconditioned(a, b):
    m = a @ a.T + jnp.eye(3)
    return cg(m, b, tol=1e-6, M=lambda x: x / jnp.diag(m))[0]


def by_gmres(a, b):
    return gmres(a * 0.25 + 2 * jnp.eye(3), b, tol=1e-6)[0]


def by_bicgstab(a, b):
    return bicgstab(a * 0.25 + 2 * jnp.eye(3), b, tol=1e-6)[0]


program("markedRows", marked_rows, rand((3,)), rand((3,)), wrt=False, vmap=False)
program("markedPush", marked_push, rand((3,)), rand((3,)), wrt=False, vmap=False)
program("oneByOne", one_by_one, rand((3, 2)), wrt=False, vmap=False)
program("pullHalves", pull_halves, arr(0.5), arr(1.5), wrt=False, vmap=False)
program("cubeRoot", cube_root, arr(2))
program("cubeRoot", cube_root, arr(5))
program("rootSecond", root_second, arr(2), wrt=False)
program("vectorNewton", vector_newton, rand((2,)), rand((2, 2)))
program("linear", linear, rand((3, 3), -1, 1), rand((3,)))
program("symmetricAux", symmetric_aux, f32(1, 2, 4), rand((3,)), wrt=False)
program("byCg", by_cg, rand((3, 3), -1, 1), rand((3,)), tol=1e-4)
program("byCgPreconditioned", by_cg_preconditioned, rand((3, 3), -1, 1), rand((3,)), tol=1e-4)
program("byGmres", by_gmres, rand((3, 3), -1, 1), rand((3,)), tol=1e-4)
program("byBicgstab", by_bicgstab, rand((3, 3), -1, 1), rand((3,)), tol=1e-4)
area.write()
