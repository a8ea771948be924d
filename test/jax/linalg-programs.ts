import { grad, linalg, type NDArray, numpy as np, scipy } from "udiff";
import { type LibraryFunction, programs } from "./encoding.ts";

function define(name: string, f: (...xs: NDArray[]) => unknown): void {
  programs.set(name, f as LibraryFunction);
}

// Of which the signs of vectors drop out.
define("eighSquares", (x) => {
  const [w, v] = linalg.eigh(x);
  return [w, np.square(v)];
});
define("eighFunction", (x) => {
  const [w, v] = linalg.eigh(x);
  return np.matmul(v.mul(np.expandDims(np.sin(w), -2)), np.matrixTranspose(v));
});
define("svdPairs", (x) => {
  const [u, s, vt] = linalg.svd(x, { fullMatrices: false });
  return [s, np.square(u), np.square(vt), np.matmul(u, vt)];
});
define("svdHermitian", (x) => {
  const [u, s, vt] = linalg.svd(x, { hermitian: true });
  return [s, np.matmul(u, vt)];
});
define("equalVectors", (x) => linalg.eigh(x)[1]);
define("zeroVectors", (x) => linalg.svd(x)[0]);

define("luSolved", (a, b) => scipy.linalg.luSolve(scipy.linalg.luFactor(a), b));

/** Derivatives of derivatives: the gradient of the sum of sines of `f`. */
function second(name: string, f: (x: NDArray, y: NDArray) => NDArray): void {
  define(name, (x, y) => grad((z: NDArray) => np.sum(np.sin(f(z, y as NDArray))))(x as NDArray));
}
second("secondSolve", (a, b) => linalg.solve(a, b));
second("secondInv", (a) => linalg.inv(a));
second("secondEigvalsh", (a) => linalg.eigvalsh(a));
second("secondSvdvals", (a) => linalg.svdvals(a));
second("secondQr", (a) => linalg.qr(a)[1]);
second("secondDet", (a) => linalg.det(a.div(4)));
second("secondSlogdet", (a) => linalg.slogdet(a)[1]);
second("secondPinv", (a) => linalg.pinv(a));
second("secondExpm", (a) => scipy.linalg.expm(a));
