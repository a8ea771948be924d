import { checkDtype, type DType } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { iota } from "../lax/ops/constants.ts";
import { expandDims, reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { shapeOf, zeros } from "./creation.ts";
import { checkChoice } from "./options.ts";
import { promote, stretch, toArray } from "./promote.ts";
import { arange } from "./ranges.ts";
import { atleast1d } from "./shape.ts";

/** Options of `meshgrid`. */
export interface MeshgridOptions {
  /** "xy" (default): the first two axes are swapped, as for points of a plane; or "ij". */
  indexing?: "xy" | "ij" | undefined;
  /** Whether axes of the other coordinates keep extent 1; false. */
  sparse?: boolean | undefined;
}

/** For each vector of coordinates, its value at every point of the grid that they span. */
export function meshgrid(...args: readonly (ArrayLike | MeshgridOptions)[]): NDArray[] {
  const isVector = (x: ArrayLike | MeshgridOptions): x is ArrayLike =>
    typeof x !== "object" || x instanceof NDArray || Array.isArray(x);
  const vectors = args.filter(isVector);
  const options = args.find((x) => !isVector(x)) as MeshgridOptions | undefined; // the other type
  checkOptions("numpy.meshgrid", options, ["indexing", "sparse"]);
  const { indexing = "xy", sparse = false } = options ?? {};
  checkChoice("numpy.meshgrid", "indexing", indexing, ["xy", "ij"]);
  const coordinates = vectors.map((x) => atleast1d(toArray("numpy.meshgrid", x)));
  const position = (i: number): number =>
    indexing === "xy" && i < 2 && vectors.length > 1 ? 1 - i : i;
  const shape = coordinates.map((_, i) => (coordinates[position(i)] as NDArray).size); // a permutation
  return coordinates.map((x, i) => {
    const open = reshape(
      x,
      shape.map((_, axis) => (axis === position(i) ? x.size : 1)),
    );
    return sparse ? open : stretch(open, shape);
  });
}

/** Indices of each element of an array of this shape, one array for each axis, stacked. */
export function indices(
  shape: readonly number[],
  options?: { dtype?: DType | undefined; sparse?: false | undefined },
): NDArray;
export function indices(
  shape: readonly number[],
  options: { dtype?: DType | undefined; sparse: true },
): NDArray[];
export function indices(
  shape: readonly number[],
  options?: { dtype?: DType | undefined; sparse?: boolean | undefined },
): NDArray | NDArray[] {
  checkOptions("numpy.indices", options, ["dtype", "sparse"]);
  const extents = shapeOf(shape, "numpy.indices");
  const dtype = checkDtype(options?.dtype ?? "int32", "numpy.indices");
  if (options?.sparse === true) {
    return extents.map((_, axis) =>
      iota(
        dtype,
        extents.map((n, i) => (i === axis ? n : 1)),
        axis,
      ),
    );
  }
  if (extents.length === 0) return zeros([0], { dtype });
  return concatenate(
    extents.map((_, axis) => expandDims(iota(dtype, extents, axis), [0])),
    0,
  );
}

/** `f` of the indices of an array of this shape, one array of them for each axis. */
export function fromfunction(
  f: (...indices: NDArray[]) => NDArray,
  shape: readonly number[],
  options?: { dtype?: DType | undefined },
): NDArray {
  checkOptions("numpy.fromfunction", options, ["dtype"]);
  const extents = shapeOf(shape, "numpy.fromfunction");
  const dtype = checkDtype(options?.dtype ?? "float32", "numpy.fromfunction");
  return f(...extents.map((_, axis) => iota(dtype, extents, axis)));
}

/** Index arrays that together address the product of the given vectors of indices. */
export function ix(...vectors: readonly ArrayLike[]): NDArray[] {
  return meshgrid(...vectors, { indexing: "ij", sparse: true });
}

/** A range of a grid: `[start, stop, step]`, where the step may be left out. */
export type GridRange = readonly [start: number, stop: number, step?: number];

function rangeOf([start, stop, step = 1]: GridRange): NDArray {
  return arange(start, stop, step);
}

/** Coordinates of a grid of ranges, one array for each axis, stacked. */
export function mgrid(...ranges: readonly GridRange[]): NDArray {
  const axes = meshgrid(...ranges.map(rangeOf), { indexing: "ij" });
  const parts = promote("numpy.mgrid", axes);
  return concatenate(
    parts.map((x) => expandDims(x, [0])),
    0,
  );
}

/** Coordinates of a grid of ranges, each with extent 1 along the other axes. */
export function ogrid(...ranges: readonly GridRange[]): NDArray[] {
  return meshgrid(...ranges.map(rangeOf), { indexing: "ij", sparse: true });
}
