import { ArgumentError, ShapeError } from "./errors.ts";

/** Extents of the axes of an array, outermost first; empty for a scalar. */
export type Shape = readonly number[];

/** Number of elements of an array of this shape; 1 for a scalar, 0 if any extent is. */
export function size(shape: Shape): number {
  let product = 1;
  for (const extent of shape) {
    if (extent === 0) return 0;
    product *= extent;
  }
  return product;
}

/** Whether two shapes are alike in rank and in every extent. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Shape as messages write it: `[2,3]`, and `[]` for a scalar. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/**
 * Check a shape that came from a user.
 *
 * Extents must be safe integers from 0, and so must the number of elements.
 *
 * @throws ArgumentError if it is anything else.
 */
export function checkShape(shape: unknown, where: string): Shape {
  if (!Array.isArray(shape)) {
    throw new ArgumentError(
      `${where}: a shape must be an array of extents, got ${describe(shape)}; write [n] for one axis`,
    );
  }
  for (let i = 0; i < shape.length; i++) {
    const extent: unknown = shape[i];
    if (!Number.isSafeInteger(extent) || Number(extent) < 0) {
      throw new ArgumentError(
        `${where}: extents must be integers from 0, got ${describe(extent)} on axis ${i}; ` +
          "round it, and pass a plain number rather than an array",
      );
    }
  }
  if (!Number.isSafeInteger(size(shape))) {
    throw new ArgumentError(
      `${where}: the number of elements must be below 2^53, got shape ${formatShape(shape)}; ` +
        "use a smaller shape",
    );
  }
  return shape;
}

/** A value as messages quote it, short whatever it is. */
export function describe(value: unknown): string {
  if (value === null || typeof value === "number" || typeof value === "undefined") {
    return Object.is(value, -0) ? "-0" : String(value);
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object") return `a ${typeof value}`;
  return "aval" in value ? `an array, ${String(value.aval)}` : "an object"; // known by its type
}

/**
 * Shape that all of `shapes` stretch to: aligned at the last axis, an extent of 1 or a missing
 * axis gives way to the other. An extent of 0 wins over 1 and fits nothing else.
 *
 * @throws ShapeError if two extents differ and neither is 1.
 */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  return shapes.reduce((a, b) => broadcastPair(a, b, "broadcastShapes"), []);
}

/**
 * Shape that two shapes stretch to, as in `broadcastShapes`; one of the two itself where it
 * already is the answer.
 *
 * @throws ShapeError in the name of `where` if two extents differ and neither is 1.
 */
export function broadcastPair(a: Shape, b: Shape, where: string): Shape {
  if (a.length < b.length) return broadcastInto(b, a, where, false);
  return broadcastInto(a, b, where, true);
}

/** `short` has at most the rank of `long`; `inOrder` says that `long` is the first operand. */
function broadcastInto(long: Shape, short: Shape, where: string, inOrder: boolean): Shape {
  const offset = long.length - short.length;
  let out: number[] | null = null;
  let isShort = offset === 0;
  for (let i = 0; i < short.length; i++) {
    // Both positions are within their shapes, since `short` is aligned at the end of `long`.
    const m = long[offset + i] as number;
    const n = short[i] as number;
    if (m === n) continue;
    if (n === 1) {
      isShort = false;
    } else if (m === 1) {
      out ??= long.slice();
      out[offset + i] = n;
    } else {
      const [first, second] = inOrder ? [long, short] : [short, long];
      throw new ShapeError(
        `${where}: shapes must agree from the last axis on, or be 1 where they differ, ` +
          `got ${formatShape(first)} and ${formatShape(second)}; reshape or slice one of them`,
      );
    }
  }
  if (out === null) return long;
  return isShort ? short : out;
}

/**
 * Axis counted from the first: `axis` itself, or `axis + ndim` if it is negative.
 *
 * @throws ArgumentError if it is not an integer; ShapeError if it is outside `-ndim` to `ndim - 1`.
 */
export function normalizeAxis(axis: number, ndim: number, where: string): number {
  if (!Number.isSafeInteger(axis)) {
    throw new ArgumentError(
      `${where}: an axis must be an integer, got ${describe(axis)}; count axes from 0, or from the ` +
        "last with -1",
    );
  }
  if (axis < -ndim || axis >= ndim) {
    const range = ndim === 0 ? "a scalar has no axes" : `use one from ${-ndim} to ${ndim - 1}`;
    throw new ShapeError(
      `${where}: axis must be within the ${ndim} axes of the array, got ${axis}; ${range}`,
    );
  }
  return axis < 0 ? axis + ndim : axis + 0; // + 0 turns -0 into 0
}

/**
 * Axes counted from the first, in the order given; every axis for null or undefined.
 *
 * @throws ArgumentError if one is not an integer; ShapeError if one is out of range or two name
 * the same axis.
 */
export function normalizeAxes(
  axes: number | readonly number[] | null | undefined,
  ndim: number,
  where: string,
): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: ndim }, (_, i) => i);
  if (!Array.isArray(axes)) return [normalizeAxis(axes as number, ndim, where)]; // not an array: a number, or refused
  const out = axes.map((axis: number) => normalizeAxis(axis, ndim, where));
  if (new Set(out).size < out.length) {
    throw new ShapeError(
      `${where}: axes must be different, got [${axes.join(",")}] for ${ndim} axes; drop the repeated one`,
    );
  }
  return out;
}

/** Whether `perm` has each of the integers from 0 to `n - 1` once. */
export function isPermutation(perm: readonly number[], n: number = perm.length): boolean {
  if (perm.length !== n) return false;
  const seen = new Array<boolean>(n).fill(false);
  for (const i of perm) {
    if (seen[i] !== false) return false; // out of range, fractional or seen before
    seen[i] = true;
  }
  return true;
}

/** Permutation that undoes `perm`, which must be one. */
export function invertPermutation(perm: readonly number[]): number[] {
  const out = new Array<number>(perm.length);
  for (let i = 0; i < perm.length; i++) out[perm[i] as number] = i; // i is a position of perm
  return out;
}

/** Steps in elements from one index to the next along each axis of a row-major array. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i] as number; // i is a position of shape
  }
  return strides;
}

/**
 * Shape of a reshape to `newShape` of `count` elements, where one extent may be -1 and stands
 * for whatever is left.
 *
 * @throws ArgumentError if an extent is neither -1 nor an integer from 0; ShapeError if the
 * numbers of elements differ, if -1 stands twice, or if any extent would do in its place.
 */
export function inferReshape(count: number, newShape: Shape, where = "reshape"): Shape {
  const unknown = Array.isArray(newShape) ? newShape.indexOf(-1) : -1;
  if (unknown < 0) {
    if (size(checkShape(newShape, where)) === count) return newShape;
    throw sizeMismatch(count, newShape, where);
  }
  if (newShape.indexOf(-1, unknown + 1) >= 0) {
    throw new ShapeError(
      `${where}: only one extent may be -1, got ${formatShape(newShape)}; write out the others`,
    );
  }
  const known = size(checkShape(newShape.with(unknown, 1), where));
  if (known === 0) {
    throw new ShapeError(
      `${where}: -1 is ambiguous beside an extent of 0, got ${formatShape(newShape)}; ` +
        "write the extent out",
    );
  }
  if (count % known !== 0) throw sizeMismatch(count, newShape, where);
  return newShape.with(unknown, count / known);
}

function sizeMismatch(count: number, shape: Shape, where: string): ShapeError {
  return new ShapeError(
    `${where}: the number of elements must stay ${count}, got ${formatShape(shape)}; ` +
      "choose extents with that product, one of them -1 if you like",
  );
}
