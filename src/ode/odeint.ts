import { asArray } from "../core/array.ts";
import { type DType, isFloat, isInteger } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { resultType } from "../core/promotion.ts";
import { unflatten } from "../core/pytree.ts";
import { checkStructure } from "../core/pytree-prefix.ts";
import { sameShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { closureConvert } from "../transforms/custom-vjp.ts";
import {
  checkFunction,
  describe,
  type FlatArrays,
  flattenArrays,
  flattenResult,
  pathOf,
} from "../transforms/flatten.ts";
import type { CarryOf, Given, NextOf } from "../transforms/signatures.ts";
import { solveWithAdjoint } from "./adjoint.ts";
import { solveByReplay } from "./replay.ts";
import { type Derivative, inDtype, type Point, rowAt, type StepControl } from "./system.ts";

/** Options of `odeint`. */
export interface OdeintOptions {
  /** Error of a step that is allowed, relative to the state; 1.4e-8 by default. */
  readonly rtol?: number | undefined;
  /** The same, absolute; 1.4e-8 by default. */
  readonly atol?: number | undefined;
  /** Steps between two times after which to give up, refused ones counted; none by default. */
  readonly mxstep?: number | undefined;
  /** Largest step; none by default. */
  readonly hmax?: number | undefined;
  /**
   * How to differentiate: "backward" (the default) solves the adjoint equation backwards in time,
   * in reverse mode alone; "direct" goes through the steps taken, in every mode, and needs `mxstep`.
   */
  readonly adjoint?: "backward" | "direct" | undefined;
}

const where = "odeint";

/**
 * The solution of `dy/dt = func(y, t, ...args)` from `y0` at the first of the times `ts`: a tree
 * like `y0`, whose leaves are stacked, one value for each time.
 *
 * Steps of Dormand and Prince, of order 5, whose length follows from their error; values between
 * their ends come from a polynomial of order 4. The leaves of `y0` are floats, the times a vector
 * that does not decrease. `func` may close over arrays. Tolerances much below the precision of
 * the dtype cannot be met: 1e-5 is small for float32.
 *
 * Where the solution is not known it is NaN, and so are gradients: after `mxstep` steps, past a
 * pole, for NaN among the arguments, at a time before the one that precedes it.
 *
 * @throws TreeError, ShapeError or DTypeError if `func` gives something unlike `y0`, naming the
 * place; ShapeError or DTypeError if `ts` is no vector of numbers; ArgumentError for bad options.
 *
 * @example
 * odeint((y, t, rate) => y.mul(rate), 1, np.array([0, 1, 2]), [-0.5]); // 1, 0.6065, 0.3679
 */
export function odeint<Y, const Args extends readonly unknown[] = []>(
  func: (y: CarryOf<Y>, t: NDArray, ...args: CarryOf<Args>) => NextOf<Y>,
  y0: Y,
  ts: ArrayLike,
  args?: Args,
  options: OdeintOptions = {},
): Given<Y> {
  checkFunction(func, where);
  const { adjoint, control } = settings(options);
  if (args !== undefined && !Array.isArray(args)) {
    throw new ArgumentError(
      `${where}: args must be a list of further arguments of func, got ${describe(args)}; pass [] before the options`,
    );
  }
  const params = flattenArrays(args ?? [], where, "argument ");
  const given = flattenArrays(y0, where, "y0");
  const start: FlatArrays = {
    treeDef: given.treeDef,
    arrays: asFloats(given, params.arrays),
  };
  const times = asTimes(ts, start.arrays);
  const flow = (y: NDArray[], t: NDArray, xs: NDArray[]): NDArray[] => {
    const rest = unflatten(params.treeDef, xs) as CarryOf<Args>;
    const slope = func(unflatten(start.treeDef, y) as CarryOf<Y>, t, ...rest); // of these structures
    return likeState(slope, start);
  };
  // What the function closes over may be differentiated, so it becomes an argument.
  const [convert, closed] = closureConvert(flow, start.arrays, rowAt(times, 0), params.arrays);
  const count = params.arrays.length;
  const derivative: Derivative = (y, t, all) =>
    convert([...y], t, all.slice(0, count), ...all.slice(count));
  const problem = { y0: start.arrays, ts: times, params: [...params.arrays, ...closed] };
  const solver = adjoint === "direct" ? solveByReplay : solveWithAdjoint;
  return unflatten(start.treeDef, solver(derivative, problem, control)) as Given<Y>; // like `y0`
}

function settings(options: OdeintOptions): {
  readonly adjoint: "backward" | "direct";
  readonly control: StepControl;
} {
  checkOptions(where, options, ["rtol", "atol", "mxstep", "hmax", "adjoint"]);
  const { rtol = 1.4e-8, atol = 1.4e-8, mxstep = Infinity, hmax = Infinity } = options;
  const { adjoint = "backward" } = options;
  const bad = (what: string, got: unknown, advice: string): ArgumentError =>
    new ArgumentError(`${where}: ${what}, got ${describe(got)}; ${advice}`);
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (typeof value === "number" && value >= 0) continue;
    throw bad(`${name} must be a number from 0`, value, "leave it out for the default");
  }
  if (typeof hmax !== "number" || !(hmax > 0)) {
    throw bad("hmax must be a number above 0", hmax, "leave it out for no bound");
  }
  if (mxstep !== Infinity && !(Number.isSafeInteger(mxstep) && mxstep > 0)) {
    throw bad("mxstep must be an integer above 0", mxstep, "leave it out for no bound");
  }
  if (adjoint !== "backward" && adjoint !== "direct") {
    throw bad('adjoint must be "backward" or "direct"', adjoint, "leave it out for the first");
  }
  if (adjoint === "direct" && mxstep === Infinity) {
    throw bad(
      'adjoint "direct" needs a bound of the steps between two times',
      mxstep,
      "pass mxstep, or leave adjoint out",
    );
  }
  return { adjoint, control: { rtol, atol, mxstep, hmax } };
}

/** The starting point in floats: plain numbers take the dtype of the floats beside them. */
function asFloats({ arrays, treeDef }: FlatArrays, params: readonly NDArray[]): NDArray[] {
  const beside = [...arrays, ...params].filter((x) => !x.weakType && isFloat(x.dtype));
  return arrays.map((x, i) => {
    if (isFloat(x.dtype) && !x.weakType) return x;
    if (x.weakType) {
      const { dtype } = resultType([
        { dtype: "float32", weakType: true },
        ...beside.map((y) => y.aval),
      ]);
      return convertElementType(x, dtype);
    }
    throw new DTypeError(
      `${where}: y0${pathOf(treeDef, i)} must be a float, got ${x.aval}; convert it with astype`,
    );
  });
}

/** The times in the dtype in which time is kept, which holds that of each leaf. */
function asTimes(ts: ArrayLike, y0: Point): NDArray {
  const times = asArray(ts, where);
  if (times.ndim !== 1 || times.size === 0) {
    throw new ShapeError(
      `${where}: ts must be a vector of one time or more, got ${times.aval}; pass np.array([...])`,
    );
  }
  if (!isFloat(times.dtype) && !isInteger(times.dtype)) {
    throw new DTypeError(
      `${where}: ts must be numbers, got ${times.aval}; convert them with astype`,
    );
  }
  const strong = isFloat(times.dtype) && !times.weakType;
  const items = [...(strong ? [times.aval] : []), ...y0.map((y) => y.aval)];
  const { dtype } = items.length === 0 ? { dtype: "float32" as DType } : resultType(items);
  return inDtype(times, dtype);
}

/** What `func` gives, in the shapes and dtypes of the state. */
function likeState(result: unknown, { arrays, treeDef }: FlatArrays): NDArray[] {
  const slope = flattenResult(result, { where: `${where}: func` });
  checkStructure(treeDef, slope.treeDef, `${where}: what func gives`);
  return slope.arrays.map((x, i) => {
    const { aval } = arrays[i] as NDArray; // as many, by the structures
    const place = (): string => `${where}: what func gives${pathOf(treeDef, i)}`;
    if (!sameShape(x.shape, aval.shape)) {
      throw new ShapeError(
        `${place()} must have the shape of y0, expected ${aval}, got ${x.aval}; give back a derivative for each element`,
      );
    }
    if (resultType([x.aval, aval], where).dtype === aval.dtype) return inDtype(x, aval.dtype);
    throw new DTypeError(
      `${place()} must have a dtype that y0 can hold, expected ${aval}, got ${x.aval}; convert it with astype, or start from that dtype`,
    );
  });
}
