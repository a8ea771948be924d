import type { AssembleParams, AssemblePart } from "../../core/routines.ts";
import { rowMajorStrides, type View } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import type { StepContext } from "../step.ts";
import { loadText, storageOf } from "../storage.ts";
import { type Range, writeElements } from "./elements.ts";
import { loadMoved, movedDtype } from "./moved.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";

/**
 * Fill the result and copy strided parts of operands to strided places: each element of the result
 * looks for the last part that covers it. Parts whose operands need more bindings than there are
 * take further dispatches, over the elements they reach.
 */
export const assemble: RoutineEmitter<AssembleParams> = (step, context) => {
  const { operands, params } = step;
  const [out] = step.results as [number]; // as the primitives say
  const { dtype, shape, size } = context.aval(out);
  const moved = movedDtype(dtype);
  const sequence = new Sequence(context);
  if (size === 0) return sequence.compiled;
  const operandOf = ({ operand }: AssemblePart): Reference => operands[operand] as Reference; // it names one
  const parts = params.parts.filter(({ counts }) => !counts.includes(0));
  const groups = groupsOf(parts, operandOf, context);
  groups.forEach((group, turn) => {
    const shader = new Shader(context);
    const target = shader.value(out, "read_write");
    const range = turn === 0 ? null : rangeOf(group, shape);
    const write = (lines: string[]): string => {
      const places = coordinateLines("e", shape, "c", lines);
      lines.push(`var value: ${storageOf(moved).value};`);
      let open = "";
      for (const part of [...group].reverse()) {
        const source = operandOf(part);
        const conditions: string[] = [];
        const from = places.map((place, axis) =>
          sourcePlace(place, part, axis, shape[axis] as number, conditions),
        );
        const view = viewOf(source);
        const text = loadMoved(
          shader,
          context,
          source.value,
          dtype,
          addressText(startingAt(view, part), from),
        );
        const condition = conditions.length === 0 ? "true" : conditions.join(" && ");
        lines.push(`${open}if (${condition}) { value = ${text}; }`);
        open = "else ";
      }
      // What no part of the first group covers is filled; later groups keep it.
      if (turn > 0) lines.push(`${open}{ value = ${loadText(moved, target, "e")}; }`);
      else if (params.fill !== null) {
        const fill = operands[params.fill] as Reference; // as above
        const text = loadMoved(shader, context, fill.value, dtype, `${fill.view?.offset ?? 0}u`);
        lines.push(open === "" ? `value = ${text};` : `${open}{ value = ${text}; }`);
      }
      return "value";
    };
    writeElements(sequence, "assemble", shader, out, write, { dtype: moved, range });
  });
  return sequence.compiled;
};

/** The parts in their order, as many together as their operands have bindings. */
function groupsOf(
  parts: readonly AssemblePart[],
  operandOf: (part: AssemblePart) => Reference,
  { scalar, limits }: StepContext,
): AssemblePart[][] {
  // Besides the operands of the parts: the result, the block of scalars, what fills the result.
  const most = limits.maxStorageBuffersPerShaderStage - 3;
  const groups: AssemblePart[][] = [[]];
  const bound = new Set<number>();
  for (const part of parts) {
    const { value } = operandOf(part);
    if (scalar(value) === null) bound.add(value);
    if (bound.size > most) {
      groups.push([]);
      bound.clear();
      bound.add(value);
    }
    (groups.at(-1) as AssemblePart[]).push(part); // there is a group at first
  }
  return groups;
}

/** Text of where an element of the result comes from along one axis, in steps of the part. */
function sourcePlace(
  place: string,
  { counts, to, toSteps }: AssemblePart,
  axis: number,
  extent: number,
  conditions: string[],
): string {
  // The lists have one entry for each axis.
  const count = counts[axis] as number;
  const first = to[axis] as number;
  const step = toSteps[axis] as number;
  if (first === 0 && step === 1 && count === extent) return place;
  // A place before the first wraps to a large number.
  const distance = first === 0 ? place : `(${place} - ${first}u)`;
  const limit = (count - 1) * step + 1;
  if (first + limit < extent || first > 0) conditions.push(`${distance} < ${limit}u`);
  if (step === 1) return distance;
  conditions.push(`${distance} % ${step}u == 0u`);
  return `(${distance} / ${step}u)`;
}

/** The view of an operand from the first element of a part on, in steps of the part. */
function startingAt({ offset, strides }: View, { counts, starts, steps }: AssemblePart): View {
  // The lists have one entry for each axis.
  return {
    shape: counts,
    strides: strides.map((stride, axis) => stride * (steps[axis] as number)),
    offset: strides.reduce((at, stride, axis) => at + stride * (starts[axis] as number), offset),
  };
}

/** Elements of the result from the first to the last that parts reach. */
function rangeOf(parts: readonly AssemblePart[], shape: readonly number[]): Range {
  const strides = rowMajorStrides(shape);
  let first = Number.POSITIVE_INFINITY;
  let limit = 0;
  for (const { counts, to, toSteps } of parts) {
    let low = 0;
    let high = 0;
    // The lists have one entry for each axis.
    strides.forEach((stride, axis) => {
      const place = to[axis] as number;
      low += place * stride;
      high += (place + ((counts[axis] as number) - 1) * (toSteps[axis] as number)) * stride;
    });
    first = Math.min(first, low);
    limit = Math.max(limit, high + 1);
  }
  return { first, limit };
}
