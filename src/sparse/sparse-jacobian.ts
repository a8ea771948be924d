import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { ArgumentError, DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { eq } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { take } from "../numpy/take.ts";
import { type Argnums, floatRemedies, resolveArgnums } from "../transforms/arguments.ts";
import { putAxis } from "../transforms/batch-trace.ts";
import { type AnyFunction, callFlat, checkFunction } from "../transforms/flatten.ts";
import { checkFloatResults, JacobianCall } from "../transforms/jacobian.ts";
import { linearizeFlat } from "../transforms/linearize-flat.ts";
import type { DescribedArgs } from "../transforms/make-jaxpr.ts";
import { instantiate } from "../transforms/pushforward.ts";
import { flattenDescribed } from "../transforms/shape-struct.ts";
import type { PassedArgs } from "../transforms/signatures.ts";
import { batchFlat } from "../transforms/vmap.ts";
import { startsOf } from "./call-rules.ts";
import { type Colouring, cheapestColouring, colouring } from "./colouring.ts";
import { detect } from "./detect.ts";
import { type PatternLike, SparsityPattern, toPattern } from "./pattern.ts";
import { indices, SparseMatrix } from "./sparse-matrix.ts";

/** Options of `jacobianSparsity`. */
export interface SparsityOptions {
  /** Which arguments to differentiate by: a number, or a list of numbers; 0 by default. */
  readonly argnums?: Argnums | undefined;
  /** Whether the function returns `[out, aux]`, of which only `out` is differentiated. */
  readonly hasAux?: boolean | undefined;
}

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

const remedy = "convert with astype, or leave it out";

/** A pattern, and the modes in which the function has derivatives. */
interface Found {
  readonly pattern: SparsityPattern;
  readonly forward: boolean;
  readonly reverse: boolean;
}

/**
 * Function that gives the places where the Jacobian of `f` may be other than zero, decided by its
 * program alone: for arguments of these shapes and dtypes, whatever their values.
 *
 * Arguments are arrays, numbers, or `ShapeDtypeStruct`s. Rows are the numbers of the result, its
 * leaves one after another, columns those of the argument that `argnums` names, or of several.
 * Nothing is missing that a derivative could touch, also by NaN: `x * 0` depends on `x`. More than
 * there need be is where places are computed, in loops of unknown or great length (above 1024
 * turns), and in products with matrices of constants, whose zeros count as any number.
 *
 * @throws DTypeError if an argument to differentiate by, or a result, is not a float.
 */
export function jacobianSparsity<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options: SparsityOptions = {},
): (...args: DescribedArgs<Args>) => SparsityPattern {
  checkFunction(f, "jacobianSparsity");
  checkOptions("jacobianSparsity", options, ["argnums", "hasAux"]);
  return (...args) => findPattern(f as AnyFunction, args, options, "jacobianSparsity").pattern;
}

/** The pattern of the Jacobian of `f` by the chosen arguments, all arguments being unknown. */
function findPattern(
  f: AnyFunction,
  args: readonly unknown[],
  { argnums = 0, hasAux }: SparsityOptions,
  where: string,
): Found {
  const chosen = resolveArgnums(argnums, args.length, where);
  const { avals, treeDef } = flattenDescribed(args, where);
  const program = stage((inputs) => {
    const { arrays } = callFlat(f, treeDef, inputs, { where, hasAux });
    checkFloatResults(arrays, where, remedy);
    return arrays;
  }, avals);
  // Leaves of the arguments, in the order of the arguments; those chosen may have another order.
  const starts = startsOf(treeDef.children.map((child) => child.numLeaves));
  const leaves = chosen.flatMap((n) => range(starts[n] ?? 0, starts[n + 1] ?? 0));
  checkFloats(
    leaves.map((i) => avals[i] as ShapedArray),
    where,
  );
  const { results, sets, forward, reverse } = detect(program, (i) => leaves.includes(i));
  const sizes = avals.map((aval) => aval.size);
  const inOrder = leaves.toSorted((a, b) => a - b);
  const isInOrder = leaves.every((leaf, i) => leaf === inOrder[i]);
  const columns = isInOrder ? null : reordered(leaves, inOrder, sizes);
  const width = leaves.reduce((sum, i) => sum + (sizes[i] ?? 0), 0);
  const rows = program.jaxpr.outvars.map(({ aval }) => aval.size);
  const height = rows.reduce((a, b) => a + b, 0);
  const rowStarts = new Int32Array(height + 1);
  let row = 0;
  results.forEach((list, i) => {
    for (let k = 0; k < (rows[i] ?? 0); k++, row++) {
      const size = list === null ? 0 : sets.size(list[k] as number); // one set for each element
      rowStarts[row + 1] = (rowStarts[row] as number) + size; // one more than there are rows
    }
  });
  const places = new Int32Array(rowStarts[height] as number);
  row = 0;
  results.forEach((list, i) => {
    for (let k = 0; k < (rows[i] ?? 0); k++, row++) {
      if (list === null) continue;
      const members = sets.members(list[k] as number); // as above
      places.set(
        columns === null ? members : members.map((j) => columns[j] as number).sort(),
        rowStarts[row],
      );
    }
  });
  return { pattern: new SparsityPattern([height, width], rowStarts, places), forward, reverse };
}

/** For each number of leaves in their own order, its place where they stand in another. */
function reordered(
  leaves: readonly number[],
  inOrder: readonly number[],
  sizes: readonly number[],
) {
  const starts = startsOf(leaves.map((i) => sizes[i] ?? 0));
  return Int32Array.from(
    inOrder.flatMap((leaf) => {
      const start = starts[leaves.indexOf(leaf)] ?? 0;
      return range(start, start + (sizes[leaf] ?? 0));
    }),
  );
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function checkFloats(avals: readonly ShapedArray[], where: string): void {
  for (const aval of avals) {
    if (isFloat(aval.dtype)) continue;
    throw new DTypeError(
      `${where}: an argument must be a float to be differentiated by, got ${aval}; ${floatRemedies.argnums}`,
    );
  }
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
    checkFloatResults(outs, where, remedy);
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
