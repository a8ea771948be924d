import { ArgumentError, DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { NDArray } from "../core/value.ts";
import { range } from "../lax/control/residuals.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { eq } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { take } from "../numpy/take.ts";
import { putAxis } from "../transforms/batch-trace.ts";
import { type AnyFunction, checkFunction } from "../transforms/flatten.ts";
import { checkFloatResults, JacobianCall } from "../transforms/jacobian.ts";
import { linearizeFlat } from "../transforms/linearize-flat.ts";
import { instantiate } from "../transforms/pushforward.ts";
import type { PassedArgs } from "../transforms/signatures.ts";
import { batchFlat } from "../transforms/vmap.ts";
import { type Colouring, cheapestColouring, colouring } from "./colouring.ts";
import { startsOf } from "./dependence.ts";
import { type PatternLike, type SparsityPattern, toPattern } from "./pattern.ts";
import { indices, SparseMatrix } from "./sparse-matrix.ts";
import { type Found, findPattern, resultRemedy, type SparsityOptions } from "./sparsity.ts";

/** Options of `sparseJacobian`. */
export interface SparseJacobianOptions extends SparsityOptions {
  /**
   * Where the Jacobian may be other than zero; found from the program if it is left out. Places
   * that are missing make wrong numbers elsewhere.
   */
  readonly sparsity?: PatternLike | undefined;
  /** "forward" or "reverse"; whichever takes fewer passes if it is left out. */
  readonly mode?: "forward" | "reverse" | undefined;
}

/**
 * Function that gives the Jacobian of `f` as a sparse matrix, in as few passes as its pattern allows.
 *
 * Columns (in forward mode) that share no row, or rows (in reverse mode) that share no column, are
 * computed together: three passes for a tridiagonal Jacobian of any size, where `jacfwd` takes one
 * for each column. Rows and columns are numbered as `jacobianSparsity` says. With `hasAux`, `f`
 * returns `[out, aux]` and the result is `[jacobian, aux]`.
 *
 * The pattern is found anew at each call, which traces `f`, as `jit` does: give `sparsity`, or put
 * `jit` around, to find it once.
 *
 * @throws DTypeError if argument and result are not of one float dtype; ShapeError or ArgumentError
 * if `sparsity` does not fit; ArgumentError if `f` has no derivative in the mode.
 */
export function sparseJacobian<Args extends readonly unknown[], Aux>(
  f: (...args: Args) => readonly [unknown, Aux],
  options: SparseJacobianOptions & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [SparseMatrix, Aux];
export function sparseJacobian<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options?: SparseJacobianOptions & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => SparseMatrix;
export function sparseJacobian(
  f: AnyFunction,
  options: SparseJacobianOptions = {},
): (...args: unknown[]) => unknown {
  const where = "sparseJacobian";
  checkFunction(f, where);
  checkOptions(where, options, ["argnums", "hasAux", "sparsity", "mode"]);
  const { sparsity, mode, argnums, hasAux } = options;
  if (mode !== undefined && mode !== "forward" && mode !== "reverse") {
    throw new ArgumentError(
      `${where}: mode must be "forward" or "reverse", got ${JSON.stringify(mode)}; leave it out for the cheaper one`,
    );
  }
  return (...args) => {
    const call = new JacobianCall(f, args, { argnums, hasAux }, where);
    const found =
      sparsity === undefined ? findPattern(f, args, { argnums, hasAux }, where) : undefined;
    const linearization = linearizeFlat(call.run, call.inputs);
    call.keepAux(linearization.aux);
    const { outs } = linearization;
    checkFloatResults(outs, where, resultRemedy);
    checkOneDtype([...call.inputs, ...outs], where);
    const shape = [totalSize(outs), totalSize(call.inputs)] as const;
    const pattern = found?.pattern ?? toPattern(sparsity, shape, where);
    const { by, count, colours } = chooseColouring(pattern, found, mode);
    const seeded = by === "columns" ? call.inputs : outs;
    const derive = (xs: readonly NDArray[]): readonly NDArray[] =>
      by === "columns" ? linearization.push(xs) : linearization.pull(xs).map(instantiate);
    const sums = compressed(derive, seeded, colours, Math.max(count, 1));
    return call.withAux(new SparseMatrix(valuesOf(sums, pattern, by, colours), pattern));
  };
}

function totalSize(arrays: readonly NDArray[]): number {
  return arrays.reduce((sum, x) => sum + x.size, 0);
}

function checkOneDtype(arrays: readonly NDArray[], where: string): void {
  const [first] = arrays;
  const other = arrays.find((x) => x.dtype !== first?.dtype);
  if (other === undefined) return;
  throw new DTypeError(
    `${where}: argument and result must be of one dtype, got ${first?.aval} and ${other.aval}; convert one with astype`,
  );
}

function chooseColouring(
  pattern: SparsityPattern,
  found: Found | undefined,
  mode: "forward" | "reverse" | undefined,
): Colouring {
  const { forward, reverse } = found ?? { forward: true, reverse: true };
  if (mode === undefined && forward && reverse) return cheapestColouring(pattern);
  // Where the only mode is not the one asked for, the derivative itself says why it has none.
  return colouring(
    pattern,
    (mode ?? (forward ? "forward" : "reverse")) === "forward" ? "columns" : "rows",
  );
}

/** Derivatives in the directions that are sums of the unit vectors of one colour: `[colour, number]`. */
function compressed(
  derive: (xs: readonly NDArray[]) => readonly NDArray[],
  seeded: readonly NDArray[],
  colours: Int32Array,
  count: number,
): NDArray {
  const starts = startsOf(seeded.map((x) => x.size));
  const seeds = seeded.map((x, i) => {
    const own = colours.subarray(starts[i], starts[i + 1]);
    const shape = [count, x.size];
    const passes = indices(Int32Array.from(range(0, count)), x);
    const isOne = eq(
      broadcastInDim(passes, shape, [0]),
      broadcastInDim(indices(own, x), shape, [1]),
    );
    return reshape(convertElementType(isOne, x.dtype, x.weakType), [count, ...x.shape]);
  });
  const results = batchFlat(
    derive,
    seeds.map((x) => [x, 0]),
    { size: count, name: null },
  );
  const flat = results.map(([x, dim]) => {
    const front = putAxis(x, dim, 0, count);
    return reshape(front, [count, front.size / count]);
  });
  return concatenate(flat, 1);
}

/** The number at each place, which is alone in its row, or column, among those of its colour. */
function valuesOf(
  sums: NDArray,
  { rows, cols }: SparsityPattern,
  by: "columns" | "rows",
  colours: Int32Array,
): NDArray {
  const width = sums.shape[1] as number; // it has two axes
  const at = rows.map((i, k) => {
    const j = cols[k] as number; // one for each place
    const [line, number] = by === "columns" ? [j, i] : [i, j];
    return (colours[line] as number) * width + number; // each has a colour
  });
  return take(reshape(sums, [sums.size]), indices(at, sums));
}
