import fc from "fast-check";
import { type NDArray, tree } from "udiff";
import { expect, test } from "vitest";
import { operand } from "../../property-tests/arbitraries/inputs.ts";
import type { Use } from "../../property-tests/arbitraries/use.ts";
import { uses } from "../../property-tests/uses.ts";
import { Batch, type CaseOptions } from "./batch.ts";

/** Meshes of the uses that are about devices. */
const meshes: Readonly<Record<string, CaseOptions>> = {
  shardMap: { mesh: { data: 2, model: 2 } },
  "shardMap 0": { mesh: { data: 2 } },
  shardingConstraint: { mesh: { data: 2, model: 1 } },
};

/** Primitives that are refused by name: host functions. */
const refused = new Set(["debugCallback", "debugPrint", "pureCallback"]);

test("every primitive gives on XLA what it gives here", () => {
  const batch = new Batch();
  for (const [name, list] of Object.entries(uses) as [string, readonly Use[]][]) {
    for (const dtype of ["float32", "float64"] as const) {
      const mine = list.filter((use) => dtype === "float64" || use.needsFloat64 === undefined);
      // Uses of one primitive are one program, so that XLA compiles some two hundred only.
      const groups = name in meshes ? mine.map((use) => [use]) : [mine];
      groups.forEach((group, k) => {
        if (group.length === 0) return;
        const operands = group.map(
          (use, i) =>
            fc.sample(fc.tuple(...use.inputs.map((each) => operand(each, dtype))), {
              numRuns: 1,
              seed: 20261124 + i,
            })[0] as NDArray[],
        );
        const f = (...args: NDArray[][]): unknown =>
          group.map((use, i) => tree.leaves(use.f(...(args[i] as NDArray[]))));
        const options = meshes[`${name} ${k}`] ?? meshes[name] ?? {};
        batch.tryAdd(`${name} ${k} ${dtype}`, f, operands, {
          ...options,
        });
      });
    }
  }
  console.log(
    `test:xla: ${batch.size} programs, all uses of ${Object.keys(uses).length} primitives`,
  );
  expect(
    [...batch.refused.keys()].filter((name) => !refused.has(name.split(" ")[0] ?? "")),
  ).toEqual([]);
  expect(batch.run()).toEqual([]);
});
