import { constExpr, type Expr, opExpr } from "../core/scalar.ts";
import { rowMajorStrides, type View } from "../core/view.ts";
import type { Link } from "./align.ts";
import { valuesOf, withValues } from "./compact.ts";
import { type Kernel, type Load, replaceLeaves } from "./kernel.ts";

/** How the axes of a consumer's loop walk along those of a producer's: start and steps by axis. */
interface Walk {
  readonly start: readonly number[];
  /** `steps[a][b]` is how far a step along the consumer's axis `b` goes along the producer's `a`. */
  readonly steps: readonly (readonly number[])[];
}

/**
 * A consumer that computes what it read from an elementwise producer; null where the producer's
 * values cannot be said where they are read.
 */
export function inlineProducer(
  producer: Kernel,
  consumer: Kernel,
  links: readonly Link[],
): Kernel | null {
  const loads: Load[] = consumer.loads.slice();
  const values = new Map<number, Expr>();
  for (const { slot, output } of links) {
    const { map } = consumer.loads[slot] as Load; // links name loads
    const found = map.kind === "view" ? expressionAt(producer, output, map.view) : null;
    if (found === null) return null;
    const base = loads.length;
    loads.push(...found.loads);
    const [value] = replaceLeaves([found.value], (leaf) =>
      leaf.kind === "slot" ? { ...leaf, slot: leaf.slot + base } : null,
    );
    values.set(slot, value as Expr); // one root in, one out
  }
  const replaced = replaceLeaves(valuesOf(consumer), (leaf) =>
    leaf.kind === "slot" ? (values.get(leaf.slot) ?? null) : null,
  );
  return withValues(consumer, loads, replaced);
}

/**
 * An output of an elementwise producer as an expression at the elements that `view`, over a
 * consumer's loop, reads of it: the loads it takes, and its value in terms of their positions in
 * that list. Null where the view is not made of whole steps along the producer's axes.
 */
function expressionAt(
  producer: Kernel,
  output: number,
  view: View,
): { readonly loads: readonly Load[]; readonly value: Expr } | null {
  const walk = walkOf(view, producer.space);
  if (walk === null) return null;
  const root = producer.outputs[output]?.value;
  if (root === undefined) return null;
  let possible = true;
  const [value] = replaceLeaves([root], (leaf) => {
    if (leaf.kind !== "index") return null;
    const index = indexAt(leaf, walk);
    if (index === null) possible = false;
    return index;
  });
  const loads = producer.loads.map((load): Load => {
    if (load.map.kind !== "view") {
      possible = false;
      return load;
    }
    const { strides, offset } = load.map.view;
    const along = (steps: readonly number[]): number =>
      steps.reduce((sum, step, axis) => sum + step * (strides[axis] as number), 0); // its axes
    const moved = {
      shape: view.shape,
      strides: view.shape.map((_, b) => along(walk.steps.map((row) => row[b] as number))), // its axes
      offset: offset + along(walk.start),
    };
    return { ...load, map: { kind: "view", view: moved } };
  });
  return possible ? { loads, value: value as Expr } : null; // one root in, one out
}

/** Split addresses in row-major elements of `space` into positions along its axes. */
function walkOf({ shape, strides, offset }: View, space: readonly number[]): Walk | null {
  const rowMajor = rowMajorStrides(space);
  const steps = space.map(() => new Array<number>(shape.length).fill(0));
  const start: number[] = [];
  // The first element is the lowest along axes that go forwards, the highest along the others.
  let rest = offset;
  for (const stride of rowMajor) {
    start.push(stride === 0 ? 0 : Math.floor(rest / stride));
    rest = stride === 0 ? rest : rest % stride;
  }
  const low = start.slice();
  const high = start.slice();
  for (const [b, stride] of strides.entries()) {
    const reach = (shape[b] as number) - 1; // one stride for each axis
    if (stride === 0 || reach <= 0) continue;
    const a = rowMajor.findIndex((step) => Math.abs(stride) % step === 0);
    if (a < 0) return null;
    const step = stride / (rowMajor[a] as number); // an axis of the space
    (steps[a] as number[])[b] = step; // as above
    if (step > 0)
      high[a] = (high[a] as number) + step * reach; // as above
    else low[a] = (low[a] as number) + step * reach; // as above
  }
  const inside = space.every(
    (extent, a) => (low[a] as number) >= 0 && (high[a] as number) < extent,
  ); // one for each axis
  return inside ? { start, steps } : null;
}

/** Position along an axis of the producer, in terms of the consumer's axes. */
function indexAt(leaf: Expr & { kind: "index" }, { start, steps }: Walk): Expr | null {
  const { axis, dtype } = leaf;
  const own = steps[axis] as readonly number[]; // an axis of the producer
  const terms = own.flatMap((step, b) => (step === 0 ? [] : [{ step, b }]));
  const first = start[axis] as number; // as above
  const [only] = terms;
  if (only === undefined) return constExpr(first, dtype);
  // Positions are exact in every dtype an iota may have, sums and products of them perhaps not.
  if (terms.length > 1 || (dtype !== "int32" && (only.step !== 1 || first !== 0))) return null;
  let index: Expr = { kind: "index", axis: only.b, dtype };
  if (only.step !== 1) index = opExpr("mul", [index, constExpr(only.step, dtype)], dtype);
  return first === 0 ? index : opExpr("add", [index, constExpr(first, dtype)], dtype);
}
