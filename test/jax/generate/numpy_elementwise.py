"""numpy: elementwise functions, with broadcasting and promotion."""

from oracle import INF, NAN, Area, arr, bools, f32, ints, rand

area = Area("numpy-elementwise")

EDGES = f32(0, -0.0, INF, -INF, NAN, 1, -1, 1e30, -1e30, 1e-30, 0.5, -0.5, 2.5)
SMALL_EDGES = f32(0, -0.0, INF, -INF, NAN, 1, -1, 2, -2, 1e-5, 1e-3, -1e-3)

UNARY = {
    "abs": (-3, 3), "sign": (-3, 3), "negative": (-3, 3), "positive": (-3, 3), "floor": (-3, 3), "ceil": (-3, 3),
    "trunc": (-3, 3), "exp": (-4, 4), "exp2": (-4, 4), "expm1": (-4, 4), "log": (0, 5), "log2": (0, 5),
    "log10": (0, 5), "log1p": (-0.9, 4), "sin": (-7, 7), "cos": (-7, 7), "tan": (-1.4, 1.4),
    "arcsin": (-0.95, 0.95), "arccos": (-0.95, 0.95), "arctan": (-4, 4), "sinh": (-4, 4), "cosh": (-4, 4),
    "tanh": (-3, 3), "arcsinh": (-4, 4), "arccosh": (1.05, 5), "arctanh": (-0.95, 0.95), "sqrt": (0, 5),
    "cbrt": (-5, 5), "square": (-3, 3), "reciprocal": (0.25, 4), "sinc": (-3, 3), "deg2rad": (-180, 180),
    "rad2deg": (-3, 3), "i0": (-3, 3),
}
SMALL = ("sin", "cos", "tan", "sinh", "cosh", "exp", "exp2", "expm1", "arctanh", "arcsin", "arccos", "sinc", "i0")
NO_INTS = ("positive",)
for name, (lo, hi) in UNARY.items():
    fn = f"np.{name}"
    area.case(fn, [rand((2, 3), lo, hi, seed=name + "n")])
    area.case(fn, [rand((4,), lo, hi, seed=name + "m")])
    area.edge(fn, [SMALL_EDGES if name in SMALL else EDGES])
    area.edge(fn, [rand((4,), lo, hi, "float16", name)])
    area.edge(fn, [rand((4,), lo, hi, "bfloat16", name)])
    area.case(fn, [rand((3,), lo, hi, "float64", name)], vmap=False)
    area.edge(fn, [arr([1, 2, 3] if lo < 0 or lo > 1 or name in ("reciprocal",) else [1, 2, 4], "int32")])
    area.edge(fn, [arr([0, 1, 3], "uint8")])
    if name not in ("negative", "sign", "positive", "square"):
        area.edge(fn, [arr([0, 1], "bool")])
area.edge("np.negative", [arr([-128, 5], "int8")])
area.edge("np.negative", [arr([1, 0], "uint32")])
area.edge("np.abs", [arr([-128, 5, -5], "int8")])
area.edge("np.sign", [arr([-5, 0, 5], "int32")])
area.edge("np.reciprocal", [arr([1, 2, -4], "int32")])
area.edge("np.sin", [2], note="a literal gives a weak result")
area.edge("np.sqrt", [0.25], note="a literal gives a weak result")
for name in ("isnan", "isinf", "isfinite", "signbit", "logicalNot", "isposinf", "isneginf"):
    area.edge(f"np.{name}", [EDGES])
    area.edge(f"np.{name}", [rand((2, 3))], vmap=True)
    if name not in ("isposinf", "isneginf"):
        area.edge(f"np.{name}", [arr([0, 3, -3], "int32")])
for name in ("isreal", "iscomplex"):
    area.edge(f"np.{name}", [rand((2, 3))], vmap=True)
for name in ("real", "imag", "conj", "conjugate", "angle"):
    area.case(f"np.{name}", [rand((2, 3))], grad=name in ("real", "conj", "conjugate"))
for name in ("bitwiseNot", "invert", "bitwiseCount"):
    area.case(f"np.{name}", [ints((2, 3), -9, 9)])
    area.edge(f"np.{name}", [arr([0, 255, 7], "uint8")])
    if name != "bitwiseCount":
        area.edge(f"np.{name}", [bools((4,))])
for opts in ({}, {"decimals": 1}, {"decimals": -1}):
    area.case("np.round", [rand((5,), -30, 30)], opts)
area.edge("np.round", [f32(0.5, 1.5, 2.5, -0.5, -0.4, -0.0, NAN, INF, -INF, 8388609)])
area.edge("np.round", [arr([1, -2], "int32")])
area.edge("np.nanToNum", [f32(NAN, INF, -INF, -0.0, 3)])
area.edge("np.nanToNum", [f32(NAN, INF, -INF, 3)], {"nan": 1, "posinf": 2, "neginf": -2})
area.edge("np.nanToNum", [arr([NAN, INF, 3], "float16")])
area.edge("np.nanToNum", [arr([1, 2], "int32")])
area.case("np.nanToNum", [rand((2, 3))])
area.edge("np.modf", [f32(1.5, -2.25, -0.0, INF, -0.5)])
area.edge("np.frexp", [f32(1.5, -2.25, 0, 100, 0.1)])
area.edge("np.ldexp", [f32(1.5, -2.25, 0.5), arr([1, -2, 3], "int32")])
area.edge("np.spacing", [f32(1, 2, 1000, -1)], exact=True)

PAIR = ((-3, 3), (-3, 3))
BINARY = {
    "add": PAIR, "subtract": PAIR, "multiply": PAIR, "divide": ((-3, 3), (0.25, 3)), "maximum": PAIR, "minimum": PAIR,
    "fmax": PAIR, "fmin": PAIR, "power": ((0.25, 3), (-3, 3)), "floatPower": ((0.25, 3), (-3, 3)), "arctan2": PAIR,
    "hypot": PAIR, "logaddexp": PAIR, "logaddexp2": PAIR, "copysign": PAIR, "heaviside": PAIR,
}
DIVISION = ("floorDivide", "remainder", "fmod", "mod")
X = f32(0, -0.0, 0, -0.0, INF, -INF, INF, NAN, 1, 2, -2, -8, 1e30, 1e-30, -1, INF)
Y = f32(0, 0, -0.0, -0.0, INF, INF, -INF, 1, NAN, 0, -0.0, 1 / 3, 1e30, 1e30, INF, 0)
INTS = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "arctan2", "hypot", "fmax", "heaviside")
for name, (a, b) in BINARY.items():
    fn = f"np.{name}"
    area.case(fn, [rand((2, 3), *a, seed=name), rand((3,), *b, seed=name + "y")])
    area.case(fn, [rand((2, 1), *a, seed=name), rand((1, 3), *b, seed=name + "y")])
    area.case(fn, [rand((), *a, seed=name), rand((4,), *b, seed=name + "y")])
    area.edge(fn, [X, Y])
    area.edge(fn, [rand((4,), *a, "float16", name), rand((4,), *b, "float16", name + "y")])
    area.edge(fn, [rand((4,), *a, "bfloat16", name), rand((4,), *b, "bfloat16", name + "y")])
    area.case(fn, [rand((3,), *a, "float64", name), rand((3,), *b, "float64", name + "y")], vmap=False)
    area.case(fn, [rand((3,), *a, seed=name), 2])
    area.case(fn, [1.5, rand((3,), *b, seed=name)])
    area.edge(fn, [rand((0, 3)), rand((3,))])
    if name in INTS:
        area.edge(fn, [arr([1, 2, 3], "int32"), arr([2, 0, 1], "int32")])
        area.edge(fn, [arr([1, 2, 3], "int32"), f32(2.5, 1, 1)])
        area.edge(fn, [arr([1, 2, 3], "uint8"), arr([2, 0, 1], "int8")])
        area.edge(fn, [arr([1, 2, 3], "int32"), 2])
        area.edge(fn, [arr([1, 2, 3], "int32"), 1.5])
        area.edge(fn, [arr([1, 0], "bool"), 2])
for name in DIVISION:
    fn = f"np.{name}"
    area.case(fn, [rand((2, 3), -9, 9, seed=1), rand((3,), 0.5, 4, seed=2)])
    area.case(fn, [f32(7, -7, 7, -7, 5.5), f32(2, 2, -2, -2, -1.25)])
    area.edge(fn, [arr([7, -7, 7, -7], "int32"), arr([2, 2, -2, -2], "int32")])
    area.edge(fn, [arr([7, 200, 255], "uint8"), arr([2, 7, 16], "uint8")])
    area.edge(fn, [arr([7, -128], "int8"), arr([2, -1], "int8")])
    area.edge(fn, [f32(5, 5, -5, 1, -1, 0, -0.0, NAN, INF), f32(INF, -INF, INF, 0, 0, 5, 5, 2, 2)])
    area.edge(fn, [arr([7, -7], "int32"), 2])
    area.edge(fn, [rand((4,), -9, 9, "float16"), arr(2, "float16")])
area.case("np.divmod", [rand((2, 3), -9, 9, seed=1), rand((3,), 0.5, 4, seed=2)])
area.edge("np.divmod", [arr([7, -7, 7, -7], "int32"), arr([2, 2, -2, -2], "int32")])
area.case("np.power", [rand((3,)), 3])
area.case("np.power", [rand((3,)), 0])
area.case("np.power", [rand((3,), 0.25, 2), -2])
area.case("np.power", [2, rand((3,))])
area.edge("np.power", [arr([3, -2, 0], "int32"), 4])
area.edge("np.power", [arr([3, 65536, 2], "int32"), arr([2, 2, 31], "int32")])
area.edge("np.power", [f32(-8, -8, 1, NAN, -1, 0, -0.0), f32(1 / 3, 2, NAN, 0, INF, -1, -1)])
area.edge("np.add", [arr([0, 1, 1], "bool"), arr([1, 1, 0], "bool")])
area.edge("np.multiply", [arr([0, 1, 1], "bool"), arr([1, 1, 0], "bool")])
area.edge("np.add", [arr([255, 1], "uint8"), 1])
area.edge("np.add", [arr([1], "uint8"), 300], note="a literal wraps")
area.edge("np.add", [arr([1], "uint8"), -1])
area.edge("np.add", [arr([2147483647], "int32"), 1])
area.edge("np.multiply", [arr([65536], "int32"), arr([65536], "int32")])
area.edge("np.logaddexp", [f32(-INF, INF, -INF, 1000, 3), f32(-INF, INF, 0, 1000, -1000)])

for name in ("equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"):
    fn = f"np.{name}"
    area.edge(fn, [rand((2, 3), -2, 2, step=0.5), rand((3,), -2, 2, step=0.5, seed=1)], vmap=True)
    area.edge(fn, [X, Y])
    area.edge(fn, [arr([16777217, 5], "int32"), f32(16777216, 5)], note="compared after promotion")
    area.edge(fn, [arr([4000000000], "uint32"), arr([-1], "int32")])
    area.edge(fn, [arr([5], "uint32"), -1])
    area.edge(fn, [arr([0, 1], "bool"), arr([1, 1], "bool")])
for name in ("logicalAnd", "logicalOr", "logicalXor"):
    fn = f"np.{name}"
    area.edge(fn, [bools((2, 3)), bools((3,), 1)], vmap=True)
    area.edge(fn, [f32(0, NAN, -0.0, 2), f32(1, 1, 1, 0)])
    area.edge(fn, [arr([0, 3], "int32"), arr([1, 0], "bool")])
for name in ("bitwiseAnd", "bitwiseOr", "bitwiseXor"):
    fn = f"np.{name}"
    area.edge(fn, [ints((2, 3), -9, 9), ints((3,), -9, 9, seed=1)], vmap=True)
    area.edge(fn, [arr([200, 7], "uint8"), arr([-3, 5], "int8")])
    area.edge(fn, [arr([0, 1], "bool"), arr([1, 1], "bool")])
    area.edge(fn, [arr([12, 7], "int32"), 5])
for name in ("leftShift", "rightShift"):
    fn = f"np.{name}"
    area.edge(fn, [ints((2, 3), -99, 99), ints((3,), 0, 9)], vmap=True)
    area.edge(fn, [arr([-1, 5, -5, 1], "int32"), arr([31, 32, 33, -1], "int32")])
    area.edge(fn, [arr([255, 128, 1], "uint8"), arr([1, 7, 9], "uint8")])
    area.edge(fn, [arr([-1, 100], "int8"), 2])
for name in ("gcd", "lcm"):
    area.edge(f"np.{name}", [arr([12, -18, 0, 7], "int32"), arr([18, 12, 5, 0], "int32")], vmap=True)
area.edge("np.nextafter", [f32(1, 1, 2), f32(2, 0, 2)], exact=True)

area.case("np.where", [bools((2, 3)), rand((2, 3)), rand((3,), seed=1)])
area.case("np.where", [bools((2, 1), 5), rand((3,)), rand((2, 3), seed=1)])
area.case("np.where", [bools((3,)), rand((3,)), 0])
area.edge("np.where", [bools((3,)), arr([1, 2, 3], "int32"), 1.5])
area.edge("np.where", [bools((3,)), 1, arr([1, 2, 3], "float16")])
area.edge("np.where", [arr([0, 2, -1], "int32"), arr([1, 2, 3], "uint8"), arr([4, 5, 6], "int8")])
area.case("np.clip", [rand((2, 3)), -1, 1.5])
area.case("np.clip", [rand((2, 3)), rand((3,), -2, -1), rand((2, 1), 1, 2)])
area.case("np.clip", [rand((4,)), arr(1.0), arr(-1.0)], note="lo > hi gives hi")
area.edge("np.clip", [f32(NAN, INF, -INF, 0.5), -1, 1])
area.edge("np.clip", [arr([1, 5, 9], "int32"), 2, 6])
area.edge("np.clip", [arr([1, 5, 9], "int32"), 2.5, 6])
area.case("np.clip", [rand((4,))], {"min": 0})
area.case("np.clip", [rand((4,))], {"max": 0})
area.case("np.select", [[bools((4,)), bools((4,), 1)], [rand((4,)), rand((4,), seed=1)], 7], grad=[1], vmap=False)
area.case("np.select", [[bools((2, 3)), bools((2, 3), 1)], [rand((2, 3)), rand((2, 3), seed=1)]], grad=[1])
area.edge("np.isclose", [f32(1, 1, NAN, INF, 1e-9), f32(1.000001, 1.1, NAN, INF, 0)])
area.edge("np.isclose", [f32(1, 1, NAN), f32(1.05, 1.2, NAN)], {"rtol": 0.1, "equalNan": True})
area.edge("np.allclose", [f32(1, 2), f32(1, 2.00001)])
area.edge("np.allclose", [f32(1, NAN), f32(1, NAN)])
area.edge("np.allclose", [f32(1, NAN), f32(1, NAN)], {"equalNan": True})
area.edge("np.allclose", [rand((2, 3)), rand((3,))], {"atol": 100}, vmap=True)
area.edge("np.arrayEqual", [f32(1, 2), f32(1, 2)])
area.edge("np.arrayEqual", [f32(1, NAN), f32(1, NAN)])
area.edge("np.arrayEqual", [f32(1, NAN), f32(1, NAN)], {"equalNan": True})
area.edge("np.arrayEqual", [f32(1, 2), f32(1, 2, 3)])
area.edge("np.arrayEquiv", [f32(1, 1), arr([[1.0, 1.0], [1.0, 1.0]])])
for dtype in ("int32", "float16", "bool", "uint8", "float64", "bfloat16"):
    area.edge("np.astype", [f32(1.5, -2.5, 0, 300, NAN), dtype])
area.case("np.astype", [rand((2, 3)), "float32"])
area.edge("np.isin", [arr([[1, 2], [3, 4]], "int32"), arr([2, 4, 9], "int32")])
area.edge("np.isin", [f32(1, 2, NAN), f32(2, NAN)], {"invert": True})
area.case("np.interp", [f32(0.5, 1.5, 2.75), f32(0, 1, 2, 4), f32(1, 3, 2, 0)], vmap=[1, None, 0])
area.case("np.interp", [f32(-1, 0.25, 9), f32(0, 1, 2, 4), f32(1, 3, 2, 0)], {"left": -5, "right": 7}, vmap=[0, None, None])
area.case("np.interp", [arr([[0.5, 5.25], [-0.75, 3]]), f32(0, 1, 2, 3), f32(1, 3, 2, 0)], {"period": 4}, grad=[0, 2], vmap=[2, None, 1])
area.write()
