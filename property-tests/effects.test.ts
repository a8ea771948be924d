import fc from "fast-check";
import { checkpoint, jit, jvp, linearize, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { jet } from "udiff/experimental";
import { expect, test, vi } from "vitest";
import { controlProgram } from "./arbitraries/control-programs.ts";
import { input, operand } from "./arbitraries/inputs.ts";
import { type Program, program } from "./arbitraries/programs.ts";
import { shownBy } from "./arbitraries/shown.ts";

vi.setConfig({ testTimeout: 60_000 });

const runs = process.env.UDIFF_LAWS === "long" ? 150 : 4;

/** Check a law on random programs that show some of their values; the program is in the message. */
function holds(programs: fc.Arbitrary<Program>, law: (p: Program, xs: NDArray[]) => void): void {
  const cases = programs.chain((p) =>
    fc.tuple(fc.constant(p), fc.tuple(...p.shapes.map((shape) => operand(input(shape))))),
  );
  fc.assert(
    fc.property(cases, ([p, xs]) => {
      try {
        law(p, xs);
      } catch (error) {
        throw new Error(`${p.shapes.map((s) => `[${s}]`).join(" ")}: ${p.text}`, { cause: error });
      }
    }),
    { numRuns: runs },
  );
}

const near = (calls: readonly (readonly number[])[]): unknown =>
  calls.map((values) => values.map((v) => (Number.isFinite(v) ? expect.closeTo(v, 9) : v)));

function pullBack(f: Program["f"], xs: readonly NDArray[]): void {
  const [outs, back] = vjp(f, ...xs);
  back(outs);
}

test.each([
  ["straight programs", program],
  ["control flow", controlProgram(false)],
  ["control flow with while loops", controlProgram(true)],
])("%s show what they show, jitted or differentiated, in the same order", (name, programs) => {
  holds(programs, (p, xs) => {
    const expected = shownBy(() => p.f(...xs));
    expect(shownBy(() => jit(p.f)(...xs))).toEqual(expected);
    expect(shownBy(() => jit(jit(p.f))(...xs))).toEqual(expected);
    const ts = xs.map((x) => np.cos(x));
    expect(shownBy(() => jvp(p.f, xs, ts))).toEqual(near(expected));
    const series = ts.map((t) => [t, np.zerosLike(t)]);
    expect(shownBy(() => jet(p.f, xs, series))).toEqual(near(expected));
    expect(shownBy(() => linearize(p.f, ...xs)[1](...ts))).toEqual(near(expected));
    expect(shownBy(() => linearize(jit(p.f), ...xs)[1](...ts))).toEqual(near(expected));
    expect(shownBy(() => checkpoint(p.f)(...xs))).toEqual(expected);
    if (name.includes("while")) return;
    expect(shownBy(() => pullBack(p.f, xs))).toEqual(near(expected));
    expect(shownBy(() => jit((...ys: NDArray[]) => pullBack(p.f, ys))(...xs))).toEqual(
      near(expected),
    );
    // What is computed twice is shown twice.
    const twice = shownBy(() => pullBack(checkpoint(p.f), xs));
    expect(twice).toEqual(near([...expected, ...expected]));
  });
});

test("mapped programs show lane after lane, value after value", () => {
  holds(program, (p, xs) => {
    const others = xs.map((x) => np.cos(x));
    const first = shownBy(() => p.f(...xs));
    const second = shownBy(() => p.f(...others));
    const expected = first.flatMap((values, i) => [values, second[i] ?? []]);
    const stacked = xs.map((x, i) => np.stack([x, others[i] as NDArray]));
    expect(shownBy(() => vmap(p.f)(...stacked))).toEqual(near(expected));
    expect(shownBy(() => jit(vmap(p.f))(...stacked))).toEqual(near(expected));
  });
});
