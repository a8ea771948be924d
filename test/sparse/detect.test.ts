import { lax, makeJaxpr, type NDArray, numpy as np, ShapeDtypeStruct } from "udiff";
import { expect, test } from "vitest";
import { primitives } from "../../src/primitives.ts";
import { detect } from "../../src/sparse/detect.ts";
import { rulesByName } from "../../src/sparse/rules.ts";

/** Members of all sets that detection makes for a function of `n` numbers, and those of the result. */
function members(f: (x: NDArray) => NDArray, n: number): { made: number; kept: number } {
  const program = makeJaxpr(f)(new ShapeDtypeStruct([n], "float32"));
  const { results, sets } = detect(program, [0]);
  const kept = [...(results[0] ?? [])].reduce((sum, set) => sum + sets.size(set), 0);
  return { made: sets.total, kept };
}

const burgers = (u: NDArray): NDArray => {
  const wide = np.pad(u, 1);
  const [left, right] = [wide.slice([0, u.size]), wide.slice([2, u.size + 2])];
  return right
    .sub(u.mul(2))
    .add(left)
    .mul(0.1)
    .sub(u.mul(right.sub(left)));
};

test("the work is in proportion to the places of the pattern", () => {
  for (const n of [100, 1000]) {
    const { made, kept } = members(burgers, n);
    expect(kept).toBe(3 * n - 2);
    expect(made).toBeLessThan(6 * kept);
  }
});

test("what all elements share is held once", () => {
  const { made, kept } = members((x) => x.div(np.sum(np.exp(x))), 1000);
  expect(kept).toBe(1_000_000);
  expect(made).toBeLessThan(10_000);
});

test("modes without a derivative are told", () => {
  const modes = (f: (x: NDArray) => NDArray): boolean[] => {
    const { forward, reverse } = detect(makeJaxpr(f)(new ShapeDtypeStruct([2], "float32")), [0]);
    return [forward, reverse];
  };
  expect(modes((x) => np.sin(x))).toEqual([true, true]);
  const loop = (x: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => np.sum(c).less(1),
      (c: NDArray) => c.mul(2),
      x,
    );
  expect(modes(loop)).toEqual([true, false]);
  expect(modes((x) => loop(np.sign(x)))).toEqual([true, true]);
});

test("no rule speaks of derivatives where the jvp rule says there are none", () => {
  const none = rulesByName.floor;
  for (const [name, prim] of Object.entries(primitives)) {
    const isZero = prim.rules.jvp.kind === "zero";
    expect([name, rulesByName[name as keyof typeof rulesByName] === none]).toEqual([name, isZero]);
  }
});
