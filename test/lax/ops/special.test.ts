import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { stopGradient } from "../../../src/lax/ops/convert.ts";
import {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erf,
  erfc,
  erfInv,
  igamma,
  igammac,
  igammaGradA,
  lgamma,
  polygamma,
  randomGammaGrad,
  zeta,
} from "../../../src/lax/ops/special.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

const euler = 0.5772156649015329;

/** Whether two lists agree to the last digits of float64. */
function expectClose(got: NDArray, want: readonly number[], tolerance = 1e-12): void {
  const data = values(got);
  expect(data.length).toBe(want.length);
  data.forEach((x, i) => {
    const w = want[i] as number;
    if (Number.isFinite(w))
      expect(Math.abs(x - w)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(w)));
    else expect(x).toBe(w);
  });
}

const doubles = (...data: number[]) => array("float64", data);

describe("special functions", () => {
  it("take the values of the tables, in float64", () => {
    expectClose(erf(doubles(0, 1, -1, Infinity)), [0, 0.8427007929497149, -0.8427007929497149, 1]);
    expectClose(erfc(doubles(0, 1, -Infinity)), [1, 0.15729920705028513, 2]);
    expectClose(erfInv(doubles(0.5, 1, -1, 2)), [0.4769362762044699, Infinity, -Infinity, NaN]);
    expectClose(lgamma(doubles(1, 2, 0.5, 0, -1)), [
      0,
      0,
      Math.log(Math.PI) / 2,
      Infinity,
      Infinity,
    ]);
    expectClose(digamma(doubles(1, 0.5, 0)), [-euler, -euler - 2 * Math.LN2, NaN]);
    expectClose(polygamma(1, doubles(1)), [Math.PI ** 2 / 6]);
    expectClose(zeta(doubles(2, 4), doubles(1, 1)), [Math.PI ** 2 / 6, Math.PI ** 4 / 90]);
    expectClose(igamma(1, doubles(0, 1, Infinity)), [0, 1 - Math.exp(-1), 1]);
    expectClose(igammac(doubles(1, 2), doubles(1, 1)), [Math.exp(-1), 2 * Math.exp(-1)]);
    expectClose(betainc(2, 3, doubles(0, 0.5, 1)), [0, 0.6875, 1]);
    expectClose(besselI1e(doubles(0, 1)), [0, 0.5651591039924851 / Math.E]);
  });

  it("keep their dtype, and refuse integers by the public name", () => {
    const unary = { erf, erfc, erfInv, lgamma, digamma, besselI0e, besselI1e };
    for (const [name, f] of Object.entries(unary)) {
      expect(f(array("float16", [0.5])).dtype).toBe("float16");
      expect(() => f(ints(1))).toThrow(`lax.${name}: a float dtype is required`);
    }
    const binary = { polygamma, zeta, igamma, igammac, igammaGradA, randomGammaGrad };
    for (const [name, f] of Object.entries(binary)) {
      expect(f(array("bfloat16", [2]), 2).dtype).toBe("bfloat16");
      expect(() => f(ints(1), ints(1))).toThrow(`lax.${name}: a float dtype is required`);
    }
    expect(() => betainc(floats(1), floats(1, 2), floats(1))).toThrow("must share a shape");
  });

  it("give the draws of JAX by the float32 form of erfInv", () => {
    // Source: JAX 0.10.2, lax.erf_inv of float32.
    const x = floats(0.3, -0.7, 0.999, 0.99999994);
    expect(values(erfInv(x))).toEqual(
      [0.27246275544166565, -0.7328690886497498, 2.3267576694488525, 3.8325066566467285].map(
        Math.fround,
      ),
    );
  });
});

describe("derivatives of special functions", () => {
  it("agree with central differences in float64", () => {
    const h = 2 ** -17;
    const cases: [string, (x: NDArray) => NDArray, number][] = [
      ["erf", erf, 0.7],
      ["erfc", erfc, 0.7],
      ["erfInv", erfInv, 0.6],
      ["lgamma", lgamma, 2.3],
      ["digamma", digamma, 2.3],
      ["polygamma", (x) => polygamma(2, x), 2.3],
      ["igamma by x", (x) => igamma(2.5, x), 1.7],
      ["igamma by a", (a) => igamma(a, 1.7), 2.5],
      ["igammac by x", (x) => igammac(2.5, x), 1.7],
      ["igammac by a", (a) => igammac(a, 1.7), 2.5],
      ["betainc by x", (x) => betainc(2.5, 1.5, x), 0.4],
      ["besselI0e", besselI0e, -1.3],
      ["besselI1e", besselI1e, -1.3],
    ];
    for (const [name, f, x] of cases) {
      const [above, below] = values(f(doubles(x + h, x - h))) as [number, number];
      const [got] = values(slope((y) => f(y as NDArray), [doubles(x)])) as [number];
      expect(Math.abs(got - (above - below) / (2 * h)), name).toBeLessThan(1e-8);
    }
  });

  it("have their limits at 0", () => {
    expect(values(slope((x) => besselI1e(x as NDArray), [floats(0)]))).toEqual([0.5]);
    expect(values(slope((x) => igamma(2, x as NDArray), [floats(0)]))).toEqual([0]);
  });

  it("are refused where none is offered, with the reason", () => {
    const f = (a?: NDArray) => betainc(a as NDArray, floats(1), floats(0.5));
    expect(() => slope(f, [floats(1)])).toThrowErrorMatchingInlineSnapshot(
      `[MissingRuleError: lax.betainc: differentiation needs a derivative by a, got none; keep it fixed, or wrap it in lax.stopGradient]`,
    );
    const g = (m?: NDArray) => polygamma(m as NDArray, floats(1));
    expect(() => slope(g, [floats(1)])).toThrowErrorMatchingInlineSnapshot(
      `[MissingRuleError: lax.polygamma: differentiation needs a derivative by the order, got none; keep it fixed, or wrap it in lax.stopGradient]`,
    );
    const z = (x?: NDArray) => zeta(x as NDArray, floats(1));
    expect(() => slope(z, [floats(2)])).toThrowErrorMatchingInlineSnapshot(
      `[MissingRuleError: jvp: zeta has no jvp rule: its derivative by the exponent has no closed form]`,
    );
    for (const second of [igammaGradA, randomGammaGrad]) {
      const s = (a?: NDArray) => second(a as NDArray, floats(1));
      expect(() => slope(s, [floats(2)])).toThrow("only first derivatives");
    }
    const fixed = (a?: NDArray) => betainc(stopGradient(a as NDArray), floats(1), floats(0.5));
    expect(values(slope(fixed, [floats(1)]))).toEqual([0]);
  });
});
