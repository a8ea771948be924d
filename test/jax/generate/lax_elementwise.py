"""lax: elementwise functions."""

import jax

from oracle import INF, NAN, Area, arr, bools, f32, ints, rand

area = Area("lax-elementwise")

EDGES = f32(0, -0.0, INF, -INF, NAN, 1, -1, 1e30, -1e30, 1e-30, 0.5, -0.5)
SMALL_EDGES = f32(0, -0.0, INF, -INF, NAN, 1, -1, 2, -2, 1e-5, 1e-3, -1e-3)

# name: (low, high, exact edge values differ only in rounding)
UNARY = {
    "abs": (-3, 3), "sign": (-3, 3), "neg": (-3, 3), "floor": (-3, 3), "ceil": (-3, 3), "exp": (-4, 4),
    "exp2": (-4, 4), "expm1": (-4, 4), "log": (0, 5), "log1p": (-0.9, 4), "sin": (-7, 7), "cos": (-7, 7),
    "tan": (-1.4, 1.4), "asin": (-0.95, 0.95), "acos": (-0.95, 0.95), "atan": (-4, 4), "sinh": (-4, 4),
    "cosh": (-4, 4), "tanh": (-3, 3), "asinh": (-4, 4), "acosh": (1.05, 5), "atanh": (-0.95, 0.95),
    "logistic": (-6, 6), "sqrt": (0, 5), "rsqrt": (0, 5), "cbrt": (-5, 5), "square": (-3, 3),
    "reciprocal": (0.25, 4), "lgamma": (0.1, 6), "digamma": (0.1, 6), "erf": (-2, 2), "erfc": (-2, 2),
    "erfInv": (-0.9, 0.9), "besselI0e": (-4, 4), "besselI1e": (-4, 4),
}
for name, (lo, hi) in UNARY.items():
    fn = f"lax.{name}"
    area.case(fn, [rand((2, 3), lo, hi, seed=name)])
    area.case(fn, [rand((5,), lo, hi, seed=name + "b")])
    area.case(fn, [rand((), max(lo, 0), hi, seed=name)])
    big = name in ("sin", "cos", "tan", "sinh", "cosh", "exp", "exp2", "expm1", "besselI0e", "besselI1e", "lgamma",
                   "digamma", "erfInv", "atanh", "asin", "acos")
    area.edge(fn, [SMALL_EDGES if big else EDGES])
    area.edge(fn, [rand((4,), lo, hi, "float16", name)])
    area.edge(fn, [rand((4,), lo, hi, "bfloat16", name)])
    area.case(fn, [rand((3,), lo, hi, "float64", name)], vmap=False)
    area.edge(fn, [rand((0, 3))])

area.edge("lax.abs", [arr([-128, 127, 0, -1], "int8")])
area.edge("lax.abs", [arr([-2147483648, 5, -5], "int32")])
area.edge("lax.sign", [arr([-7, 0, 9], "int32")])
area.edge("lax.sign", [arr([0, 7], "uint32")])
area.edge("lax.neg", [arr([1, 0, 4294967295], "uint32")])
area.edge("lax.neg", [arr([-2147483648, 3], "int32")])
area.edge("lax.square", [arr([65536, -3, 46341], "int32")])
for fn in ("lax.exp", "lax.log", "lax.sinh", "lax.tanh", "lax.logistic", "lax.expm1", "lax.erf", "lax.erfc", "lax.lgamma"):
    area.edge(fn, [f32(1e-6, 30, 80, 88, 100, 0.001)])
for fn in ("lax.sin", "lax.cos", "lax.tan"):
    area.edge(fn, [f32(0.5, 3.1415927, 1.5707964, 0.7853982, 100, 1000, 12345.678)])
area.edge("lax.erfc", [f32(3, 5, 8, 10, -8)])
area.edge("lax.erfInv", [f32(1, -1, 2, 0, 0.999, 0.99999, -0.5)])
area.edge("lax.lgamma", [f32(-0.5, -1.5, -2.5, 0.5, 1, 2, 100)])
area.edge("lax.digamma", [f32(-0.5, -1.5, 0.5, 1, 2, 100)])

area.case("lax.round", [rand((6,), step=0.25)])
area.edge("lax.round", [f32(0.5, 1.5, 2.5, -0.5, -1.5, -0.4, 0.4, NAN, INF, -0.0, 8388609, 0.49999997)])
area.edge("lax.round", [f32(0.5, 1.5, 2.5, -0.5, -1.5, -0.4, 0.4, NAN, -INF, -0.0)], {"roundingMethod": "toNearestEven"},
          call=lambda x, rounding_method: jax.lax.round(x, jax.lax.RoundingMethod.TO_NEAREST_EVEN))
area.edge("lax.isFinite", [EDGES])
area.case("lax.isFinite", [rand((2, 3))])

for y in (0, 1, 2, 3, 7, -1, -2):
    area.case("lax.integerPow", [rand((2, 3), 0.25, 3), y])
area.edge("lax.integerPow", [f32(0, -0.0, -2, INF, NAN), 3])
area.edge("lax.integerPow", [f32(0, -0.0, -2, INF, NAN), -1])
area.edge("lax.integerPow", [f32(0, NAN, INF), 0])
area.edge("lax.integerPow", [arr([3, -2, 2000000], "int32"), 5])

for dtype in ("int32", "uint32", "int8", "uint8", "int16", "uint16"):
    values = arr([0, 1, -1, 5, 100, -128 if dtype.startswith("i") else 128], dtype)
    area.edge("lax.clz", [values])
    area.edge("lax.populationCount", [values])
    area.edge("lax.bitwiseNot", [values])
area.case("lax.clz", [ints((2, 3), 0, 1000)])
area.case("lax.populationCount", [ints((2, 3), -1000, 1000)])
area.edge("lax.bitwiseNot", [bools((4,))])

BINARY = {
    "add": ((-3, 3), (-3, 3)), "sub": ((-3, 3), (-3, 3)), "mul": ((-3, 3), (-3, 3)), "div": ((-3, 3), (0.25, 3)),
    "max": ((-3, 3), (-3, 3)), "min": ((-3, 3), (-3, 3)), "pow": ((0.25, 3), (-3, 3)), "atan2": ((-3, 3), (-3, 3)),
}
X = f32(0, -0.0, 0, -0.0, INF, -INF, INF, NAN, 1, 2, -2, -8, 1e30, 1e-30, -1, INF)
Y = f32(0, 0, -0.0, -0.0, INF, INF, -INF, 1, NAN, 0, -0.0, 1 / 3, 1e30, 1e30, INF, 0)
for name, (a, b) in BINARY.items():
    fn = f"lax.{name}"
    area.case(fn, [rand((2, 3), *a, seed=name), rand((2, 3), *b, seed=name + "y")])
    area.case(fn, [rand((5,), *a, seed=name), rand((5,), *b, seed=name + "y")])
    area.case(fn, [rand((), *a, seed=name), rand((), *b, seed=name + "y")])
    area.edge(fn, [X, Y])
    area.edge(fn, [rand((4,), *a, "float16", name), rand((4,), *b, "float16", name + "y")])
    area.edge(fn, [rand((4,), *a, "bfloat16", name), rand((4,), *b, "bfloat16", name + "y")])
    area.case(fn, [rand((3,), *a, "float64", name), rand((3,), *b, "float64", name + "y")], vmap=False)
area.case("lax.rem", [rand((2, 3), -9, 9, step=1 / 16, seed=3), rand((2, 3), 0.5, 5, seed=4)])
area.case("lax.rem", [f32(7, -7, 7, -7, 5.5), f32(2, 2, -2, -2, -1.25)])
area.edge("lax.rem", [f32(5, INF, 5, NAN, 0, -0.0, -5, 1e30), f32(0, 2, INF, 2, 3, 3, -INF, 7)])
area.case("lax.pow", [rand((3,), -3, 3), arr([2, 0, 3])], grad=[0])
area.case("lax.pow", [rand((4,), -3, 3), ints((4,), 0, 4)], grad=[0])

IX = arr([7, -7, 7, -7, 5, -2147483648, 2147483647, 65536, 0], "int32")
IY = arr([2, 2, -2, -2, 0, -1, 1, 65536, 3], "int32")
for name in ("add", "sub", "mul", "div", "rem", "max", "min", "bitwiseAnd", "bitwiseOr", "bitwiseXor"):
    area.edge(f"lax.{name}", [IX, IY])
    area.edge(f"lax.{name}", [arr([5, 4294967295, 65536, 3, 7], "uint32"), arr([0, 1, 65536, 5, 2], "uint32")])
    area.edge(f"lax.{name}", [arr([100, -128, -128, 7], "int8"), arr([100, -1, 127, -3], "int8")])
    area.edge(f"lax.{name}", [arr([255, 200, 7], "uint8"), arr([1, 100, 9], "uint8")])
    area.edge(f"lax.{name}", [arr([32767, -32768, 300], "int16"), arr([1, -1, 300], "int16")])
for name in ("bitwiseAnd", "bitwiseOr", "bitwiseXor"):
    area.edge(f"lax.{name}", [arr([0, 0, 1, 1], "bool"), arr([0, 1, 0, 1], "bool")])
    area.case(f"lax.{name}", [ints((2, 3), -9, 9), ints((2, 3), -9, 9, seed=1)])
for name in ("max", "min"):
    area.edge(f"lax.{name}", [arr([0, 0, 1, 1], "bool"), arr([0, 1, 0, 1], "bool")])
for name in ("shiftLeft", "shiftRightLogical", "shiftRightArithmetic"):
    fn = f"lax.{name}"
    area.case(fn, [ints((2, 3), -99, 99), ints((2, 3), 0, 9)])
    area.edge(fn, [arr([-1, 1, -2147483648, 5, -5, 5, -5], "int32"), arr([31, 31, 1, 32, 33, -1, -1], "int32")])
    area.edge(fn, [arr([4294967295, 1, 2147483648, 5], "uint32"), arr([31, 31, 1, 32], "uint32")])
    area.edge(fn, [arr([-1, 1, -128, 100], "int8"), arr([7, 6, 1, 8], "int8")])
    area.edge(fn, [arr([255, 1, 128, 100], "uint8"), arr([7, 6, 1, 8], "uint8")])

for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    fn = f"lax.{name}"
    area.case(fn, [rand((2, 3), -2, 2, step=0.5), rand((2, 3), -2, 2, step=0.5, seed=1)])
    area.edge(fn, [X, Y])
    area.edge(fn, [IX, IY])
    area.edge(fn, [arr([0, 0, 1, 1], "bool"), arr([0, 1, 0, 1], "bool")])
    area.edge(fn, [arr([5, 4294967295], "uint32"), arr([5, 1], "uint32")])

area.edge("lax.nextafter", [f32(1, 1, 2, -1, INF, 1), f32(2, 0, 2, 0, 0, NAN)], exact=True)
area.edge("lax.nextafter", [arr([1, 1], "float64"), arr([2, 0], "float64")])
area.case("lax.igamma", [rand((4,), 0.25, 4), rand((4,), 0.25, 5, seed=1)], tol=1e-4,
          note="JAX's float32 series is good to about 1e-5")
area.case("lax.igamma", [rand((2, 3), 0.25, 4), rand((2, 3), 0.25, 5, seed=1)], grad=[1])
area.case("lax.igammac", [rand((2, 3), 0.25, 4), rand((2, 3), 0.25, 5, seed=1)], grad=[1])
area.case("lax.igammac", [rand((4,), 0.25, 4), rand((4,), 0.25, 5, seed=1)], tol=1e-4)
area.edge("lax.igamma", [f32(1, 1, 0.5, 0, -1, NAN), f32(0, INF, 20, 1, 1, 1)])
area.edge("lax.igammac", [f32(1, 1, 0.5, 0, -1, NAN), f32(0, INF, 20, 1, 1, 1)])
area.edge("lax.igammaGradA", [f32(0.5, 1, 2.5), f32(1, 0.5, 3)])
area.case("lax.betainc", [rand((2, 3), 0.25, 4), rand((2, 3), 0.25, 4, seed=1), rand((2, 3), 0.05, 0.95, seed=2)],
          grad=[2])
area.case("lax.betainc", [rand((3,), 0.25, 4), rand((3,), 0.25, 4, seed=1), rand((3,), 0.05, 0.95, seed=2)], grad=[2])
area.edge("lax.betainc", [f32(1, 2, 3), f32(1, 2, 0.5), f32(0, 1, 0.5)])
area.case("lax.polygamma", [f32(1, 2, 3, 1), rand((4,), 0.25, 5)], grad=[1])
area.case("lax.polygamma", [arr([[1, 2, 0]]), rand((1, 3), 0.25, 5)], grad=[1])
area.edge("lax.zeta", [f32(2, 3, 4, 1.5), f32(1, 2.5, 0.5, 1)])
area.edge("lax.zeta", [arr([[2, 3], [5, 1.25]]), arr([[1, 2], [3, 4]])], vmap=True)
for dtype in ("int32", "uint32"):
    area.edge("lax.mulhi", [arr([2147483647, 65536, -3 if dtype == "int32" else 3], dtype), arr([2147483647, 65536, 5], dtype)])

area.case("lax.selectN", [bools((2, 3)), rand((2, 3)), rand((2, 3), seed=1)])
area.case("lax.selectN", [arr(True, "bool"), rand((2, 3)), rand((2, 3), seed=1)])
area.case("lax.selectN", [arr([0, 1, 2, 1], "int32"), rand((4,)), rand((4,), seed=1), rand((4,), seed=2)])
area.edge("lax.selectN", [arr([-3, 0, 2, 9], "int32"), rand((4,)), rand((4,), seed=1), rand((4,), seed=2)])
area.edge("lax.selectN", [bools((4,)), ints((4,), 0, 9), ints((4,), 0, 9, seed=1)])
area.case("lax.select", [bools((2, 3)), rand((2, 3)), rand((2, 3), seed=1)])
area.case("lax.select", [arr(False, "bool"), rand((3,)), rand((3,), seed=1)])
area.case("lax.clamp", [rand((2, 3), -2, -1), rand((2, 3)), rand((2, 3), 1, 2)])
area.case("lax.clamp", [f32(-1), rand((2, 3)), f32(1.5)], grad=[1], vmap=False)
area.case("lax.clamp", [arr(-1.0), rand((4,)), arr(1.5)], grad=[1], vmap=False)
area.edge("lax.clamp", [f32(-1, 2, NAN, 0, 0, -1), f32(5, 0, 0, NAN, 0, -INF), f32(1, 1, 1, 1, NAN, 1)])
area.edge("lax.clamp", [arr(2, "int32"), arr([1, 2, 5, 9], "int32"), arr(6, "int32")])

SOURCES = {
    "float32": f32(NAN, INF, -INF, 3e9, -3e9, 2.9, -2.9, 0, -0.0, 300, -1, 65520, 1e-8, 5e9),
    "int32": arr([300, -1, 2147483647, -2147483648, 16777217, 0, 128], "int32"),
    "uint32": arr([300, 4294967295, 2147483648, 16777217, 0, 128], "uint32"),
    "int8": arr([-128, 127, 0, -1], "int8"), "uint8": arr([255, 128, 0], "uint8"),
    "int16": arr([-32768, 32767, 300], "int16"), "uint16": arr([65535, 300], "uint16"),
    "bool": arr([0, 1], "bool"), "float16": arr([65504, 1.5, -0.1, INF, NAN], "float16"),
    "bfloat16": arr([1e30, 1.5, -0.1, INF, NAN], "bfloat16"), "float64": arr([1e300, 0.1, -2.5, 1e-300], "float64"),
}
for source, values in SOURCES.items():
    for target in SOURCES:
        area.edge("lax.convertElementType", [values, target])
area.case("lax.convertElementType", [rand((2, 3)), "float64"])
area.case("lax.convertElementType", [rand((2, 3), dtype="float64"), "float32"])
area.edge("lax.bitcastConvertType", [f32(1, -0.0, INF, 3.5), "int32"])
area.edge("lax.bitcastConvertType", [f32(1, -2), "uint32"])
area.edge("lax.bitcastConvertType", [arr([1065353216, -1073741824], "int32"), "float32"])
area.edge("lax.bitcastConvertType", [arr([0x04030201, 0xFFFEFDFC], "uint32"), "uint8"])
area.edge("lax.bitcastConvertType", [arr([0x04030201, 7], "uint32"), "int16"])
area.edge("lax.bitcastConvertType", [arr([[1, 2, 3, 4], [255, 0, 0, 128]], "uint8"), "uint32"])
area.edge("lax.bitcastConvertType", [arr([-1, 5], "int8"), "uint8"])
area.edge("lax.bitcastConvertType", [arr([1, -2.5], "float16"), "uint16"])
area.edge("lax.bitcastConvertType", [arr([1, -2.5], "bfloat16"), "uint16"])
area.edge("lax.bitcastConvertType", [ints((2, 3), 0, 99), "float32"], vmap=False)
for e, m in ((5, 10), (8, 7), (1, 2), (3, 0), (8, 23)):
    area.case("lax.reducePrecision", [f32(1.2345678, -3.7, 0.1), e, m], call=jax.lax.reduce_precision)
area.edge("lax.reducePrecision", [f32(1e10, 1e-10, -0.0, INF, NAN, 65519, 65520), 5, 10])
area.case("lax.stopGradient", [rand((2, 3))])
area.case("lax.optimizationBarrier", [[rand((2, 3)), rand((2,))]])
area.write()
