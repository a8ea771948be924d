import type { Reference } from "../../kernel/program.ts";
import type { Shader } from "../shader.ts";
import { addressText, viewOf } from "./places.ts";

/** What places the windows of a gather or scatter. */
export interface WindowPlaces {
  readonly indices: Reference;
  /** Shape that the windows are in, and their extent along each of its axes. */
  readonly shape: readonly number[];
  readonly sizes: readonly number[];
  /** Axis of the shape for each entry of an index vector. */
  readonly map: readonly number[];
  /** Pairs of axes, of the shape and of the indices, that run together. */
  readonly batching: readonly [readonly number[], readonly number[]];
  /** Whether windows that reach outside are moved inside. */
  readonly movesInside: boolean;
}

/** Where a window starts along each axis, texts of u32, and the conditions for it to be inside. */
export interface WindowStart {
  readonly starts: readonly string[];
  readonly inside: readonly string[];
}

/**
 * Append the lines that read the index vector at coordinates `batch` of the indices. Where windows
 * are moved inside there are no conditions.
 */
export function windowStartLines(
  shader: Shader,
  { indices, shape, sizes, map, batching, movesInside }: WindowPlaces,
  batch: readonly string[],
  lines: string[],
): WindowStart {
  const starts = shape.map(() => "0u");
  const inside: string[] = [];
  // Axes named by parameters that were checked against these shapes.
  batching[0].forEach((axis, i) => {
    starts[axis] = batch[batching[1][i] as number] as string;
  });
  const view = viewOf(indices);
  map.forEach((axis, k) => {
    const largest = (shape[axis] as number) - (sizes[axis] as number);
    const entry = shader.load(indices.value, "int32", addressText(view, [...batch, `${k}u`]));
    const name = `start${axis}`;
    if (movesInside) lines.push(`let ${name} = u32(clamp(${entry}, 0, ${largest}));`);
    else {
      // A negative entry reads as a large one.
      lines.push(`let ${name} = bitcast<u32>(${entry});`);
      inside.push(`${name} <= ${largest}u`);
    }
    starts[axis] = name;
  });
  return { starts, inside };
}
