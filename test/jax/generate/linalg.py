"""linalg, lax.linalg, scipy.linalg, and what is made of decompositions elsewhere.

Signs of eigenvectors and singular vectors are free, so they are compared through functions of which the sign drops
out: programs, by the names that `linalg-programs.ts` gives the same functions in TypeScript.
"""

import jax
import jax.numpy as jnp
import numpy as onp

from oracle import INF, Area, arr, f32, rand

lax, A, S = jax.lax, "linalg.", "scipy.linalg."
TWICE = {"vmap": False}
SECOND = {"vmap": False, "atol": 2e-6}


def square(n, seed=0, dtype="float32", lead=()):
    return rand((*lead, n, n), -2, 2, dtype, seed)


def regular(n, seed=0, dtype="float32", lead=()):
    """Far from singular: a diagonal that exceeds the rest of its column."""
    x = onp.asarray(square(n, seed, dtype, lead), onp.float64)
    return arr(x + onp.diag(onp.where(onp.arange(n) % 2 == 0, 5, -6)), dtype)


def symmetric(n, seed=0, dtype="float32", lead=()):
    """With eigenvalues that are well apart."""
    x = onp.asarray(square(n, seed, dtype, lead), onp.float64)
    x = (x + onp.swapaxes(x, -1, -2)) / 4
    return arr(x + onp.diag(6.0 * onp.arange(n) - 5), dtype)


def definite(n, seed=0, dtype="float32", lead=()):
    x = onp.asarray(square(n, seed, dtype, lead), onp.float64)
    return arr(onp.round((x @ onp.swapaxes(x, -1, -2) + 2 * onp.eye(n)) * 16) / 16, dtype)


def program(name, f, *args, opts=None, **meta):
    area.case(f"program.{name}", list(args), opts, call=f, **meta)


def cancelling(x):
    """Tolerance where small elements are differences of large ones, to which float64 has no wider answer."""
    return 1e-11 if x.dtype == onp.float64 else None


def kinds(make, *sizes):
    return [*[make(n, seed=n) for n in sizes], make(2, 5, lead=(2,)), make(3, 6, "float64")]


tall, wide = rand((4, 2), seed=8), rand((2, 4), seed=8)
area = Area("linalg-decompositions")

# Decompositions whose results are determined.
for x in (*kinds(regular, 1, 2, 3, 4), rand((4, 2), seed=1), rand((2, 4), seed=1), rand((2, 3, 2), seed=1)):
    area.case("lax.linalg.lu", [x])
    if x.ndim == 2:
        area.case(S + "lu", [x], **TWICE)
        area.edge(S + "lu", [x], {"permuteL": True})
area.edge(S + "luFactor", [regular(3)])
area.edge("lax.linalg.lu", [arr([[1, 2], [2, 4]])])
area.edge("lax.linalg.lu", [arr([[0, 0], [0, 0]])])
area.edge("lax.linalg.lu", [arr([[1, 2, 3], [4, 5, 6], [7, 8, 10]])])
for shape in ((0, 0), (0, 3), (3, 0), (2, 0, 0), (0, 2, 2)):
    area.edge("lax.linalg.lu", [onp.zeros(shape, onp.float32)])
    area.edge("lax.linalg.qr", [onp.zeros(shape, onp.float32)])
    area.edge("lax.linalg.qr", [onp.zeros(shape, onp.float32)], {"fullMatrices": False})
    area.edge(A + "svdvals", [onp.zeros(shape, onp.float32)])
    area.edge(A + "pinv", [onp.zeros(shape, onp.float32)])
    if shape[-1] == shape[-2]:
        for name in ("cholesky", "det", "slogdet", "inv", "eigh", "eigvalsh"):
            area.edge(A + name, [onp.zeros(shape, onp.float32)])
        area.edge(S + "expm", [onp.zeros(shape, onp.float32)])
area.case("lax.linalg.luPivotsToPermutation", [arr([2, 1, 3], "int32"), 4])
area.case("lax.linalg.luPivotsToPermutation", [arr([[1, 1], [0, 1]], "int32"), 2])
for x in (*kinds(regular, 1, 2, 3), rand((4, 2), seed=1), rand((2, 4), seed=1), rand((2, 3, 2), seed=1)):
    area.case("lax.linalg.qr", [x])
    area.case("lax.linalg.qr", [x], {"fullMatrices": False})
    for mode in ("reduced", "complete", "r", "raw"):
        area.edge(A + "qr", [x], {"mode": mode})
    for mode in ("full", "economic", "r"):
        area.edge(S + "qr", [x], {"mode": mode})
pivoted = arr([[1, 4, -2], [0.5, -3, 1], [-1, 2, 6], [0.25, 1, 2]])
area.case("lax.linalg.qr", [pivoted], {"pivoting": True})
area.case("lax.linalg.qr", [pivoted], {"pivoting": True, "fullMatrices": False})
area.case("lax.linalg.qr", [arr([[1, 4, -2], [0.5, -3, 1]])], {"pivoting": True})
area.case(S + "qr", [pivoted], {"pivoting": True, "mode": "economic"}, **TWICE)
area.case("lax.linalg.householderProduct", [rand((4, 3), seed=2), f32(0.5, 1.25)], grad=False)
area.case("lax.linalg.householderProduct", [rand((2, 2, 2), seed=2), rand((2, 2), seed=3)], grad=False)
area.case(S + "qrMultiply", [rand((4, 2), seed=3), rand((3, 4), seed=4)], **TWICE, grad=False)
area.case(S + "qrMultiply", [rand((4, 2), seed=3), rand((2, 3), seed=4)], {"mode": "left"}, **TWICE, grad=False)
area.case(S + "qrMultiply", [rand((4, 2), seed=3), rand((4,), seed=4)], **TWICE, grad=False)

# Vectors up to their signs.
program("eighSquares", lambda x: [jnp.linalg.eigh(x)[0], jnp.square(jnp.linalg.eigh(x)[1])], symmetric(3))
for x in kinds(symmetric, 1, 2, 4):
    area.case(A + "eigvalsh", [x])
    program("eighSquares", lambda x: [jnp.linalg.eigh(x)[0], jnp.square(jnp.linalg.eigh(x)[1])], x, tol=cancelling(x))
    area.edge(S + "eigh", [x], {"eigvalsOnly": True})


def of_matrix(x):
    w, v = jnp.linalg.eigh(x)
    return (v * jnp.sin(w)[..., None, :]) @ v.mT


for x in kinds(symmetric, 3):
    program("eighFunction", of_matrix, x, tol=cancelling(x))
upper = arr([[1, 5, 3], [0, 2, 4], [0, 0, 7]])
area.case(A + "eigvalsh", [upper], {"UPLO": "U", "symmetrizeInput": False}, grad=False)
area.case(A + "eigvalsh", [upper.T], {"UPLO": "L", "symmetrizeInput": False}, grad=False)
area.case(A + "eigvalsh", [upper], **TWICE)
area.case(A + "eigvalsh", [onp.eye(3, dtype=onp.float32)], **TWICE)
area.case(S + "eighTridiagonal", [f32(1, 2, 4, 7), f32(0.5, -1, 2)], {"eigvalsOnly": True}, grad=False, **TWICE)


def pairs(x):
    u, s, vt = jnp.linalg.svd(x, full_matrices=False)
    return [s, jnp.square(u), jnp.square(vt), u @ vt]


for x in (*kinds(symmetric, 1, 3), rand((4, 2), seed=1), rand((2, 4), seed=1), rand((2, 3, 2), -4, 4, seed=2)):
    area.case(A + "svdvals", [x])
    area.edge(A + "svd", [x], {"computeUv": False})
    area.edge(S + "svd", [x], {"computeUv": False})
    program("svdPairs", pairs, x, tol=cancelling(x))
area.case(A + "svdvals", [onp.eye(3, dtype=onp.float32)], **TWICE)
area.case(A + "svd", [symmetric(3)], {"computeUv": False, "hermitian": True}, **TWICE)
program("svdHermitian", lambda x: jnp.linalg.svd(x, hermitian=True)[1:2] + (jnp.linalg.svd(x, hermitian=True)[0] @
                                                                            jnp.linalg.svd(x, hermitian=True)[2],),
        symmetric(3), **TWICE)
program("equalVectors", lambda x: jnp.linalg.eigh(x)[1], onp.eye(2, dtype=onp.float32), warn=False, **TWICE)
program("zeroVectors", lambda x: jnp.linalg.svd(x)[0], onp.zeros((2, 2), onp.float32), warn=False, **TWICE)

area.write()

area = Area("linalg-solvers")
# Solvers.
for x in kinds(regular, 1, 2, 4):
    dtype = str(x.dtype)
    n = x.shape[-1]
    area.case(A + "inv", [x])
    area.edge(S + "inv", [x])
    area.case(A + "solve", [x, rand((n,), dtype=dtype)])
    area.case(A + "solve", [x, rand((n, 2), dtype=dtype)])
    area.case(S + "solve", [x, rand((n, 2), dtype=dtype)], **TWICE)
    area.case(A + "det", [x])
    area.case(A + "slogdet", [x])
    area.edge(S + "det", [x])
for power in (-2, -1, 0, 1, 2, 3, 5):
    area.edge(A + "matrixPower", [regular(3), power])
area.case(A + "matrixPower", [regular(2), -3])
area.case(A + "solve", [regular(2, lead=(2, 1)), rand((3, 2, 1))], **TWICE)
area.case(A + "solve", [regular(2), rand((3, 2, 2))], **TWICE)
area.case(A + "solve", [regular(2, lead=(3,)), rand((2,))], **TWICE)
area.case(A + "solve", [arr([[2, 1], [1, 3]], "int32"), arr([1, 2], "int32")], **TWICE)
area.edge(A + "solve", [arr([[1, 2], [2, 4]]), f32(1, 1)], warn=False)
area.edge(A + "inv", [arr([[1, 2], [2, 4]])], warn=False)
area.edge(A + "inv", [onp.zeros((2, 2), onp.float32)], warn=False)
for x in kinds(definite, 1, 3):
    dtype, n = str(x.dtype), x.shape[-1]
    area.case(A + "cholesky", [x])
    area.edge(A + "cholesky", [x], {"upper": True})
    area.edge(S + "cholesky", [x])
    area.edge(S + "cholesky", [x], {"lower": True})
    if x.ndim == 2:
        for lower in (False, True):
            area.case(S + "solve", [x, rand((n, 2), dtype=dtype)], {"assumeA": "pos", "lower": lower}, **TWICE)
            area.case(S + "choFactor", [x], {"lower": lower}, grad=False, **TWICE)
area.edge(A + "cholesky", [arr([[1, 2], [2, 1]])])
factors = jax.scipy.linalg.lu_factor(regular(3))
for trans in (0, 1, 2):
    area.case(S + "luSolve", [[onp.asarray(f) for f in factors], rand((3,))], {"trans": trans}, grad=[1], **TWICE)
    area.case(S + "luSolve", [[onp.asarray(f) for f in factors], rand((3, 2))], {"trans": trans}, grad=[1], **TWICE)
program("luSolved", lambda a, b: jax.scipy.linalg.lu_solve(jax.scipy.linalg.lu_factor(a), b), regular(3), rand((3, 2)))
program("secondSolve", jax.grad(lambda a, b: jnp.sum(jnp.sin(jnp.linalg.solve(a, b)))), regular(3), rand((3,)), **SECOND)
program("secondInv", jax.grad(lambda a: jnp.sum(jnp.sin(jnp.linalg.inv(a)))), regular(2), **SECOND)
program("secondEigvalsh", jax.grad(lambda a: jnp.sum(jnp.sin(jnp.linalg.eigvalsh(a)))), symmetric(3), **SECOND)
program("secondSvdvals", jax.grad(lambda a: jnp.sum(jnp.sin(jnp.linalg.svd(a, compute_uv=False)))), symmetric(3), **SECOND)
program("secondQr", jax.grad(lambda a: jnp.sum(jnp.sin(jnp.linalg.qr(a)[1]))), regular(3), **SECOND)
program("secondDet", jax.grad(lambda a: jnp.sin(jnp.linalg.det(a / 4))), regular(4), **SECOND)
program("secondSlogdet", jax.grad(lambda a: jnp.sin(jnp.linalg.slogdet(a)[1])), regular(3), **SECOND)
program("secondPinv", jax.grad(lambda a: jnp.sum(jnp.sin(jnp.linalg.pinv(a)))), rand((3, 2), seed=4), **SECOND)
program("secondExpm", jax.grad(lambda a: jnp.sum(jnp.sin(jax.scipy.linalg.expm(a)))), arr([[0.5, 1], [-0.25, 0.125]]), **SECOND)

for x in (arr([[1, 2], [2, 4]]), onp.zeros((3, 3), onp.float32), arr([[1, 2, 3], [2, 4, 6], [0, 1, 1]]),
          onp.zeros((4, 4), onp.float32), arr(onp.diag([1.0, 0, 0, 3])),
          arr([[3]]), arr([[0]])):
    area.case(A + "det", [x], vmap=False, warn=False)
    area.edge(A + "slogdet", [x], warn=False)
for dtype in ("float16", "bfloat16"):
    area.edge(A + "det", [arr([[2, 1], [1, 3]], dtype)])
    area.edge(A + "slogdet", [arr([[2, 1], [1, 3]], dtype)])
for x in (tall, wide, regular(3), rand((2, 3, 2), seed=9), rand((3, 2), dtype="float64", seed=9)):
    area.case(A + "pinv", [x])
area.case(A + "pinv", [symmetric(3)], {"hermitian": True}, **TWICE)
area.case(A + "pinv", [arr([[1, 2], [2, 4.0]])], grad=False, **TWICE)
area.case(A + "pinv", [arr(onp.diag([4.0, 2, 0.5]))], {"rtol": 0.25}, **TWICE)
for x in (tall, wide, regular(3), arr([[1, 2], [2, 4], [3, 6]])):
    rank_full = x is not None and onp.linalg.matrix_rank(x) == min(x.shape)
    area.case(A + "lstsq", [x, rand((x.shape[0],))], grad=bool(rank_full), **TWICE)
    area.case(A + "lstsq", [x, rand((x.shape[0], 2))], grad=bool(rank_full), **TWICE)
area.edge(A + "lstsq", [arr(onp.diag([4.0, 2, 0.5])), f32(1, 2, 3)], {"rcond": 0.25})
for x in (tall, regular(3), onp.ones((3, 3), onp.float32), onp.zeros((2, 3), onp.float32), rand((2, 3, 3)), f32(0, 0), f32(0, 1)):
    area.edge(A + "matrixRank", [x])
area.edge(A + "matrixRank", [arr(onp.diag([4.0, 2, 0.5]))], {"rtol": 1.0})
area.edge(A + "matrixRank", [arr(onp.diag([4.0, -2, 0.5]))], {"rtol": 1.0, "hermitian": True})
for p in (None, 2, -2, 1, -1, INF, -INF, "fro", "nuc"):
    area.case(A + "cond", [regular(3)], {"p": p}, **TWICE)
    # Whether the smaller singular value is 0 or some rounding is left open.
    if p not in (None, 2, -2):
        area.edge(A + "cond", [arr([[1, 2], [2, 4]])], {"p": p}, warn=False)
area.case(A + "cond", [tall])
for ord in ("fro", "nuc", 1, -1, 2, -2, INF, -INF):
    area.case(A + "norm", [regular(3)], {"ord": ord}, **TWICE)
    area.edge(A + "norm", [rand((2, 3, 4), seed=3)], {"ord": ord, "axis": [0, 2]})
    area.edge(A + "norm", [rand((2, 3, 4), seed=3)], {"ord": ord, "axis": [2, 1], "keepdims": True})
    area.edge(A + "matrixNorm", [rand((2, 3, 2), seed=3)], {"ord": ord})
    if ord not in (-1, -2, -INF):
        area.edge(A + "norm", [onp.zeros((2, 0), onp.float32)], {"ord": ord})
for ord in (0, 1, -1, 2, 3, -2, 0.5, INF, -INF):
    area.case(A + "norm", [rand((4,), seed=3)], {"ord": ord}, **TWICE)
    area.edge(A + "vectorNorm", [rand((2, 3), seed=3)], {"ord": ord, "axis": 1})
area.case(A + "norm", [rand((2, 3, 2))])
area.edge(A + "norm", [onp.zeros((0,), onp.float32)], {"ord": INF})
area.case(A + "tensorsolve", [arr(onp.asarray(regular(6)).reshape(2, 3, 6)), rand((2, 3))], **TWICE)
area.case(A + "tensorsolve", [arr(onp.asarray(regular(4)).reshape(4, 2, 2)), rand((4,))], **TWICE)
area.case(A + "tensorsolve", [arr(onp.asarray(regular(4)).reshape(2, 4, 2)), rand((4,))], {"axes": [0]}, **TWICE)
area.case(A + "tensorinv", [arr(onp.asarray(regular(4)).reshape(2, 2, 4))], **TWICE)
area.case(A + "tensorinv", [arr(onp.asarray(regular(4)).reshape(4, 2, 2))], {"ind": 1}, **TWICE)
area.case(A + "multiDot", [[rand((2, 3)), rand((3, 4), seed=1), rand((4, 2), seed=2)]], **TWICE)
area.case(A + "multiDot", [[rand((3,)), rand((3, 4), seed=1), rand((4,), seed=2)]], **TWICE)
area.case(A + "outer", [rand((2,)), rand((3,), seed=1)], **TWICE)
area.case(A + "cross", [rand((2, 3)), rand((2, 3), seed=1)])
area.case(A + "cross", [rand((3, 2)), rand((3, 2), seed=1)], {"axis": 0}, **TWICE)
area.case(A + "vecdot", [rand((2, 3)), rand((2, 3), seed=1)])
area.case(A + "diagonal", [rand((2, 3, 4))])
area.case(A + "diagonal", [rand((2, 3, 4))], {"offset": 1})
area.case(A + "trace", [rand((2, 3, 4))])
area.case(A + "trace", [rand((2, 3, 4))], {"offset": -1})
bands = [f32(0, 1, -0.5, 2), f32(4, -3, 5, 4), f32(1, 0.5, -1, 0)]
area.case("lax.linalg.tridiagonalSolve", [*bands, rand((4, 2))])
area.case("lax.linalg.tridiagonalSolve", [f32(0, 5, 1), f32(1, 1, 3), f32(2, 4, 0), rand((3, 1))], **TWICE)
area.case("lax.linalg.tridiagonalSolve", [*[onp.stack([b, b + arr(b != 0)]) for b in bands], rand((2, 4, 1))], **TWICE)
area.case("lax.linalg.tridiagonalSolve", [*[arr(b, "float64") for b in bands], rand((4, 1), dtype="float64")], **TWICE)
area.edge("lax.linalg.tridiagonalSolve", [f32(0, 2), f32(1, 4), f32(2, 0), rand((2, 1))])

area.write()

area = Area("linalg-functions")
# Functions and special matrices.
rotation = arr([[0, -1.5], [1.5, 0]])
for x in (rotation, square(3), arr(onp.asarray(square(3)) * 8), arr(onp.asarray(square(3)) / 16), square(2, lead=(2,)),
          square(3, dtype="float64"), arr(onp.asarray(square(3)) * 4, "float64"), onp.zeros((2, 2), onp.float32), arr([[1.5]])):
    area.case(S + "expm", [x], warn=False)
area.case(S + "expm", [arr([[1, 2], [0, -1]])], {"upperTriangular": True}, **TWICE)
area.edge(S + "expm", [arr([[1000.0, 0], [0, 1]])], {"maxSquarings": 3})
area.case(S + "expmFrechet", [square(2), square(2, 1)], **TWICE)
area.case(S + "expmFrechet", [square(2), square(2, 1)], {"computeExpm": False}, **TWICE)
for x in (regular(3), tall, definite(2)):
    area.case(S + "polar", [x], {"method": "svd"}, **TWICE)
    area.case(S + "polar", [x], {"side": "left", "method": "svd"}, **TWICE)
area.case(S + "polar", [regular(3)], grad=False, **TWICE)
area.case(S + "blockDiag", [rand((2, 2)), rand((1, 3)), rand((2,)), arr(3)])
area.case(S + "blockDiag", [], **TWICE)
area.case(S + "blockDiag", [arr([[1]], "int32"), f32(0.5, 1)], **TWICE)
area.case(S + "toeplitz", [rand((3,))])
area.case(S + "toeplitz", [rand((3,)), rand((2,), seed=1)])
area.case(S + "toeplitz", [rand((2, 3)), rand((2,), seed=1)])
area.edge(S + "toeplitz", [arr(3)])
area.edge(S + "toeplitz", [arr([1, 2], "int32"), f32(0.5, 1)])
area.case(S + "hankel", [rand((3,))])
area.case(S + "hankel", [rand((3,)), rand((2,), seed=1)])
area.case(S + "hankel", [rand((2, 3)), rand((2,), seed=1)])
for name in ("circulant", "companion", "fiedler", "fiedlerCompanion"):
    for n in (2, 3, 5):
        area.case(S + name, [rand((n,), 0.5, 3, seed=n)])
    area.case(S + name, [rand((2, 3), 0.5, 3)], **TWICE)
area.edge(S + "fiedlerCompanion", [f32(2)])
area.case(S + "leslie", [rand((3,)), rand((2,), seed=1)])
area.case(S + "leslie", [rand((2, 3)), rand((2, 2), seed=1)], **TWICE)
for mode in ("full", "same", "valid"):
    for m, n in ((3, 4), (4, 3), (2, 2), (5, 1)):
        area.edge(S + "convolutionMatrix", [rand((m,), seed=n), n], {"mode": mode})
for n in (1, 2, 5):
    area.edge(S + "hilbert", [n])
    area.edge(S + "invhilbert", [n], tol=1e-3)
    area.edge(S + "helmert", [n])
    area.edge(S + "helmert", [n], {"full": True})
    for kind in ("symmetric", "lower", "upper"):
        area.edge(S + "pascal", [n], {"kind": kind}, tol=1e-4)
        area.edge(S + "invpascal", [n], {"kind": kind}, tol=1e-3, atol=1e-3)
for n in (1, 2, 8):
    area.edge(S + "hadamard", [n])
area.edge(S + "hadamard", [4], {"dtype": "float32"})

# Elsewhere.
points, values = f32(0.5, 1, 2, 3, 4), f32(1, 0.5, 2, 3.5, 7)
area.case("np.polyfit", [points, values, 2], **TWICE)
area.case("np.polyfit", [points, rand((5, 2)), 1], **TWICE)
area.case("np.polyfit", [points, values, 0], **TWICE)
area.case("np.polyfit", [points, values, 1], {"w": f32(1, 2, 1, 0.5, 1)}, **TWICE)
area.case("np.polyfit", [points, values, 2], {"full": True}, grad=False, **TWICE)
area.case("np.polyfit", [points, values, 2], {"cov": True}, grad=False, **TWICE)
area.case("np.polyfit", [points, rand((5, 2)), 1], {"cov": True}, grad=False, **TWICE)
area.case("np.polyfit", [points, values, 2], {"cov": "unscaled"}, grad=False, **TWICE)
area.write()
