import { contiguousView, type View } from "../../core/view.ts";

/**
 * Append the lines that take the row-major position `index` within `shape` apart, as one u32 for
 * each axis; gives their names, which start with `prefix`. No extent is 0.
 */
export function coordinateLines(
  index: string,
  shape: readonly number[],
  prefix: string,
  lines: string[],
): string[] {
  const names = shape.map(() => "0u");
  let step = 1;
  let isFirst = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number; // axis runs over the shape
    if (extent === 1) continue;
    // What is left of the position after the outermost axis is that axis's coordinate.
    isFirst = shape.slice(0, axis).every((outer) => outer === 1);
    const quotient = step === 1 ? index : `${index} / ${step}u`;
    const whole = /^\w+$/.test(quotient) ? quotient : `(${quotient})`;
    names[axis] = `${prefix}${axis}`;
    lines.push(`let ${prefix}${axis} = ${isFirst ? quotient : `${whole} % ${extent}u`};`);
    step *= extent;
  }
  return names;
}

/**
 * Text of the address, a u32, that a view gives to these coordinates, texts of u32 themselves.
 *
 * The arithmetic wraps, so that a negative stride leads back to an address from 0 on.
 */
export function addressText(view: View, coordinates: readonly string[]): string {
  const { offset, strides } = view;
  let text = offset === 0 ? "" : `${offset}u`;
  coordinates.forEach((coordinate, axis) => {
    const stride = strides[axis] as number; // a stride for each coordinate
    if (stride === 0 || coordinate === "0u") return;
    const size = Math.abs(stride);
    const term = size === 1 ? coordinate : `${coordinate} * ${size}u`;
    if (text === "") text = stride < 0 ? `0u - ${term}` : term;
    else text += stride < 0 ? ` - ${term}` : ` + ${term}`;
  });
  return text === "" ? "0u" : text;
}

/** The view of an operand, of all of its value where the reference has none. */
export function viewOf({
  view,
  aval,
}: {
  readonly view: View | null;
  readonly aval: { readonly shape: readonly number[] };
}): View {
  return view ?? contiguousView(aval.shape);
}

/** Text of the sum of two coordinates. */
export function sumText(a: string, b: string): string {
  if (a === "0u") return b;
  return b === "0u" ? a : `(${a} + ${b})`;
}
