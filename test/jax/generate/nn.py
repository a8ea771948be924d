"""nn, its initializers, and ops.segment*."""

import jax
import jax.numpy as jnp

from oracle import INF, NAN, Area, Key, arr, bools, f32, ints, rand

area = Area("nn")
EDGES = f32(0, -0.0, INF, -INF, NAN, 1, -1, 100, -100, 30, -30)
UNARY = ("relu", "relu6", "sigmoid", "logSigmoid", "softplus", "softSign", "silu", "swish", "leakyRelu", "elu", "celu",
         "selu", "gelu", "tanh", "hardTanh", "hardSigmoid", "hardSilu", "hardSwish", "mish", "squareplus", "sparsePlus",
         "sparseSigmoid", "identity")
for name in UNARY:
    fn = f"nn.{name}"
    area.case(fn, [rand((2, 3), -4, 4, seed=name)])
    area.case(fn, [rand((5,), -4, 4, seed=name + "b")])
    area.edge(fn, [EDGES])
    # The derivatives at the edges themselves, kinks included.
    area.case(fn, [f32(0, 1, -1, 3, -3, 6, 100, -100)], vmap=False, warn=False)
    area.edge(fn, [rand((4,), -4, 4, "float16", name)])
    area.edge(fn, [rand((4,), -4, 4, "bfloat16", name)])
    area.case(fn, [rand((3,), -4, 4, "float64", name)], vmap=False)
    if name not in ("identity", "relu", "relu6", "hardTanh", "leakyRelu", "elu", "celu", "selu", "hardSigmoid", "hardSilu",
                    "hardSwish", "softSign", "sparsePlus", "sparseSigmoid", "squareplus", "mish", "sigmoid", "silu", "swish"):
        area.edge(fn, [arr([0, 1, -2], "int32")])
area.edge("nn.relu", [arr([0, 1, -2], "int32")])
area.case("nn.leakyRelu", [rand((4,))], {"negativeSlope": 0.2})
area.case("nn.elu", [rand((4,))], {"alpha": 0.5})
area.case("nn.celu", [rand((4,))], {"alpha": 2})
area.case("nn.gelu", [rand((4,))], {"approximate": False})
area.case("nn.gelu", [rand((2, 3))], {"approximate": True})
area.case("nn.squareplus", [rand((4,))], {"b": 2})
area.case("nn.log1mexp", [rand((4,), 0.1, 3)])
area.case("nn.glu", [rand((2, 4))])
area.case("nn.glu", [rand((4, 3))], {"axis": 0})
for name in ("softmax", "logSoftmax", "logsumexp", "logmeanexp"):
    fn = f"nn.{name}"
    area.case(fn, [rand((2, 3))])
    area.case(fn, [rand((2, 3))], {"axis": 0})
    area.case(fn, [rand((2, 3, 2))], {"axis": [0, 2]})
    area.case(fn, [rand((4,), dtype="float64")], {"axis": -1}, vmap=False)
    for edge in (f32(-INF, -INF), f32(1000, 1000), f32(INF, 0), f32(-1000, 0, -INF), f32(NAN, 0)):
        area.edge(fn, [edge])
    area.case(fn, [f32(1, 2, 3)], {"where": arr([1, 0, 1], "bool")}, vmap=False)
    area.edge(fn, [rand((4,), dtype="float16")])
    area.edge(fn, [rand((4,), dtype="bfloat16")])
    area.edge(fn, [arr([1, 2], "int32")])
area.edge("nn.softmax", [rand((0,))])
area.edge("nn.logsumexp", [rand((0,))])
area.case("nn.logsumexp", [rand((2, 3))], {"axis": 1, "keepdims": True})
area.case("nn.logsumexp", [rand((3,))], {"b": f32(1, 2, 0.5)}, vmap=False)
area.edge("nn.logsumexp", [f32(1, 2, 3)], {"b": f32(1, -2, 0.5), "returnSign": True})
area.case("nn.standardize", [rand((2, 4))])
area.case("nn.standardize", [rand((3, 2))], {"axis": 0, "epsilon": 0.001})
area.edge("nn.oneHot", [arr([0, 2, 1], "int32"), 3], vmap=True)
area.edge("nn.oneHot", [arr([5, -1, 1], "int32"), 3])
area.edge("nn.oneHot", [arr([[0, 1], [1, 0]], "int32"), 2], {"axis": 0, "dtype": "int32"})
area.edge("nn.oneHot", [arr(1, "int32"), 3], {"dtype": "bool"})
q, k, v = rand((1, 3, 2, 4), -2, 2), rand((1, 4, 2, 4), -2, 2, seed=1), rand((1, 4, 2, 4), -2, 2, seed=2)
area.case("nn.dotProductAttention", [q, k, v], vmap=False)
area.case("nn.dotProductAttention", [q, q, q], {"isCausal": True}, vmap=False)
area.case("nn.dotProductAttention", [q, k, v], {"mask": bools((1, 2, 3, 4), 4), "scale": 0.25}, vmap=False)
area.case("nn.dotProductAttention", [q, k, v], {"bias": rand((1, 2, 3, 4), seed=3)}, vmap=False)
area.case("nn.dotProductAttention", [rand((2, 3, 2, 2)), rand((2, 3, 1, 2), seed=1), rand((2, 3, 1, 2), seed=2)], vmap=False,
          note="grouped heads")
area.case("nn.dotProductAttention", [rand((3, 2, 2)), rand((3, 2, 2), seed=1), rand((3, 2, 2), seed=2)], vmap=True)
area.edge("nn.dotProductAttention", [q, k, v], {"keyValueSeqLengths": arr([2], "int32")})
area.edge("nn.dotProductAttention", [q, q, q], {"localWindowSize": 1})
area.edge("nn.dotProductAttention", [q, q, q], {"localWindowSize": [1, 0]}, call=lambda q, k, v, local_window_size:
          jax.nn.dot_product_attention(q, k, v, local_window_size=tuple(local_window_size)))

# The values of jax.random are exact in bits; a normal passes through erfInv.
INIT = {"grad": False, "vmap": False, "exact": True}
shape = [3, 4]
for name in ("zeros", "ones"):
    area.case(f"nn.initializers.{name}", [Key(0), shape], **INIT)
    area.case(f"nn.initializers.{name}", [Key(0), [2], "int32"], **INIT)
for name in ("glorotUniform", "glorotNormal", "lecunUniform", "lecunNormal", "heUniform", "heNormal", "xavierUniform",
             "xavierNormal", "kaimingUniform", "kaimingNormal"):
    area.case(f"nn.initializers.{name}", [], then=[Key(1), shape], **INIT)
    area.case(f"nn.initializers.{name}", [], then=[Key(2), [2, 3, 2], "float32"], **INIT)
    area.case(f"nn.initializers.{name}", [], {"inAxis": 0, "outAxis": 1}, then=[Key(2), [3, 2]], **INIT)
for name in ("uniform", "normal", "truncatedNormal"):
    area.case(f"nn.initializers.{name}", [], then=[Key(1), shape], **INIT)
    area.case(f"nn.initializers.{name}", [0.5], then=[Key(2), [5]], **INIT)
area.case("nn.initializers.constant", [1.5], then=[Key(0), [2, 3]], **INIT)
area.case("nn.initializers.constant", [3], then=[Key(0), [2], "int32"], **INIT)
for mode in ("fan_in", "fan_out", "fan_avg"):
    for distribution in ("uniform", "normal", "truncated_normal"):
        area.case("nn.initializers.varianceScaling", [2, mode, distribution], then=[Key(3), [2, 3]], **INIT)
area.case("nn.initializers.varianceScaling", [1, "fan_in", "uniform"], {"batchAxis": [0]}, then=[Key(3), [2, 2, 3]], **INIT)
area.case("nn.initializers.orthogonal", [], then=[Key(4), [3, 3]], tol=1e-4, atol=1e-5, **INIT)
area.case("nn.initializers.orthogonal", [2], then=[Key(4), [2, 4]], tol=1e-4, atol=1e-5, **INIT)
area.case("nn.initializers.orthogonal", [], then=[Key(4), [4, 2]], tol=1e-4, atol=1e-5, **INIT)
area.case("nn.initializers.deltaOrthogonal", [], then=[Key(5), [3, 2, 3]], tol=1e-4, atol=1e-5, **INIT)

ids = arr([0, 2, 0, 1, 2], "int32")
for name in ("segmentSum", "segmentProd", "segmentMax", "segmentMin"):
    fn = f"ops.{name}"
    unique = True if name != "segmentProd" else False
    area.case(fn, [rand((5,)), ids], {"numSegments": 4}, grad=[0] if unique else False)
    area.case(fn, [rand((5, 2)), ids], {"numSegments": 3}, grad=[0] if unique else False)
    area.edge(fn, [rand((5,)), arr([0, -1, 5, 1, 1], "int32")], {"numSegments": 3})
    area.edge(fn, [ints((5,), -9, 9), ids], {"numSegments": 4})
    area.edge(fn, [rand((5,)), ids])
    area.edge(fn, [rand((5,)), arr([0, 0, 1, 2, 2], "int32")], {"numSegments": 3, "indicesAreSorted": True})
area.case("ops.segmentMax", [f32(1, 1, 2), arr([0, 0, 1], "int32")], {"numSegments": 2}, vmap=False)
area.write()
