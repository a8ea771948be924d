import "../runtime/install.ts";

export type { Colouring } from "./colouring.ts";
export { cheapestColouring, colouring } from "./colouring.ts";
export type { Coordinates, PatternLike } from "./pattern.ts";
export { SparsityPattern } from "./pattern.ts";
export type { SparseJacobianOptions } from "./sparse-jacobian.ts";
export { sparseJacobian } from "./sparse-jacobian.ts";
export { SparseMatrix } from "./sparse-matrix.ts";
export type { SparsityOptions } from "./sparsity.ts";
export { jacobianSparsity } from "./sparsity.ts";
