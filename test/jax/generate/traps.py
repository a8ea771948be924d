"""The answers that are easily got wrong: gradients at kinks, integers, NaN and -0, shapes and indices, samplers.

Functions of more than one call are programs, by the names that `programs.ts` gives the same functions in TypeScript.
"""

import jax
import jax.numpy as jnp

from oracle import INF, NAN, Area, Key, arr, f32, rand

area = Area("traps")
grad, lax, nn, special = jax.grad, jax.lax, jax.nn, jax.scipy.special
EDGE = {"vmap": False, "warn": False}


def s(x):
    return arr(x)


def point(fn, *values, wrt=True, opts=None):
    """Value and derivatives of `fn` at scalars."""
    area.case(fn, [s(v) for v in values], opts, grad=wrt, **EDGE)


def program(name, f, *args, wrt=True):
    area.case(f"program.{name}", list(args), grad=wrt, call=f, **EDGE)


# Kinks and singular points (both arguments differentiated).
for name in ("maximum", "minimum", "fmax", "fmin"):
    point(f"np.{name}", 2, 2)
    point(f"np.{name}", 1, 2)
    point(f"np.{name}", NAN, 2)
    point(f"np.{name}", 2, NAN)
for name in ("reduceMax", "reduceMin"):
    area.case(f"lax.{name}", [f32(1, 3, 3, 2), [0]], **EDGE)
    area.case(f"lax.{name}", [f32(2, 1, 1, 2), [0]], **EDGE)
    area.case(f"lax.{name}", [f32(1, NAN, 2), [0]], **EDGE)
area.case("np.max", [f32(1, 3, 3, 2)], **EDGE)
program("sumCummax", lambda x: jnp.sum(lax.cummax(x)), f32(1, 1, 2))
program("maxPool", lambda x: lax.reduce_window(x, -INF, lax.max, (3,), (1,), "VALID"), f32(1, 3, 3, 2))
program("sortDot", lambda x: jnp.dot(jnp.sort(x), jnp.array([1.0, 2.0, 3.0])), f32(2, 2, 1))
area.case("np.median", [f32(4, 1, 3, 2)], **EDGE)
area.case("lax.topK", [f32(2, 3, 3, 1), 1], **EDGE)
for x in (0.0, -0.0, NAN, -1.0):
    point("np.abs", x)
for name in ("sign", "floor", "ceil", "trunc"):
    point(f"np.{name}", 1.0)
    point(f"np.{name}", 0.0)
point("np.round", 0.5)
for name in ("relu", "leakyRelu", "elu", "selu", "celu", "softplus", "silu", "gelu", "sigmoid", "logSigmoid"):
    for x in (0.0, 100.0, -100.0):
        point(f"nn.{name}", x)
for x in (0.0, 6.0):
    point("nn.relu6", x)
for x in (1.0, -1.0):
    point("nn.hardTanh", x)
for x in (3.0, -3.0):
    point("nn.hardSigmoid", x)
    point("nn.hardSwish", x)
program("maximumZero", lambda x: jnp.maximum(x, 0), s(0.0))
for lo, x, hi in ((0, 0, 1), (0, 1, 1), (0, 0.5, 1), (0, -1, 1), (2, 0, 1), (0, NAN, 1)):
    point("lax.clamp", lo, x, hi)
    point("np.clip", x, lo, hi)
program("whereSqrt", lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0), s(0.0))
program("whereSafeSqrt", lambda x: jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0), s(0.0))
for n in (0, 1, 2, 3):
    program(f"power{n}", lambda x, n=n: x**n, s(0.0))
    program(f"power{n}Second", lambda x, n=n: grad(lambda y: y**n)(x), s(0.0))
    program(f"power{n}Third", lambda x, n=n: grad(grad(lambda y: y**n))(x), s(0.0))
program("powerHalf", lambda x: x**0.5, s(0.0))
for x, y in ((0, 0), (0, 1), (0, 2), (-2, 3), (2, 0.5), (0, -1), (0, 0.5)):
    point("np.power", x, y)
    point("lax.pow", x, y)
area.edge("np.power", [f32(1, NAN, -1, 0, -0.0, -8), f32(NAN, 0, INF, -1, -1, 1 / 3)])
for name in ("sqrt", "cbrt", "log", "exp", "sinc", "arctanh", "arcsin", "arccos", "arccosh", "reciprocal", "log1p"):
    for x in (0.0, 1.0, -1.0):
        point(f"np.{name}", x)
point("lax.rsqrt", 0.0)
point("lax.rsqrt", -0.0)
program("sqrtTimesZero", lambda x: jnp.sqrt(x) * 0, s(0.0))
program("sincSecond", lambda x: grad(jnp.sinc)(x), s(0.0))
for x, y in ((0, 0), (3, 4), (0, 1)):
    point("np.hypot", x, y)
for y, x in ((0, 0), (0, -0.0), (-0.0, -1), (1, 0)):
    point("np.arctan2", y, x)
for x, y in ((0, 0), (0, 1), (1, 0), (2, 3)):
    point("scipy.special.xlogy", x, y)
    point("scipy.special.xlog1py", x, y)
point("scipy.special.entr", 0.0)
point("scipy.special.entr", 1.0)
for x, y in ((-INF, -INF), (INF, INF), (1, 1), (-INF, 0), (1000, 0)):
    point("np.logaddexp", x, y)
for x in (f32(-INF, -INF), f32(1000, 1000), f32(INF, 0), f32(1, 1), f32(-INF, 0)):
    area.case("nn.logsumexp", [x], **EDGE)
    area.case("nn.softmax", [x], **EDGE)
    area.case("nn.logSoftmax", [x], **EDGE)
area.edge("nn.logsumexp", [rand((0,))])
area.edge("nn.softmax", [rand((0,))])
for x in (f32(0, 2, 3), f32(0, 0, 3), f32(1, 2, 3)):
    area.case("np.prod", [x], **EDGE)
    program("sumCumprod", lambda v: jnp.sum(jnp.cumprod(v)), x)
for name, f in (("lax.rem", None), ("np.remainder", None), ("np.fmod", None), ("np.floorDivide", None)):
    point(name, -7, 2)
    point(name, 7, -2)
    point(name, 6, 3)
for x in (0.0, 1.0, -1.0, 2.0):
    point("lax.erfInv", x)
    point("lax.lgamma", x)
    point("lax.digamma", x)
program("normZero", lambda x: jnp.linalg.norm(x), f32(0, 0))
program("reciprocalSixth", lambda x: grad(grad(grad(grad(grad(lambda y: 1 / y)))))(x), s(4.0))
program("stopGradientProduct", lambda x: jnp.sin(x) * jnp.cos(lax.stop_gradient(x)), s(0.5))
program("perturbation", lambda x: x * grad(lambda y: x + y)(1.0), s(2.0))

# Second derivatives at kinks.
for name, f in (("absSecond", jnp.abs), ("reluSecond", nn.relu), ("softplusSecond", nn.softplus), ("logisticSecond", nn.sigmoid),
                ("tanhSecond", jnp.tanh), ("expm1Second", jnp.expm1)):
    for x in (0.0, 0.75):
        program(name, grad(f), s(x))
program("powSecondBoth", lambda x, y: jnp.stack([*jax.tree.leaves(jax.hessian(lambda a, b: a**b, (0, 1))(x, y))]), s(4.0), s(0.0),
        wrt=False)

# Integers and conversions.
I, J = arr([7, -7, 7, -7], "int32"), arr([2, 2, -2, -2], "int32")
for name in ("lax.div", "np.floorDivide", "lax.rem", "np.fmod", "np.remainder"):
    area.edge(name, [I, J])
area.edge("np.floorDivide", [f32(7, 1, -1), f32(-2, 0, 0)])
area.edge("np.remainder", [f32(-7, 5, -5), f32(2, INF, INF)])
area.edge("lax.rem", [s(5), s(0)])
area.edge("lax.div", [arr([5, -2147483648], "int32"), arr([0, -1], "int32")])
area.edge("lax.rem", [arr([5, -2147483648], "int32"), arr([0, -1], "int32")])
area.edge("lax.div", [arr([5], "uint32"), arr([0], "uint32")])
area.edge("np.dot", [arr([100] * 3, "int8"), arr([100] * 3, "int8")])
area.edge("np.astype", [f32(NAN, INF, -INF, 3e9, -3e9, 2.9, -2.9), "int32"])
area.edge("np.astype", [f32(NAN, INF, -INF, -1, 5e9), "uint32"])
area.edge("np.astype", [f32(300, -300, NAN), "int8"])
area.edge("np.astype", [f32(-1, 300, NAN), "uint8"])
area.edge("np.astype", [f32(NAN, -0.0, 0, 0.5), "bool"])
area.edge("np.astype", [arr([300], "int32"), "uint8"])
area.edge("np.astype", [arr([2147483648], "uint32"), "int32"])
area.edge("np.astype", [f32(65520, 65519, 1e-8, -1e-8), "float16"])
area.edge("np.astype", [f32(1.00390625, 1.01171875, 3.39e38, 1e-3), "bfloat16"])
area.edge("np.astype", [arr([16777217], "int32"), "float32"])
area.edge("np.add", [arr([1], "uint8"), 300])
area.edge("np.add", [arr([1], "uint8"), -1])
area.edge("np.greater", [arr([5], "uint32"), -1])

# NaN, -0, order.
area.edge("np.maximum", [f32(-0.0, 0), f32(0, -0.0)])
area.edge("np.minimum", [f32(-0.0, 0), f32(0, -0.0)])
area.edge("np.argmax", [f32(1, NAN, 5, NAN)])
area.edge("np.argmin", [f32(0, -0.0)])
area.edge("np.argmax", [f32(-0.0, 0)])
area.edge("np.nanargmax", [f32(NAN, NAN)])
area.edge("np.argsort", [f32(3, NAN, 1, 3)], {"descending": True})
area.edge("np.argsort", [f32(3, NAN, 1, 3)])
area.edge("np.sort", [f32(0, -0.0, NAN, INF, -INF)])
area.edge("np.searchsorted", [f32(1, 2, 3), s(NAN)])
area.edge("np.unique", [f32(NAN, 1, NAN)])
area.edge("np.sum", [f32(-0.0, -0.0)])
area.edge("np.divide", [s(1), s(-0.0)])
area.edge("np.heaviside", [f32(NAN, 0, -1, 1), s(0.5)])
area.edge("np.nanToNum", [f32(INF, -INF, NAN)])

# Indices.
for start in (4, -1, -9, 7):
    area.case("lax.dynamicSlice", [f32(0, 1, 2, 3, 4), [arr(start, "int32")], [2]], **EDGE)
    area.case("lax.dynamicUpdateSlice", [f32(0, 1, 2, 3, 4), f32(8, 9), [arr(start, "int32")]], **EDGE)
for index in (7, -7, -1):
    program("readScalar", lambda x, i: x[i], f32(0, 1, 2, 3, 4), arr(index, "int32"), wrt=[0])
    program("readArray", lambda x, i: x[i], f32(0, 1, 2, 3, 4), arr([index, 1], "int32"), wrt=[0])
    program("atSet", lambda x, i, u: x.at[i].set(u), f32(0, 1, 2, 3, 4), arr([index], "int32"), f32(9)[None], wrt=[0, 2])
    program("atAdd", lambda x, i, u: x.at[i].add(u), f32(0, 1, 2, 3, 4), arr([index, 2, 2], "int32"), f32(9, 1, 2), wrt=[0, 2])
program("atSetTwice", lambda x, i, u: x.at[i].set(u), f32(1, 2, 3), arr([0, 0], "int32"), f32(5, 6), wrt=[2])
program("atMax", lambda x, i, u: x.at[i].max(u), f32(1, 2), arr([0, 0], "int32"), f32(1, 1), wrt=[0, 2])
for mode in (None, "clip", "wrap"):
    area.case("np.take", [f32(0, 1, 2, 3, 4), arr([7, -1, -7], "int32")], {"mode": mode} if mode else None, **EDGE)
area.edge("np.sum", [rand((0,))])
area.edge("np.prod", [rand((0,))])
area.edge("np.mean", [rand((0,))])
area.edge("np.var", [rand((0,))])
area.edge("np.any", [rand((0,))])
area.edge("np.all", [rand((0,))])
area.edge("lax.reduceMax", [rand((0,)), [0]])
area.edge("lax.reduceMin", [rand((0,)), [0]])
area.edge("np.sum", [arr([1000.0] * 70, "float16")])
area.edge("np.mean", [arr([1000.0] * 70, "float16")])
area.edge("nn.oneHot", [arr([5, -1, 1], "int32"), 3])

# Samplers: the values of section 4.5, exact where the text says so.
EXACT = {"grad": False, "vmap": False, "exact": True}
for seed in (42, 0):
    area.case("random.split", [Key(seed), 2], **EXACT)
    area.case("random.bits", [Key(seed), [3]], **EXACT)
    area.case("random.uniform", [Key(seed), [3]], tol=0.0, **EXACT)
    area.case("random.normal", [Key(seed), [3]], tol=1e-6, **EXACT)
    area.case("random.randint", [Key(seed), [5], 0, 10], **EXACT)
    area.case("random.permutation", [Key(seed), 5], **EXACT)
area.case("random.bits", [Key(42), [3]], {"dtype": "uint8"}, **EXACT)
area.case("random.bits", [Key(42), [3]], {"dtype": "uint16"}, **EXACT)
area.case("random.uniform", [Key(42), [3]], {"dtype": "float16"}, tol=0.0, **EXACT)
area.case("random.uniform", [Key(42), [2]], {"dtype": "float64"}, tol=0.0, **EXACT)
area.case("random.bernoulli", [Key(42), 0.5, [5]], **EXACT)
area.case("random.categorical", [Key(42), f32(0, 0, 0, 0)], {"shape": [5]}, **EXACT)
area.case("random.gumbel", [Key(42), [3]], **EXACT)
area.write()
