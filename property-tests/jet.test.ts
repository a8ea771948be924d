import fc from "fast-check";
import { jit, jvp, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { jet } from "udiff/experimental";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";
import { absent } from "../src/core/primitive.ts";
import { type PrimitiveName, primitives } from "../src/primitives.ts";
import { rulesByName } from "../src/taylor/rules.ts";
import { operandsOf, runs } from "./draws.ts";
import { listOf } from "./results.ts";
import { allUses, type Use } from "./uses.ts";

type Named = readonly [name: string, use: Use];
type Unary = (t: NDArray) => NDArray[];

const isLong = runs > 2;

/** Short laws go to the third derivative, long ones to the fifth. */
const order = isLong ? 5 : 3;

/** As elsewhere, but once each in the short laws: jets hold several orders. */
function holds(use: Use, law: (xs: NDArray[], seed: number) => void): void {
  const seeds = fc.integer({ min: 1, max: 1_000_000 });
  const property = fc.property(operandsOf(use), seeds, (xs, seed) => {
    law(xs, seed);
  });
  fc.assert(property, { numRuns: isLong ? 6 : 1 });
}

/** Coefficients of a curve through `x`, smaller from one to the next, by a seed. */
function curveThrough(x: NDArray, seed: number, count = order): NDArray[] {
  return Array.from({ length: count }, (_, k) => {
    const size = Math.max(x.size, 1);
    const numbers = Float64Array.from({ length: size }, (_, i) => {
      return (((seed * 31 + i * 17 + k * 7) % 64) - 32) / 64;
    });
    return np.array(x.size === 0 ? new Float64Array(0) : numbers).reshape([...x.shape]);
  });
}

const isFloat = (x: NDArray): boolean => x.dtype === "float64";

const seriesOf = (xs: readonly NDArray[], seed: number, count = order): NDArray[][] =>
  xs.map((x, i) => (isFloat(x) ? curveThrough(x, seed + i, count) : []));

/** The function of one variable that a use is along a curve. */
function along(use: Use, xs: readonly NDArray[], series: readonly NDArray[][]): Unary {
  return (t) => {
    const moved = xs.map((x, i) => {
      let sum = x;
      let power = t;
      series[i]?.forEach((term, k) => {
        sum = sum.add(term.mul(power));
        power = power.mul(t).div(k + 2);
      });
      return sum;
    });
    return listOf(use.f(...moved)).filter(isFloat);
  };
}

/** Values of `f` and its derivatives up to the `count`th, each a list; one jvp within another. */
function derivatives(f: Unary, count: number): (t: NDArray) => NDArray[][] {
  if (count === 0) return (t) => [f(t)];
  const lower = derivatives(f, count - 1);
  return (t) => {
    const [values, tangents] = jvp(lower, [t], [np.onesLike(t)]) as [NDArray[][], NDArray[][]];
    return [...values, tangents.at(-1) as NDArray[]];
  };
}

const expand = (use: Use, xs: readonly NDArray[], series: readonly NDArray[][]): NDArray[][] => {
  const [out, terms] = jet(
    (...ys: NDArray[]) => listOf(use.f(...ys)).filter(isFloat),
    xs as NDArray[],
    series as NDArray[][],
  );
  return [out, ...(terms as unknown as NDArray[][])];
};

const discrete = ["int32", "uint32", "bool", "key"];
const ofFloats = allUses.filter(
  ([, use]) =>
    use.reverseOnly === undefined &&
    use.inputs.some(({ domain }) => !discrete.includes(domain)) &&
    !/no derivative|neither/.test(use.notSmooth ?? ""),
);
const smooth = ofFloats.filter(
  ([, use]) => use.onlyOnce === undefined && !/rejection|identity/.test(use.notSmooth ?? ""),
);

/** Short laws take elementwise primitives on one of their shapes alone. */
const some = (uses: readonly Named[]): readonly Named[] =>
  uses.filter(([name]) => {
    const [primitive, shape = "1"] = name.split(" ");
    const { batch } = primitives[primitive as PrimitiveName].rules;
    return isLong || shape === "1" || batch.kind !== "elementwise";
  });

/**
 * Short laws of other transforms around jets take all uses of programs, and a third of the others: what
 * rules for arrays bind there has laws of its own.
 */
const someAround = (uses: readonly Named[], offset: number): readonly Named[] =>
  some(uses).filter(([name], i) => {
    const primitive = name.split(" ")[0] as PrimitiveName;
    return isLong || primitives[primitive].rules.order === "higher" || i % 3 === offset;
  });

const rough = ofFloats.filter((named) => !smooth.includes(named));

test.each(some(isLong ? ofFloats : rough))(
  "%s: the first term of a jet is the tangent",
  (_, use) => {
    holds(use, (xs, seed) => {
      const series = seriesOf(xs, seed, 1);
      const [outs = [], ...terms] = expand(use, xs, series);
      const zero = np.array(0, { dtype: "float64" });
      const f = along(use, xs, series);
      assertAllclose(outs, f(zero), { rtol: 1e-12, atol: 1e-12 });
      assertAllclose(
        terms.map(([t]) => t as NDArray),
        derivatives(f, 1)(zero)[1] as NDArray[],
        { rtol: 1e-10, atol: 1e-10 },
      );
    });
  },
);

test.each(some(smooth))("%s: terms of a jet are derivatives along the curve", (_, use) => {
  holds(use, (xs, seed) => {
    const series = seriesOf(xs, seed);
    const [outs = [], ...terms] = expand(use, xs, series);
    const zero = np.array(0, { dtype: "float64" });
    const towers = derivatives(along(use, xs, series), order)(zero);
    assertAllclose(outs, towers[0] as NDArray[], { rtol: 1e-12, atol: 1e-12 });
    for (let k = 0; k < order; k++) {
      const expected = towers[k + 1] as NDArray[];
      const scale = expected.reduce(
        (a, t) => Math.max(a, ...(t.size > 0 ? [+np.max(np.abs(t))] : [])),
        1,
      );
      assertAllclose(
        terms.map((list) => list[k] as NDArray),
        expected,
        { rtol: 1e-7, atol: 1e-9 * scale },
      );
    }
  });
});

test.each(someAround(smooth, 0))("%s: a jet under jit is a jet", (_, use) => {
  holds(use, (xs, seed) => {
    const series = seriesOf(xs, seed);
    const staged = jit((ys: NDArray[], terms: NDArray[][]) => expand(use, ys, terms));
    const close = { rtol: 1e-9, atol: 1e-9 };
    assertAllclose(staged(xs, series) as NDArray[][], expand(use, xs, series), close);
  });
});

test.each(someAround(smooth, 1).filter(([, use]) => use.notMapped === undefined))(
  "%s: a jet under vmap is a loop of jets",
  (_, use) => {
    holds(use, (xs, seed) => {
      const [a, b] = [seriesOf(xs, seed, 2), seriesOf(xs, seed + 5, 2)];
      const pair = (x: NDArray, y: NDArray): NDArray => np.stack([x, y], { axis: -1 });
      const stacked = a.map((list, i) => list.map((t, k) => pair(t, b[i]?.[k] as NDArray)));
      const f = (terms: NDArray[][]): NDArray[][] => expand(use, xs, terms);
      const mapped = vmap(f, { inAxes: -1, outAxes: -1 })(stacked) as NDArray[][];
      const [first, second] = [f(a), f(b)];
      const expected = first.map((list, i) =>
        list.map((t, k) => pair(t, second[i]?.[k] as NDArray)),
      );
      if (stacked.flat().length === 0) return;
      assertAllclose(mapped, expected, { rtol: 1e-9, atol: 1e-9 });
    });
  },
);

const both = someAround(smooth, 2).filter(([, use]) => use.forwardOnly === undefined);

test.each(both)("%s: the pullback of a jet is the adjoint of its pushforward", (_, use) => {
  holds(use, (xs, seed) => {
    const f = (series: NDArray[][]): NDArray[] => expand(use, xs, series).flat();
    const [at, tangent] = [seriesOf(xs, seed, 2), seriesOf(xs, seed + 3, 2)];
    const [, t] = jvp(f, [at], [tangent]) as [NDArray[], NDArray[]];
    const [outs, pull] = vjp(f, at);
    const weights = outs.map((x, i) => curveThrough(x, seed + i, 1)[0] as NDArray);
    const [ct] = pull(weights) as unknown as [NDArray[][]];
    const inner = (x: readonly NDArray[], y: readonly NDArray[]): number =>
      x.reduce((sum, v, i) => sum + +np.sum(v.mul(y[i] as NDArray)), 0);
    const [left, right] = [inner(weights, t), inner(ct.flat(), tangent.flat())];
    const size = inner(weights.map(np.abs), t.map(np.abs));
    expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-9 * (1 + size));
  });
});

test("every primitive has a rule or says why not, and none is absent that has a jvp rule", () => {
  const names = Object.keys(primitives) as PrimitiveName[];
  const wrong = names.filter((name) => {
    const rule: { readonly kind: string } = rulesByName[name];
    const isAbsent = primitives[name].rules.jvp.kind === "absent";
    return isAbsent ? rule.kind !== "absent" && name !== "customVjpCall" : rule.kind === "absent";
  });
  expect(wrong).toEqual([]);
  expect(absent("why").kind).toBe("absent");
});
