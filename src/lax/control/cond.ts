import { asArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { isInteger } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, InternalError, ShapeError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import { resultType2 } from "../../core/promotion.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import { sameShape } from "../../core/shape.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import {
  type AnyFunction,
  callFlat,
  checkFunction,
  describe,
  flattenArrays,
  pathOf,
} from "../../transforms/flatten.ts";
import type { Given, PassedArgs } from "../../transforms/signatures.ts";
import { fullLike } from "../ops/broadcast.ts";
import { ne } from "../ops/compare.ts";
import { convertElementType } from "../ops/convert.ts";
import { canonical, derive, inAvals, type StagedBody, stageBody } from "./bodies.ts";
import { bindCond } from "./cond-primitive.ts";

/**
 * `onTrue(...operands)` where `pred` is true, else `onFalse(...operands)`.
 *
 * `pred` is one boolean or number, which may be traced. Both branches are staged and must give
 * trees of one structure, shapes and dtypes; only one runs, but where `vmap` gives each slice its
 * own `pred`, both run and the results are selected.
 *
 * @throws ShapeError if `pred` is not a scalar; TreeError, ShapeError or DTypeError if the branches
 * differ in what they give, naming the place.
 *
 * @example
 * lax.cond(x.greater(0), (v) => np.sqrt(v), (v) => v.mul(0), x);
 */
export function cond<Args extends readonly unknown[], Out>(
  pred: ArrayLike,
  onTrue: (...args: Args) => Out,
  onFalse: (...args: Args) => Out,
  ...operands: PassedArgs<Args>
): Given<Out> {
  const where = "lax.cond";
  const which = scalarOf(pred, where, "pred");
  if (which.dtype === "key<fry>" || which.dtype === "float0") {
    throw new DTypeError(
      `${where}: pred must be a boolean or a number, got ${which.aval}; compare something`,
    );
  }
  const truth = which.dtype === "bool" ? which : ne(which, fullLike(which, 0));
  const index = convertElementType(truth, "int32");
  const branches = [
    ["onFalse", onFalse],
    ["onTrue", onTrue],
  ] as const;
  return choose(where, index, branches, operands) as Given<Out>; // of the structure that branches gave
}

/**
 * `branches[index](...operands)`, the index clamped to those there are. As `cond` otherwise.
 *
 * @throws DTypeError if `index` is not an integer; ArgumentError if there are no branches.
 */
function switchBranches<Args extends readonly unknown[], Out>(
  index: ArrayLike,
  branches: readonly ((...args: Args) => Out)[],
  ...operands: PassedArgs<Args>
): Given<Out> {
  const where = "lax.switch";
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new ArgumentError(
      `${where}: a list of at least one function is required, got ${Array.isArray(branches) ? "none" : describe(branches)}; list the branches`,
    );
  }
  const given = Number.isSafeInteger(index) ? convertElementType(index, "int32") : index;
  const which = scalarOf(given, where, "index");
  if (!isInteger(which.dtype)) {
    throw new DTypeError(
      `${where}: the index must be an integer, got ${which.aval}; pass np.int32(i), or use lax.cond`,
    );
  }
  const named = branches.map((branch, i) => [`branch ${i}`, branch] as const);
  return choose(where, convertElementType(which, "int32"), named, operands) as Given<Out>; // as in `cond`
}

export { switchBranches as switch };

function scalarOf(x: ArrayLike, where: string, what: string): NDArray {
  const isLike = typeof x === "number" || typeof x === "boolean" || x instanceof NDArray;
  if (!isLike) {
    throw new ArgumentError(
      `${where}: ${what} must be a scalar, got ${describe(x)}; pass an array of rank 0`,
    );
  }
  const array = asArray(x);
  if (array.ndim === 0) return array;
  throw new ShapeError(
    `${where}: ${what} must be a scalar, got ${array.aval}; reduce it, map over it with vmap, or use np.where`,
  );
}

function choose(
  where: string,
  index: NDArray,
  branches: readonly (readonly [name: string, branch: unknown])[],
  args: readonly unknown[],
): unknown {
  for (const [, branch] of branches) checkFunction(branch, where);
  const { arrays, treeDef } = flattenArrays(args, where, "operand ");
  const avals = arrays.map((x) => x.aval);
  const defs: TreeDef[] = [];
  const outs: (readonly ShapedArray[])[] = [];
  const staged = branches.map(([, branch]) =>
    stageBody((xs) => {
      const result = callFlat(branch as AnyFunction, treeDef, xs, { where }); // checked above
      defs.push(result.treeDef);
      outs.push(result.arrays.map((x) => x.aval));
      return result.arrays;
    }, avals),
  );
  const [outDef] = defs;
  if (outDef === undefined) throw new InternalError("cond: no branch was staged");
  const names = branches.map(([name]) => name);
  const types = commonTypes(where, names, defs, outs);
  const consts = [...new Set(staged.flatMap((body) => body.consts))];
  const bodies = staged.map((body) => closedAlike(body, consts, types));
  return unflatten(outDef, bindCond(index, bodies, [...consts, ...arrays]));
}

/** What all branches give, weak types giving way. @throws if they differ otherwise. */
function commonTypes(
  where: string,
  names: readonly string[],
  defs: readonly TreeDef[],
  outs: readonly (readonly ShapedArray[])[],
): ShapedArray[] {
  const [def, ...rest] = defs as readonly [TreeDef, ...TreeDef[]]; // at least one branch
  rest.forEach((other, i) => {
    checkStructure(def, other, `${where}: the result of ${names[i + 1]}, as that of ${names[0]},`);
  });
  const types = [...(outs[0] ?? [])];
  outs.slice(1).forEach((list, i) => {
    list.forEach((got, k) => {
      const expected = types[k] as ShapedArray; // as many, by the structures
      const place = `${where}: results${pathOf(def, k)} of ${names[0]} and ${names[i + 1]}`;
      if (!sameShape(got.shape, expected.shape)) {
        throw new ShapeError(
          `${place} must have one shape, got ${expected} and ${got}; pad or broadcast one`,
        );
      }
      const common = resultType2(expected.dtype, expected.weakType, got.dtype, got.weakType, place);
      const fits = (aval: ShapedArray): boolean => aval.dtype === common.dtype || aval.weakType;
      if (!fits(expected) || !fits(got)) {
        throw new DTypeError(
          `${place} must have one dtype, got ${expected} and ${got}; convert one with astype`,
        );
      }
      types[k] = expected.withDtype(common.dtype, common.weakType);
    });
  });
  return types;
}

/** A branch that takes the constants of all of them, and gives exactly these types. */
function closedAlike(
  body: StagedBody,
  consts: readonly NDArray[],
  types: readonly ShapedArray[],
): StagedBody["program"] {
  const { program } = body;
  const own = body.consts.length;
  const operands = inAvals(program).slice(own);
  const fits = program.jaxpr.outvars.every((atom, i) => atom.aval === types[i]);
  if (fits && own === consts.length && body.consts.every((x, i) => x === consts[i])) return program;
  const made = derive(
    (inputs) => {
      const mine = body.consts.map((x) => inputs[consts.indexOf(x)] as NDArray); // all are listed
      const results = evalJaxpr(program, [...mine, ...inputs.slice(consts.length)]);
      return results.map((x, i) => {
        const { dtype, weakType } = types[i] as ShapedArray; // one for each result
        return convertElementType(x, dtype, weakType);
      });
    },
    [...consts.map((x) => x.aval), ...operands],
  );
  return canonical(made);
}
