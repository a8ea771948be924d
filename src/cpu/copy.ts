import { type DType, dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { isContiguous, type View } from "../core/view.ts";

/** The elements that `view` addresses in row-major order, in new memory. Keys take two words. */
export function copyView(data: TypedArray, view: View, dtype: DType): TypedArray {
  let size = 1;
  for (const extent of view.shape) size *= extent;
  const out = hostArray(dtype, size);
  if (dtypeInfo[dtype].words === 2) copyPairs(data, view, out, size);
  else if (isContiguous(view)) out.set(data.subarray(view.offset, view.offset + size));
  else copyStrided(data, view, out, size);
  return out;
}

function copyPairs(data: TypedArray, view: View, out: TypedArray, size: number): void {
  const positions = new Float64Array(size);
  walk(view, size, (to, from) => {
    positions[to] = from;
  });
  for (let i = 0; i < size; i++) {
    const from = 2 * (positions[i] as number);
    out[2 * i] = data[from] as number;
    out[2 * i + 1] = data[from + 1] as number;
  }
}

function copyStrided(data: TypedArray, view: View, out: TypedArray, size: number): void {
  const { shape, strides } = view;
  const last = shape.length - 1;
  const extent = shape[last] as number; // a view of rank 0 is contiguous
  const stride = strides[last] as number;
  if (size === 0) return;
  const rows: View = {
    shape: shape.slice(0, -1),
    strides: strides.slice(0, -1),
    offset: view.offset,
  };
  walk(rows, size / extent, (row, from) => {
    const to = row * extent;
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
