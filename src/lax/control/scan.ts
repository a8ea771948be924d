import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import {
  checkFunction,
  checkSynchronous,
  describe,
  type FlatArrays,
  flattenArrays,
  pathOf,
} from "../../transforms/flatten.ts";
import type { CarryOf, Given, NextOf } from "../../transforms/signatures.ts";
import { stageCarried } from "./carry.ts";
import { bindScan } from "./scan-primitive.ts";
import { scanBlocks } from "./unroll.ts";

/** Options of `scan`. */
export interface ScanOptions {
  /** Number of turns; needed where there is nothing to scan over. */
  readonly length?: number | undefined;
  /** Whether to start from the last slice; results keep the places of their slices. */
  readonly reverse?: boolean | undefined;
  /** How many turns are written out one after the other in one turn of the loop; true for all. */
  readonly unroll?: number | boolean | undefined;
}

/**
 * Loop over the slices of `xs` along its leading axis: `[carry, ys]` from
 * `f(carry, x) => [nextCarry, y]`.
 *
 * The carry is a tree whose structure, shapes and dtypes each turn keeps; a plain number in the
 * first one takes the type that `f` gives it. `xs` is a tree of arrays of one leading extent, or
 * null with `length` turns. `ys` stacks what the turns give. `f` is staged once, whatever the
 * length, and may close over arrays. All transformations apply; reverse mode keeps for each turn
 * what the way back reads.
 *
 * @throws TreeError, ShapeError or DTypeError if the carry changes its type, naming its place;
 * ShapeError if the slices differ in number.
 *
 * @example
 * lax.scan((sum, x) => [sum.add(x), sum], 0, np.array([1, 2, 3])); // [6, [0, 1, 3]]
 */
export function scan<Carry, X, Y>(
  f: (carry: CarryOf<Carry>, x: CarryOf<X>) => readonly [NextOf<Carry>, Y],
  init: Carry,
  xs: X,
  options: ScanOptions = {},
): [Given<Carry>, Given<Y>] {
  const where = "lax.scan";
  checkFunction(f, where);
  checkOptions(where, options, ["length", "reverse", "unroll"]);
  const { reverse = false, unroll = 1 } = options;
  const carry = flattenArrays(init, where, "the first carry");
  const slices = flattenArrays(xs, where, "xs");
  const length = scanLength(where, slices, options.length);
  const body = stageCarried(
    where,
    (state, leaves) => {
      const x = unflatten(slices.treeDef, leaves);
      const result: unknown = f(state as CarryOf<Carry>, x as CarryOf<X>); // of the structures given
      checkSynchronous(result, where);
      const [next, y] = checkTurn(result, where);
      return { carry: next, rest: flattenArrays(y, where, "the result of a turn") };
    },
    carry.arrays,
    carry.treeDef,
    slices.arrays.map((x) => x.aval.withShape(x.shape.slice(1))),
  );
  const outs = scanBlocks(
    bindScan,
    [...body.consts, ...body.init, ...slices.arrays],
    {
      body: body.program,
      length,
      reverse,
      consts: body.consts.length,
      carry: carry.arrays.length,
    },
    turnsAtOnce(unroll, length),
  );
  const count = carry.arrays.length;
  // Rebuilt from the structures of the carry and of what `f` gave, which was called.
  return [
    unflatten(carry.treeDef, outs.slice(0, count)) as Given<Carry>,
    unflatten(body.restDef as TreeDef, outs.slice(count)) as Given<Y>,
  ];
}

/** The pair a turn gives. */
function checkTurn(result: unknown, where: string): readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw new ArgumentError(
    `${where}: the body must return [carry, y], got ${describe(result)}; return null for y where there is nothing to stack`,
  );
}

/** The common leading extent of stacked values. @throws ShapeError if they have none in common. */
export function scanLength(
  where: string,
  { arrays, treeDef }: FlatArrays,
  given: number | undefined,
): number {
  if (given !== undefined && !(Number.isSafeInteger(given) && given >= 0)) {
    throw new ArgumentError(
      `${where}: length must be an integer from 0, got ${describe(given)}; count the turns`,
    );
  }
  arrays.forEach((x, i) => {
    if (x.ndim > 0) return;
    throw new ShapeError(
      `${where}: xs${pathOf(treeDef, i)} must have an axis to loop over, got ${x.aval}; close over what all turns share`,
    );
  });
  const length = given ?? arrays[0]?.shape[0];
  if (length === undefined) {
    throw new ArgumentError(
      `${where}: xs or length is required, got neither; pass { length } to loop over nothing`,
    );
  }
  if (arrays.every((x) => x.shape[0] === length)) return length;
  const list = arrays.map((x, i) => `xs${pathOf(treeDef, i)} is ${x.aval}`).join(", ");
  throw new ShapeError(
    `${where}: all of xs must have one leading extent, got ${given === undefined ? "" : `length ${given} and `}${list}; slice them alike`,
  );
}

function turnsAtOnce(unroll: number | boolean, length: number): number {
  if (typeof unroll === "boolean") return unroll ? Math.max(1, length) : 1;
  if (Number.isSafeInteger(unroll) && unroll >= 1) return unroll;
  throw new ArgumentError(
    `lax.scan: unroll must be an integer from 1 or a boolean, got ${describe(unroll)}; 1 unrolls nothing`,
  );
}
