import fc from "fast-check";
import { grad, jit, jvp, linearize, makeJaxpr, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { assertAllclose, checkBatching, checkGrads } from "udiff/testing";
import { test } from "vitest";
import { checkJaxpr } from "../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../src/core/eval-jaxpr.ts";
import { controlProgram } from "./arbitraries/control-programs.ts";
import { input, operand } from "./arbitraries/inputs.ts";
import type { Program } from "./arbitraries/programs.ts";

const runs = process.env.UDIFF_LAWS === "long" ? 100 : 4;

/** Check a law on random programs with control flow; the program is in the message. */
function holds(forward: boolean, law: (p: Program, xs: NDArray[], seed: number) => void): void {
  const cases = controlProgram(forward).chain((p) =>
    fc.tuple(
      fc.constant(p),
      fc.tuple(...p.shapes.map((shape) => operand(input(shape)))),
      fc.integer({ min: 1, max: 1_000_000 }),
    ),
  );
  fc.assert(
    fc.property(cases, ([p, xs, seed]) => {
      try {
        law(p, xs, seed);
      } catch (error) {
        throw new Error(`${p.shapes.map((s) => `[${s}]`).join(" ")}: ${p.text}`, { cause: error });
      }
    }),
    { numRuns: runs },
  );
}

function sameBits(actual: readonly NDArray[], expected: readonly NDArray[]): void {
  actual.forEach((x, i) => {
    const [a, b] = [x.dataSync(), (expected[i] as NDArray).dataSync()];
    for (let k = 0; k < b.length; k++) {
      if (!Object.is(a[k], b[k])) throw new Error(`result ${i}, ${k}: ${a[k]} instead of ${b[k]}`);
    }
  });
}

const close = { rtol: 1e-9, atol: 1e-9 };

test("derivatives of nested control flow agree with differences and with one another", () => {
  holds(false, (p, xs, seed) =>
    checkGrads(p.f, xs, { modes: ["fwd", "rev", "lin"], seed, rtol: 1e-4, atol: 1e-5 }),
  );
  holds(true, (p, xs, seed) =>
    checkGrads(p.f, xs, { modes: ["fwd", "lin"], seed, rtol: 1e-4, atol: 1e-5 }),
  );
});

test("second derivatives of nested control flow agree with differences of first ones", () => {
  holds(false, (p, xs, seed) => checkGrads(p.f, xs, { order: 2, seed, rtol: 1e-2, atol: 1e-3 }));
});

test("nested control flow mapped is a loop", () => {
  holds(true, (p, xs, seed) => checkBatching(p.f, xs, { seed, draws: 2, ...close }));
});

test("jit changes no bit of nested control flow, nor of its pullback", () => {
  holds(false, (p, xs) => {
    sameBits(jit(p.f)(...xs) as NDArray[], p.f(...xs));
    const pull = (...ys: NDArray[]): NDArray[] => {
      const [outs, back] = vjp(p.f, ...ys);
      return back(outs) as NDArray[];
    };
    sameBits(jit(pull)(...xs) as NDArray[], pull(...xs));
  });
});

test("staged control flow is well formed under every transformation, and is the function", () => {
  holds(false, (p, xs) => {
    const staged = makeJaxpr(p.f)(...xs);
    checkJaxpr(staged);
    sameBits([...evalJaxpr(staged, xs)], p.f(...xs));
    const ts = xs.map((x) => np.cos(x));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => jvp(p.f, ys, ts))(...xs));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => vjp(p.f, ...ys)[1](p.f(...ys)))(...xs));
    checkJaxpr(makeJaxpr(vmap(jit(p.f)))(...xs.map((x) => np.stack([x, x]))));
  });
});

test("gradients of maps of control flow are maps of gradients, jitted or not", () => {
  holds(false, (p, xs) => {
    const total = (...ys: NDArray[]): NDArray => np.sum(p.f(...ys)[0] as NDArray);
    const stacked = xs.map((x) => np.stack([x, x.mul(0.5)]));
    const inside = jit(grad((...ys: NDArray[]) => np.sum(vmap(total)(...ys))))(...stacked);
    assertAllclose(inside, vmap(grad(total))(...stacked), close);
    const [, push] = linearize(jit(total), ...xs);
    assertAllclose(push(...xs), jvp(total, xs, xs)[1], close);
  });
});
