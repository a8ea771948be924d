import "../runtime/install.ts";

export { diagonal, trace } from "../numpy/matrices.ts";
export { cross, matmul, outer, tensordot, vecdot } from "../numpy/products.ts";
export { matrixTranspose } from "../numpy/shape.ts";
export type { CholeskyOptions, SolveTriangularOptions } from "./factors.ts";
export { cholesky, matrixPower, multiDot, solveTriangular } from "./factors.ts";
export type { NormOptions, NormOrder } from "./norms.ts";
export { matrixNorm, norm, vectorNorm } from "./norms.ts";
