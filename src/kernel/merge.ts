import { type Expr, slotExpr } from "../core/scalar.ts";
import { rowMajorStrides, sameView, type View } from "../core/view.ts";
import { type Link, placeOf } from "./align.ts";
import { LoadList } from "./compact.ts";
import { type Kernel, type Output, replaceLeaves, type Stage } from "./kernel.ts";

/**
 * One kernel that does the work of two: outputs of the producer that `keep` names, then those of
 * the consumer, which takes what it read from `links` as it is computed. Null if the outputs would
 * not be where they were.
 *
 * `axes[i]` is the producer's axis that is the consumer's axis `i`. The loop is the consumer's
 * where only that one has stages, else the producer's.
 */
export function mergeKernels(
  producer: Kernel,
  consumer: Kernel,
  links: readonly Link[],
  axes: readonly number[],
  keep: readonly number[],
): Kernel | null {
  const overConsumer = producer.stages.length === 0 && consumer.stages.length > 0;
  const axesOfProducer = producer.space.map((_, axis) =>
    overConsumer ? axes.indexOf(axis) : axis,
  );
  const axesOfConsumer = consumer.space.map(
    (_, axis) => (overConsumer ? axis : (axes[axis] as number)), // one for each axis
  );
  const frame = overConsumer ? consumer : producer;
  const first = moved(producer, axesOfProducer, frame);
  const second = moved(consumer, axesOfConsumer, frame);
  if (first === null || second === null) return null;
  const loads = new LoadList();
  const producerSlots = first.loads.map((load) => loads.slotFor(load));
  const computed = rewrite(first, producerSlots, 0, new Map());
  const taken = new Map<number, Expr>();
  for (const { slot, output } of links) {
    taken.set(slot, (computed.outputs[output] as Output).value); // links name outputs
  }
  const consumerSlots = second.loads.map((load, slot) =>
    taken.has(slot) ? -1 : loads.slotFor(load),
  );
  const used = rewrite(second, consumerSlots, first.stages.length, taken);
  return {
    space: frame.space,
    parallel: frame.parallel,
    loads: loads.list,
    stages: [...computed.stages, ...used.stages],
    outputs: [...keep.map((output) => computed.outputs[output] as Output), ...used.outputs],
  };
}

/** A kernel over the axes of `frame`; null if an output would not be where it was. */
function moved(kernel: Kernel, axes: readonly number[], frame: Kernel): Kernel | null {
  const { space, parallel } = frame;
  const stays = axes.length === space.length && axes.every((axis, i) => axis === i);
  if (stays && kernel.parallel === parallel && kernel.outputs.every(({ view }) => view === null)) {
    return kernel;
  }
  const spread = ({ strides, offset }: View): View => ({
    shape: space,
    strides: space.map((_, axis) => strides[axes.indexOf(axis)] ?? 0),
    offset,
  });
  const roots = [...kernel.stages, ...kernel.outputs].map(({ value }) => value);
  const values = replaceLeaves(
    roots,
    (leaf) => (leaf.kind === "index" ? { ...leaf, axis: axes[leaf.axis] as number } : null), // its own axes
  );
  const outputs: Output[] = [];
  const perPoint = rowMajorOver(space, parallel);
  for (const [i, output] of kernel.outputs.entries()) {
    const value = values[kernel.stages.length + i] as Expr; // after the stages
    const place = placeOf(kernel, i);
    if (place === null) return null;
    const view = spread(place);
    if (sameView(view, perPoint)) outputs.push({ ...output, value, view: null });
    else if (
      view.strides.every((step, axis) => step !== 0 || space[axis] === 1) &&
      parallel < space.length
    )
      outputs.push({ ...output, value, view });
    else return null;
  }
  return {
    space,
    parallel,
    loads: kernel.loads.map((load) =>
      load.map.kind === "view"
        ? { ...load, map: { kind: "view", view: spread(load.map.view) } }
        : load,
    ),
    stages: kernel.stages.map((stage, i) => ({ ...stage, value: values[i] as Expr })), // they come first
    outputs,
  };
}

/** The place of an output that has one element for each point of the parallel axes. */
function rowMajorOver(space: readonly number[], parallel: number): View {
  const own = rowMajorStrides(space.slice(0, parallel));
  return { shape: space, strides: space.map((_, axis) => own[axis] ?? 0), offset: 0 };
}

/** Stages and outputs with slots and stages numbered anew; `taken` stands for some slots. */
function rewrite(
  kernel: Kernel,
  slots: readonly number[],
  firstStage: number,
  taken: ReadonlyMap<number, Expr>,
): { readonly stages: readonly Stage[]; readonly outputs: readonly Output[] } {
  const { stages, outputs } = kernel;
  if (firstStage === 0 && slots.every((slot, i) => slot === i)) return kernel;
  const roots = [...stages, ...outputs].map(({ value }) => value);
  const values = replaceLeaves(roots, (leaf) => {
    if (leaf.kind === "slot") {
      return taken.get(leaf.slot) ?? slotExpr(slots[leaf.slot] as number, leaf.dtype); // numbered
    }
    return leaf.kind === "stage" ? { ...leaf, stage: leaf.stage + firstStage } : null;
  });
  return {
    stages: stages.map((stage, i) => ({ ...stage, value: values[i] as Expr })), // they come first
    outputs: outputs.map((output, i) => ({
      ...output,
      value: values[stages.length + i] as Expr, // after the stages
    })),
  };
}
