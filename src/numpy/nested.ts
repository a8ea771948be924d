import type { DType, TypedArray } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";

/** What `array` makes an array of. */
export type ArrayData = ArrayLike | TypedArray | readonly ArrayData[];

/** Leaves of nested lists in row-major order, with the shape that the lists have. */
export interface NestedData {
  readonly shape: readonly number[];
  readonly leaves: readonly (ArrayLike | TypedArray)[];
}

/** Whether data are a typed array of numbers. */
export function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data) && !(data instanceof DataView);
}

/**
 * Take nested lists apart.
 *
 * @throws ShapeError naming the place if they are ragged; ArgumentError if a leaf is no number.
 */
export function readNested(data: readonly ArrayData[], where: string): NestedData {
  const shape: number[] = [];
  for (let list: ArrayData | undefined = data; isList(list); list = list[0]) {
    shape.push(list.length);
  }
  const leaves: (ArrayLike | TypedArray)[] = [];
  const path: number[] = [];
  const visit = (list: readonly ArrayData[], axis: number): void => {
    const wanted = shape[axis] as number; // lists are visited above the depth of the shape only
    if (list.length !== wanted) {
      throw ragged(where, path.slice(0, axis), `${list.length} entries`, String(wanted));
    }
    const innermost = axis + 1 === shape.length;
    for (let i = 0; i < list.length; i++) {
      const item = list[i] as ArrayData; // i is a position of the list
      path[axis] = i;
      if (innermost) {
        if (typeof item === "number") leaves.push(item);
        else leaves.push(checkLeaf(item, where, path.slice(0, axis + 1)));
      } else if (isList(item)) visit(item, axis + 1);
      else throw ragged(where, path.slice(0, axis + 1), "a single value", "a list");
    }
  };
  visit(data, 0);
  return { shape, leaves };
}

function isList(data: unknown): data is readonly ArrayData[] {
  return Array.isArray(data);
}

function checkLeaf(
  leaf: ArrayData,
  where: string,
  path: readonly number[],
): ArrayLike | TypedArray {
  if (isList(leaf)) throw ragged(where, path, "a list", "a single value");
  const kind = typeof leaf;
  if (kind === "number" || kind === "boolean" || leaf instanceof NDArray) return leaf;
  if (isTypedArray(leaf)) return leaf;
  const got = leaf === null ? "null" : leaf === undefined ? "nothing" : `a ${kind}`;
  throw new ArgumentError(
    `${where}: numbers, booleans, arrays or lists of them are required, got ${got} at ${placeOf(path)}; convert it first`,
  );
}

/** A position in nested lists as messages write it: `[1][2]`. */
function placeOf(path: readonly number[]): string {
  return path.map((i) => `[${i}]`).join("");
}

function ragged(where: string, path: readonly number[], got: string, wanted: string): ShapeError {
  const first = "[0]".repeat(path.length);
  return new ShapeError(
    `${where}: lists must be rectangular, got ${got} at ${placeOf(path)} where ${first} has ${wanted}; pad or cut it`,
  );
}

/**
 * Dtype that a typed array fixes.
 *
 * @throws DTypeError for 64-bit integers.
 */
export function typedArrayDtype(data: TypedArray, where: string): DType {
  const name = data.constructor.name;
  const dtype = dtypes[name];
  if (dtype !== undefined) return dtype;
  throw new DTypeError(
    `${where}: a typed array of a known dtype is required, got ${name}; convert it, for example to Int32Array`,
  );
}

const dtypes: Readonly<Record<string, DType>> = {
  Float64Array: "float64",
  Float32Array: "float32",
  Float16Array: "float16",
  Int32Array: "int32",
  Uint32Array: "uint32",
  Int16Array: "int16",
  Uint16Array: "uint16",
  Int8Array: "int8",
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Buffer: "uint8",
};
