import { grad, hessian, jvp, lax, type NDArray, numpy as np } from "udiff";
import { assertAllclose, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";
import { holds } from "./draws.ts";
import { listOf } from "./results.ts";
import { allUses, type Use } from "./uses.ts";

const smooth = allUses.filter(([, use]) => use.notSmooth === undefined);
const rough = allUses.filter(
  ([, use]) => use.notSmooth !== undefined && use.inputs.some((i) => i.domain === "real"),
);

const modesOf = (use: Use): ("fwd" | "rev" | "lin")[] => {
  if (use.reverseOnly !== undefined) return ["rev"];
  return use.forwardOnly === undefined ? ["fwd", "rev", "lin"] : ["fwd", "lin"];
};

test.each(smooth)(
  "%s: forward, reverse and linearised derivatives agree with differences",
  (_, use) => {
    holds(use, (xs, seed) =>
      checkGrads(use.f, xs, { modes: modesOf(use), seed, rtol: 2e-5, atol: 2e-5 }),
    );
  },
);

const twice = smooth.filter(([, use]) => use.onlyOnce === undefined);

test.each(twice)("%s: second derivatives agree with differences of first ones", (_, use) => {
  const modes = modesOf(use).filter((mode) => mode !== "lin");
  holds(use, (xs, seed) =>
    checkGrads(use.f, xs, { order: 2, modes, seed, rtol: 1e-3, atol: 1e-3 }),
  );
});

test.each(rough)("%s: where it is not smooth, the derivative is zero and no error", (_, use) => {
  if (/no derivative|rejection|identity/.test(use.notSmooth ?? "")) return;
  holds(use, (xs) => {
    const f = (...ys: NDArray[]): NDArray =>
      np.sum(listOf(use.f(...ys))[0]?.astype("float64") ?? 0);
    const floats = xs.map((_, i) => i).filter((i) => xs[i]?.dtype === "float64");
    const gradients = grad(f as (...args: unknown[]) => NDArray, { argnums: floats })(
      ...xs,
    ) as NDArray[];
    for (const g of gradients) assertAllclose(g, np.zerosLike(g));
  });
});

test("forward over reverse is reverse over forward", () => {
  const f = (x: NDArray): NDArray => np.sum(np.sin(x).mul(np.exp(x.mul(x).neg())));
  const x = np.array(Float64Array.of(0.3, -0.7, 1.2));
  const v = np.array(Float64Array.of(1, 0.5, -0.25));
  const [, forwardOverReverse] = jvp(grad(f), [x], [v]);
  const reverseOverForward = grad((y: NDArray) => jvp(f, [y], [v])[1])(x);
  assertAllclose(forwardOverReverse, reverseOverForward, { rtol: 1e-12, atol: 1e-12 });
  assertAllclose(np.matmul(hessian(f)(x), v), forwardOverReverse, { rtol: 1e-12, atol: 1e-12 });
  expect(forwardOverReverse.size).toBe(3);
});

test("running logarithms of sums have second derivatives where terms are equal", () => {
  const x = np.array(Float64Array.of(0.5, 0.5, 0, 0));
  checkGrads((v: NDArray) => lax.cumlogsumexp(v), [x], { order: 2, rtol: 1e-3, atol: 1e-3 });
});
