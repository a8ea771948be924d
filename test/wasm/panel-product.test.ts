import fc from "fast-check";
import { expect, test } from "vitest";
import { multiplyTiles, newPanels, pack } from "../../src/cpu/matrix-product.ts";
import { panelProduct } from "../../src/wasm/panel-product.ts";

const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-310];

/** Panels of `count` vectors, drawn from a seed, some numbers special if `rare`. */
function panelsOf(kind: "single" | "double", count: number, depth: number, seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const vectors = Float64Array.from({ length: count * depth }, () =>
    next() < 0.002
      ? (special[Math.floor(6 * next())] as number)
      : (next() - 0.5) * 4 ** (8 * next()),
  );
  const panels = newPanels(kind, count, depth);
  pack(panels, { data: vectors, offset: 0, step: depth, depthStep: 1 });
  const { data } = panels;
  if (data instanceof Int32Array) throw new Error("floats were asked for");
  return { count, depth, data };
}

const sizes = fc.record({
  kind: fc.constantFrom("single" as const, "double" as const),
  m: fc.integer({ min: 1, max: 300 }),
  n: fc.integer({ min: 1, max: 600 }),
  depth: fc.integer({ min: 1, max: 300 }),
  seed: fc.nat(),
  narrow: fc.boolean(),
});

/** How far sums of singles may be from those of doubles: for each piece of 256, then for the pieces. */
function bound(
  left: Float32Array | Float64Array,
  right: typeof left,
  i: number,
  j: number,
  depth: number,
) {
  let sizes = 0;
  for (let k = 0; k < depth; k++) {
    const at = (vector: number): number => (vector - (vector % 4)) * depth + 4 * k + (vector % 4);
    sizes += Math.abs((left[at(i)] as number) * (right[at(j)] as number));
  }
  return sizes * (Math.min(depth, 256) + Math.ceil(depth / 256)) * 2 ** -24;
}

test("products of panels are those of JavaScript, of doubles to the bit, whatever the sizes", () => {
  const fast = panelProduct(WebAssembly);
  let compared = 0;
  fc.assert(
    fc.property(sizes, ({ kind, m, n, depth, seed, narrow }) => {
      const left = panelsOf(kind, m, depth, seed);
      const right = panelsOf(kind, n, depth, seed + 1);
      const [at, rowStep] = [3, n + 2];
      const make = () =>
        narrow ? new Float32Array(at + m * rowStep) : new Float64Array(at + m * rowStep);
      const [got, expected] = [make(), make()];
      multiplyTiles(left, right, expected, at, rowStep);
      if (!fast(left, right, { data: got, at, rowStep })) return;
      compared++;
      const isSingle = kind === "single" && narrow;
      const differs = got.findIndex((x, index) => {
        const y = expected[index] as number;
        if (Object.is(x, y) || !isSingle) return !Object.is(x, y);
        if (!Number.isFinite(y)) return true;
        const [i, j] = [Math.floor((index - at) / rowStep), (index - at) % rowStep];
        return !(Math.abs(x - y) <= bound(left.data, right.data, i, j, depth));
      });
      expect(differs).toBe(-1);
    }),
    { numRuns: 20 },
  );
  expect(compared).toBeGreaterThan(10);
});

test("a depth above a block goes on with the sums of the last piece", () => {
  const [left, right] = [panelsOf("single", 9, 1000, 1), panelsOf("single", 7, 1000, 2)];
  const [got, expected] = [new Float64Array(63), new Float64Array(63)];
  multiplyTiles(left, right, expected, 0, 7);
  expect(panelProduct(WebAssembly)(left, right, { data: got, at: 0, rowStep: 7 })).toBe(true);
  expect(got).toEqual(expected);
});

test("where the engine refuses to compile, or is not there, it says so each time", () => {
  const refusing = {
    ...WebAssembly,
    Module: class {
      constructor() {
        throw new WebAssembly.CompileError("refused by the policy of the page");
      }
    },
  } as unknown as typeof WebAssembly; // what it is asked for
  const [left, right] = [panelsOf("single", 40, 40, 1), panelsOf("single", 40, 40, 2)];
  const to = { data: new Float32Array(1600), at: 0, rowStep: 40 };
  for (const engine of [refusing, undefined]) {
    const product = panelProduct(engine);
    expect(product(left, right, to)).toBe(false);
    expect(product(left, right, to)).toBe(false);
  }
  expect(to.data.every((x) => x === 0)).toBe(true);
});
