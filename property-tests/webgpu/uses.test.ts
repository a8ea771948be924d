import fc from "fast-check";
import { grad, jit, jvp, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { test } from "vitest";
import { operand } from "../arbitraries/inputs.ts";
import { listOf } from "../results.ts";
import { allUses as everyUse, type Use } from "../uses.ts";
import { agrees, type Compared } from "./agree.ts";

const allUses = everyUse.filter(
  ([, use]) => use.needsFloat64 === undefined && use.needsHost === undefined,
);
const runs = process.env.UDIFF_LAWS === "long" ? 3 : 1;

/** Try a law on float32 operands of a use. */
async function holds(use: Use, law: (xs: NDArray[], seed: number) => Promise<void>): Promise<void> {
  const operands = fc.tuple(...use.inputs.map((i) => operand(i, "float32")));
  await fc.assert(fc.asyncProperty(operands, fc.integer({ min: 1, max: 1_000_000 }), law), {
    numRuns: runs,
  });
}

test.each(allUses)("%s: values agree with the cpu, eager and jitted", async (_, use) => {
  await holds(use, async (xs) => {
    await agrees(use.f, xs);
    await agrees(jit(use.f as Compared) as Compared, xs);
  });
});

const floats = (xs: readonly NDArray[]): number[] =>
  xs.flatMap((x, i) => (x.dtype === "float32" ? [i] : []));

/** Some primitives have no derivative at all; property-tests/derivative.test.ts leaves them out too. */
const hasDerivative = (use: Use): boolean =>
  !/no derivative|rejection|identity/.test(use.notSmooth ?? "");

const differentiable = allUses.filter(
  ([, use]) =>
    hasDerivative(use) &&
    use.inputs.some(({ domain }) => !["int32", "uint32", "bool", "key"].includes(domain)),
);

test.each(differentiable)("%s: tangents and cotangents agree with the cpu", async (_, use) => {
  await holds(use, async (xs) => {
    const only = floats(xs);
    const partial =
      (operands: readonly NDArray[]) =>
      (...ys: NDArray[]): NDArray[] => {
        const all = [...operands];
        only.forEach((i, k) => {
          all[i] = ys[k] as NDArray;
        });
        return listOf(use.f(...all)).filter((y) => y.dtype === "float32");
      };
    const chosen = (operands: readonly NDArray[]): NDArray[] =>
      only.map((i) => operands[i] as NDArray);
    if (use.reverseOnly === undefined) {
      await agrees((...all) => {
        const primals = chosen(all);
        return jvp(
          partial(all),
          primals,
          primals.map((x) => np.cos(x)),
        );
      }, xs);
    }
    if (use.forwardOnly !== undefined) return;
    const pulled: Compared = (...all) => {
      const [outs, pull] = vjp(partial(all), ...chosen(all));
      return pull(outs.map((y) => np.cos(y)));
    };
    await agrees(pulled, xs);
    await agrees(jit(pulled as Compared) as Compared, xs);
  });
});

const mapped = allUses.filter(([, use]) => use.notMapped === undefined);

test.each(mapped)("%s: vmap agrees with the cpu", async (_, use) => {
  await holds(use, async (xs, seed) => {
    const axes = xs.map((x, i) => (seed >> (2 * i)) % (x.ndim + 1));
    const stacked = xs.map((x, i) => np.stack([x, x], { axis: axes[i] ?? 0 }));
    const f = vmap((...ys: NDArray[]) => listOf(use.f(...ys)), { inAxes: axes });
    await agrees(f as Compared, stacked);
    await agrees(jit(f) as Compared, stacked);
  });
});

const smooth = differentiable.filter(
  ([, use]) =>
    use.notSmooth === undefined && use.onlyOnce === undefined && use.forwardOnly === undefined,
);

test.each(smooth)("%s: second derivatives agree with the cpu", async (_, use) => {
  await holds(use, async (xs) => {
    const only = floats(xs);
    const total = (...ys: NDArray[]): NDArray =>
      listOf(use.f(...ys)).reduce((sum, y) => sum.add(np.sum(np.sin(y))), np.float32(0));
    const once = grad(total as (...args: unknown[]) => NDArray, { argnums: only });
    const twice = grad(
      ((...ys: NDArray[]) =>
        (once(...ys) as NDArray[]).reduce(
          (sum, g) => sum.add(np.sum(np.sin(g))),
          np.float32(0),
        )) as (...args: unknown[]) => NDArray,
      { argnums: only },
    );
    await agrees(twice as Compared, xs, { rtol: 2e-3, atol: 2e-3 });
  });
});
