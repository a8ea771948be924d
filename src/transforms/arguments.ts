import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { dtypeInfo, isFloat } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import type { TreeDef } from "../core/pytree.ts";
import { checkStructure } from "../core/pytree-prefix.ts";
import type { NDArray } from "../core/value.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { describe, flattenArrays, pathOf } from "./flatten.ts";

/** Which arguments: one by number, or several. Negative numbers count from the end. */
export type Argnums = number | readonly number[];

/**
 * Argument numbers as distinct integers from 0.
 *
 * @throws ArgumentError if one is not an integer, is out of range or repeats.
 */
export function resolveArgnums(argnums: Argnums, count: number, where: string): number[] {
  if (typeof argnums === "number") return [resolveArgnum(argnums, count, where)];
  if (!Array.isArray(argnums)) {
    throw new ArgumentError(
      `${where}: argnums must be an integer or a list of them, got ${describe(argnums)}; number the arguments from 0`,
    );
  }
  const resolved = argnums.map((n: number) => resolveArgnum(n, count, where));
  if (new Set(resolved).size < resolved.length) {
    throw new ArgumentError(
      `${where}: argnums must be distinct, got [${argnums}]; name each argument once`,
    );
  }
  return resolved;
}

function resolveArgnum(n: number, count: number, where: string): number {
  if (!Number.isInteger(n)) {
    throw new ArgumentError(
      `${where}: argnums must be integers, got ${String(n)}; number the arguments from 0`,
    );
  }
  const index = n < 0 ? n + count : n;
  if (index < 0 || index >= count) {
    const needed = n < 0 ? -n : n + 1;
    throw new ArgumentError(
      `${where}: argnums ${n} requires at least ${needed} positional arguments, got ${count}; pass them, or change argnums`,
    );
  }
  return index;
}

/** What to do about an argument that is not a float, by what the transform allows. */
export const floatRemedies = {
  argnums: "convert it with astype, or leave it out of argnums",
  allowInt: "convert it with astype, leave it out of argnums, or set allowInt",
  allArguments: "convert it with astype, or close over it",
} as const;

/** @throws DTypeError if a value to differentiate by is not a float. */
export function checkDifferentiable(
  arrays: readonly NDArray[],
  treeDef: TreeDef,
  where: string,
  index: number,
  remedy: keyof typeof floatRemedies,
): void {
  for (let i = 0; i < arrays.length; i++) {
    const x = arrays[i] as NDArray; // i runs over the arrays
    if (isFloat(x.dtype)) continue;
    throw new DTypeError(
      `${where}: argument ${index}${pathOf(treeDef, i)} must be a float to be differentiated by, got ${x.aval}; ${floatRemedies[remedy]}`,
    );
  }
}

/** @throws ShapeError or DTypeError unless there is exactly one real number to differentiate. */
export function checkScalar(outs: readonly NDArray[], treeDef: TreeDef, where: string): NDArray {
  const [out] = outs;
  if (outs.length !== 1 || out === undefined || treeDef.kind !== "leaf") {
    throw new ShapeError(
      `${where}: the function must return one scalar, got a result of structure ${treeDef}; return one array, or use jacrev, or hasAux for what goes along`,
    );
  }
  if (out.ndim !== 0) {
    throw new ShapeError(
      `${where}: the function must return a scalar, got ${out.aval}; sum it, or use jacrev or vjp`,
    );
  }
  if (!isFloat(out.dtype)) {
    throw new DTypeError(
      `${where}: the function must return a float, got ${out.aval}; convert it with astype before it is lost`,
    );
  }
  return out;
}

/**
 * Leaves of a tangent or cotangent that must be like given types; plain numbers take the dtype.
 *
 * @throws TreeError, ShapeError or DTypeError that names the place.
 */
export function flattenLikeAvals(
  tree: unknown,
  treeDef: TreeDef,
  avals: readonly ShapedArray[],
  where: string,
  what: string,
): NDArray[] {
  const { arrays, treeDef: got } = flattenArrays(tree, where, what);
  checkStructure(treeDef, got, `${where}: ${what.trimEnd()}`);
  return arrays.map((x, i) => {
    const aval = avals[i] as ShapedArray; // as many leaves as types, by the structures
    return fitTo(x, aval, () => `${where}: ${what}${pathOf(treeDef, i)}`);
  });
}

function fitTo(x: NDArray, aval: ShapedArray, place: () => string): NDArray {
  if (x.aval === aval) return x;
  if (x.shape.length !== aval.ndim || x.shape.some((extent, i) => extent !== aval.shape[i])) {
    throw new ShapeError(
      `${place()} must have the shape of ${aval}, got ${x.aval}; it stands for a change of that value`,
    );
  }
  if (x.dtype === aval.dtype) return x;
  const isNumber = x instanceof DeviceArray && x.buffer === null && x.weakType && x.ndim === 0;
  if (isNumber && dtypeInfo[aval.dtype].kind === "float")
    return convertElementType(x, aval.dtype, true);
  throw new DTypeError(
    `${place()} must have the dtype of ${aval}, got ${x.aval}; convert it with astype`,
  );
}

/** The same values under the weak type of `aval`, whose shape and dtype they have. */
export function withWeakTypeOf(x: NDArray, aval: ShapedArray): NDArray {
  if (x.aval === aval || x.weakType === aval.weakType || x.dtype !== aval.dtype) return x;
  if (x instanceof DeviceArray) return x.over(aval, x.layout);
  return convertElementType(x, aval.dtype, aval.weakType);
}
