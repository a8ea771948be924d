import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  printSavedResiduals,
  random,
  remat,
  savedResiduals,
  vmap,
} from "udiff";
import { expect, test, vi } from "vitest";
import { lowerProgram } from "../../src/kernel/lower.ts";
import { lifetimes } from "../../src/kernel/plan.ts";
import type { CheckpointPolicy } from "../../src/transforms/checkpoint-primitive.ts";

const { dotsSaveable, everythingSaveable, nothingSaveable, saveOnlyTheseNames } =
  checkpointPolicies;

const layer = (x: NDArray, w: NDArray): NDArray => {
  const h = checkpointName(np.matmul(np.tanh(x), w), "h");
  return np.sin(np.exp(h.mul(0.1)));
};
const x = random.normal(random.key(0), [4, 4]);
const w = random.normal(random.key(1), [4, 4]);

test("values and derivatives are those of the function", () => {
  const plain = (v: NDArray): NDArray => np.sum(layer(layer(v, w), w));
  for (const policy of [undefined, everythingSaveable, dotsSaveable, saveOnlyTheseNames("h")]) {
    const held = checkpoint(layer, { policy });
    const f = (v: NDArray): NDArray => np.sum(held(held(v, w), w));
    expect(f(x).js()).toBe(plain(x).js());
    for (const g of [grad(f), jit(grad(f)), grad(jit(f))]) {
      expect(np.allclose(g(x), grad(plain)(x), { rtol: 1e-5 }).js()).toBe(true);
    }
    expect(jvp(f, [x], [w])[1].js()).toBeCloseTo(jvp(plain, [x], [w])[1].js() as number, 3);
    const twice = (v: NDArray): NDArray => np.sum(grad(f)(v).mul(w));
    const plainTwice = (v: NDArray): NDArray => np.sum(grad(plain)(v).mul(w));
    expect(np.allclose(grad(twice)(x), grad(plainTwice)(x), { rtol: 1e-3, atol: 1e-4 }).js()).toBe(
      true,
    );
    const rows = np.stack([x, w]);
    expect(np.allclose(vmap(grad(f))(rows), vmap(grad(plain))(rows), { rtol: 1e-4 }).js()).toBe(
      true,
    );
  }
  expect(remat).toBe(checkpoint);
});

const sourcesOf = (policy?: CheckpointPolicy): string[] =>
  savedResiduals(checkpoint(layer, { policy }), x, w).map(
    ({ aval, source }) => `${aval} ${source}`,
  );

test("a policy says what is kept beside the arguments", () => {
  expect(sourcesOf()).toEqual(["float32[4,4] argument [0]", "float32[4,4] argument [1]"]);
  expect(sourcesOf(nothingSaveable)).toEqual(sourcesOf());
  expect(sourcesOf(saveOnlyTheseNames("other"))).toEqual(sourcesOf());
  expect(sourcesOf(saveOnlyTheseNames("h"))).toContain("float32[4,4] the name h");
  expect(sourcesOf(checkpointPolicies.saveAnyNamesButThese("other"))).toContain(
    "float32[4,4] the name h",
  );
  expect(sourcesOf(checkpointPolicies.saveAnyNamesButThese("h"))).toEqual(sourcesOf());
  expect(sourcesOf(dotsSaveable)).toContain("float32[4,4] the result of dot_general");
  expect(sourcesOf(checkpointPolicies.dotsWithNoBatchDimsSaveable)).toEqual(
    sourcesOf(dotsSaveable),
  );
  const both = checkpointPolicies.saveFromBothPolicies(dotsSaveable, saveOnlyTheseNames("h"));
  expect(sourcesOf(both).length).toBeGreaterThanOrEqual(sourcesOf(dotsSaveable).length);
  expect(sourcesOf(everythingSaveable).length).toBeGreaterThan(sourcesOf(dotsSaveable).length);
});

test("what is kept can be printed", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  printSavedResiduals((v: NDArray) => np.sin(np.exp(v)), np.ones([3]));
  const lines = log.mock.calls.map(([line]) => line);
  log.mockRestore();
  expect(lines).toMatchInlineSnapshot(`
    [
      "float32[3] from the result of exp",
      "float32[3] from the result of cos",
    ]
  `);
});

/** Bytes of temporaries of the compiled gradient of a chain of blocks. */
function memory(block: (v: NDArray) => NDArray, count: number): number {
  const f = (v: NDArray): NDArray => {
    let y = v;
    for (let i = 0; i < count; i++) y = block(y);
    return np.sum(y);
  };
  const staged = makeJaxpr(grad(f))(np.ones([64, 64]));
  return lifetimes(lowerProgram(staged, { buffers: 32 })).bytes;
}

test("the memory of a deep chain falls", () => {
  const weights = np.eye(64).mul(0.5);
  // Several products in a block, each of whose values the way back reads.
  const block = (v: NDArray): NDArray => {
    let y = v;
    for (let i = 0; i < 4; i++) y = np.tanh(np.matmul(y, weights));
    return y;
  };
  const [plain, held] = [memory(block, 16), memory(checkpoint(block), 16)];
  expect(held).toBeLessThan(plain / 2);
  // It grows by one value for each block rather than by all that are in it.
  const growth = memory(checkpoint(block), 32) - held;
  expect(growth).toBeLessThanOrEqual(17 * 64 * 64 * 4);
});

test("inside scan one carry is kept for each turn", () => {
  const step = (c: NDArray, v: NDArray): readonly [NDArray, null] => [layer(c, w).add(v), null];
  const loss = (body: typeof step) => (v: NDArray) =>
    np.sum(lax.scan(body, v, np.ones([5, 4, 4]))[0]);
  const held = checkpoint(step, { preventCse: false });
  expect(np.allclose(grad(loss(held))(x), grad(loss(step))(x), { rtol: 1e-4 }).js()).toBe(true);
  const bytes = (f: (v: NDArray) => NDArray): number =>
    savedResiduals(f, x).reduce((sum, { aval }) => sum + aval.size, 0);
  expect(bytes(loss(held))).toBe(5 * 16);
  expect(bytes(loss(step))).toBeGreaterThan(3 * 5 * 16);
});

test("what is computed again is kept apart by a barrier, unless that is switched off", () => {
  const text = (preventCse: boolean): string =>
    String(makeJaxpr(grad((v: NDArray) => np.sum(checkpoint(layer, { preventCse })(v, w))))(x));
  expect(text(true)).toContain("optimization_barrier");
  expect(text(false)).not.toContain("optimization_barrier");
});

test("static arguments, trees and wrong arguments", () => {
  const f = checkpoint(
    (p: { a: NDArray; b: NDArray }, kind: "sin" | "cos") => ({ y: np[kind](p.a).mul(p.b) }),
    { staticArgnums: 1 },
  );
  expect(f({ a: 0, b: 3 }, "cos").y.js()).toBe(3);
  expect(grad((a: NDArray) => f({ a, b: a }, "sin").y)(0).js()).toBe(0);
  expect(() => checkpoint(3 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: checkpoint: a function is required, got number 3; pass the function itself, not its result]`,
  );
  expect(() => checkpointName(x, 3 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: checkpointName: a name must be a string, got number 3; pass checkpointName(x, "name")]`,
  );
  expect(() => checkpoint(layer, { polic: null } as never)).toThrow(/policy, preventCse/);
});
