export { det } from "../linalg/determinants.ts";
export { inv } from "../linalg/solve.ts";
export type { CholeskyFactor, CholeskyOptions } from "./linalg/cholesky.ts";
export { choFactor, cholesky, choSolve } from "./linalg/cholesky.ts";
export type {
  EighOptions,
  EighTridiagonalOptions,
  LuFactor,
  LuOptions,
  LuSolveOptions,
  QrMultiplyOptions,
  QrOptions,
  SvdOptions,
} from "./linalg/decompositions.ts";
export {
  eigh,
  eighTridiagonal,
  lu,
  luFactor,
  luSolve,
  qr,
  qrMultiply,
  svd,
} from "./linalg/decompositions.ts";
export type { ExpmFrechetOptions, ExpmOptions, PolarOptions } from "./linalg/functions.ts";
export { expm, expmFrechet, polar } from "./linalg/functions.ts";
export type { PascalOptions } from "./linalg/named-matrices.ts";
export {
  hadamard,
  helmert,
  hilbert,
  invhilbert,
  invpascal,
  pascal,
} from "./linalg/named-matrices.ts";
export type { SolveOptions, SolveTriangularOptions } from "./linalg/solve.ts";
export { solve, solveTriangular } from "./linalg/solve.ts";
export {
  blockDiag,
  circulant,
  companion,
  convolutionMatrix,
  fiedler,
  fiedlerCompanion,
  hankel,
  leslie,
  toeplitz,
} from "./linalg/special-matrices.ts";
