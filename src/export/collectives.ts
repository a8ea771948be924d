import { shapedArray } from "../core/aval.ts";
import { MissingRuleError } from "../core/errors.ts";
import type { PrimitiveOf } from "../core/primitive.ts";
import { axisIndexP, type CollectiveParams, pmaxP, pminP, psumP } from "../lax/ops/collectives.ts";
import { allGatherP, allToAllP, ppermuteP, psumScatterP } from "../lax/ops/exchanges.ts";
import { type Emitter, names, type Ref, signature } from "./emitter.ts";
import { tensorType } from "./tensor-types.ts";
import { onlyOut, operand, type Writer, writer } from "./writer.ts";

/** Devices that differ in one axis of the mesh alone, group by group; numbered with the last axis fastest. */
function groupsAlong(e: Emitter, axisName: string, what: string): readonly (readonly number[])[] {
  if (!e.manualAxes.has(axisName)) {
    throw new MissingRuleError(
      `exportStableHLO: ${what} cannot be exported: no axis ${JSON.stringify(axisName)} of a mesh is taken apart here; call it inside shardMap, or inside vmap with the axisName`,
    );
  }
  const { size, stride } = axisOf(e, axisName);
  const total = [...e.module.mesh.values()].reduce((product, extent) => product * extent, 1);
  const groups: number[][] = [];
  for (let device = 0; device < total; device++) {
    if (Math.floor(device / stride) % size !== 0) continue;
    groups.push(Array.from({ length: size }, (_, i) => device + i * stride));
  }
  return groups;
}

function axisOf(e: Emitter, axisName: string): { readonly size: number; readonly stride: number } {
  const entries = [...e.module.mesh];
  const at = entries.findIndex(([name]) => name === axisName);
  const size = entries[at]?.[1] ?? 1;
  const stride = entries.slice(at + 1).reduce((product, [, extent]) => product * extent, 1);
  return { size, stride };
}

function channel(e: Emitter): string {
  return `channel_handle = #stablehlo.channel_handle<handle = ${e.module.nextChannel()}, type = 1>`;
}

function groupsText(groups: readonly (readonly number[])[]): string {
  const rows = groups.map((group) => `[${group.join(", ")}]`).join(", ");
  return `replica_groups = dense<[${rows}]> : tensor<${groups.length}x${groups[0]?.length ?? 0}xi64>`;
}

const combiners = {
  psum: "stablehlo.add",
  pmax: "stablehlo.maximum",
  pmin: "stablehlo.minimum",
} as const;

function allReduce(prim: PrimitiveOf<1, CollectiveParams>, name: keyof typeof combiners): Writer {
  return writer(prim, (e, { params, operands, outs }) => {
    const groups = groupsText(groupsAlong(e, params.axisName, name));
    const scalar = onlyOut(outs).withShape([]);
    const region = {
      inputs: [scalar, scalar],
      body: (pair: readonly Ref[]) => [e.alike(combiners[name], pair, scalar)],
    };
    const attributes = `${channel(e)}, ${groups}, use_global_device_ids`;
    return e.withRegions("stablehlo.all_reduce", operands, attributes, [region], outs);
  });
}

/** What devices of a mesh send one another, inside `shardMap`. */
export const collectives = {
  psum: allReduce(psumP, "psum"),
  pmax: allReduce(pmaxP, "pmax"),
  pmin: allReduce(pminP, "pmin"),
  axisIndex: writer(axisIndexP, (e, { params }) => {
    groupsAlong(e, params.axisName, "axis_index");
    const { size, stride } = axisOf(e, params.axisName);
    const word = shapedArray([], "uint32");
    const id = e.value("stablehlo.partition_id : tensor<ui32>", word);
    const group = e.alike("stablehlo.divide", [id, e.splat(stride, "uint32")], word);
    const at = e.alike("stablehlo.remainder", [group, e.splat(size, "uint32")], word);
    return [e.typed("stablehlo.convert", [at], "", shapedArray([], "int32"))];
  }),
  ppermute: writer(ppermuteP, (e, { params, operands, outs }) => {
    const groups = groupsAlong(e, params.axisName, "ppermute");
    const pairs = params.pairs.flatMap(([from, to]) =>
      groups.map((group) => `[${group[from]}, ${group[to]}]`),
    );
    const out = onlyOut(outs);
    if (pairs.length === 0) return [e.splat(0, out.dtype, out.shape)];
    const text = `source_target_pairs = dense<[${pairs.join(", ")}]> : tensor<${pairs.length}x2xi64>`;
    return [
      e.value(
        `"stablehlo.collective_permute"(${names(operands)}) <{${channel(e)}, ${text}}> : ${signature(operands, outs)}`,
        out,
      ),
    ];
  }),
  allGather: writer(allGatherP, (e, { params, operands, outs }) => {
    const { axis, axisName } = params;
    const x = operand(operands, 0);
    const groups = groupsText(groupsAlong(e, axisName, "all_gather"));
    const part = e.reshape(x, x.aval.withShape(x.aval.shape.toSpliced(axis, 0, 1)));
    const attributes = `all_gather_dim = ${axis} : i64, ${channel(e)}, ${groups}, use_global_device_ids`;
    const text = `"stablehlo.all_gather"(${part.name}) <{${attributes}}> : ${signature([part], outs)}`;
    return [e.value(text, onlyOut(outs))];
  }),
  psumScatter: writer(psumScatterP, (e, { params, operands, outs }) => {
    const { axis, axisName } = params;
    const x = operand(operands, 0);
    const groups = groupsText(groupsAlong(e, axisName, "reduce_scatter"));
    const kept = x.aval.withShape(x.aval.shape.with(axis, 1));
    const scalar = x.aval.withShape([]);
    const attributes = `${channel(e)}, ${groups}, scatter_dimension = ${axis} : i64, use_global_device_ids`;
    const region = {
      inputs: [scalar, scalar],
      body: (pair: readonly Ref[]) => [e.alike("stablehlo.add", pair, scalar)],
    };
    const [part] = e.withRegions(
      "stablehlo.reduce_scatter",
      operands,
      attributes,
      [region],
      [kept],
    );
    return [e.reshape(part as Ref, onlyOut(outs))]; // one result
  }),
  allToAll: writer(allToAllP, (e, { params, operands, outs }) => {
    const { splitAxis, concatAxis, size, axisName } = params;
    const x = operand(operands, 0);
    const groups = groupsText(groupsAlong(e, axisName, "all_to_all"));
    // The stack gets an axis of its own, where it stands once the split one is gone.
    const at = concatAxis <= splitAxis ? concatAxis : concatAxis + 1;
    const from = concatAxis <= splitAxis ? splitAxis + 1 : splitAxis;
    const wide = e.reshape(x, x.aval.withShape(x.aval.shape.toSpliced(at, 0, 1)));
    const sent = wide.aval.withShape(wide.aval.shape.with(from, 1).with(at, size));
    const attributes = `${channel(e)}, concat_dimension = ${at} : i64, ${groups}, split_count = ${size} : i64, split_dimension = ${from} : i64`;
    const text = `"stablehlo.all_to_all"(${wide.name}) <{${attributes}}> : (${tensorType(wide.aval)}) -> ${tensorType(sent)}`;
    return [e.reshape(e.value(text, sent), onlyOut(outs))];
  }),
};
