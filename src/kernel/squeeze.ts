import { constExpr, type Expr, opExpr } from "../core/scalar.ts";
import type { View } from "../core/view.ts";
import { identity } from "./identity.ts";
import { type Kernel, replaceLeaves } from "./kernel.ts";

/** The same kernel without the axes of extent 1 in its loop, and without stages over nothing else. */
export function squeezeKernel(kernel: Kernel): Kernel {
  const squeezed = kernel.space.includes(1) ? withoutUnitAxes(kernel) : kernel;
  const { parallel, space, stages } = squeezed;
  return stages.length > 0 && parallel === space.length ? withoutStages(squeezed) : squeezed;
}

/** A kernel whose stages have one element to reduce: they are operations on it and on nothing. */
function withoutStages({ stages, outputs, ...kernel }: Kernel): Kernel {
  const totals: Expr[] = [];
  const put = (root: Expr): Expr =>
    replaceLeaves([root], (leaf) =>
      leaf.kind === "stage" ? (totals[leaf.stage] ?? null) : null,
    )[0] as Expr; // one in, one out
  for (const { op, value, dtype } of stages) {
    totals.push(opExpr(op, [constExpr(identity(op, dtype), dtype), put(value)], dtype));
  }
  return {
    ...kernel,
    stages: [],
    outputs: outputs.map((output) => ({ ...output, value: put(output.value), view: null })),
  };
}

function withoutUnitAxes({ space, parallel, loads, stages, outputs }: Kernel): Kernel {
  const kept = space.flatMap((extent, axis) => (extent === 1 ? [] : [axis]));
  const roots = [...stages, ...outputs].map(({ value }) => value);
  const values = replaceLeaves(roots, (leaf) => {
    if (leaf.kind !== "index") return null;
    const axis = kept.indexOf(leaf.axis);
    return axis < 0 ? constExpr(0, leaf.dtype) : { ...leaf, axis };
  });
  return {
    space: kept.map((axis) => space[axis] as number), // axes of the space
    parallel: kept.filter((axis) => axis < parallel).length,
    loads: loads.map((load) =>
      load.map.kind === "view"
        ? { ...load, map: { kind: "view", view: pick(load.map.view, kept) } }
        : load,
    ),
    stages: stages.map((stage, i) => ({ ...stage, value: values[i] as Expr })), // stages come first
    outputs: outputs.map((output, i) => ({
      ...output,
      value: values[stages.length + i] as Expr, // outputs come after them
      view: output.view === null ? null : pick(output.view, kept),
    })),
  };
}

/** The same elementwise kernel over `shape`, which differs from its loop by axes of extent 1 only. */
export function unsqueezeKernel(kernel: Kernel, shape: readonly number[]): Kernel {
  let next = 0;
  const from = shape.map((extent) => (extent === 1 ? -1 : next++));
  const to = from.flatMap((axis, i) => (axis < 0 ? [] : [i]));
  const values = replaceLeaves(
    kernel.outputs.map(({ value }) => value),
    (leaf) => (leaf.kind === "index" ? { ...leaf, axis: to[leaf.axis] as number } : null), // as many as kept
  );
  return {
    space: shape,
    parallel: shape.length,
    loads: kernel.loads.map((load) => {
      if (load.map.kind !== "view") return load;
      const { strides, offset } = load.map.view;
      const spread = from.map((axis) => (axis < 0 ? 0 : (strides[axis] as number))); // kept axes
      return { ...load, map: { kind: "view", view: { shape, strides: spread, offset } } };
    }),
    stages: [],
    outputs: kernel.outputs.map((output, i) => ({ ...output, value: values[i] as Expr })), // as many
  };
}

function pick({ shape, strides, offset }: View, axes: readonly number[]): View {
  return {
    shape: axes.map((axis) => shape[axis] as number), // axes of the view
    strides: axes.map((axis) => strides[axis] as number), // as above
    offset,
  };
}
