import { grad, jit, jvp, linearize, makeJaxpr, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { expect, test } from "vitest";
import { checkJaxpr } from "../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../src/core/eval-jaxpr.ts";
import { hashJaxpr, sameJaxpr } from "../src/core/hash-jaxpr.ts";
import { linearizeJaxpr } from "../src/transforms/jaxpr-rules.ts";
import { holds } from "./draws.ts";
import { listOf } from "./results.ts";
import { allUses, type Use } from "./uses.ts";

/** The very bits of arrays: -0 and 0 differ, NaN is NaN. */
function expectSameBits(actual: readonly NDArray[], expected: readonly NDArray[]): void {
  expect(actual.map((x) => x.aval)).toEqual(expected.map((x) => x.aval));
  actual.forEach((x, i) => {
    const a = x.dataSync();
    const b = (expected[i] as NDArray).dataSync();
    for (let k = 0; k < b.length; k++) {
      if (!Object.is(a[k], b[k]))
        throw new Error(`result ${i}, element ${k}: got ${a[k]} instead of ${b[k]}`);
    }
  });
}

const list =
  (use: Use) =>
  (...xs: NDArray[]) =>
    listOf(use.f(...xs));

test.each(allUses)("%s: jit changes no bit", (_, use) => {
  holds(use, (xs) => expectSameBits(jit(list(use))(...xs), list(use)(...xs)));
});

test.each(allUses)("%s: staging, then evaluating, is the function", (_, use) => {
  holds(use, (xs) => {
    const program = makeJaxpr(list(use))(...xs);
    checkJaxpr(program);
    expectSameBits([...evalJaxpr(program, xs)], list(use)(...xs));
  });
});

test.each(allUses)("%s: equal programs print and hash alike", (_, use) => {
  holds(use, (xs) => {
    const first = makeJaxpr(list(use))(...xs);
    const second = makeJaxpr(list(use))(...xs);
    expect(String(second)).toBe(String(first));
    expect(hashJaxpr(second)).toBe(hashJaxpr(first));
    const arrays = first.consts.every((x, i) => x === second.consts[i]);
    if (arrays && !/custom/.test(String(first))) expect(sameJaxpr(first, second)).toBe(true);
  });
});

const smooth = allUses.filter(([, use]) => use.notSmooth === undefined);

test.each(smooth)("%s: every transform leaves a well-formed program", (_, use) => {
  holds(use, (xs) => {
    const f = list(use);
    const floats = (ys: readonly NDArray[]): NDArray[] => ys.filter((y) => y.dtype === "float64");
    const ts = floats(xs).map((x) => np.onesLike(x));
    const onFloats = (...ys: NDArray[]): NDArray[] => {
      let next = 0;
      return f(...xs.map((x) => (x.dtype === "float64" ? (ys[next++] as NDArray) : x)));
    };
    const values = floats(xs);
    if (use.reverseOnly === undefined) {
      checkJaxpr(makeJaxpr((...ys: NDArray[]) => jvp(onFloats, ys, ts))(...values));
    }
    const pull = (...ys: NDArray[]): unknown => {
      if (use.forwardOnly !== undefined) return linearize(onFloats, ...ys)[1](...ts);
      const [outs, back] = vjp(onFloats, ...ys);
      return back(outs);
    };
    checkJaxpr(makeJaxpr(pull)(...values));
    checkJaxpr(makeJaxpr(jit(pull))(...values));
    checkJaxpr(makeJaxpr(vmap(pull))(...values.map((x) => np.stack([x, x]))));
    const { primal, linear } = linearizeJaxpr(
      makeJaxpr(onFloats)(...values),
      values.map(() => true),
    );
    checkJaxpr(primal);
    checkJaxpr(linear);
  });
});

const reversible = smooth.filter(([, use]) => use.forwardOnly === undefined);

test.each(reversible)("%s: gradients inside and outside jit are the same bits", (_, use) => {
  holds(use, (xs) => {
    const floats = xs.map((_, i) => i).filter((i) => xs[i]?.dtype === "float64");
    const total = (...ys: unknown[]): NDArray =>
      listOf(use.f(...(ys as NDArray[]))).reduce(
        (sum, y) => sum.add(np.sum(np.sin(y))),
        np.array(0, { dtype: "float64" }),
      );
    const eager = grad(total, { argnums: floats })(...xs) as NDArray[];
    expectSameBits(jit(grad(total, { argnums: floats }))(...xs) as NDArray[], eager);
    const outside = grad(jit(total), { argnums: floats })(...xs) as NDArray[];
    outside.forEach((x, i) => {
      expect(
        np.allclose(x, eager[i] as NDArray, { rtol: 1e-12, atol: 1e-12, equalNan: true }).item(),
      ).toBe(true);
    });
  });
});

test.each(smooth.filter(([, use]) => use.reverseOnly === undefined))(
  "%s: a linearisation pushes what jvp pushes",
  (_, use) => {
    holds(use, (xs) => {
      const values = xs.filter((x) => x.dtype === "float64");
      let next = 0;
      const f = (...ys: NDArray[]): NDArray[] => {
        next = 0;
        return listOf(
          use.f(...xs.map((x) => (x.dtype === "float64" ? (ys[next++] as NDArray) : x))),
        );
      };
      const ts = values.map((x) => np.cos(x));
      const [outs, push] = linearize(f, ...values);
      const [primal, pushed] = jvp(f, values, ts);
      expectSameBits(outs, primal);
      push(...ts).forEach((t, i) => {
        const want = pushed[i] as NDArray;
        expect(np.allclose(t, want, { rtol: 1e-12, atol: 1e-12, equalNan: true }).item()).toBe(
          true,
        );
      });
    });
  },
);
