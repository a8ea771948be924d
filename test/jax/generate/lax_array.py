"""lax: reductions, movement, slicing, indexing, contraction, windows, sorting."""

import jax
import jax.numpy as jnp

from oracle import INF, NAN, Area, Fn, arr, bools, distinct, f32, ints, rand

area = Area("lax-array")
lax = jax.lax

# Reductions.
for name in ("reduceSum", "reduceProd", "reduceMax", "reduceMin"):
    fn = f"lax.{name}"
    for x, axes in ((distinct((3, 4)), [0]), (distinct((2, 3, 4)), [0, 2]), (distinct((5,)), [0]), (distinct((2, 3)), [])):
        area.case(fn, [x, axes])
    area.edge(fn, [f32(1, NAN, 3), [0]])
    area.edge(fn, [f32(-0.0, 0, -0.0), [0]])
    area.edge(fn, [f32(-0.0, -0.0), [0]])
    area.edge(fn, [f32(INF, 3, -INF), [0]])
    area.edge(fn, [rand((0, 3)), [0]])
    area.edge(fn, [arr([2147483647, 2, -5], "int32"), [0]])
    area.edge(fn, [arr([[4294967295, 2], [3, 4]], "uint32"), [0]])
    area.edge(fn, [arr([100, 100, -3], "int8"), [0]])
    area.edge(fn, [rand((6,), 0, 2, "float16"), [0]])
    area.edge(fn, [rand((6,), 0, 2, "bfloat16"), [0]])
    area.case(fn, [distinct((3, 2), "float64"), [1]], vmap=False)
area.case("lax.reduceProd", [f32(0, 2, 3, 0.5), [0]])
area.case("lax.reduceMax", [f32(1, 3, 3, 2), [0]])
area.case("lax.reduceMin", [arr([[1, 1], [3, 0]]), [0, 1]])
for name in ("reduceAnd", "reduceOr", "reduceXor"):
    fn = f"lax.{name}"
    area.case(fn, [bools((3, 4)), [0]])
    area.case(fn, [ints((3, 4), -9, 9), [1]])
    area.edge(fn, [arr([7, 12, 255], "uint8"), [0]])
    area.edge(fn, [bools((0, 2)), [0]])
area.edge("lax.reduceMax", [bools((3, 4)), [0]])
area.edge("lax.reduceMin", [bools((3, 4)), [0]])
area.case("lax.reduce", [rand((3, 4)), arr(0.0), Fn("lax.add"), [0]], grad=[0], vmap=False)
area.case("lax.reduce", [rand((3, 4)), arr(1.0), Fn("lax.mul"), [1]], grad=[0], vmap=False)
area.case("lax.reduce", [distinct((3, 4)), arr(-INF), Fn("lax.max"), [0, 1]], grad=[0], vmap=False)
area.edge("lax.reduce", [ints((3, 4), 0, 99), arr(0, "int32"), Fn("lax.bitwiseXor"), [0]])
area.edge("lax.reduce", [ints((3,), 0, 99), arr(1000, "int32"), Fn("lax.add"), [0]])

for name in ("argmax", "argmin"):
    fn, f = f"lax.{name}", getattr(lax, name)
    call = lambda x, axis, f=f: f(x, axis, jnp.int32)  # noqa: E731
    area.case(fn, [distinct((3, 4)), 0], call=call)
    area.case(fn, [distinct((2, 3, 4)), 1], call=call)
    area.edge(fn, [f32(1, NAN, 5, NAN, -INF), 0], call=call)
    area.edge(fn, [f32(3, 3, 1, 1), 0], call=call)
    area.edge(fn, [f32(0, -0.0, 0), 0], call=call)
    area.edge(fn, [arr([5, -2147483648, 2147483647, -2147483648], "int32"), 0], call=call)
    area.edge(fn, [arr([5, 4294967295, 4294967295, 5], "uint32"), 0], call=call)
    area.edge(fn, [arr([0, 1, 1, 0], "bool"), 0], call=call)

for name in ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"):
    fn = f"lax.{name}"
    area.case(fn, [distinct((5,))])
    area.case(fn, [distinct((3, 4))], {"axis": 1})
    area.case(fn, [distinct((2, 3, 2))], {"axis": 1, "reverse": True})
    area.case(fn, [f32(1, 1, 2, 2)], {"reverse": True})
    area.edge(fn, [f32(1, -INF, 2, NAN, 3)])
    area.edge(fn, [rand((0, 2))])
    area.case(fn, [distinct((4,), "float64")], vmap=False, grad=name == "cumsum")
    if name != "cumlogsumexp":
        area.edge(fn, [arr([2147483647, 3, -5, 2], "int32")])
        area.edge(fn, [arr([200, 100, 3], "uint8")])
area.edge("lax.cumlogsumexp", [f32(-INF, -INF, 0)])
area.case("lax.cumprod", [f32(0, 2, 3)])
area.edge("lax.cumsum", [rand((6,), 0, 2, "float16")])
area.edge("lax.cumsum", [rand((6,), 0, 2, "bfloat16")])
area.case("lax.associativeScan", [Fn("np.add"), rand((5,))])
area.case("lax.associativeScan", [Fn("np.multiply"), rand((3, 4))], {"axis": 1})
area.case("lax.associativeScan", [Fn("np.maximum"), distinct((3, 4))], {"reverse": True})

# Movement.
area.case("lax.reshape", [rand((2, 6)), [3, 4]])
area.case("lax.reshape", [rand((2, 3, 2)), [12]])
area.case("lax.reshape", [rand((2, 3)), [3, 2]], {"dimensions": [1, 0]})
area.edge("lax.reshape", [rand((0, 3)), [3, 0, 2]])
area.case("lax.squeeze", [rand((2, 1, 3, 1)), [1, -1]])
area.case("lax.squeeze", [rand((1, 3)), [0]])
area.case("lax.expandDims", [rand((2, 3)), [0, 2]])
area.case("lax.expandDims", [rand((3,)), [-1]])
area.case("lax.transpose", [rand((2, 3)), [1, 0]])
area.case("lax.transpose", [rand((2, 3, 4)), [2, 0, 1]])
area.case("lax.broadcast", [rand((3,)), [2]])
area.case("lax.broadcast", [rand((2, 1)), [2, 3]])
area.case("lax.broadcastInDim", [rand((2,)), [2, 3], [0]])
area.case("lax.broadcastInDim", [rand((3,)), [2, 3], [1]])
area.case("lax.broadcastInDim", [arr(1.5), [2, 3], []])
area.case("lax.broadcastInDim", [rand((1, 3)), [4, 2, 3], [1, 2]])
area.case("lax.rev", [rand((2, 3)), [0]])
area.case("lax.rev", [rand((2, 3, 2)), [0, 2]])
area.case("lax.collapse", [rand((2, 3, 4)), 0, 2])
area.case("lax.collapse", [rand((2, 3, 4)), 1, 3])
area.case("lax.pad", [rand((5,)), arr(0.5), [[1, 2, 1]]])
area.case("lax.pad", [rand((2, 3)), arr(0.5), [[1, 2, 1], [0, 1, 0]]])
area.case("lax.pad", [rand((2, 3)), arr(-1.0), [[-1, 0, 0], [-1, 0, 2]]])
area.edge("lax.pad", [f32(0, 1, 2, 3, 4), arr(9.0), [[-1, -2, 0]]])
area.edge("lax.pad", [rand((0,)), arr(9.0), [[1, 1, 2]]])
area.edge("lax.pad", [ints((3,), 0, 9), arr(7, "int32"), [[2, 0, 1]]])
area.edge("lax.pad", [bools((3,)), arr(True, "bool"), [[1, 1, 0]]])
area.case("lax.concatenate", [[rand((2, 3)), rand((2, 1), seed=1), rand((2, 2), seed=2)], 1])
area.case("lax.concatenate", [[rand((3,)), rand((2,), seed=1)], 0])
area.edge("lax.concatenate", [[ints((2,), 0, 9), ints((0,), 0, 9), ints((1,), 0, 9)], 0])
area.case("lax.split", [rand((6,)), [1, 2, 3]])
area.case("lax.split", [rand((3, 5)), [0, 4, 1], 1])
area.case("lax.stack", [[rand((2, 3)), rand((2, 3), seed=1)]], {"axis": 1})
area.case("lax.unstack", [rand((2, 3))], {"axis": 1})
area.case("lax.tile", [rand((2, 3)), [2, 1]])
area.case("lax.tile", [rand((3,)), [2]])
area.edge("lax.iota", ["float32", 4])
area.edge("lax.iota", ["uint8", 3])
area.edge("lax.broadcastedIota", ["int32", [2, 3], 1])
area.edge("lax.broadcastedIota", ["float32", [2, 3, 2], 0])
area.edge("lax.full", [[2, 3], 1.5])
area.edge("lax.full", [[2], 3], {"dtype": "int32"})
area.edge("lax.full", [[2], 3], {"dtype": "float16"})
area.edge("lax.fullLike", [rand((2, 3)), 2])
area.edge("lax.fullLike", [rand((2, 3)), 2], {"dtype": "int32", "shape": [2]})
area.edge("lax.broadcastShapes", [[2, 1, 3], [4, 1]], vmap=False,
          call=lambda a, b: [int(d) for d in lax.broadcast_shapes(a, b)])

# Slicing.
area.case("lax.slice", [rand((5, 3)), [1, 0], [4, 2]])
area.case("lax.slice", [rand((8,)), [1], [6], [2]])
area.case("lax.slice", [rand((3, 5)), [0, 1], [3, 5], [2, 3]])
area.edge("lax.slice", [rand((5, 3)), [2, 1], [2, 3]])
area.case("lax.sliceInDim", [rand((5, 3)), 1, 4])
area.case("lax.sliceInDim", [rand((3, 6)), 1, -1], {"stride": 2, "axis": 1})
area.case("lax.sliceInDim", [rand((3, 6)), None, None], {"axis": 1})
area.case("lax.indexInDim", [rand((3, 4)), 1])
area.case("lax.indexInDim", [rand((3, 4)), -1], {"axis": 1, "keepdims": False})
I32 = "int32"
area.case("lax.dynamicSlice", [rand((5, 3)), [arr(1, I32), arr(0, I32)], [2, 2]])
area.case("lax.dynamicSlice", [rand((6,)), [arr(2, I32)], [3]])
for start in (4, -1, -9, 100):
    area.case("lax.dynamicSlice", [f32(0, 1, 2, 3, 4), [arr(start, I32)], [3]], vmap=False)
area.case("lax.dynamicSlice", [rand((4, 5)), [1, 2], [2, 3]])
area.case("lax.dynamicSlice", [rand((6,)), [arr(2, I32)], [3]], vmap=[None, [0]])
area.case("lax.dynamicSliceInDim", [rand((5, 3)), arr(1, I32), 2])
area.case("lax.dynamicSliceInDim", [rand((3, 6)), arr(9, I32), 2], {"axis": 1})
area.case("lax.dynamicIndexInDim", [rand((5, 3)), arr(1, I32)])
area.case("lax.dynamicIndexInDim", [rand((3, 6)), arr(-2, I32)], {"axis": 1, "keepdims": False})
area.case("lax.dynamicUpdateSlice", [rand((5, 3)), rand((2, 2), seed=1), [arr(1, I32), arr(1, I32)]])
area.case("lax.dynamicUpdateSlice", [rand((6,)), rand((3,), seed=1), [arr(2, I32)]])
for start in (4, -1, -9):
    area.case("lax.dynamicUpdateSlice", [rand((5,)), rand((3,), seed=1), [arr(start, I32)]], vmap=False)
area.case("lax.dynamicUpdateSliceInDim", [rand((5, 3)), rand((2, 3), seed=1), arr(2, I32), 0])
area.case("lax.dynamicUpdateSliceInDim", [rand((3, 5)), rand((3, 2), seed=1), 4, 1])
area.case("lax.dynamicUpdateIndexInDim", [rand((5, 3)), rand((3,), seed=1), arr(2, I32), 0])
area.case("lax.dynamicUpdateIndexInDim", [rand((3, 5)), rand((3, 1), seed=1), 1, 1])
area.case("lax.indexTake", [rand((5, 3)), [arr([0, 2], I32)], [0]])
area.case("lax.indexTake", [rand((5, 3)), [arr([0, 2], I32), arr([1, 2], I32)], [0, 1]])

# Gather and scatter.
def gather_dims(d):
    return lax.GatherDimensionNumbers(
        offset_dims=tuple(d["offsetDims"]), collapsed_slice_dims=tuple(d["collapsedSliceDims"]),
        start_index_map=tuple(d["startIndexMap"]), operand_batching_dims=tuple(d.get("operandBatchingDims", ())),
        start_indices_batching_dims=tuple(d.get("startIndicesBatchingDims", ())))


def scatter_dims(d):
    return lax.ScatterDimensionNumbers(
        update_window_dims=tuple(d["updateWindowDims"]), inserted_window_dims=tuple(d["insertedWindowDims"]),
        scatter_dims_to_operand_dims=tuple(d["scatterDimsToOperandDims"]),
        operand_batching_dims=tuple(d.get("operandBatchingDims", ())),
        scatter_indices_batching_dims=tuple(d.get("scatterIndicesBatchingDims", ())))


def gather(x, idx, dimension_numbers, slice_sizes, **o):
    return lax.gather(x, idx, gather_dims(dimension_numbers), slice_sizes, **o)


VECTOR = {"offsetDims": [], "collapsedSliceDims": [0], "startIndexMap": [0]}
WINDOW = {"offsetDims": [1], "collapsedSliceDims": [], "startIndexMap": [0]}
ROWS = {"offsetDims": [1], "collapsedSliceDims": [0], "startIndexMap": [0]}
POINTS = {"offsetDims": [], "collapsedSliceDims": [0, 1], "startIndexMap": [0, 1]}
BATCH = {"offsetDims": [2], "collapsedSliceDims": [1], "startIndexMap": [1], "operandBatchingDims": [0],
         "startIndicesBatchingDims": [0]}
for mode in ("clip", "fill"):
    o = {"mode": mode}
    area.case("lax.gather", [rand((5,)), arr([[0], [2]], I32)],
              {"dimensionNumbers": VECTOR, "sliceSizes": [1], **o}, call=gather)
    area.case("lax.gather", [rand((10,)), arr([[0], [3], [3]], I32)],
              {"dimensionNumbers": WINDOW, "sliceSizes": [2], **o}, call=gather)
    area.case("lax.gather", [rand((6, 3)), arr([[0], [2], [1]], I32)],
              {"dimensionNumbers": ROWS, "sliceSizes": [1, 3], **o}, call=gather)
    area.case("lax.gather", [rand((4, 3)), arr([[0, 1], [3, 2]], I32)],
              {"dimensionNumbers": POINTS, "sliceSizes": [1, 1], **o}, call=gather, vmap=True)
    area.case("lax.gather", [rand((2, 5, 3)), arr([[[0], [4]], [[1], [1]]], I32)],
              {"dimensionNumbers": BATCH, "sliceSizes": [1, 1, 3], **o}, call=gather)
    area.case("lax.gather", [rand((5,)), arr([[-1], [7], [4], [-9]], I32)],
              {"dimensionNumbers": VECTOR, "sliceSizes": [1], **o}, call=gather, vmap=False)
    area.case("lax.gather", [rand((6,)), arr([[5], [-1], [2]], I32)],
              {"dimensionNumbers": WINDOW, "sliceSizes": [3], **o}, call=gather, vmap=False)
area.edge("lax.gather", [rand((5,)), arr([[7], [1]], I32)],
          {"dimensionNumbers": VECTOR, "sliceSizes": [1], "mode": "fill", "fillValue": -5}, call=gather)
area.edge("lax.gather", [ints((5,), 0, 9), arr([[7], [1]], I32)],
          {"dimensionNumbers": VECTOR, "sliceSizes": [1], "mode": "fill"}, call=gather)
area.edge("lax.gather", [ints((5,), 0, 9, "uint8"), arr([[7], [1]], I32)],
          {"dimensionNumbers": VECTOR, "sliceSizes": [1], "mode": "fill"}, call=gather)

SVECTOR = {"updateWindowDims": [], "insertedWindowDims": [0], "scatterDimsToOperandDims": [0]}
SWINDOW = {"updateWindowDims": [1], "insertedWindowDims": [], "scatterDimsToOperandDims": [0]}
SROWS = {"updateWindowDims": [1], "insertedWindowDims": [0], "scatterDimsToOperandDims": [0]}
SBATCH = {"updateWindowDims": [2], "insertedWindowDims": [1], "scatterDimsToOperandDims": [1],
          "operandBatchingDims": [0], "scatterIndicesBatchingDims": [0]}
for name in ("scatter", "scatterAdd", "scatterSub", "scatterMul", "scatterMin", "scatterMax"):
    fn, f = f"lax.{name}", getattr(lax, {"scatter": "scatter", "scatterAdd": "scatter_add", "scatterSub": "scatter_sub",
                                       "scatterMul": "scatter_mul", "scatterMin": "scatter_min",
                                       "scatterMax": "scatter_max"}[name])

    def call(x, idx, u, dimension_numbers, f=f, **o):
        return f(x, idx, u, scatter_dims(dimension_numbers), **o)

    once = {"uniqueIndices": True}
    wrt = [0, 2]
    area.case(fn, [rand((5,)), arr([[0], [2]], I32), rand((2,), seed=1)], {"dimensionNumbers": SVECTOR, **once}, call=call, grad=wrt)
    area.case(fn, [rand((8,)), arr([[0], [3]], I32), rand((2, 2), seed=1)], {"dimensionNumbers": SWINDOW, **once}, call=call, grad=wrt)
    area.case(fn, [rand((5, 3)), arr([[4], [2]], I32), rand((2, 3), seed=1)], {"dimensionNumbers": SROWS, **once}, call=call, grad=wrt)
    area.case(fn, [rand((2, 4, 3)), arr([[[0], [3]], [[1], [2]]], I32), rand((2, 2, 3), seed=1)], {"dimensionNumbers": SBATCH, **once}, call=call,
              grad=wrt, vmap=False)
    area.edge(fn, [rand((5,)), arr([[7], [-1], [4]], I32), rand((3,), seed=1)], {"dimensionNumbers": SVECTOR}, call=call)
    area.edge(fn, [rand((5,)), arr([[4], [1]], I32), rand((2, 2), seed=1)], {"dimensionNumbers": SWINDOW}, call=call)
    if name != "scatter":
        dup = [rand((5,)), arr([[1], [1], [3]], I32), rand((3,), seed=1)]
        area.case(fn, dup, {"dimensionNumbers": SVECTOR}, call=call, grad=[0] if name == "scatterMul" else wrt)
        area.edge(fn, [ints((5,), 0, 9), arr([[1], [1], [3]], I32), ints((3,), 0, 9, seed=1)], {"dimensionNumbers": SVECTOR}, call=call)
        area.edge(fn, [arr([250, 3], "uint8"), arr([[0], [0]], I32), arr([5, 9], "uint8")], {"dimensionNumbers": SVECTOR}, call=call)
area.case("lax.scatterMax", [f32(1, 2), arr([[0], [0]], I32), f32(1, 1)], {"dimensionNumbers": SVECTOR}, grad=[0, 2],
          vmap=False, call=lambda x, i, u, dimension_numbers: lax.scatter_max(x, i, u, scatter_dims(dimension_numbers)))
area.edge("lax.scatterApply", [rand((5,)), arr([[0], [2]], I32), Fn("lax.sin")], {"dimensionNumbers": SVECTOR, "updateShape": [2]},
          call=lambda x, i, f, dimension_numbers, update_shape: lax.scatter_apply(
              x, i, f, scatter_dims(dimension_numbers), update_shape=update_shape))

# Contraction.
def dot_general(a, b, contract=((), ()), batch=((), ()), **o):
    return lax.dot_general(a, b, (contract, batch), **o)


def dots(sa, sb, contract, batch=None, dtype="float32", **meta):
    o = {"contract": contract}
    if batch is not None:
        o["batch"] = batch
    area.case("lax.dotGeneral", [rand(sa, -2, 2, dtype), rand(sb, -2, 2, dtype, seed=1)], o, call=dot_general, **meta)


dots((2, 3), (3, 4), [[1], [0]])
dots((3,), (3,), [[0], [0]])
dots((2, 3), (2, 4), [[0], [0]])
dots((3, 3, 2), (3, 2, 4), [[2], [1]], [[0], [0]], vmap=True)
dots((3, 4, 2), (2, 4, 3), [[2], [0]], [[0], [2]])
dots((2, 3, 4), (4, 3), [[1, 2], [1, 0]])
dots((2,), (3,), [[], []])
dots((2, 0), (0, 3), [[1], [0]], grad=False)
dots((2, 3), (3, 2), [[1], [0]], dtype="float64", vmap=False)
dots((2, 3), (3, 2), [[1], [0]], dtype="float16")
dots((2, 3), (3, 2), [[1], [0]], dtype="bfloat16")
area.edge("lax.dotGeneral", [rand((2, 3), dtype="float16"), rand((3, 2), dtype="float16")],
          {"contract": [[1], [0]], "preferredElementType": "float32"}, call=dot_general)
area.edge("lax.dotGeneral", [arr([100, 100, 100], "int8"), arr([100, 100, 100], "int8")], {"contract": [[0], [0]]},
          call=dot_general)
area.edge("lax.dotGeneral", [arr([100, 100, 100], "int8"), arr([100, 100, 100], "int8")],
          {"contract": [[0], [0]], "preferredElementType": "int32"}, call=dot_general)
area.edge("lax.dotGeneral", [bools((2, 3)), bools((3, 2), seed=1)], {"contract": [[1], [0]]}, call=dot_general)
area.edge("lax.dotGeneral", [ints((2, 3), -9, 9), ints((3, 2), -9, 9)], {"contract": [[1], [0]]}, call=dot_general)
area.case("lax.dot", [rand((2, 3)), rand((3, 4), seed=1)])
area.case("lax.dot", [rand((3,)), rand((3,), seed=1)])
area.case("lax.dot", [rand((2, 3)), rand((3,), seed=1)])
area.case("lax.batchMatmul", [rand((2, 2, 3)), rand((2, 3, 2), seed=1)])
area.case("lax.batchMatmul", [rand((2, 3)), rand((3, 2), seed=1)])

area.case("lax.linalg.cholesky", [arr([[4, 1, 0.5], [1, 3, 0.25], [0.5, 0.25, 2]])])
area.case("lax.linalg.cholesky", [arr([[[4, 1], [1, 3]], [[2, -1], [-1, 5]]])])
area.edge("lax.linalg.cholesky", [arr([[[1, 2], [2, 1]], [[4, 0], [0, 9]]])])
for opts in ({"leftSide": True, "lower": True}, {"leftSide": False, "lower": True},
             {"leftSide": True, "lower": False}, {"leftSide": True, "lower": True, "transposeA": True},
             {"leftSide": False, "lower": False, "transposeA": True},
             {"leftSide": True, "lower": True, "unitDiagonal": True}):
    b = rand((3, 2), seed=1) if opts["leftSide"] else rand((2, 3), seed=1)
    a = arr([[2, 0.5, -1], [0.25, 3, 0.5], [1, -0.75, 4]])
    area.case("lax.linalg.triangularSolve", [a, b], opts, vmap=True)

# Convolution.
def conv_dims(n):
    return tuple(n)


def conv(sx, sw, opts=None, **meta):
    area.case("lax.convGeneralDilated", [rand(sx, -2, 2), rand(sw, -2, 2, seed=1)], opts or {}, call=conv_general, **meta)


def conv_general(x, w, window_strides=None, padding="VALID", **o):
    n = x.ndim - 2
    if "dimension_numbers" in o:
        o["dimension_numbers"] = tuple(o["dimension_numbers"])
    return lax.conv_general_dilated(x, w, window_strides or (1,) * n, padding, **o)


conv((1, 2, 4, 5), (3, 2, 2, 3), vmap=True)
conv((2, 1, 5), (2, 1, 3), {"windowStrides": [2], "padding": "SAME"}, vmap=True)
conv((1, 2, 4, 4), (2, 2, 2, 2), {"windowStrides": [2, 1], "padding": [[1, 0], [-1, 2]]})
conv((1, 1, 3, 4), (1, 1, 2, 2), {"padding": [[1, 1], [2, 0]], "lhsDilation": [2, 1], "rhsDilation": [1, 2]})
conv((1, 4, 5), (4, 2, 2), {"featureGroupCount": 2}, vmap=True)
conv((4, 2, 5), (4, 2, 2), {"batchGroupCount": 2})
conv((1, 4, 4, 2), (2, 2, 2, 3), {"dimensionNumbers": ["NHWC", "HWIO", "NHWC"], "padding": "SAME"})
conv((2, 3, 4, 1), (2, 2, 1, 2), {"dimensionNumbers": ["NHWC", "HWIO", "NHWC"], "windowStrides": [1, 2]}, vmap=True)
conv((1, 1, 5), (1, 1, 2), {"padding": "SAME_LOWER"}, grad=False)
conv((1, 2, 0), (2, 2, 1), {"padding": [[1, 1]]}, grad=False)
conv((2, 3), (4, 3))
area.case("lax.convGeneralDilated", [rand((1, 1, 2, 3, 3), -2, 2), rand((2, 1, 2, 2, 2), -2, 2)], {}, call=conv_general)
area.case("lax.conv", [rand((1, 2, 4, 4), -2, 2), rand((2, 2, 2, 2), -2, 2, seed=1), [1, 2], "SAME"])
area.case("lax.convWithGeneralPadding", [rand((1, 2, 5), -2, 2), rand((2, 2, 2), -2, 2, seed=1), [2], [[1, 1]], [1], [2]])
area.case("lax.convTranspose", [rand((1, 3, 3, 1), -2, 2), rand((2, 2, 1, 2), -2, 2, seed=1), [2, 2], "SAME"])
area.case("lax.convTranspose", [rand((1, 4, 2), -2, 2), rand((3, 2, 1), -2, 2, seed=1), [2], "VALID"])
area.case("lax.convGeneralDilatedPatches", [rand((1, 2, 4, 4), -2, 2), [2, 2], [1, 2], "VALID"])

# Windows.
def window(x, init, fn, dims, strides, padding, opts=None, **meta):
    area.case("lax.reduceWindow", [x, init, Fn(fn), dims, strides, padding], opts or {}, grad=[0], vmap=False, **meta)


for fn, init in (("lax.add", 0.0), ("lax.max", -INF), ("lax.min", INF)):
    window(distinct((4, 6)), arr(init), fn, [2, 1], [1, 1], "VALID")
    window(distinct((4, 6)), arr(init), fn, [2, 3], [2, 1], "SAME")
    window(distinct((5,)), arr(init), fn, [3], [2], [[0, 3]])
    # JAX has no reverse mode for a dilated max-pool.
    area.edge("lax.reduceWindow", [distinct((6,)), arr(init), Fn(fn), [2], [1], "VALID"], {"windowDilation": [2]})
window(f32(1, 3, 3, 2), arr(-INF), "lax.max", [3], [1], "VALID")
window(f32(1, NAN, 3, 2), arr(-INF), "lax.max", [2], [1], "VALID")
window(distinct((4,)), arr(0.0), "lax.add", [2], [1], "VALID", {"baseDilation": [2]})
area.edge("lax.reduceWindow", [ints((6,), 0, 99), arr(0, "int32"), Fn("lax.add"), [2], [2], "VALID"])

# Sorting.
area.case("lax.sort", [distinct((5,))])
area.case("lax.sort", [distinct((3, 4))], {"dimension": 0})
area.case("lax.sort", [distinct((2, 3, 4))], {"dimension": 1})
area.edge("lax.sort", [f32(3, NAN, 0, -0.0, -INF, INF, -1, NAN)])
area.edge("lax.sort", [f32(0, -0.0, 0, -0.0)])
area.edge("lax.sort", [arr([5, -2147483648, 2147483647, 0], "int32")])
area.edge("lax.sort", [arr([5, 4294967295, 2147483648, 0], "uint32")])
area.edge("lax.sort", [bools((6,))])
area.edge("lax.sort", [rand((0,))])
area.edge("lax.sort", [rand((6,), dtype="bfloat16")])
area.case("lax.sort", [[arr([2, 1, 2, 1]), rand((4,), seed=1)]])
area.case("lax.sort", [[arr([2, 1, 2, 1]), rand((4,), seed=1)]], {"numKeys": 2})
area.case("lax.sortKeyVal", [distinct((5,)), rand((5,), seed=1)])
area.case("lax.sortKeyVal", [distinct((3, 2)), rand((3, 2), seed=1)], {"dimension": 0})
area.edge("lax.sortKeyVal", [arr([2, 1, 2, 1], "int32"), arr([0, 1, 2, 3], "int32")])
area.case("lax.topK", [distinct((6,)), 3])
area.case("lax.topK", [distinct((3, 4)), 2])
area.case("lax.topK", [distinct((4, 3)), 2], {"axis": 0})
area.edge("lax.topK", [f32(1, NAN, 3, 3, INF, 0, -0.0), 7])
area.edge("lax.topK", [arr([5, 9, 9, -3], "int32"), 3])
area.edge("lax.topK", [arr([5, 4294967295, 9], "uint32"), 2])
area.edge("lax.topK", [f32(0, -0.0, 0, -0.0), 4])
area.write()
