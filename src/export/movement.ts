import { broadcastInDimP } from "../lax/ops/broadcast.ts";
import { stopGradientP } from "../lax/ops/convert.ts";
import { dynamicSliceP, dynamicUpdateSliceP } from "../lax/ops/dynamic-slice.ts";
import { reshapeP, revP, squeezeP, transposeP } from "../lax/ops/layout.ts";
import { concatenateP, padP, sliceP, splitP } from "../lax/ops/slice.ts";
import { type Emitter, names, type Ref } from "./emitter.ts";
import { tensorType } from "./tensor-types.ts";
import { onlyOut, operand, writer } from "./writer.ts";

const list = (dims: readonly number[]): string => `[${dims.join(", ")}]`;

/** Part of an array: `starts` to `limits` in steps. */
function sliced(
  e: Emitter,
  x: Ref,
  starts: readonly number[],
  limits: readonly number[],
  strides: readonly number[] | null,
): Ref {
  const shape = starts.map((start, i) => {
    const step = strides?.[i] ?? 1;
    return Math.max(0, Math.ceil(((limits[i] as number) - start) / step)); // as many as starts
  });
  const ranges = starts.map((start, i) => {
    const step = strides?.[i] ?? 1;
    return step === 1 ? `${start}:${limits[i]}` : `${start}:${limits[i]}:${step}`;
  });
  return e.typed("stablehlo.slice", [x], ` [${ranges.join(", ")}]`, x.aval.withShape(shape));
}

/** Primitives that move elements without computing. */
export const movement = {
  broadcastInDim: writer(broadcastInDimP, (e, { params, operands, outs }) => [
    e.broadcast(operand(operands, 0), params.dims, onlyOut(outs)),
  ]),
  reshape: writer(reshapeP, (e, { operands, outs }) => [
    e.reshape(operand(operands, 0), onlyOut(outs)),
  ]),
  squeeze: writer(squeezeP, (e, { operands, outs }) => [
    e.reshape(operand(operands, 0), onlyOut(outs)),
  ]),
  transpose: writer(transposeP, (e, { params, operands, outs }) => [
    e.typed("stablehlo.transpose", operands, `, dims = ${list(params.permutation)}`, onlyOut(outs)),
  ]),
  rev: writer(revP, (e, { params, operands, outs }) => {
    const out = onlyOut(outs);
    const x = operand(operands, 0).name;
    const text = `stablehlo.reverse ${x}, dims = ${list(params.dimensions)} : ${tensorType(out)}`;
    return [e.value(text, out)];
  }),
  slice: writer(sliceP, (e, { params, operands }) => [
    sliced(e, operand(operands, 0), params.startIndices, params.limitIndices, params.strides),
  ]),
  split: writer(splitP, (e, { params, operands }) => {
    const x = operand(operands, 0);
    let at = 0;
    return params.sizes.map((size) => {
      const starts = x.aval.shape.map((_, i) => (i === params.axis ? at : 0));
      at += size;
      const limits = x.aval.shape.map((extent, i) => (i === params.axis ? at : extent));
      return sliced(e, x, starts, limits, null);
    });
  }),
  pad: writer(padP, (e, { params, operands, outs }) => {
    const column = (i: 0 | 1 | 2): string => list(params.paddingConfig.map((entry) => entry[i]));
    const suffix = `, low = ${column(0)}, high = ${column(1)}, interior = ${column(2)}`;
    return [e.typed("stablehlo.pad", operands, suffix, onlyOut(outs))];
  }),
  concatenate: writer(concatenateP, (e, { params, operands, outs }) => [
    e.typed("stablehlo.concatenate", operands, `, dim = ${params.dimension}`, onlyOut(outs)),
  ]),
  dynamicSlice: writer(dynamicSliceP, (e, { params, operands, outs }) => [
    e.typed(
      "stablehlo.dynamic_slice",
      operands,
      `, sizes = ${list(params.sliceSizes)}`,
      onlyOut(outs),
    ),
  ]),
  dynamicUpdateSlice: writer(dynamicUpdateSliceP, (e, { operands, outs }) => [
    e.typed("stablehlo.dynamic_update_slice", operands, "", onlyOut(outs)),
  ]),
  stopGradient: writer(stopGradientP, (_, { operands }) => operands),
};

/** `stablehlo.optimization_barrier` over all operands. */
export function barrier(e: Emitter, operands: readonly Ref[]): readonly Ref[] {
  const types = operands.map(({ aval }) => tensorType(aval)).join(", ");
  return e.values(
    `stablehlo.optimization_barrier ${names(operands)} : ${types}`,
    operands.map(({ aval }) => aval),
  );
}
