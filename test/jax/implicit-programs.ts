import {
  customVmap,
  grad,
  jacobian,
  jvp,
  lax,
  linalg,
  linearCall,
  type NDArray,
  numpy as np,
  scipy,
  sequentialVmap,
  vmap,
} from "udiff";
import { type LibraryFunction, programs } from "./encoding.ts";

const { cg, gmres, bicgstab } = scipy.sparse.linalg;

function define(name: string, f: (...xs: NDArray[]) => unknown): void {
  programs.set(name, f as LibraryFunction);
}

type Unary = (x: NDArray) => NDArray;

const marked = customVmap((x: NDArray, y: NDArray) => np.sin(x).mul(y)).defVmap(
  (_: number, [ofX, ofY]: boolean[], x: NDArray, y: NDArray) => [
    np.sin(x).mul(y).add(10),
    ofX || ofY,
  ],
);
const halves = (r: NDArray, x: NDArray): NDArray =>
  linearCall(
    (s: NDArray, v: NDArray) => v.mul(s),
    (s: NDArray, ct: NDArray) => ct.mul(s).mul(2),
    r,
    x,
  );
const bisection = (f: Unary): NDArray => {
  const [low, high] = lax.whileLoop(
    ([a, b]) => b.sub(a).greater(1e-6),
    ([a, b]) => {
      const mid = a.add(b).div(2);
      const below = f(mid).less(0);
      return [np.where(below, mid, a), np.where(below, b, mid)] as [NDArray, NDArray];
    },
    [np.float32(0), np.float32(4)] as [NDArray, NDArray],
  );
  return low.add(high).div(2);
};
const cubeRoot = (c: NDArray): NDArray =>
  lax.customRoot(
    (x: NDArray) => x.pow(3).sub(c),
    np.float32(1) as NDArray,
    bisection,
    (g, y) => y.div(g(np.float32(1))),
  );
const symmetricOf = (a: NDArray): NDArray => np.matmul(a, a.T).add(np.eye(3));
const shifted = (a: NDArray): NDArray => a.mul(0.25).add(np.eye(3).mul(2));

// The programs of `generate/implicit.py`, in its order.
define("markedRows", (x, y) => vmap(marked)(x as NDArray, y as NDArray));
define("markedPush", (x, y) => jvp(vmap(marked), [x, y], [np.cos(x), y]));
define("oneByOne", (xs) => vmap(sequentialVmap((x: NDArray) => np.exp(x).mul(np.sum(x))))(xs));
define("pullHalves", (r, x) => grad((v: NDArray) => np.sum(np.sin(halves(r, v))))(x));
define("cubeRoot", cubeRoot);
define("rootSecond", (c) => grad(grad(cubeRoot))(c));
define("vectorNewton", (c, w) =>
  lax.customRoot(
    (x: NDArray) => np.tanh(np.matmul(w, x)).mul(0.25).add(x).sub(c),
    np.zeros([2]),
    (f, x0) => {
      const step = (_: NDArray, x: NDArray): NDArray =>
        x.sub(linalg.solve(jacobian(f)(x) as NDArray, f(x)));
      return lax.foriLoop(0, 12, step, x0);
    },
    (g, y) => linalg.solve(jacobian(g)(y) as NDArray, y),
  ),
);
define("linear", (a, b) => {
  const m = a.mul(0.25).add(np.eye(3));
  return lax.customLinearSolve(
    (x: NDArray) => np.matmul(m, x),
    b,
    (_, y) => linalg.solve(m, y),
    { transposeSolve: (_, y) => linalg.solve(m.T, y) },
  );
});
define("symmetricAux", (d, b) =>
  lax.customLinearSolve(
    (x: NDArray) => d.mul(x),
    b,
    (_, y) => [y.div(d), np.sum(y)],
    { symmetric: true, hasAux: true },
  ),
);
define("byCg", (a, b) => cg(symmetricOf(a), b, { tol: 1e-6 })[0]);
define("byCgPreconditioned", (a, b) => {
  const m = symmetricOf(a);
  return cg(m, b, { tol: 1e-6, M: (x) => x.div(np.diag(m)) })[0];
});
define("byGmres", (a, b) => gmres(shifted(a), b, { tol: 1e-6 })[0]);
define("byBicgstab", (a, b) => bicgstab(shifted(a), b, { tol: 1e-6 })[0]);
