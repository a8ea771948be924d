import { ArgumentError, ShapeError } from "../../core/errors.ts";
import type { WindowParams } from "../../core/routines.ts";
import { formatShape } from "../../core/shape.ts";

/**
 * Elements added before and after every windowed axis, taken away if negative: pairs of low and
 * high, or a rule by name.
 */
export type Padding = "VALID" | "SAME" | "SAME_LOWER" | readonly (readonly [number, number])[];

/** Options of the windowed reductions. Lists have one entry for each axis. */
export interface WindowOptions {
  /** Steps between neighbours of the operand; 1 by default. */
  readonly baseDilation?: readonly number[] | undefined;
  /** Steps between neighbours in a window; 1 by default. */
  readonly windowDilation?: readonly number[] | undefined;
}

/** Names of the options of the windowed reductions. */
export const windowOptionNames = ["baseDilation", "windowDilation"];

/** Extent with `dilation - 1` gaps between neighbours; nothing stays nothing. */
export function dilated(extent: number, dilation: number): number {
  return extent === 0 ? 0 : (extent - 1) * dilation + 1;
}

/** How many windows of extent `window` fit into `extent`, `stride` apart. */
export function windowCount(extent: number, window: number, stride: number): number {
  return extent < window ? 0 : Math.floor((extent - window) / stride) + 1;
}

/**
 * Pairs of low and high padding for windows (dilated already) over axes of extents `shape`.
 *
 * "SAME" gives ceil(extent / stride) results, with the odd element of padding at the end;
 * "SAME_LOWER" has it at the start. Names may be in any case.
 *
 * @throws ArgumentError for another name; ShapeError unless there is one pair for each axis.
 */
export function paddingPairs(
  where: string,
  padding: Padding,
  shape: readonly number[],
  windows: readonly number[],
  strides: readonly number[],
): readonly (readonly [number, number])[] {
  if (typeof padding !== "string") {
    const pairs = Array.isArray(padding) && padding.every(isPair);
    if (pairs && padding.length === shape.length) return padding;
    throw new ShapeError(
      `${where}: padding must be "VALID", "SAME", "SAME_LOWER" or one pair of integers for each of ${shape.length} axes, got ${JSON.stringify(padding)}; write [[low, high], ...]`,
    );
  }
  const name = padding.toUpperCase();
  if (name === "VALID") return shape.map(() => [0, 0]);
  if (name !== "SAME" && name !== "SAME_LOWER") {
    throw new ArgumentError(
      `${where}: padding must be "VALID", "SAME", "SAME_LOWER" or pairs, got ${JSON.stringify(padding)}; use one of these`,
    );
  }
  return shape.map((extent, i) => {
    // Windows and strides have one entry for each axis.
    const stride = strides[i] as number;
    const span = (Math.ceil(extent / stride) - 1) * stride + (windows[i] as number);
    const total = Math.max(0, span - extent);
    const less = total >> 1;
    return name === "SAME" ? [less, total - less] : [total - less, less];
  });
}

function isPair(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && entry.every(Number.isInteger);
}

/**
 * One positive integer for each of `count` axes, as the user gave them, or all 1.
 *
 * @throws ShapeError if they are anything else.
 */
export function perAxis(
  where: string,
  what: string,
  values: readonly number[] | undefined,
  count: number,
): readonly number[] {
  if (values === undefined) return new Array<number>(count).fill(1);
  const positive = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1;
  if (Array.isArray(values) && values.length === count && values.every(positive)) return values;
  throw new ShapeError(
    `${where}: ${what} must have one positive integer for each of ${count} axes, got ${JSON.stringify(values)}; write 1 where nothing is meant`,
  );
}

/** Complete parameters of windows over an operand of `shape`. */
export function windowParams(
  where: string,
  shape: readonly number[],
  windowDimensions: readonly number[],
  strides: readonly number[] | null,
  padding: Padding,
  options: WindowOptions,
): WindowParams {
  const count = shape.length;
  const dimensions = perAxis(where, "windowDimensions", windowDimensions, count);
  const windowStrides = perAxis(where, "windowStrides", strides ?? undefined, count);
  const baseDilation = perAxis(where, "baseDilation", options.baseDilation, count);
  const windowDilation = perAxis(where, "windowDilation", options.windowDilation, count);
  // Every list has `count` entries now.
  const windows = dimensions.map((window, i) => dilated(window, windowDilation[i] as number));
  return {
    windowDimensions: dimensions,
    windowStrides,
    padding: paddingPairs(where, padding, shape, windows, windowStrides),
    baseDilation,
    windowDilation,
  };
}

/**
 * Extents of the results of windows over an operand of `shape`.
 *
 * @throws ShapeError if the lists do not have one entry for each axis.
 */
export function windowedShape(
  where: string,
  shape: readonly number[],
  params: WindowParams,
): number[] {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const lists = [windowDimensions, windowStrides, padding, baseDilation, windowDilation];
  if (lists.some((list) => list.length !== shape.length)) {
    throw new ShapeError(
      `${where}: windows must have one entry for each axis of ${formatShape(shape)}, got ${lists.map((list) => list.length)}; write 1 and [0, 0] where nothing is meant`,
    );
  }
  // Every list has one entry for each axis.
  return shape.map((extent, i) => {
    const [low, high] = padding[i] as readonly [number, number];
    const base = dilated(extent, baseDilation[i] as number) + low + high;
    const window = dilated(windowDimensions[i] as number, windowDilation[i] as number);
    return windowCount(base, window, windowStrides[i] as number);
  });
}

/** The same windows over an operand with one more axis at `dim`, along which each stands alone. */
export function batchWindows(params: WindowParams, dim: number): WindowParams {
  const insert = (list: readonly number[]) => list.toSpliced(dim, 0, 1);
  return {
    windowDimensions: insert(params.windowDimensions),
    windowStrides: insert(params.windowStrides),
    padding: params.padding.toSpliced(dim, 0, [0, 0]),
    baseDilation: insert(params.baseDilation),
    windowDilation: insert(params.windowDilation),
  };
}

/** Windows over the results, of extents `results`, that give each element what it was part of. */
export function transposedWindows(
  shape: readonly number[],
  results: readonly number[],
  params: WindowParams,
): WindowParams {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  // Every list has one entry for each axis.
  const pads = shape.map((extent, i) => {
    const window = dilated(windowDimensions[i] as number, windowDilation[i] as number);
    const base = dilated(extent, baseDilation[i] as number);
    const low = window - 1 - (padding[i] as readonly [number, number])[0];
    const spread = dilated(results[i] as number, windowStrides[i] as number);
    return [low, base + window - 1 - spread - low] as const;
  });
  return {
    windowDimensions,
    windowStrides: baseDilation,
    padding: pads,
    baseDilation: windowStrides,
    windowDilation,
  };
}
