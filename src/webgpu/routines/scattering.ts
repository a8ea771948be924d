import type { DType } from "../../core/dtype.ts";
import { zipWith } from "../../core/lists.ts";
import type { ScatterOp, ScatterParams } from "../../core/routines.ts";
import { contiguousView } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineStep } from "../routine.ts";
import type { Shader } from "../shader.ts";
import { storageOf } from "../storage.ts";
import { loadMoved, movedDtype } from "./moved.ts";
import { addressText, coordinateLines, sumText, viewOf } from "./places.ts";
import { type Running, runningOf } from "./running.ts";
import type { Sequence } from "./sequence.ts";
import { type WindowPlaces, type WindowStart, windowStartLines } from "./window-starts.ts";

/** A scatter, its parameters brought into the form that its shaders need. */
export interface Scattering {
  readonly sequence: Sequence;
  readonly x: Reference;
  readonly updates: Reference;
  readonly out: number;
  readonly params: ScatterParams;
  readonly places: WindowPlaces;
  /** Shape of the index vectors, and how many there are. */
  readonly batchShape: readonly number[];
  readonly windows: number;
  /** Axes of the operand along which windows extend, one for each window axis of the updates. */
  readonly windowAxes: readonly number[];
}

/** The parts of a scatter. */
export function scatteringOf(
  { operands, results, params }: RoutineStep<ScatterParams>,
  sequence: Sequence,
): Scattering {
  const [x, indices, updates] = operands as [Reference, Reference, Reference]; // as the primitives say
  const [out] = results as [number];
  const dims = params.dimensionNumbers;
  const { shape } = x.aval;
  const windowAxes = shape
    .map((_, axis) => axis)
    .filter(
      (axis) => !dims.insertedWindowDims.includes(axis) && !dims.operandBatchingDims.includes(axis),
    );
  const sizes = shape.map(() => 1);
  // The windows' axes of the operand and of the updates go together, and belong to them.
  dims.updateWindowDims.forEach((axis, i) => {
    sizes[windowAxes[i] as number] = updates.aval.shape[axis] as number;
  });
  const batchShape = indices.aval.shape.slice(0, -1);
  return {
    sequence,
    x,
    updates,
    out,
    params,
    places: {
      indices,
      shape,
      sizes,
      map: dims.scatterDimsToOperandDims,
      batching: [dims.operandBatchingDims, dims.scatterIndicesBatchingDims],
      movesInside: params.mode === "clip",
    },
    batchShape,
    windows: batchShape.reduce((a, b) => a * b, 1),
    windowAxes,
  };
}

/** A window while a shader is written: coordinates of its index vector, and where it starts. */
export interface Window extends WindowStart {
  readonly batch: readonly string[];
}

/** An element of the updates while a shader is written. */
export interface Update {
  /** Coordinates of the index vector, within the window (one for each axis of the operand), in the updates. */
  readonly batch: readonly string[];
  readonly within: readonly string[];
  readonly places: readonly string[];
}

/** Append the lines that take number `u` of the elements of the updates apart, window after window. */
export function updateLines(scattering: Scattering, u: string, lines: string[]): Update {
  const { batchShape, places } = scattering;
  const names = coordinateLines(u, [...batchShape, ...places.sizes], "u", lines);
  const batch = names.slice(0, batchShape.length);
  const within = names.slice(batchShape.length);
  return { batch, within, places: updatePlaces(scattering, batch, within) };
}

/** An element of the updates and where it goes. */
export interface Destination {
  /** Text of its place in the row-major result, of the condition for it to be inside. */
  readonly place: string;
  readonly inside: string;
  /** Text of its address in the updates. */
  readonly from: string;
}

/** Append the lines that place element `e` of the updates. */
export function destinationLines(
  shader: Shader,
  scattering: Scattering,
  lines: string[],
): Destination {
  const { updates, places } = scattering;
  const { shape } = places;
  const update = updateLines(scattering, "e", lines);
  const { starts, inside } = windowStartLines(shader, places, update.batch, lines);
  const sums = zipWith(starts, update.within, sumText);
  return {
    place: addressText(contiguousView(shape), sums),
    inside: inside.length === 0 ? "true" : inside.join(" && "),
    from: addressText(viewOf(updates), update.places),
  };
}

/** Append the lines that place window number `n`, a u32. */
export function windowLines(
  shader: Shader,
  { places, batchShape }: Scattering,
  n: string,
  lines: string[],
): Window {
  const batch = coordinateLines(n, batchShape, "n", lines);
  return { batch, ...windowStartLines(shader, places, batch, lines) };
}

/** Coordinates in the updates of an element of a window; `within` has one for each axis of the operand. */
export function updatePlaces(
  { updates, params, windowAxes }: Scattering,
  batch: readonly string[],
  within: readonly string[],
): string[] {
  const { updateWindowDims } = params.dimensionNumbers;
  const rest = [...batch];
  return updates.aval.shape.map((_, axis) => {
    const window = updateWindowDims.indexOf(axis);
    if (window < 0) return rest.shift() as string; // the other axes are those of the index vectors
    return within[windowAxes[window] as number] as string; // one for each axis
  });
}

/** As what the shaders of a scatter handle elements: those that are only moved, by their bits. */
export function handledDtype({ x, params }: Scattering): DType {
  return params.op === "set" ? movedDtype(x.aval.dtype) : x.aval.dtype;
}

/** Text of the element of the operand or of the updates at an address, as the shaders handle it. */
export function loadHandled(
  shader: Shader,
  { params, sequence }: Scattering,
  { value, aval }: Reference,
  index: string,
): string {
  return params.op === "set"
    ? loadMoved(shader, sequence.context, value, aval.dtype, index)
    : shader.load(value, aval.dtype, index);
}

/** How an element and an update combine. */
export interface Combination extends Omit<Running, "type" | "identity"> {
  readonly type: "f32" | "i32" | "u32" | "bool" | "vec2u";
  /** Whether what is combined of values of the dtype is one of them. */
  readonly fits: boolean;
}

/** The arithmetic of `op`; sums of narrow floats are rounded only when they are stored. */
export function combinationOf(op: ScatterOp, dtype: DType, shader: Shader): Combination {
  const { value } = storageOf(dtype);
  const same = (x: string): string => x;
  const difference = (a: string, b: string): string => `(${a} - ${b})`;
  switch (op) {
    case "set":
      return { type: value, fits: true, enter: same, combine: (_, update) => update, leave: same };
    case "sub":
      return { type: value, fits: false, enter: same, combine: difference, leave: same };
    default:
      return { ...runningOf(op, dtype, shader), fits: op === "max" || op === "min" };
  }
}
