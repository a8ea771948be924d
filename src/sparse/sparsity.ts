import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { stage } from "../core/stage.ts";
import { range } from "../lax/control/residuals.ts";
import { type Argnums, floatRemedies, resolveArgnums } from "../transforms/arguments.ts";
import { type AnyFunction, callFlat, checkFunction } from "../transforms/flatten.ts";
import { checkFloatResults } from "../transforms/jacobian.ts";
import type { DescribedArgs } from "../transforms/make-jaxpr.ts";
import { flattenDescribed } from "../transforms/shape-struct.ts";
import { startsOf } from "./dependence.ts";
import { detect } from "./detect.ts";
import { IndexSets, mostMembers, tooDense } from "./index-sets.ts";
import { SparsityPattern } from "./pattern.ts";

/** Options of `jacobianSparsity`. */
export interface SparsityOptions {
  /** Which arguments to differentiate by: a number, or a list of numbers; 0 by default. */
  readonly argnums?: Argnums | undefined;
  /** Whether the function returns `[out, aux]`, of which only `out` is differentiated. */
  readonly hasAux?: boolean | undefined;
}

/** What to do about a result that is not a float. */
export const resultRemedy = "convert with astype, or leave it out";

/** A pattern, and the modes in which the function has derivatives. */
export interface Found {
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
 * @throws DTypeError if an argument to differentiate by, or a result, is not a float; ArgumentError
 * if there are more than 2^27 places.
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
export function findPattern(
  f: AnyFunction,
  args: readonly unknown[],
  { argnums = 0, hasAux }: SparsityOptions,
  where: string,
): Found {
  const chosen = resolveArgnums(argnums, args.length, where);
  const { avals, treeDef } = flattenDescribed(args, where);
  const program = stage((inputs) => {
    const { arrays } = callFlat(f, treeDef, inputs, { where, hasAux });
    checkFloatResults(arrays, where, resultRemedy);
    return arrays;
  }, avals);
  const starts = startsOf(treeDef.children.map((child) => child.numLeaves));
  const leaves = chosen.flatMap((n) => range(starts[n] ?? 0, starts[n + 1] ?? 0));
  checkFloats(
    leaves.map((i) => avals[i] as ShapedArray),
    where,
  );
  const { results, sets, forward, reverse } = detect(program, leaves);
  const width = leaves.reduce((sum, i) => sum + (avals[i]?.size ?? 0), 0);
  const rows = program.jaxpr.outvars.map(({ aval }) => aval.size);
  const height = rows.reduce((a, b) => a + b, 0);
  const ofRows = results.flatMap((list, i) =>
    list === null ? new Array<number>(rows[i] ?? 0).fill(IndexSets.empty) : [...list],
  );
  const total = ofRows.reduce((sum, set) => sum + sets.size(set), 0);
  if (total > mostMembers) throw tooDense(`${total}`);
  const rowStarts = Int32Array.from(startsOf(ofRows.map((set) => sets.size(set))));
  const places = new Int32Array(total);
  ofRows.forEach((set, row) => {
    places.set(sets.members(set), rowStarts[row]);
  });
  return { pattern: new SparsityPattern([height, width], rowStarts, places), forward, reverse };
}

function checkFloats(avals: readonly ShapedArray[], where: string): void {
  for (const aval of avals) {
    if (isFloat(aval.dtype)) continue;
    throw new DTypeError(
      `${where}: an argument must be a float to be differentiated by, got ${aval}; ${floatRemedies.argnums}`,
    );
  }
}
