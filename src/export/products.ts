import { convGeneralDilatedP } from "../lax/ops/conv.ts";
import { dotGeneralP } from "../lax/ops/dot.ts";
import { tensorType } from "./tensor-types.ts";
import { onlyOut, writer } from "./writer.ts";

const list = (dims: readonly number[]): string => `[${dims.join(", ")}]`;

/** Products over axes. */
export const products = {
  dotGeneral: writer(dotGeneralP, (e, { params: { contract, batch }, operands, outs }) => {
    const { precision } = e.module;
    const batching =
      batch[0].length === 0 ? "" : `, batching_dims = ${list(batch[0])} x ${list(batch[1])}`;
    const contracting = `, contracting_dims = ${list(contract[0])} x ${list(contract[1])}`;
    const suffix = `${batching}${contracting}, precision = [${precision}, ${precision}]`;
    return [e.typed("stablehlo.dot_general", operands, suffix, onlyOut(outs))];
  }),
  convGeneralDilated: writer(convGeneralDilatedP, (e, { params, operands, outs }) => {
    const out = onlyOut(outs);
    const spatial = params.windowStrides.map((_, i) => i);
    const axes = (first: string): string => `[${[first, ...spatial].join(", ")}]`;
    const pads = params.padding.map((pair) => list(pair)).join(", ");
    const window = [
      `stride = ${list(params.windowStrides)}`,
      `pad = [${pads}]`,
      `lhs_dilate = ${list(params.lhsDilation)}`,
      `rhs_dilate = ${list(params.rhsDilation)}`,
      `reverse = [${spatial.map(() => "false").join(", ")}]`,
    ].join(", ");
    const precision = `#stablehlo<precision ${e.module.precision}>`;
    const attributes = [
      `batch_group_count = ${params.batchGroupCount} : i64`,
      `feature_group_count = ${params.featureGroupCount} : i64`,
      `precision_config = [${precision}, ${precision}]`,
    ].join(", ");
    const [x, w] = operands;
    const types = operands.map(({ aval }) => tensorType(aval)).join(", ");
    const numbers = `${axes("b, f")}x${axes("o, i")}->${axes("b, f")}`;
    const text = `stablehlo.convolution(${x?.name}, ${w?.name}) dim_numbers = ${numbers}, window = {${window}} {${attributes}} : (${types}) -> ${tensorType(out)}`;
    return [e.value(text, out)];
  }),
};
