import fc from "fast-check";
import { jit, jvp, linearize, makeJaxpr, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { assertAllclose, checkBatching, checkGrads } from "udiff/testing";
import { test, vi } from "vitest";
import { checkJaxpr } from "../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../src/core/eval-jaxpr.ts";
import { input, operand } from "./arbitraries/inputs.ts";
import { type Program, program } from "./arbitraries/programs.ts";

// A program of 40 operations takes its time where other work is running.
vi.setConfig({ testTimeout: 60_000 });

const runs = process.env.UDIFF_LAWS === "long" ? 150 : 12;

/** Check a law on random programs and random arguments; the program is in the message. */
function holds(law: (p: Program, xs: NDArray[], seed: number) => void): void {
  const cases = program.chain((p) =>
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
      if (!Object.is(a[k], b[k]))
        throw new Error(`result ${i}, element ${k}: ${a[k]} instead of ${b[k]}`);
    }
  });
}

const close = { rtol: 1e-9, atol: 1e-9 };

test("derivatives of random programs agree with differences and with one another", () => {
  holds((p, xs, seed) =>
    checkGrads(p.f, xs, { modes: ["fwd", "rev", "lin"], seed, rtol: 1e-4, atol: 1e-5 }),
  );
});

test("second derivatives of random programs agree with differences of first ones", () => {
  holds((p, xs, seed) => checkGrads(p.f, xs, { order: 2, seed, rtol: 1e-2, atol: 1e-3 }));
});

test("random programs mapped are loops", () => {
  holds((p, xs, seed) => checkBatching(p.f, xs, { seed, draws: 2, ...close }));
});

test("jit changes no bit of random programs, nor of their pullbacks", () => {
  holds((p, xs) => {
    sameBits(jit(p.f)(...xs) as NDArray[], p.f(...xs));
    const pull = (...ys: NDArray[]): NDArray[] => {
      const [outs, back] = vjp(p.f, ...ys);
      return back(outs) as NDArray[];
    };
    sameBits(jit(pull)(...xs) as NDArray[], pull(...xs));
  });
});

test("staged random programs are well formed, and are the function", () => {
  holds((p, xs) => {
    const staged = makeJaxpr(p.f)(...xs);
    checkJaxpr(staged);
    sameBits([...evalJaxpr(staged, xs)], p.f(...xs));
    const ts = xs.map((x) => np.cos(x));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => jvp(p.f, ys, ts))(...xs));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => vjp(p.f, ...ys)[1](p.f(...ys)))(...xs));
    checkJaxpr(
      makeJaxpr(vmap((...ys: NDArray[]) => jit(p.f)(...ys)))(...xs.map((x) => np.stack([x, x]))),
    );
  });
});

test("linearised random programs push what jvp pushes, jitted or not", () => {
  holds((p, xs) => {
    const ts = xs.map((x) => np.cos(x));
    const [, pushed] = jvp(p.f, xs, ts);
    const [, push] = linearize(p.f, ...xs);
    assertAllclose(push(...ts), pushed, close);
    const [, inside] = linearize((...ys: NDArray[]) => jit(p.f)(...ys) as NDArray[], ...xs);
    assertAllclose(inside(...ts), pushed, close);
  });
});
