"""numpy: functions that fewer programs call."""

import jax.numpy as jnp

from oracle import NAN, Area, arr, f32, ints, rand

area = Area("numpy-more")
I32 = "int32"
area.edge("np.kaiser", [5, 3.5], atol=1e-6)
area.case("np.poly", [rand((3,))], vmap=False)
area.edge("np.trilIndicesFrom", [rand((3, 3))])
area.edge("np.triuIndicesFrom", [rand((3, 4))], {"k": 1})
area.edge("np.diagIndices", [3])
area.edge("np.diagIndicesFrom", [rand((3, 3))])
area.case("np.insert", [rand((4,)), 1, 5.0], vmap=False)
area.edge("np.insert", [rand((2, 3)), 1, 0.5], {"axis": 1})
area.case("np.delete", [rand((4,)), 1], vmap=False)
area.edge("np.delete", [rand((2, 3)), -1], {"axis": 1})
area.edge("np.histogramBinEdges", [f32(0, 1, 1.5, 4)], {"bins": 4})
area.edge("np.nanpercentile", [f32(1, NAN, 2, 5), 25])
area.case("np.fillDiagonal", [rand((3, 3)), 0], {"inplace": False}, vmap=False)
area.edge("np.trimZeros", [f32(0, 0, 1, 2, 0)])
area.edge("np.canCast", ["int32", "float32"], call=lambda a, b: bool(jnp.can_cast(a, b)))
area.edge("np.canCast", ["float32", "int32"], call=lambda a, b: bool(jnp.can_cast(a, b)))
area.edge("np.issubdtype", ["float32", "float32"], call=lambda a, b: bool(jnp.issubdtype(a, b)))
area.edge("np.isscalar", [2], call=lambda a: bool(jnp.isscalar(a)))
area.edge("np.isscalar", [rand((2,))], call=lambda a: bool(jnp.isscalar(a)))
area.case("np.ediff1d", [rand((4,))], {"toEnd": 7}, vmap=False)
area.edge("np.uniqueValues", [arr([3, 1, 3], I32)])
area.edge("np.piecewise", [f32(-1, 0, 2), [arr([1, 0, 0], "bool"), arr([0, 0, 1], "bool")], [5, 6, 7]],
          call=lambda x, c, f: jnp.piecewise(x, c, list(f)))
area.edge("np.mean", [ints((2, 3), 0, 9)], {"axis": 1, "dtype": "float64"})
area.edge("np.cumsum", [rand((3,), dtype="float16")], {"dtype": "float32"})
area.edge("np.prod", [arr([200, 3], "uint8")], {"dtype": "float32"})
area.write()
