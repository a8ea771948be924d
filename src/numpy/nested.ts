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
  const visit = (item: ArrayData, axis: number, place: string): void => {
    if (!isList(item)) {
      if (axis !== shape.length)
        throw ragged(where, place, "a single value", "a list", shape, axis);
      leaves.push(checkLeaf(item, where, place));
      return;
    }
    const wanted = shape[axis];
    if (wanted === undefined) throw ragged(where, place, "a list", "a single value", shape, axis);
    if (item.length !== wanted) {
      throw ragged(where, place, `${item.length} entries`, String(wanted), shape, axis);
    }
    for (let i = 0; i < item.length; i++) {
      visit(item[i] as ArrayData, axis + 1, `${place}[${i}]`); // i is a position of the list
    }
  };
  visit(data, 0, "");
  return { shape, leaves };
}

function isList(data: unknown): data is readonly ArrayData[] {
  return Array.isArray(data);
}

function checkLeaf(
  leaf: ArrayLike | TypedArray,
  where: string,
  place: string,
): ArrayLike | TypedArray {
  const kind = typeof leaf;
  if (kind === "number" || kind === "boolean" || leaf instanceof NDArray) return leaf;
  if (isTypedArray(leaf)) return leaf;
  const got = leaf === null ? "null" : leaf === undefined ? "nothing" : `a ${kind}`;
  throw new ArgumentError(
    `${where}: numbers, booleans, arrays or lists of them are required, got ${got} at ${place || "the top"}; convert it first`,
  );
}

function ragged(
  where: string,
  place: string,
  got: string,
  wanted: string,
  shape: readonly number[],
  axis: number,
): ShapeError {
  const first = "[0]".repeat(Math.min(axis, shape.length));
  return new ShapeError(
    `${where}: lists must be rectangular, got ${got} at ${place} where ${first} has ${wanted}; pad or cut it`,
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
