import { rowMajorStrides, type View } from "../core/view.ts";
import type { Kernel, Output } from "./kernel.ts";

/** A load of a consumer and the output of the producer that it reads. */
export interface Link {
  readonly slot: number;
  readonly output: number;
}

/**
 * Which axis of the producer's loop each axis of the consumer's loop is, so that at each point the
 * consumer reads just what the producer computes there; null if the loops do not match. Axes of
 * the producer that are left over are reduced ones, over which the outputs that are read do not run.
 *
 * Both kernels are without axes of extent 1.
 */
export function alignLoops(
  producer: Kernel,
  consumer: Kernel,
  links: readonly Link[],
): readonly number[] | null {
  const [first] = links;
  if (first === undefined) return null;
  const { space } = consumer;
  const place = placeOf(producer, first.output);
  const view = viewOf(consumer, first.slot);
  if (place === null || view === null) return null;
  const free = new Set(producer.space.keys());
  const axes = new Array<number>(space.length).fill(-1);
  // A row-major place steps differently along each of its axes, so equal steps name equal axes.
  for (const [axis, extent] of space.entries()) {
    const step = view.strides[axis] as number; // the view has the loop's axes
    if (step === 0) continue;
    const same = [...free].find(
      (other) => place.strides[other] === step && producer.space[other] === extent,
    );
    if (same === undefined) return null;
    axes[axis] = same;
    free.delete(same);
  }
  for (const [axis, extent] of space.entries()) {
    if (axes[axis] !== -1) continue;
    const next = [...free].find((other) => place.strides[other] === 0);
    if (next === undefined || producer.space[next] !== extent) return null;
    axes[axis] = next;
    free.delete(next);
  }
  const isReduced = (axis: number): boolean => axis >= producer.parallel;
  if ([...free].some((axis) => !isReduced(axis))) return null;
  // Stages of both must run over the same axes, those of the consumer over all of its loop.
  if (consumer.stages.length > 0) {
    if (free.size > 0) return null;
    const splits = axes.every((axis, i) => isReduced(axis) === i >= consumer.parallel);
    if (producer.stages.length > 0 && !splits) return null;
  }
  return links.every((link) => reads(producer, consumer, link, axes)) ? axes : null;
}

/** Whether a load reads, point by point, what an output holds at the aligned point. */
function reads(
  producer: Kernel,
  consumer: Kernel,
  { slot, output }: Link,
  axes: readonly number[],
): boolean {
  const place = placeOf(producer, output);
  const view = viewOf(consumer, slot);
  if (place === null || view === null || place.offset !== view.offset) return false;
  if (!axes.every((axis, i) => place.strides[axis] === view.strides[i])) return false;
  // An output that runs over an axis the consumer lacks cannot be read there.
  return place.strides.every((step, axis) => step === 0 || axes.includes(axis));
}

/** Where an output puts each point of the whole loop: the same place along axes it lacks. */
export function placeOf(kernel: Kernel, output: number): View | null {
  const { view } = kernel.outputs[output] as Output; // outputs are numbered
  if (view !== null) return view;
  const { space, parallel } = kernel;
  const own = rowMajorStrides(space.slice(0, parallel));
  return { shape: space, strides: space.map((_, axis) => own[axis] ?? 0), offset: 0 };
}

function viewOf({ loads }: Kernel, slot: number): View | null {
  const map = loads[slot]?.map;
  return map?.kind === "view" ? map.view : null;
}
