import type { Params, PrimitiveOf } from "../core/primitive.ts";
import { optimizationBarrierP } from "../lax/ops/convert.ts";
import { linearSolveP } from "../lax/ops/linear-solve.ts";
import { qrP } from "../lax/ops/qr.ts";
import type { PrimitiveName } from "../primitives.ts";
import { checkpointNameP } from "../transforms/checkpoint-name.ts";
import { collectives } from "./collectives.ts";
import { control } from "./control.ts";
import { decompositions } from "./decompositions.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { barrier, movement } from "./movement.ts";
import { products } from "./products.ts";
import { random } from "./random.ts";
import { reductions } from "./reductions.ts";
import { sharding } from "./sharding.ts";
import { sorting } from "./sorting.ts";
import { refused, type Writer, writer } from "./writer.ts";

/** Writer of a primitive that lowers to others: those are written. */
function composed<N extends number, P extends Params>(prim: PrimitiveOf<N, P>): Writer {
  return writer(prim, (e, { params, operands }) =>
    e.compose(operands, (xs) => {
      const { lower } = prim.rules;
      return lower.kind === "compose" ? lower.apply(xs, params) : [];
    }),
  );
}

const onHost =
  "it runs a function of this process, which XLA does not have; leave it out, or compute it before the program";

/** How each primitive is said in StableHLO; one that is missing does not compile. */
export const writers: Readonly<Record<PrimitiveName, Writer>> = {
  ...collectives,
  ...control,
  ...decompositions,
  ...indexing,
  ...movement,
  ...products,
  ...random,
  ...reductions,
  ...sharding,
  ...sorting,
  abs: elementwise,
  acos: elementwise,
  acosh: elementwise,
  add: elementwise,
  addAny: elementwise,
  and: elementwise,
  asin: elementwise,
  asinh: elementwise,
  atan: elementwise,
  atan2: elementwise,
  atanh: elementwise,
  besselI0e: elementwise,
  besselI1e: elementwise,
  betainc: elementwise,
  bitcastConvertType: elementwise,
  cbrt: elementwise,
  ceil: elementwise,
  clamp: elementwise,
  clz: elementwise,
  convertElementType: elementwise,
  cos: elementwise,
  cosh: elementwise,
  customLinear: refused(
    "it is the linear part of a custom rule, known by its transpose alone; export the gradient instead",
  ),
  debugCallback: refused(onHost),
  debugPrint: refused(onHost),
  digamma: elementwise,
  div: elementwise,
  eq: elementwise,
  erf: elementwise,
  erfInv: elementwise,
  erfc: elementwise,
  exp: elementwise,
  exp2: elementwise,
  expm1: elementwise,
  floor: elementwise,
  ge: elementwise,
  gt: elementwise,
  igamma: elementwise,
  igammaGradA: elementwise,
  igammac: elementwise,
  integerPow: elementwise,
  iota: elementwise,
  isFinite: elementwise,
  le: elementwise,
  lgamma: elementwise,
  linearSolve: composed(linearSolveP),
  log: elementwise,
  log1p: elementwise,
  logistic: elementwise,
  lt: elementwise,
  max: elementwise,
  min: elementwise,
  mul: elementwise,
  mulhi: elementwise,
  name: composed(checkpointNameP),
  ne: elementwise,
  neg: elementwise,
  nextafter: elementwise,
  not: elementwise,
  optimizationBarrier: writer(optimizationBarrierP, (e, { operands }) =>
    operands.length === 0 ? [] : barrier(e, operands),
  ),
  or: elementwise,
  polygamma: elementwise,
  populationCount: elementwise,
  pow: elementwise,
  pureCallback: refused(onHost),
  qr: composed(qrP),
  randomGammaGrad: elementwise,
  reducePrecision: elementwise,
  rem: elementwise,
  round: elementwise,
  rsqrt: elementwise,
  selectN: elementwise,
  shiftLeft: elementwise,
  shiftRightArithmetic: elementwise,
  shiftRightLogical: elementwise,
  sign: elementwise,
  sin: elementwise,
  sinh: elementwise,
  sqrt: elementwise,
  square: elementwise,
  sub: elementwise,
  tan: elementwise,
  tanh: elementwise,
  threefry2x32: elementwise,
  xor: elementwise,
  zeta: elementwise,
};
