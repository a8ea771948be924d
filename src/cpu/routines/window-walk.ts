import type { WindowParams } from "../../core/routines.ts";
import { contiguousStrides } from "../../core/shape.ts";

/** What is done with the windows of one row of results, the last axis of which runs along it. */
export interface WindowVisitor {
  /** A row of results begins. */
  begin(): void;
  /**
   * The next element of the windows of results `first`, `first + every`, ... below `limit`: that at
   * `address`, `address + step`, ... of the operand.
   */
  visit(first: number, limit: number, every: number, address: number, step: number): void;
  /** The row is complete; its results stand from `position` on. */
  end(position: number): void;
}

/** How the windows lie along one axis. */
interface WindowAxis {
  readonly extent: number;
  readonly results: number;
  readonly stride: number;
  readonly window: number;
  readonly before: number;
  readonly baseDilation: number;
  readonly windowDilation: number;
  /** Steps in the operand. */
  readonly step: number;
}

/**
 * Visit the windows of a row-major operand of `shape`, row of results by row of results, the
 * elements of each window in row-major order. Padding and the gaps of dilation are left out.
 */
export function walkWindows(
  shape: readonly number[],
  results: readonly number[],
  params: WindowParams,
  visitor: WindowVisitor,
): void {
  if (results.includes(0)) return;
  const axes = windowAxes(shape, results, params);
  const last = axes.pop() ?? scalarAxis;
  const index = axes.map(() => 0);
  const visitRow = (depth: number, address: number): void => {
    const axis = axes[depth];
    if (axis === undefined) {
      alongRow(last, address, visitor);
      return;
    }
    const from = (index[depth] as number) * axis.stride - axis.before; // an index for each axis
    for (let w = 0; w < axis.window; w++) {
      const place = (from + w * axis.windowDilation) / axis.baseDilation;
      if (place < 0 || place >= axis.extent || !Number.isInteger(place)) continue;
      visitRow(depth + 1, address + place * axis.step);
    }
  };
  for (let position = 0; ; position += last.results) {
    visitor.begin();
    visitRow(0, 0);
    visitor.end(position);
    if (!advance(index, axes)) return;
  }
}

/** A scalar is one window of one element. */
const scalarAxis: WindowAxis = {
  extent: 1,
  results: 1,
  stride: 1,
  window: 1,
  before: 0,
  baseDilation: 1,
  windowDilation: 1,
  step: 1,
};

function windowAxes(
  shape: readonly number[],
  results: readonly number[],
  params: WindowParams,
): WindowAxis[] {
  const steps = contiguousStrides(shape);
  // Every list has one entry for each axis.
  return shape.map((extent, i) => ({
    extent,
    results: results[i] as number,
    stride: params.windowStrides[i] as number,
    window: params.windowDimensions[i] as number,
    before: (params.padding[i] as readonly [number, number])[0],
    baseDilation: params.baseDilation[i] as number,
    windowDilation: params.windowDilation[i] as number,
    step: steps[i] as number,
  }));
}

/** The next index in row-major order; false after the last. */
function advance(index: number[], axes: readonly WindowAxis[]): boolean {
  for (let i = index.length - 1; i >= 0; i--) {
    const next = (index[i] as number) + 1; // as many as axes
    index[i] = next < (axes[i] as WindowAxis).results ? next : 0;
    if (index[i] !== 0) return true;
  }
  return false;
}

/** Visit, for each element of the window along the last axis, the results that have it. */
function alongRow(axis: WindowAxis, address: number, visitor: WindowVisitor): void {
  const { extent, stride, baseDilation, step } = axis;
  if (extent === 0) return;
  const every = baseDilation / gcd(stride, baseDilation);
  for (let w = 0; w < axis.window; w++) {
    // Result j reads place (j*stride + shift) / baseDilation, if that is an integer in range.
    const shift = w * axis.windowDilation - axis.before;
    let first = Math.max(0, Math.ceil(-shift / stride));
    const end = Math.floor(((extent - 1) * baseDilation - shift) / stride) + 1;
    const limit = Math.min(axis.results, end);
    for (let tries = 1; tries < every && (first * stride + shift) % baseDilation !== 0; tries++) {
      first++;
    }
    const place = (first * stride + shift) / baseDilation;
    if (first >= limit || !Number.isInteger(place)) continue;
    visitor.visit(
      first,
      limit,
      every,
      address + place * step,
      ((every * stride) / baseDilation) * step,
    );
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
