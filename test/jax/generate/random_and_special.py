"""random, and scipy.special."""

import jax

from oracle import INF, NAN, Area, Key, arr, encode_array, f32, rand

area = Area("random")
BITS = {"grad": False, "vmap": False, "exact": True}
for seed in (0, 42, 1701, -1, 2**31 + 5):
    area.case("random.keyData", [Key(seed)], **BITS)
    area.case("random.split", [Key(seed)], **BITS)
    area.case("random.split", [Key(seed), 4], **BITS)
    area.case("random.bits", [Key(seed), [3]], **BITS)
    area.case("random.uniform", [Key(seed), [4]], **BITS)
    area.case("random.normal", [Key(seed), [4]], **BITS)
area.case("random.split", [Key(3), [2, 2]], **BITS)
area.case("random.PRNGKey", [7], **BITS)
area.case("random.key", [7], **BITS)
for n in (0, 1, 5, 4294967295):
    area.case("random.foldIn", [Key(3), n], **BITS)
area.case("random.wrapKeyData", [arr([1, 2], "uint32")], **BITS)
area.case("random.clone", [Key(5)], **BITS)
for dtype in ("uint8", "uint16", "uint32"):
    area.case("random.bits", [Key(42), [5]], {"dtype": dtype}, **BITS)
area.case("random.bits", [Key(42), []], **BITS)
area.case("random.bits", [Key(42), [2, 3]], **BITS)
for dtype in ("float16", "bfloat16", "float64"):
    area.case("random.uniform", [Key(42), [3]], {"dtype": dtype}, **BITS)
    area.case("random.normal", [Key(42), [3]], {"dtype": dtype}, **BITS, tol={"float64": 1e-9}.get(dtype))
area.case("random.uniform", [Key(1), [2, 3]], {"minval": -2, "maxval": 5}, **BITS)
area.case("random.uniform", [Key(1), []], **BITS)
area.case("random.uniform", [Key(1), [0, 2]], **BITS)
area.case("random.normal", [Key(1), [2, 3]], **BITS)
area.case("random.randint", [Key(42), [5], 0, 10], **BITS)
area.case("random.randint", [Key(0), [5], -3, 1000], **BITS)
area.case("random.randint", [Key(0), [4], -2147483648, 2147483647], **BITS)
area.case("random.randint", [Key(0), [4], 0, 256], {"dtype": "uint8"}, **BITS)
area.case("random.randint", [Key(0), [4], -100, 100], {"dtype": "int8"}, **BITS)
area.case("random.randint", [Key(0), [3], 5, 5], **BITS)
area.case("random.bernoulli", [Key(42), 0.5, [5]], **BITS)
area.case("random.bernoulli", [Key(1), f32(0, 0.25, 1)], **BITS)
area.case("random.bernoulli", [Key(1)], **BITS)
area.case("random.rademacher", [Key(2), [6]], **BITS)
area.case("random.rademacher", [Key(2), [6]], {"dtype": "float32"}, **BITS)
area.case("random.categorical", [Key(42), f32(0, 0, 0, 0)], {"shape": [5]}, **BITS)
area.case("random.categorical", [Key(3), rand((3, 4))], **BITS)
area.case("random.categorical", [Key(3), rand((3, 4))], {"axis": 0}, **BITS)
area.case("random.permutation", [Key(42), 5], **BITS)
area.case("random.permutation", [Key(0), 5], **BITS)
area.case("random.permutation", [Key(1), f32(1, 2, 3, 4, 5, 6)], **BITS)
area.case("random.permutation", [Key(1), rand((4, 2))], **BITS)
area.case("random.permutation", [Key(1), rand((2, 4))], {"axis": 1}, **BITS)
area.case("random.permutation", [Key(1), rand((3, 4))], {"axis": 1, "independent": True}, **BITS)
area.case("random.choice", [Key(1), 10, [4]], **BITS)
area.case("random.choice", [Key(1), 10, [4]], {"replace": False}, **BITS)
area.case("random.choice", [Key(1), f32(1, 3, 5, 7), [3]], **BITS)
area.case("random.choice", [Key(2), 4, [5]], {"p": f32(0.1, 0.2, 0.3, 0.4)}, **BITS)
area.case("random.choice", [Key(2), 4, [3]], {"p": f32(0.1, 0.2, 0.3, 0.4), "replace": False}, **BITS)
NOTE = "log and erfInv of float32 uniforms: a few units in the last place"
LOOSE = {**BITS, "tol": 3e-5, "atol": 1e-6, "note": NOTE}
for name in ("exponential", "gumbel", "laplace", "logistic", "cauchy", "maxwell", "doubleSidedMaxwell"):
    args = [1.0, 2.0] if name == "doubleSidedMaxwell" else []
    area.case(f"random.{name}", [Key(42), *args, [5]], **LOOSE)
    area.case(f"random.{name}", [Key(7), *args, [2, 3]], **LOOSE)
area.case("random.truncatedNormal", [Key(42), -2, 2, [5]], **LOOSE)
area.case("random.truncatedNormal", [Key(7), 0.5, 3, [2, 3]], **LOOSE)
area.case("random.rayleigh", [Key(7), 2.0, [4]], **LOOSE)
area.case("random.pareto", [Key(7), 2.0, [4]], **LOOSE)
area.case("random.weibullMin", [Key(7), 2.0, 1.5, [4]], **LOOSE)
area.case("random.triangular", [Key(7), 0.0, 0.25, 1.0, [4]], **LOOSE)
area.case("random.geometric", [Key(7), 0.25, [5]], **BITS)
area.case("random.lognormal", [Key(7), 0.5, [4]], **LOOSE)
area.case("random.gamma", [Key(42), 2.5, [4]], **LOOSE)
area.case("random.gamma", [Key(42), f32(0.5, 1, 5)], grad=[1], vmap=False, tol=1e-3, atol=1e-5, exact=True)
area.case("random.loggamma", [Key(42), f32(0.5, 1, 5)], **LOOSE)
area.case("random.beta", [Key(42), 2.0, 3.0, [4]], **LOOSE)
area.case("random.dirichlet", [Key(42), f32(1, 2, 3), [2]], **LOOSE)
area.case("random.poisson", [Key(42), 3.5, [5]], **BITS)
area.case("random.poisson", [Key(42), 50.0, [5]], **BITS)
area.case("random.poisson", [Key(42), f32(0, 0.5, 20)], **BITS)
area.case("random.binomial", [Key(42), 10.0, 0.3, [5]], **BITS)
area.case("random.chisquare", [Key(42), 3.0], {"shape": [4]}, **LOOSE)
area.case("random.t", [Key(42), 3.0, [4]], **LOOSE)
area.case("random.f", [Key(42), 3.0, 5.0], {"shape": [4]}, **LOOSE)
area.case("random.wald", [Key(42), 2.0, [4]], **LOOSE)
area.case("random.generalizedNormal", [Key(42), 2.0, [4]], **LOOSE)
area.case("random.ball", [Key(42), 3], {"shape": [2]}, **LOOSE)
area.case("random.multivariateNormal", [Key(42), f32(1, 2), arr([[2, 0.5], [0.5, 1]]), [3]], **LOOSE)
area.case("random.multivariateNormal", [Key(42), f32(1, 2), arr([[2, 0.5], [0.5, 1]])], grad=[1], vmap=False, tol=3e-5, atol=1e-6,
          exact=True)
area.case("random.orthogonal", [Key(42), 3], tol=1e-4, atol=1e-5, **BITS)
# Over keys: every lane is the draw of its own key.
for name, args in (("bits", [[3]]), ("uniform", [[2]]), ("normal", [[2]]), ("randint", [[3], 0, 10]), ("permutation", [4])):
    f = getattr(jax.random, name)
    static = [tuple(a) if isinstance(a, list) else a for a in args]
    one = f(jax.random.split(jax.random.key(9), 3)[0], *static)
    many = jax.vmap(lambda key: f(key, *static))(jax.random.split(jax.random.key(9), 3))
    area.cases.append({"fn": f"random.{name}", "args": [{"keys": [9, 3], "at": 0}, *args], "out": encode_array(one),
                       "vmap": {"inAxes": [0], "over": [0], "args": [{"keys": [9, 3]}], "out": encode_array(many)}})
area.write()

area = Area("scipy-special")
S = "scipy.special."
SMALL = f32(0, -0.0, INF, -INF, NAN, 1, -1, 2, 0.5, -0.5, 1e-3)
for name, (lo, hi) in {
    "erf": (-2, 2), "erfc": (-2, 2), "erfinv": (-0.9, 0.9), "gammaln": (0.1, 5), "gamma": (0.25, 4), "digamma": (0.1, 5),
    "expit": (-5, 5), "logit": (0.05, 0.95), "entr": (0.05, 3), "ndtr": (-3, 3), "ndtri": (0.05, 0.95),
    "logNdtr": (-3, 3), "i0": (-3, 3), "i0e": (-3, 3), "i1": (-3, 3), "i1e": (-3, 3), "exp1": (0.25, 4),
    "expi": (0.25, 4), "spence": (0.25, 3), "gammasgn": (0.25, 3), "factorial": (0.25, 4),
}.items():
    reverse = name not in ("gammasgn",)
    area.case(S + name, [rand((2, 3), lo, hi, seed=name)], grad=reverse)
    area.case(S + name, [rand((4,), lo, hi, seed=name + "b")], grad=reverse)
    area.edge(S + name, [SMALL], warn=False)
    area.case(S + name, [rand((3,), lo, hi, "float64", name)], grad=False, vmap=False,
              tol=1e-8 if name in ("exp1", "expi", "spence") else 1e-10)
    if name not in ("ndtr", "ndtri", "logNdtr", "expi", "exp1", "spence", "gammasgn", "factorial"):
        area.edge(S + name, [rand((4,), lo, hi, "float16", name)])
area.edge(S + "gamma", [f32(-0.5, -1.5, 5, 10, -1)], warn=False)
area.edge(S + "gammaln", [f32(-0.5, -1.5, 100)], warn=False)
area.edge(S + "ndtri", [f32(1e-6, 0.001, 0.5, 0.999, 1)])
area.edge(S + "logNdtr", [f32(-10, -6, -30, 6)])
area.edge(S + "erfinv", [f32(0.999, -0.99999)])
for name, pairs in {
    "xlogy": ((0, 3), (0.25, 3)), "xlog1py": ((0, 3), (0.25, 3)), "klDiv": ((0.25, 3), (0.25, 3)),
    "relEntr": ((0.25, 3), (0.25, 3)), "beta": ((0.25, 3), (0.25, 3)), "betaln": ((0.25, 3), (0.25, 3)),
    "poch": ((0.25, 3), (0.25, 3)),
}.items():
    (a, b) = pairs
    area.case(S + name, [rand((2, 3), *a), rand((3,), *b, seed=1)])
    area.case(S + name, [rand((2, 1), *a), rand((2, 3), *b, seed=1)])
    area.case(S + name, [rand((3,), *a, "float64"), rand((3,), *b, "float64", seed=1)], vmap=False, grad=False, tol=1e-10)
    area.edge(S + name, [f32(0, 0, 1, -1, NAN, INF), f32(0, 2, 0, 2, 1, 1)], warn=False)
area.case(S + "gammainc", [rand((4,), 0.25, 4), rand((4,), 0.25, 4, seed=1)], grad=[1])
area.case(S + "gammaincc", [rand((4,), 0.25, 4), rand((4,), 0.25, 4, seed=1)], grad=[1])
area.edge(S + "gammainc", [f32(1, 2, 0.5), f32(0, INF, 20)])
area.case(S + "betainc", [rand((4,), 0.25, 4), rand((4,), 0.25, 4, seed=1), rand((4,), 0.1, 0.9, seed=2)], grad=[2])
area.edge(S + "betainc", [f32(1, 2, 3), f32(1, 2, 0.5), f32(0, 1, 0.5)])
area.case(S + "polygamma", [arr([1, 2, 3], "int32"), rand((3,), 0.5, 4)], grad=[1])
area.case(S + "polygamma", [1, rand((2, 3), 0.5, 4)])
area.edge(S + "zeta", [f32(2, 3, 4), f32(1, 2.5, 0.5)])
for name in ("softmax", "logSoftmax", "logsumexp"):
    area.case(S + name, [rand((2, 3))])
    area.case(S + name, [rand((2, 3))], {"axis": 0})
    area.edge(S + name, [f32(-INF, -INF)])
area.case(S + "logsumexp", [rand((2, 3))], {"axis": 1, "keepdims": True})
area.case(S + "logsumexp", [rand((3,))], {"b": f32(1, 2, 0.5)}, vmap=False)
area.case(S + "multigammaln", [rand((3,), 2, 4), 2])
area.case(S + "boxcox", [rand((3,), 0.25, 4), rand((3,), 0.25, 2)])
area.case(S + "boxcox1p", [rand((3,), 0.25, 4), rand((3,), 0.25, 2)])
area.edge(S + "comb", [arr([5, 10], "int32"), arr([2, 3], "int32")])
area.edge(S + "expn", [2, f32(0.5, 1, 3)])
area.write()
