import type { DType } from "../core/dtype.ts";
import type { NDArray } from "../core/value.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { squeeze } from "../lax/ops/layout.ts";
import { slice } from "../lax/ops/slice.ts";

/** A point of a system: the leaves of its state, each in a dtype of its own. */
export type Point = readonly NDArray[];

/** The time derivative at a point, of like leaves; what else it depends on comes as `params`. */
export type Derivative = (y: Point, t: NDArray, params: Point) => Point;

/** An initial value problem, and the times at which its solution is asked for. */
export interface Problem {
  readonly y0: Point;
  /** A vector of floats, in the dtype in which time is kept. */
  readonly ts: NDArray;
  readonly params: Point;
}

/** How a solver chooses its steps. */
export interface StepControl {
  /** Error of a step that is allowed, relative to the state. */
  readonly rtol: number;
  /** The same, absolute. */
  readonly atol: number;
  /** Steps between two times after which to give up, refused ones counted. */
  readonly mxstep: number;
  /** Largest step. */
  readonly hmax: number;
}

/** A scalar in the dtype of a leaf. */
export function inDtypeOf(x: NDArray, leaf: NDArray): NDArray {
  return inDtype(x, leaf.dtype);
}

/** A scalar in a dtype. */
export function inDtype(x: NDArray, dtype: DType): NDArray {
  return x.dtype === dtype ? x : convertElementType(x, dtype);
}

/** Part of a stack of values. */
export function rows(x: NDArray, from: number, to: number): NDArray {
  const rest = x.shape.slice(1);
  return slice(x, [from, ...rest.map(() => 0)], [to, ...rest]);
}

/** One of a stack of values. */
export function rowAt(x: NDArray, i: number): NDArray {
  return squeeze(rows(x, i, i + 1), [0]);
}
