import "../runtime/install.ts";

export type { LstsqOptions, LstsqResult } from "../numpy/least-squares.ts";
export { lstsq } from "../numpy/least-squares.ts";
export { matmul, tensordot, vecdot } from "../numpy/products.ts";
export { matrixTranspose } from "../numpy/shape.ts";
export type { EighOptions, QrMode, QrOptions, SvdOptions } from "./decompositions.ts";
export { eigh, eigvalsh, qr, svd, svdvals } from "./decompositions.ts";
export { det, slogdet } from "./determinants.ts";
export type { CholeskyOptions, SolveTriangularOptions } from "./factors.ts";
export { cholesky, matrixPower, multiDot, solveTriangular } from "./factors.ts";
export type { CondOptions, NormOptions, NormOrder } from "./norms.ts";
export { cond, matrixNorm, norm, vectorNorm } from "./norms.ts";
export type { MatrixDiagonalOptions } from "./products.ts";
export { cross, diagonal, outer, trace } from "./products.ts";
export type { MatrixRankOptions, PinvOptions } from "./pseudo-inverse.ts";
export { matrixRank, pinv } from "./pseudo-inverse.ts";
export type { TensorinvOptions, TensorsolveOptions } from "./solve.ts";
export { inv, solve, tensorinv, tensorsolve } from "./solve.ts";
