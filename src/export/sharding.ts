import { MissingRuleError } from "../core/errors.ts";
import type { Division } from "../core/partition-spec.ts";
import { checkDivision } from "../core/partition-spec.ts";
import { shardMapP } from "../lax/control/shard-map-primitive.ts";
import { shardingConstraintP } from "../lax/ops/sharding.ts";
import { declared, names, type Ref, resultsOf, returned, signature } from "./emitter.ts";
import { physical, tensorType } from "./tensor-types.ts";
import { operand, writer, writerOfKeys } from "./writer.ts";

/** A division as Shardy writes it: `[{"data"}, {}]`; open dimensions are `{?}`. */
export function divisionText(division: Division): string {
  const dims = division.map((axes) =>
    axes === null ? "{?}" : `{${axes.map((axis) => JSON.stringify(axis)).join(", ")}}`,
  );
  return `[${dims.join(", ")}]`;
}

/** The mesh of a module: `sdy.mesh @mesh = <["data"=4]>`. */
export function meshText(mesh: ReadonlyMap<string, number>): string {
  const axes = [...mesh].map(([name, extent]) => `${JSON.stringify(name)}=${extent}`);
  return `sdy.mesh @mesh = <[${axes.join(", ")}]>`;
}

/** What says how a program is divided among devices. */
export const sharding = {
  shardingConstraint: writer(shardingConstraintP, (e, { params: { division }, operands }) => {
    const x = operand(operands, 0);
    // Inside `shardMap` every device has its own part already.
    if (e.manualAxes.size > 0) return [x];
    checkDivision(division, x.aval.shape, e.module.mesh, "withShardingConstraint");
    const text = `sdy.sharding_constraint ${x.name} <@mesh, ${divisionText(division)}> : ${tensorType(x.aval)}`;
    return [e.value(text, x.aval)];
  }),
  shardMap: writerOfKeys(shardMapP, (e, { params, operands, outs }) => {
    const { body, inDivisions, outDivisions, mesh } = params;
    const known = Object.entries(mesh).every(([name, size]) => e.module.mesh.get(name) === size);
    if (!known || e.module.mesh.size !== Object.keys(mesh).length) {
      throw new MissingRuleError(
        `exportStableHLO: shard_map cannot be exported: it is over the mesh ${JSON.stringify(mesh)}, the program over ${JSON.stringify(Object.fromEntries(e.module.mesh))}; pass the same mesh to both`,
      );
    }
    const list = (divisions: readonly Division[]): string =>
      divisions.map((division) => `<@mesh, ${divisionText(division)}>`).join(", ");
    const inputs = body.jaxpr.invars.map(
      ({ aval }): Ref => ({ name: e.newName(), aval: physical(aval) }),
    );
    const axes = Object.keys(mesh).map((name) => JSON.stringify(name));
    const name = e.newName();
    const head = outs.length === 1 ? name : `${name}:${outs.length}`;
    e.line(
      `${head} = sdy.manual_computation(${names(operands)}) in_shardings=[${list(inDivisions)}] out_shardings=[${list(outDivisions)}] manual_axes={${axes.join(", ")}} (${inputs.map(declared).join(", ")}) {`,
    );
    const around = e.manualAxes;
    e.manualAxes = new Set(Object.keys(mesh));
    e.isolated(() => e.line(returned("sdy.return", e.inline(body, inputs))));
    e.manualAxes = around;
    e.line(`} : ${signature(operands, outs)}`);
    return resultsOf(name, outs);
  }),
};
