import fc from "fast-check";
import { jit, jvp, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { test } from "vitest";
import { input, operand } from "../arbitraries/inputs.ts";
import { type Program, program } from "../arbitraries/programs.ts";
import { agrees, type Compared } from "./agree.ts";

const runs = process.env.UDIFF_LAWS === "long" ? 60 : 6;

/** Check a law on random programs and random float32 arguments; the program is in the message. */
async function holds(law: (p: Program, xs: NDArray[]) => Promise<void>): Promise<void> {
  const cases = program.chain((p) =>
    fc.tuple(
      fc.constant(p),
      fc.tuple(...p.shapes.map((shape) => operand(input(shape), "float32"))),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([p, xs]) => {
      try {
        await law(p, xs);
      } catch (error) {
        throw new Error(`${p.shapes.map((s) => `[${s}]`).join(" ")}: ${p.text}`, { cause: error });
      }
    }),
    { numRuns: runs },
  );
}

// Programs of 40 operations lose digits, in float32 on the cpu as well.
const close = { rtol: 2e-4, atol: 2e-4 };

test("random programs agree with the cpu, eager and jitted", async () => {
  await holds(async (p, xs) => {
    await agrees(p.f, xs, close);
    await agrees(jit(p.f) as Compared, xs, close);
  });
});

test("tangents and cotangents of random programs agree with the cpu", async () => {
  await holds(async (p, xs) => {
    const push: Compared = (...ys) =>
      jvp(
        p.f,
        ys,
        ys.map((y) => np.cos(y)),
      );
    await agrees(jit(push) as Compared, xs, close);
    const pull: Compared = (...ys) => {
      const [outs, back] = vjp(p.f, ...ys);
      return back(outs);
    };
    await agrees(jit(pull) as Compared, xs, close);
  });
});

test("random programs mapped agree with the cpu", async () => {
  await holds(async (p, xs) => {
    const f = vmap(p.f) as Compared;
    await agrees(
      jit(f) as Compared,
      xs.map((x) => np.stack([x, x.mul(0.5)])),
      close,
    );
  });
});
