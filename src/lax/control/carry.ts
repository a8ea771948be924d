import type { ShapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { resultType2 } from "../../core/promotion.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import { sameShape } from "../../core/shape.ts";
import type { NDArray } from "../../core/value.ts";
import { withWeakTypeOf } from "../../transforms/arguments.ts";
import { type FlatArrays, flattenArrays, pathOf } from "../../transforms/flatten.ts";
import { convertElementType } from "../ops/convert.ts";
import { type StagedBody, stageBody } from "./bodies.ts";

/** A body staged for a carry whose types it keeps. */
export interface CarriedBody extends StagedBody {
  /** The first carry, as the body wants it. */
  readonly init: readonly NDArray[];
  /** Structure of what comes beside the carry; null if nothing does. */
  readonly restDef: TreeDef | null;
}

/** What a body gives for a carry and further inputs. */
export interface Turn {
  readonly carry: unknown;
  readonly rest: FlatArrays | null;
}

/**
 * Stage a body for a carry like `init`.
 *
 * Where the initial carry is weakly typed, as a plain number is, it takes the type that the body
 * gives it. Results of the body that differ in weakness alone are converted.
 *
 * @throws TreeError, ShapeError or DTypeError if the body gives a carry of another type, naming
 * the place, what was expected and what came.
 */
export function stageCarried(
  where: string,
  turn: (carry: unknown, xs: readonly NDArray[]) => Turn,
  init: readonly NDArray[],
  treeDef: TreeDef,
  others: readonly ShapedArray[],
): CarriedBody {
  let first = [...init];
  // Each round makes a leaf strong or widens it, so there are few of them.
  for (;;) {
    const avals = first.map((x) => x.aval);
    let wanted: readonly ShapedArray[] = avals;
    let restDef: TreeDef | null = null;
    let promoted = false;
    const staged = stageBody(
      (inputs) => {
        const { carry, rest } = turn(
          unflatten(treeDef, inputs.slice(0, avals.length)),
          inputs.slice(avals.length),
        );
        const out = flattenArrays(carry, where, "the carry");
        checkStructure(treeDef, out.treeDef, `${where}: the carry that the body gives`);
        const given = out.arrays.map((x) => x.aval);
        restDef = rest?.treeDef ?? null;
        wanted = avals.map((aval, i) => promotedType(where, aval, given[i] as ShapedArray)); // as many
        promoted = wanted.some((aval, i) => aval !== avals[i]);
        const next = promoted
          ? out.arrays
          : out.arrays.map((x, i) => {
              const aval = avals[i] as ShapedArray; // as many leaves, by the structures
              checkCarry(where, x.aval, aval, treeDef, i);
              return withWeakTypeOf(x, aval);
            });
        return [...next, ...(rest?.arrays ?? [])];
      },
      [...avals, ...others],
    );
    if (!promoted) return { ...staged, init: first, restDef };
    first = first.map((x, i) => {
      const { dtype, weakType } = wanted[i] as ShapedArray; // as many
      return convertElementType(x, dtype, weakType);
    });
  }
}

/** The type that a weak first carry takes beside what the body gives; its own where it stays. */
function promotedType(where: string, from: ShapedArray, to: ShapedArray): ShapedArray {
  if (!from.weakType || !sameShape(from.shape, to.shape)) return from;
  const { dtype, weakType } = resultType2(from.dtype, true, to.dtype, to.weakType, where);
  return from.withDtype(dtype, weakType);
}

function checkCarry(
  where: string,
  got: ShapedArray,
  expected: ShapedArray,
  treeDef: TreeDef,
  i: number,
): void {
  const place = `${where}: the carry${pathOf(treeDef, i)}`;
  if (!sameShape(got.shape, expected.shape)) {
    throw new ShapeError(
      `${place} must keep its shape, expected ${expected}, got ${got}; give back a carry like the first one`,
    );
  }
  if (got.dtype === expected.dtype) return;
  throw new DTypeError(
    `${place} must keep its dtype, expected ${expected}, got ${got}; convert it with astype, or start from that dtype`,
  );
}
