/**
 * Affine view of a flat buffer: element `[i, j, ...]` is at `offset + i*strides[0] + j*strides[1]`.
 *
 * Strides and offset count elements; a stride of 0 repeats, a negative one runs backwards.
 */
export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Strides of a row-major array of this shape. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= at(shape, i);
  }
  return strides;
}

/** Row-major view of a whole buffer. */
export function contiguousView(shape: readonly number[]): View {
  return { shape, strides: rowMajorStrides(shape), offset: 0 };
}

/** Whether the view is row-major from `offset` on, so that a plain loop reads it. */
export function isContiguous(view: View): boolean {
  let step = 1;
  for (let i = view.shape.length - 1; i >= 0; i--) {
    const extent = at(view.shape, i);
    if (extent === 0) return true;
    if (extent !== 1 && at(view.strides, i) !== step) return false;
    step *= extent;
  }
  return true;
}

/** Whether two views address the same elements in the same order. */
export function sameView(a: View, b: View): boolean {
  const same = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((n, i) => n === y[i]);
  return a === b || (a.offset === b.offset && same(a.shape, b.shape) && same(a.strides, b.strides));
}

/** Reorder axes: axis `i` of the result is axis `permutation[i]`. */
export function permuteView(view: View, permutation: readonly number[]): View {
  return {
    shape: permutation.map((axis) => at(view.shape, axis)),
    strides: permutation.map((axis) => at(view.strides, axis)),
    offset: view.offset,
  };
}

/** Repeat along new axes and along axes of extent 1: axis `i` becomes axis `dims[i]` of `shape`. */
export function broadcastView(view: View, shape: readonly number[], dims: readonly number[]): View {
  const strides = new Array<number>(shape.length).fill(0);
  dims.forEach((dim, i) => {
    if (at(view.shape, i) !== 1) strides[dim] = at(view.strides, i);
  });
  return { shape, strides, offset: view.offset };
}

/** Every `steps[i]`-th element from `starts[i]` up to, not including, `limits[i]`; steps from 1. */
export function sliceView(
  view: View,
  starts: readonly number[],
  limits: readonly number[],
  steps: readonly number[],
): View {
  let offset = view.offset;
  const shape: number[] = [];
  const strides: number[] = [];
  for (let i = 0; i < view.shape.length; i++) {
    const extent = Math.max(0, Math.ceil((at(limits, i) - at(starts, i)) / at(steps, i)));
    shape.push(extent);
    strides.push(at(view.strides, i) * at(steps, i));
    offset += at(view.strides, i) * at(starts, i);
  }
  return { shape, strides, offset };
}

/** Reverse the order along `axes`. */
export function reverseView(view: View, axes: readonly number[]): View {
  const strides = view.strides.slice();
  let offset = view.offset;
  for (const axis of axes) {
    const extent = at(view.shape, axis);
    if (extent > 0) offset += (extent - 1) * at(view.strides, axis);
    strides[axis] = -at(view.strides, axis);
  }
  return { shape: view.shape, strides, offset };
}

/** The same elements in row-major order under another shape, or null where only a copy can do it. */
export function reshapeView(view: View, shape: readonly number[]): View | null {
  if (isContiguous(view)) return { shape, strides: rowMajorStrides(shape), offset: view.offset };
  if (view.shape.includes(0)) return { shape, strides: rowMajorStrides(shape), offset: 0 };
  // Axes of extent 1 carry no order. What is left is matched in groups of equal size.
  const from: number[] = [];
  const fromStrides: number[] = [];
  view.shape.forEach((extent, i) => {
    if (extent === 1) return;
    from.push(extent);
    fromStrides.push(at(view.strides, i));
  });
  const strides = new Array<number>(shape.length).fill(0);
  let i = 0;
  let j = 0;
  while (i < from.length && j < shape.length) {
    let sizeFrom = at(from, i);
    let sizeTo = at(shape, j);
    let iEnd = i + 1;
    let jEnd = j + 1;
    while (sizeFrom !== sizeTo) {
      if (sizeFrom < sizeTo) sizeFrom *= at(from, iEnd++);
      else sizeTo *= at(shape, jEnd++);
    }
    for (let k = i; k + 1 < iEnd; k++) {
      if (at(fromStrides, k) !== at(from, k + 1) * at(fromStrides, k + 1)) return null;
    }
    let step = at(fromStrides, iEnd - 1);
    for (let k = jEnd - 1; k >= j; k--) {
      strides[k] = step;
      step *= at(shape, k);
    }
    i = iEnd;
    j = jEnd;
  }
  return { shape, strides, offset: view.offset };
}

/** Element that the caller knows to be there. */
function at(list: readonly number[], i: number): number {
  return list[i] as number; // callers index within the rank
}
