/** Row-major shape seen from one axis: `outer` blocks of `extent` rows of `inner` elements. */
export interface AxisSplit {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** The extents before, at and after an axis. */
export function splitAt(shape: readonly number[], axis: number): AxisSplit {
  let outer = 1;
  let inner = 1;
  shape.forEach((extent, i) => {
    if (i < axis) outer *= extent;
    if (i > axis) inner *= extent;
  });
  return { outer, extent: shape[axis] as number, inner }; // the axis is one of the shape
}
