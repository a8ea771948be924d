import type { NDArray } from "../core/value.ts";
import { sub } from "../lax/ops/arith.ts";
import { broadcastInDim, full } from "../lax/ops/broadcast.ts";
import { bitwiseOr, ge, ne, select } from "../lax/ops/compare.ts";
import { eighP } from "../lax/ops/eigh.ts";
import { choleskyP, triangularSolveP } from "../lax/ops/linalg.ts";
import { luP, luPivotsToPermutationP } from "../lax/ops/lu.ts";
import { matrixIndices } from "../lax/ops/matrices.ts";
import { geqp3P, geqrfP, householderProductP } from "../lax/ops/qr.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { svdP } from "../lax/ops/svd.ts";
import { tridiagonalSolveP } from "../lax/ops/tridiagonal-solve.ts";
import { names, signature } from "./emitter.ts";
import { factorLu, permutationOf } from "./own-lu.ts";
import { pivotedReflectors } from "./own-pivoted-qr.ts";
import { jacobiSvd } from "./own-svd.ts";
import { solveTridiagonal } from "./own-tridiagonal.ts";
import { tensorType } from "./tensor-types.ts";
import { onlyOut, operand, writer } from "./writer.ts";

/** The lower triangle, NaN in all of it where any element is: the factor does not exist. */
function lowerOrNaN(factor: NDArray): NDArray {
  const [row, column] = matrixIndices(factor);
  const held = select(ge(row, column), factor, full(factor.shape, 0, factor.dtype));
  const last = factor.ndim - 1;
  const broken = reduceOr(ne(held, held), [last - 1, last]);
  const lead = broken.shape.map((_, axis) => axis);
  const mask = broadcastInDim(broken, factor.shape, lead);
  const lost = select(ge(row, column), full(factor.shape, NaN, factor.dtype), held);
  return select(mask, lost, held);
}

/** An element that is not a number, or is infinite, anywhere in a matrix spoils all of its results. */
function spoiled(x: NDArray, out: NDArray): NDArray {
  const zero = full(x.shape, 0, x.dtype);
  const bad = bitwiseOr(ne(x, x), ne(sub(x, x), zero));
  const any = reduceOr(bad, [x.ndim - 2, x.ndim - 1]);
  const lead = any.shape.map((_, axis) => axis);
  return select(broadcastInDim(any, out.shape, lead), full(out.shape, NaN, out.dtype), out);
}

/** Decompositions: operations of StableHLO, custom calls that XLA expands on every device, or loops. */
export const decompositions = {
  cholesky: writer(choleskyP, (e, { operands, outs }) => {
    const out = onlyOut(outs);
    const x = operand(operands, 0);
    const factor = e.value(`stablehlo.cholesky ${x.name}, lower = true : ${tensorType(out)}`, out);
    return e.compose([factor], ([l]) => [lowerOrNaN(l as NDArray)]); // one operand
  }),
  triangularSolve: writer(triangularSolveP, (e, { params, operands, outs }) => {
    const out = onlyOut(outs);
    const { leftSide, lower, transposeA, unitDiagonal } = params;
    const attributes = [
      `left_side = ${leftSide}`,
      `lower = ${lower}`,
      `transpose_a = #stablehlo<transpose ${transposeA ? "TRANSPOSE" : "NO_TRANSPOSE"}>`,
      `unit_diagonal = ${unitDiagonal}`,
    ].join(", ");
    const text = `"stablehlo.triangular_solve"(${names(operands)}) <{${attributes}}> : ${signature(operands, [out])}`;
    return [e.value(text, out)];
  }),
  lu: writer(luP, (e, { operands }) => e.compose(operands, ([x]) => factorLu(x as NDArray))),
  luPivotsToPermutation: writer(luPivotsToPermutationP, (e, { params, operands }) =>
    e.compose(operands, ([x]) => [permutationOf(x as NDArray, params.permutationSize)]),
  ),
  geqrf: writer(geqrfP, (e, { operands, outs }) =>
    e.values(`stablehlo.custom_call @Qr(${names(operands)}) : ${signature(operands, outs)}`, outs),
  ),
  geqp3: writer(geqp3P, (e, { operands }) =>
    e.compose(operands, ([x]) => pivotedReflectors(x as NDArray)),
  ),
  householderProduct: writer(householderProductP, (e, { operands, outs }) =>
    e.values(
      `stablehlo.custom_call @ProductOfElementaryHouseholderReflectors(${names(operands)}) : ${signature(operands, outs)}`,
      outs,
    ),
  ),
  eigh: writer(eighP, (e, { params, operands, outs }) => {
    const x = operand(operands, 0);
    const tolerance = x.aval.dtype === "float64" ? "1e-14" : "1e-6";
    const config = `"${params.lower ? 1 : 0},1,100,${tolerance}"`;
    const found = e.values(
      `stablehlo.custom_call @Eigh(${x.name}) {backend_config = ${config}} : ${signature([x], outs)}`,
      outs,
    );
    return e.compose([x, ...found], ([a, v, w]) => [
      spoiled(a as NDArray, v as NDArray), // three operands
      spoiled(a as NDArray, w as NDArray),
    ]);
  }),
  svd: writer(svdP, (e, { params, operands }) =>
    e.compose(operands, ([x]) => jacobiSvd(x as NDArray, params)),
  ),
  tridiagonalSolve: writer(tridiagonalSolveP, (e, { operands }) =>
    e.compose(operands, (xs) => [
      solveTridiagonal(...(xs as unknown as [NDArray, NDArray, NDArray, NDArray])), // four
    ]),
  ),
};
