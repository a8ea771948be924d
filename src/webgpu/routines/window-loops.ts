import type { WindowParams } from "../../core/routines.ts";
import type { View } from "../../core/view.ts";
import { runTerms, scaled, sumText } from "../address.ts";

/** An axis of an operand whose windows are reduced. */
export interface WindowAxis {
  readonly extent: number;
  readonly results: number;
  readonly stride: number;
  readonly window: number;
  /** Padding before the first element. */
  readonly before: number;
  readonly baseDilation: number;
  readonly windowDilation: number;
}

/** The axes of windows over an operand of `shape` with `results` of them. */
export function windowAxes(
  shape: readonly number[],
  results: readonly number[],
  params: WindowParams,
): WindowAxis[] {
  // Every list has one entry for each axis.
  return shape.map((extent, i) => ({
    extent,
    results: results[i] as number,
    stride: params.windowStrides[i] as number,
    window: params.windowDimensions[i] as number,
    before: (params.padding[i] as readonly [number, number])[0],
    baseDilation: params.baseDilation[i] as number,
    windowDilation: params.windowDilation[i] as number,
  }));
}

/** Lines that name the places `name0`, `name1`, ... of position `index` of a row-major array. */
export function placeLines(name: string, index: string, shape: readonly number[]): string[] {
  return shape.map((_, axis) => {
    const runs = shape.map((extent, i) => ({ extent, stride: i === axis ? 1 : 0 }));
    return `let ${name}${axis} = ${sumText(0, runTerms(index, runs))};`;
  });
}

/** Address in `view` of the element at places `name0`, `name1`, .... */
export function addressAt(view: View, name: string): string {
  const terms = view.strides.flatMap((stride, axis) =>
    stride === 0 || view.shape[axis] === 1 ? [] : [scaled(`${name}${axis}`, stride)],
  );
  return sumText(view.offset, terms);
}

/**
 * Lines that run `visit` for each element of the window at places `o0`, `o1`, ..., in row-major
 * order, with its own places `p0`, `p1`, .... Padding and the gaps of dilation are left out.
 */
export function overWindow(axes: readonly WindowAxis[], visit: readonly string[]): string[] {
  return nested(axes, visit, (axis, i) => {
    const { extent, stride, window, before, baseDilation, windowDilation } = axis;
    const terms = [scaled(`o${i}`, stride), scaled(`w${i}`, windowDilation)];
    // Below zero wraps to a large number, which is outside as well.
    const [place, conditions] = placed(`q${i}`, extent, baseDilation);
    const last = (axis.results - 1) * stride + (window - 1) * windowDilation - before;
    const isInside = before <= 0 && last < (extent - 1) * baseDilation + 1;
    const checks = isInside ? conditions.slice(1) : conditions;
    return {
      loop: `for (var w${i} = 0u; w${i} < ${window}u; w${i}++) {`,
      start: [
        `let q${i} = ${sumText(-before, terms)};`,
        ...checks.map((inside) => `if (!(${inside})) { continue; }`),
        `let p${i} = ${place};`,
      ],
    };
  });
}

/**
 * Lines that run `visit` for each window that has the element at places `p0`, `p1`, ..., in
 * row-major order, with the places `o0`, `o1`, ... of its result.
 */
export function overWindows(axes: readonly WindowAxis[], visit: readonly string[]): string[] {
  return nested(axes, visit, (axis, i) => {
    const { results, stride, window, before, baseDilation, windowDilation } = axis;
    const terms = [scaled(`p${i}`, baseDilation), scaled(`w${i}`, -windowDilation)];
    const [place, conditions] = placed(`q${i}`, results, stride);
    return {
      // From the last element of a window on, so that the windows come in ascending order.
      loop: `for (var w${i} = ${window - 1}u; w${i} < ${window}u; w${i}--) {`,
      start: [
        `let q${i} = ${sumText(before, terms)};`,
        ...conditions.map((inside) => `if (!(${inside})) { continue; }`),
        `let o${i} = ${place};`,
      ],
    };
  });
}

/** The place of what is at `name` when neighbours are `step` apart, and when it is one of `extent`. */
function placed(name: string, extent: number, step: number): readonly [string, readonly string[]] {
  const below = `${name} < ${extent === 0 ? 0 : (extent - 1) * step + 1}u`;
  if (step === 1) return [name, [below]];
  return [`${name} / ${step}u`, [below, `${name} % ${step}u == 0u`]];
}

function nested(
  axes: readonly WindowAxis[],
  visit: readonly string[],
  level: (axis: WindowAxis, i: number) => { loop: string; start: readonly string[] },
): string[] {
  let lines = [...visit];
  for (let i = axes.length - 1; i >= 0; i--) {
    const { loop, start } = level(axes[i] as WindowAxis, i); // i runs over the axes
    lines = [loop, ...[...start, ...lines].map((line) => `  ${line}`), "}"];
  }
  return lines;
}
