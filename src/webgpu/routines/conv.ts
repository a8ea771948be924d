import type { ConvParams } from "../../core/routines.ts";
import type { View } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import { type Run, runTerms, scaled, sumText } from "../address.ts";
import type { RoutineEmitter } from "../routine.ts";
import { stridedOperand } from "./operand-runs.ts";
import { viewOf } from "./places.ts";
import type { ProductOperand } from "./product.ts";
import { type Arithmetic, arithmeticOf } from "./product-arithmetic.ts";
import { emitProduct } from "./product-emit.ts";
import { productDtype } from "./product-result.ts";

/**
 * Convolution of N C spatial... with O I spatial...; see `lax.convGeneralDilated`.
 *
 * For each group, a product of the weights, outputs by features and taps, with the windows,
 * features and taps by images and positions. No window is laid out: elements of the input are
 * found by their places as the product asks for them.
 */
export const conv: RoutineEmitter<ConvParams> = (step, context) => {
  // A convolution has two operands, of rank 2 at least.
  const [x, w] = step.operands as readonly [Reference, Reference];
  const { featureGroupCount, batchGroupCount } = step.params;
  const dtype = productDtype(step, context);
  const arithmetic = arithmeticOf(x.aval.dtype, dtype);
  const [outputs = 0, inputs = 0, ...window] = w.aval.shape;
  const [images = 0] = x.aval.shape;
  const spatial = x.aval.shape.slice(2);
  const results = spatial.map((extent, axis) => resultExtent(extent, axis, w, step.params));
  const batch = images / batchGroupCount;
  const groups = Math.max(featureGroupCount, batchGroupCount);
  const rows = outputs / groups;
  const weights = viewOf(w);
  const taps = [inputs, ...window];
  const left = stridedOperand(
    {
      value: w.value,
      dtype: w.aval.dtype,
      offset: weights.offset,
      batches: [{ extent: groups, stride: rows * strideOf(weights, 0) }],
      across: [{ extent: rows, stride: strideOf(weights, 0) }],
      along: taps.map((extent, i) => ({ extent, stride: strideOf(weights, i + 1) })),
    },
    arithmetic,
  );
  const right = windowsOperand(x, step.params, { inputs, window, results, batch }, arithmetic);
  return emitProduct(
    {
      label: "conv",
      batches: groups,
      m: rows,
      n: batch * size(results),
      depth: size(taps),
      left,
      right,
      arithmetic,
      result: {
        shape: [batch, outputs, ...results],
        dtype,
        batches: [{ extent: groups, axis: 1, coefficient: rows }],
        rows: [{ extent: rows, axis: 1, coefficient: 1 }],
        columns: [batch, ...results].map((extent, i) => ({
          extent,
          axis: i === 0 ? 0 : i + 1,
          coefficient: 1,
        })),
      },
    },
    step,
    context,
  );
};

/** Extents of the loops over the windows of one group. */
interface WindowLoops {
  readonly inputs: number;
  readonly window: readonly number[];
  readonly results: readonly number[];
  readonly batch: number;
}

/** The windows of the input as an operand: across, images and positions; along, features and taps. */
function windowsOperand(
  x: Reference,
  params: ConvParams,
  { inputs, window, results, batch }: WindowLoops,
  arithmetic: Arithmetic,
): ProductOperand {
  const view = viewOf(x);
  const { featureGroupCount, batchGroupCount } = params;
  const axes = window.map((extent, i) =>
    spatialAxis(view, params, i, extent, results[i] as number),
  ); // one for each
  // Places of axes that are checked or spread are named apart; those of the others are addresses.
  const apart = axes.filter(({ isPlain }) => !isPlain);
  const address = (stride: number, { isPlain, step }: SpatialAxis): number =>
    isPlain ? stride * step : 0;
  const across: Run[] = [
    { extent: batch, stride: strideOf(view, 0) },
    ...axes.map((axis) => ({ extent: axis.results, stride: address(axis.stride, axis) })),
  ];
  const along: Run[] = [
    { extent: inputs, stride: strideOf(view, 1) },
    ...axes.map((axis) => ({ extent: axis.window, stride: address(axis.dilation, axis) })),
  ];
  const offset = axes.reduce((sum, axis) => sum - address(axis.before, axis), view.offset);
  const groups: Run[] =
    batchGroupCount > 1
      ? [{ extent: batchGroupCount, stride: batch * strideOf(view, 0) }]
      : [{ extent: featureGroupCount, stride: inputs * strideOf(view, 1) }];
  /** Lines that name an address and the places along the axes that are apart. */
  const lines = (
    name: string,
    place: string,
    runs: readonly Run[],
    which: "stride" | "dilation",
    start: number,
    first: readonly string[],
  ) => [
    `let ${name} = ${sumText(start, [...first, ...runTerms(place, runs)])};`,
    ...apart.map((axis) => {
      const steps = runs.map(({ extent }, i) => ({
        extent,
        stride: i === axis.index + 1 ? axis[which] : 0, // after images or features
      }));
      return `let ${name}_${axis.index} = ${sumText(0, runTerms(place, steps))};`;
    }),
  ];
  return {
    across: (name, place, group) =>
      lines(name, place, across, "stride", offset, runTerms(group, groups)),
    along: (name, place) => lines(name, place, along, "dilation", 0, []),
    quad: null,
    has: apart.some(({ spread }) => spread > 1)
      ? (at, deep) =>
          apart
            .filter(({ spread }) => spread > 1)
            .map(({ index, before, spread }) => {
              // Places before the first element are as far from it: the wrapped number must stay so.
              const start = Math.ceil(before / spread) * spread - before;
              const place = sumText(start, [`+ ${at}_${index}`, `+ ${deep}_${index}`]);
              return `(${place}) % ${spread}u == 0u`;
            })
            .join(" && ")
      : null,
    factor(at, deep, shader) {
      const conditions: string[] = [];
      const terms = [`+ ${at}`, `+ ${deep}`];
      for (const { index, before, extent, spread, step } of apart) {
        // Below zero wraps to a large number, which is outside as well.
        const place = `(${sumText(-before, [`+ ${at}_${index}`, `+ ${deep}_${index}`])})`;
        conditions.push(`${place} < ${extent === 0 ? 0 : (extent - 1) * spread + 1}u`);
        if (spread > 1) conditions.push(`${place} % ${spread}u == 0u`);
        terms.push(scaled(spread > 1 ? `${place} / ${spread}u` : place, step));
      }
      const element = shader.load(x.value, x.aval.dtype, sumText(0, terms));
      const factor = arithmetic.factor(element);
      if (conditions.length === 0) return factor;
      return `select(${arithmetic.zero}, ${factor}, ${conditions.join(" && ")})`;
    },
    isPlain: apart.length === 0,
    isDeep: false,
  };
}

/** A spatial axis of a convolution. */
interface SpatialAxis {
  readonly index: number;
  readonly extent: number;
  readonly results: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first element. */
  readonly before: number;
  /** Steps between neighbours of the input. */
  readonly spread: number;
  /** How far neighbours are apart in memory. */
  readonly step: number;
  /** Whether every tap of every window meets an element. */
  readonly isPlain: boolean;
}

function spatialAxis(
  view: View,
  { windowStrides, padding, lhsDilation, rhsDilation }: ConvParams,
  index: number,
  window: number,
  results: number,
): SpatialAxis {
  // Every list has one entry for each spatial axis, the view two more before them.
  const extent = view.shape[index + 2] as number;
  const stride = windowStrides[index] as number;
  const dilation = rhsDilation[index] as number;
  const [before] = padding[index] as readonly [number, number];
  const spread = lhsDilation[index] as number;
  const last = (results - 1) * stride + (window - 1) * dilation - before;
  return {
    index,
    extent,
    results,
    window,
    stride,
    dilation,
    before,
    spread,
    step: strideOf(view, index + 2),
    isPlain: spread === 1 && before <= 0 && last < extent,
  };
}

/** Extent of the result along a spatial axis. */
function resultExtent(
  extent: number,
  axis: number,
  w: Reference,
  { windowStrides, padding, lhsDilation, rhsDilation }: ConvParams,
): number {
  // Every list has one entry for each spatial axis.
  const [before, after] = padding[axis] as readonly [number, number];
  const spread = extent === 0 ? 0 : (extent - 1) * (lhsDilation[axis] as number) + 1;
  const taps = w.aval.shape[axis + 2] as number;
  const window = taps === 0 ? 0 : (taps - 1) * (rhsDilation[axis] as number) + 1;
  const room = spread + before + after - window;
  return room < 0 ? 0 : Math.floor(room / (windowStrides[axis] as number)) + 1;
}

function strideOf(view: View, axis: number): number {
  return view.strides[axis] as number; // an axis of the view
}

function size(extents: readonly number[]): number {
  return extents.reduce((product, extent) => product * extent, 1);
}
