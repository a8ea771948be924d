"""Solutions of differential equations and their gradients. `ode-programs.ts` has the same programs."""

import jax
import jax.numpy as jnp
from jax.experimental.ode import odeint

from oracle import Area, arr

area = Area("ode")


def program(name, f, *args, vmap=False, **more):
    area.case(f"program.{name}", list(args), grad=False, vmap=vmap, call=f, **more)


def weighted(ys):
    """Each value times a number of its own, so that none is lost in the sum."""
    return sum(jnp.sum(y * jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)) for y in jax.tree.leaves(ys))


def with_gradients(f):
    """The solution, and the gradients of a sum of it by each argument."""

    def both(*args):
        grads = jax.grad(lambda *xs: weighted(f(*xs)), argnums=tuple(range(len(args))))(*args)
        return [*jax.tree.leaves(f(*args)), *jax.tree.leaves(grads)]

    return both


def lotka_volterra(y, t, p):
    return jnp.stack([y[0] * (p[0] - p[1] * y[1]), y[1] * (p[3] * y[0] - p[2])])


def lotka(y0, ts, p):
    return odeint(lotka_volterra, y0, ts, p)


def lotka_single(y0, ts, p):
    return odeint(lotka_volterra, y0, ts, p, rtol=1e-5, atol=1e-5)


def van_der_pol(y0, ts, mu):
    return odeint(lambda y, t, mu: [y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]], [y0[0], y0[1]], ts, mu)


def pendulum(y0, ts, g, damping):
    def f(y, t, c):
        (speed,) = y["speed"]
        force = -c["g"] * jnp.sin(y["angle"]) - c["damping"] * speed + jnp.sin(3 * t)
        return {"angle": speed, "speed": jnp.stack([force])}

    start = {"angle": y0[0], "speed": y0[1:]}
    return jax.tree.leaves(odeint(f, start, ts, {"g": g, "damping": damping}))


def stiff(y0, ts, rate):
    # The rate is closed over, and time counts.
    return odeint(lambda y, t: -rate * (y - jnp.cos(t)), y0, ts)


def rotation(y0, ts, w):
    return odeint(lambda y, t, w: jnp.matmul(w, y), y0, ts, w, rtol=1e-6, atol=1e-9, hmax=0.125)


def bounded(y0, ts):
    return odeint(lambda y, t: -y, y0, ts, rtol=1e-9, atol=1e-9, mxstep=100)


def second(y0, ts, rate):
    def end(r):
        return odeint(lambda y, t, r: jnp.sin(r * y) + t, y0, ts, r)[-1]

    return jax.grad(jax.grad(end))(rate)


f64 = "float64"
hares = [arr([30, 4], f64), arr([0, 0.5, 1.25, 2, 3.5, 4], f64), arr([0.5625, 0.03125, 0.8125, 0.0234375], f64)]

# Rounding differs from ours by a few units, and so do the steps: far less than the tolerance of a step.
program("lotka", lotka, *hares, vmap=[0, None, 0], tol=1e-10)
program("lotkaGradients", with_gradients(lotka), *hares, tol=1e-8)
program("lotkaSingle", lotka_single, *[x.astype("float32") for x in hares], tol=1e-4)
program("vanDerPol", van_der_pol, arr([2, 0], f64), arr([0, 1, 2.5, 4, 8], f64), arr(5, f64), tol=1e-8)
program("pendulum", pendulum, arr([1, 0.5], f64), arr([0.5, 1, 3], f64), arr(9.8125, f64), arr(0.25, f64), tol=1e-10)
program("pendulumGradients", with_gradients(pendulum), arr([1, 0.5], f64), arr([0.5, 1, 3], f64), arr(9.8125, f64),
        arr(0.25, f64), tol=1e-8)
program("stiffGradients", with_gradients(stiff), arr(2, f64), arr([0, 0.125, 1, 2], f64), arr(60, f64), tol=1e-6)
program("rotation", rotation, arr([[1, 0], [0, 1]], f64), arr([0, 1, 2], f64), arr([[0.125, 1], [-1, 0]], f64), tol=1e-10)
program("bounded", bounded, arr([1, 2], f64), arr([0, 1, 2], f64), tol=1e-10)
program("second", second, arr(0.5, f64), arr([0, 1], f64), arr(1.5, f64), tol=1e-6)
area.write()
