import {
  customJvp,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";
import { expectJax, jaxValues } from "./jax-values.ts";

const functions: Readonly<Record<string, (v: NDArray) => NDArray>> = {
  psum: (v) => lax.psum(v, "i"),
  pmean: (v) => lax.pmean(v, "i"),
  axisSize: (v) => v.mul(lax.axisSize("i")),
  allGather: (v) => lax.allGather(v, "i"),
  "allGather second": (v) => lax.allGather(v, "i"),
  "allGather 1": (v) => lax.allGather(v, "i", { axis: 1 }),
  "allGather -1": (v) => lax.allGather(v, "i", { axis: -1 }),
  "allGather tiled": (v) => lax.allGather(v, "i", { axis: 1, tiled: true }),
  psumScatter: (v) => lax.psumScatter(v, "i"),
  "psumScatter 1": (v) => lax.psumScatter(v, "i", { scatterDimension: 1 }),
  "psumScatter tiled": (v) => lax.psumScatter(v, "i", { scatterDimension: 1, tiled: true }),
  "allToAll 0 1": (v) => lax.allToAll(v, "i", 0, 1),
  "allToAll 1 0": (v) => lax.allToAll(v, "i", 1, 0),
  "allToAll tiled 1 0": (v) => lax.allToAll(v, "i", 1, 0, { tiled: true }),
  "allToAll tiled 0 1": (v) => lax.allToAll(v, "i", 0, 1, { tiled: true }),
  "allToAll tiled 0 0": (v) => lax.allToAll(v, "i", 0, 0, { tiled: true }),
  pshuffle: (v) => lax.pshuffle(v, "i", [2, 0, 1]),
};

const count = (shape: readonly number[], from = 0): NDArray => {
  const size = shape.reduce((a, n) => a * n, 1);
  return np.arange(size).astype("float32").add(from).reshape(shape);
};

test.each(Object.entries(jaxValues.collectives))("%s is JAX's, in jit and out", (name, want) => {
  const f = functions[name] as (v: NDArray) => NDArray; // every case has one
  const x = count(want.shape);
  const mapped = vmap(f, { inAxes: want.axis, axisName: "i" });
  const inside = vmap(jit(f), { inAxes: want.axis, axisName: "i" });
  for (const g of [mapped, jit(mapped), inside, jit(inside)]) {
    const [out, pull] = vjp(g, x);
    expectJax(out, want.out);
    expectJax(pull(count(out.shape, -7))[0], want.pulled);
    expectJax(jit((v: NDArray) => vjp(g, v)[1](count(out.shape, -7))[0])(x), want.pulled);
    // Each is linear, so that the tangent of x along x is the value.
    expectJax(jvp(g, [x], [x])[1], want.out);
  }
  // The same over another axis as well, mapped inside and outside of the named one.
  const outer = vmap(mapped)(np.stack([x, x.mul(2)]));
  expectJax(outer.slice(0), want.out);
  const inner = vmap(vmap(f), { inAxes: want.axis + 1, axisName: "i" });
  const rows = inner(np.stack([x.mul(3), x]));
  expectJax(rows.slice(":", 1), want.out);
});

test("a jitted function knows the size of the axis it is called under", () => {
  let traces = 0;
  const f = jit((v: NDArray) => {
    traces++;
    return lax.allGather(v, "i");
  });
  const run = (n: number): unknown => vmap(f, { axisName: "i" })(np.arange(n)).shape;
  expect([run(3), run(3), run(2), run(3)]).toEqual([
    [3, 3],
    [3, 3],
    [2, 2],
    [3, 3],
  ]);
  expect(traces).toBe(2);
  expect(() => f(np.arange(3))).toThrow(/lax.allGather: a mapped axis is required/);
  // What does not ask for the axis is not staged again.
  const g = jit((v: NDArray) => {
    traces++;
    return v.mul(2);
  });
  traces = 0;
  for (const n of [2, 3]) vmap(g, { axisName: "i" })(np.arange(n));
  expect(traces).toBe(1);
});

test("a jitted function asks through one that is jitted around it", () => {
  const inner = jit((v: NDArray) => v.mul(lax.axisSize("i")));
  const outer = jit((v: NDArray) => inner(v).add(1));
  const run = (n: number): unknown => vmap(outer, { axisName: "i" })(np.ones([n])).js();
  expect([run(2), run(3), run(2)]).toEqual([
    [3, 3],
    [4, 4, 4],
    [3, 3],
  ]);
});

test("a custom rule may ask for the axis though the function does not", () => {
  const f = customJvp((v: NDArray) => v).defJvp(([v]: [NDArray], [t]: [NDArray]) => [
    v,
    t.mul(lax.axisSize("i")),
  ]);
  const g = jit((v: NDArray) => f(v));
  const run = (n: number): unknown =>
    vmap((v: NDArray) => grad(g)(v), { axisName: "i" })(np.ones([n])).js();
  expect([run(2), run(3)]).toEqual([
    [2, 2],
    [3, 3, 3],
  ]);
});

test("the nearest axis of a name is meant", () => {
  const f = vmap(
    vmap((v: NDArray) => lax.psum(v, "i"), { axisName: "i" }),
    { axisName: "i" },
  );
  expect(f(count([2, 3])).js()).toEqual([
    [3, 3, 3],
    [12, 12, 12],
  ]);
  const sizes = vmap(
    vmap((v: NDArray) => v.mul(0).add(lax.axisSize("j")), { axisName: "i" }),
    {
      axisName: "j",
    },
  );
  expect(
    sizes(count([2, 3]))
      .slice(0, 0)
      .item(),
  ).toBe(2);
});

test("makeJaxpr takes axes as if they were mapped", () => {
  const program = makeJaxpr((v: NDArray) => lax.allGather(v, "i"), { axisEnv: [["i", 3]] });
  expect(String(program(np.ones([2])))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[2]. let
        b:f32[3,2] = all_gather[axis=0 axisName=i size=3] a
      in (b,) }"
  `);
  const [, shape] = makeJaxpr((v: NDArray) => lax.psum(v, "j"), {
    axisEnv: [
      ["i", 3],
      ["j", 2],
    ],
    returnShape: true,
  })(np.ones([2]));
  expect(String(shape)).toBe("float32[2]");
});

test("collectives refuse what does not fit, naming the axis", () => {
  const over =
    (f: (v: NDArray) => NDArray): (() => unknown) =>
    () =>
      vmap(f, { axisName: "i" })(np.ones([3, 4]));
  expect(over((v) => lax.psum(v, "j"))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.psum: a mapped axis is required, got the name "j", which none has here; call it inside vmap with that axisName]`,
  );
  expect(() => lax.axisIndex("i")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.axisIndex: a mapped axis is required, got the name "i", which none has here; call it inside vmap with that axisName]`,
  );
  expect(over((v) => lax.psumScatter(v, "i"))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.psumScatter: axis 0 must have the size of the mapped axis, 3, got shape [4]; reshape it, or set tiled]`,
  );
  expect(over((v) => lax.psumScatter(v, "i", { tiled: true }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.psumScatter: the size of axis 0 must be a multiple of that of the mapped axis, 3, got float32[4]; pad it]`,
  );
  expect(over((v) => lax.allToAll(v.slice(":2"), "i", 0, 0))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.allToAll: axis 0 must have the size of the mapped axis, 3, got shape [2]; reshape it, or set tiled]`,
  );
  expect(over((v) => lax.allGather(v, "i", { axis: 3 }))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.allGather: axis must be within the 2 axes of the array, got 3; use one from -2 to 1]`,
  );
  expect(over((v) => lax.ppermute(v, "i", [[0, 3]]))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.ppermute: slices must be integers from 0 to 2, got 3; number them along the mapped axis]`,
  );
  expect(over((v) => lax.pshuffle(v, "i", [0, 1]))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.pshuffle: a permutation of 3 slices is required, got [0,1]; name each once, or use ppermute]`,
  );
  expect(vmap((v: NDArray) => lax.psum(v, "i"), { axisName: "i" })(np.ones([3])).js()).toEqual([
    3, 3, 3,
  ]);
});
