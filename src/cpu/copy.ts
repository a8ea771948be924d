import { type DType, dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { isContiguous, type View } from "../core/view.ts";

/** The elements that `view` addresses in row-major order, in new memory. Keys take two words. */
export function copyView(data: TypedArray, view: View, dtype: DType): TypedArray {
  let size = 1;
  for (const extent of view.shape) size *= extent;
  const out = hostArray(dtype, size);
  if (dtypeInfo[dtype].words === 1 && isContiguous(view)) {
    out.set(data.subarray(view.offset, view.offset + size));
  } else copyInto(out, 0, data, view, 0, dtype);
  return out;
}

/** The elements that `view`, moved by `shift`, addresses, in row-major order from `start` of `out` on. */
export function copyInto(
  out: TypedArray,
  start: number,
  data: TypedArray,
  view: View,
  shift: number,
  dtype: DType,
): void {
  let size = 1;
  for (const extent of view.shape) size *= extent;
  const moved = shift === 0 ? view : { ...view, offset: view.offset + shift };
  if (dtypeInfo[dtype].words === 2) copyPairs(data, moved, out, start, size);
  else copyStrided(data, moved, out, start, size);
}

function copyPairs(
  data: TypedArray,
  view: View,
  out: TypedArray,
  start: number,
  size: number,
): void {
  walk(view, size, (position, from) => {
    const to = 2 * (start + position);
    out[to] = data[2 * from] as number;
    out[to + 1] = data[2 * from + 1] as number;
  });
}

function copyStrided(
  data: TypedArray,
  view: View,
  out: TypedArray,
  start: number,
  size: number,
): void {
  const { shape, strides } = view;
  if (size === 0) return;
  const last = shape.length - 1;
  const extent = shape[last] ?? 1; // rank 0 is one element
  const stride = strides[last] ?? 0;
  const rows: View = {
    shape: shape.slice(0, -1),
    strides: strides.slice(0, -1),
    offset: view.offset,
  };
  walk(rows, size / extent, (row, from) => {
    const to = start + row * extent;
    if (stride === 1) out.set(data.subarray(from, from + extent), to);
    else if (stride === 0) out.fill(data[from] as number, to, to + extent);
    else for (let i = 0; i < extent; i++) out[to + i] = data[from + i * stride] as number;
  });
}

/** Call `visit` with the row-major position and the address of every element of a view. */
export function walk(
  { shape, strides, offset }: View,
  size: number,
  visit: (position: number, address: number) => void,
): void {
  const index = new Array<number>(shape.length).fill(0);
  let address = offset;
  for (let position = 0; position < size; position++) {
    visit(position, address);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] as number; // axis runs over the view's own axes
      const next = (index[axis] as number) + 1;
      if (next < (shape[axis] as number)) {
        index[axis] = next;
        address += stride;
        break;
      }
      index[axis] = 0;
      address -= (next - 1) * stride;
    }
  }
}
