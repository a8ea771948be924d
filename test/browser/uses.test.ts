import fc from "fast-check";
import { jit, type NDArray, numpy as np, vjp } from "udiff";
import { test } from "vitest";
import { operand } from "../../property-tests/arbitraries/inputs.ts";
import type { Use } from "../../property-tests/arbitraries/use.ts";
import { listOf } from "../../property-tests/results.ts";
import { uses } from "../../property-tests/uses.ts";
import { agrees, type Compared } from "../../property-tests/webgpu/agree.ts";

// In Node every use is tried in every way; here the first one of each primitive, compiled.
const sample = Object.entries(uses as Readonly<Record<string, readonly Use[]>>).flatMap(
  ([name, list]) => {
    const use = list.find(
      ({ needsFloat64, needsHost }) => needsFloat64 === undefined && needsHost === undefined,
    );
    return use === undefined ? [] : [[name, use] as const];
  },
);

const isSmooth = ({ notSmooth, forwardOnly, inputs }: Use): boolean =>
  notSmooth === undefined &&
  forwardOnly === undefined &&
  inputs.some(({ domain }) => !["int32", "uint32", "bool", "key"].includes(domain));

async function holds(use: Use, law: (xs: NDArray[]) => Promise<void>): Promise<void> {
  const operands = fc.tuple(...use.inputs.map((i) => operand(i, "float32")));
  await fc.assert(fc.asyncProperty(operands, law), { numRuns: 1 });
}

test.each(sample)("%s: values agree with the cpu", async (_, use) => {
  await holds(use, (xs) => agrees(jit(use.f as Compared) as Compared, xs));
});

test.each(sample.filter(([, use]) => isSmooth(use)))(
  "%s: cotangents agree with the cpu",
  async (_, use) => {
    await holds(use, async (xs) => {
      const floats = xs.flatMap((x, i) => (x.dtype === "float32" ? [i] : []));
      const pulled: Compared = (...all) => {
        const f = (...ys: NDArray[]): NDArray[] => {
          const full = [...all];
          floats.forEach((i, k) => {
            full[i] = ys[k] as NDArray;
          });
          return listOf(use.f(...full)).filter((y) => y.dtype === "float32");
        };
        const [outs, pull] = vjp(f, ...floats.map((i) => all[i] as NDArray));
        return pull(outs.map((y) => np.cos(y)));
      };
      await agrees(jit(pulled) as Compared, xs);
    });
  },
);
