import fc from "fast-check";
import { grad, jit, type NDArray, numpy as np, vmap } from "udiff";
import { assertAllclose, checkBatching } from "udiff/testing";
import { test } from "vitest";
import { holds } from "./draws.ts";
import { listOf } from "./results.ts";
import { allUses } from "./uses.ts";

const mapped = allUses.filter(([, use]) => use.notMapped === undefined);
const close = { rtol: 1e-10, atol: 1e-10 };

test.each(mapped)("%s: vmap is a loop, wherever the mapped axis is", (_, use) => {
  holds(use, (xs, seed) => checkBatching(use.f, xs, { seed, draws: 3, ...close }));
});

test.each(mapped)("%s: vmap under jit is vmap", (_, use) => {
  holds(use, (xs) => {
    const stacked = xs.map((x) => np.stack([x, x], { axis: 0 }));
    const f = vmap((...ys: NDArray[]) => listOf(use.f(...ys)));
    assertAllclose(jit(f)(...stacked), f(...stacked), close);
  });
});

const smooth = mapped.filter(
  ([, use]) => use.notSmooth === undefined && use.forwardOnly === undefined,
);

test.each(smooth)("%s: gradients of slices are slices of gradients", (_, use) => {
  holds(use, (xs) => {
    const total = (...ys: NDArray[]): NDArray =>
      listOf(use.f(...ys)).reduce(
        (sum, y) => sum.add(np.sum(np.sin(y))),
        np.array(0, { dtype: "float64" }),
      );
    const floats = xs.map((_, i) => i).filter((i) => xs[i]?.dtype === "float64");
    const g = grad(total as (...args: unknown[]) => NDArray, { argnums: floats });
    const stacked = xs.map((x) => np.stack([x, x], { axis: 0 }));
    const batched = vmap(g)(...stacked) as NDArray[];
    const single = g(...xs) as NDArray[];
    const expected = single.map((x) => np.stack([x, x], { axis: 0 }));
    assertAllclose(batched, expected, close);
    // The map inside the gradient: rules of the map are differentiated, not mapped.
    const inside = (...ys: unknown[]): NDArray => np.sum(vmap(total)(...(ys as NDArray[])));
    const outside = jit(grad(inside, { argnums: floats }))(...stacked) as NDArray[];
    assertAllclose(outside, expected, close);
  });
});

test("maps of maps are loops of loops, whatever the axes", () => {
  const axis = fc.integer({ min: 0, max: 2 });
  fc.assert(
    fc.property(axis, fc.integer({ min: 0, max: 1 }), (outer, inner) => {
      const x = np.arange(24).astype("float64").reshape([2, 3, 4]);
      const f = (v: NDArray): NDArray => np.sin(v).sum().mul(v);
      const both = vmap(vmap(f, { inAxes: inner }), { inAxes: outer })(x);
      const front = np.moveaxis(x, outer, 0);
      const rows = Array.from({ length: front.shape[0] ?? 0 }, (_, i) => {
        const part = np.moveaxis(front.slice(i), inner, 0);
        return np.stack(Array.from({ length: part.shape[0] ?? 0 }, (_, j) => f(part.slice(j))));
      });
      assertAllclose(both, np.stack(rows), close);
    }),
  );
});
