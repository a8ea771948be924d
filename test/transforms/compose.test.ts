import {
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  grad,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  stopGradient,
  valueAndGrad,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const f = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x));

test("inner perturbations do not mix with outer ones", () => {
  expect(grad((x: NDArray) => x.mul(grad((y: NDArray) => x.add(y))(1)))(2).item()).toBe(1);
  const inner = (x: NDArray): NDArray => jvp((y: NDArray) => x.mul(y), [x], [np.array(1)])[1];
  expect(grad(inner)(3).item()).toBe(1);
});

test("gradients, jit and vmap compose in any order", () => {
  const xs = np.array([0.7, 0.1, 2]);
  const want = Array.from(xs.dataSync(), (v) => grad(f)(v).item() as number);
  for (const g of [vmap(grad(f)), jit(vmap(grad(f))), vmap(jit(grad(f))), vmap(grad(jit(f)))]) {
    (g(xs).js() as number[]).forEach((v, i) => {
      expect(v).toBeCloseTo(want[i] as number, 6);
    });
  }
  const third = grad(grad(grad(f)))(0.7).item() as number;
  expect(jit(grad(jit(grad(jit(grad(f))))))(0.7).item()).toBeCloseTo(third, 4);
});

test("jit traces once for each structure, shape and dtype, whatever the values", () => {
  let traces = 0;
  const g = jit((x: NDArray) => {
    traces++;
    return x.mul(2);
  });
  for (let i = 0; i < 5; i++) g(i / 2);
  expect(traces).toBe(1);
  g(np.array([1, 2]));
  g(np.array([3, 4]));
  expect(traces).toBe(2);
  g(np.array([3, 4]).astype("float64"));
  g(np.array([1, 2, 3]));
  expect(traces).toBe(4);
});

test("static arguments are constants, one program for each value", () => {
  let traces = 0;
  const power = jit(
    (x: NDArray, n: number) => {
      traces++;
      let y = x;
      for (let i = 1; i < n; i++) y = y.mul(x);
      return y;
    },
    { staticArgnums: 1 },
  );
  expect([power(2, 3).item(), power(3, 3).item(), power(2, 5).item()]).toEqual([8, 27, 32]);
  expect(traces).toBe(2);
});

test("ordinary control flow on values works under grad", () => {
  const g = (x: NDArray): NDArray => {
    let y = x;
    while (Number(y.item()) < 100) y = y.mul(x);
    return Number(x) > 2 ? y : y.neg();
  };
  expect(grad(g)(3).item()).toBe(5 * 3 ** 4);
});

test("aux comes along and is no tracer", () => {
  const g = (x: NDArray): readonly [NDArray, { y: NDArray; name: string }] => [
    np.sum(x.mul(x)),
    { y: x.mul(3), name: "aux" },
  ];
  const [gradient, aux] = grad(g, { hasAux: true })(np.array([1, 2]));
  expect([gradient.js(), aux.y.js(), aux.name]).toEqual([[2, 4], [3, 6], "aux"]);
  const [[value]] = valueAndGrad(g, { hasAux: true })(np.array([1, 2]));
  expect(value.item()).toBe(5);
});

test("gradients have the structure and the weak type of their argument", () => {
  const loss = (p: { w: NDArray; b: NDArray[]; none: null }): NDArray =>
    np.sum(p.w.mul(p.w)).add(p.b[0] as NDArray);
  const g = grad(loss)({ w: np.array([1, 2]), b: [np.array(1), np.array(5)], none: null });
  expect([g.w.js(), g.b.map((x) => x.item()), g.none]).toEqual([[2, 4], [1, 0], null]);
  expect(grad(f)(0.5).weakType).toBe(true);
  expect(grad((x: NDArray) => np.sum(x))(np.array([0.5])).weakType).toBe(false);
});

test("a pullback may be called often, and a linear function again", () => {
  const [, pull] = vjp((x: NDArray, y: NDArray) => x.mul(y), np.array(2), np.array(3));
  expect([pull(1).map((x) => x.item()), pull(2).map((x) => x.item())]).toEqual([
    [3, 2],
    [6, 4],
  ]);
});

test("a chain of 100,000 operations has a gradient, staged or not", () => {
  const chain =
    (n: number) =>
    (x: NDArray): NDArray => {
      for (let i = 0; i < n; i++) x = x.mul(1.00001);
      return x;
    };
  expect(grad(chain(100_000))(1).item()).toBeCloseTo(1.00001 ** 100_000, 2);
  expect(jit(grad(chain(20_000)))(1).item()).toBeCloseTo(1.00001 ** 20_000, 3);
  expect(vmap(grad(chain(20_000)))(np.array([1, 2])).shape).toEqual([2]);
}, 60_000);

test("custom rules are used by every transform", () => {
  const clipped = customVjp((x: NDArray) => x).defVjp(
    (x: NDArray) => [x, null],
    (_: null, ct: NDArray) => [np.clip(ct, -1, 1)],
  );
  const g = (x: NDArray): NDArray => clipped(x).mul(5);
  expect([grad(g)(1), jit(grad(g))(1), grad(jit(g))(1)].map((x) => x.item())).toEqual([1, 1, 1]);
  expect(vmap(grad(g))(np.array([1, 2])).js()).toEqual([1, 1]);
  expect(jacrev((x: NDArray) => clipped(x))(np.array([1, 2])).js()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(() => jacfwd(g)(1)).toThrow(/custom reverse-mode rule only/);
  const doubled = customJvp((x: NDArray) => np.sin(x)).defJvp(([x]: [NDArray], [t]: [NDArray]) => [
    np.sin(x),
    t.mul(np.cos(x)).mul(2),
  ]);
  expect(
    [grad(doubled)(0), jit(grad(doubled))(0), grad(jit(doubled))(0)].map((x) => x.item()),
  ).toEqual([2, 2, 2]);
  expect(grad(grad(doubled))(1).item()).toBeCloseTo(-2 * Math.sin(1), 5);
  const mine = customGradient((x: NDArray) => [x.mul(x), (ct: NDArray) => [ct.mul(x)]] as const);
  expect([grad(mine)(3), jit(grad(mine))(3)].map((x) => x.item())).toEqual([3, 3]);
});

test("closures are opened where they may carry a derivative", () => {
  const outer = (y: NDArray): NDArray => {
    const [g, consts] = closureConvert((x: NDArray) => x.mul(y), np.array(1));
    expect(consts.length).toBe(1);
    return g(np.array(4), ...consts);
  };
  expect(grad(outer)(2).item()).toBe(4);
});

test("stopped gradients are zero, collectives see the mapped axis", () => {
  expect(grad((x: NDArray) => x.mul(stopGradient(x)))(3).item()).toBe(3);
  const g = vmap(
    grad((x: NDArray) => lax.psum(x.mul(x), "i")),
    { axisName: "i" },
  );
  expect(g(np.array([1, 2, 3])).js()).toEqual([6, 12, 18]);
  expect(vmap(() => lax.axisIndex("i"), { axisName: "i", axisSize: 3 })().js()).toEqual([0, 1, 2]);
});

test("programs print in JAX's form", () => {
  expect(
    String(makeJaxpr((x: NDArray) => np.sum(np.sin(x).mul(2)))(np.array([1, 2]))),
  ).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[2]. let
        b:f32[2] = sin a
        c:f32[2] = broadcast_in_dim[dims=() shape=(2,)] 2.0:f32[]
        d:f32[2] = mul b c
        e:f32[] = reduce_sum[axes=(0,)] d
      in (e,) }"
  `);
  expect(
    String(makeJaxpr(grad((x: NDArray) => jit((y: NDArray) => y.mul(y))(x)))(1)),
  ).toMatchInlineSnapshot(`
    "{ lambda ; a:f32~[]. let
        _:f32~[] b:f32~[] = jit[name=anonymous jaxpr=
          { lambda ; a:f32~[]. let
              b:f32~[] = mul a a
            in (b, a) }
        ] a
        c:f32~[] = jit[name=anonymous jaxpr=
          { lambda ; a:f32~[] b:f32~[]. let
              c:f32~[] = mul a b
              d:f32~[] = mul b a
              e:f32~[] = add_any c d
            in (e,) }
        ] b 1.0:f32~[]
      in (c,) }"
  `);
});

test("an elementwise chain is one kernel, a reduction takes what it reduces along", () => {
  const chain = jit((x: NDArray) =>
    np
      .tanh(x.mul(2).add(1))
      .mul(np.exp(x.mul(x).neg()))
      .add(np.sqrt(np.abs(x))),
  );
  const { cost, kernels } = chain.lower(np.ones([4]).add(np.array([1, 2, 3, 4])));
  expect(cost.kernels).toBe(1);
  expect(kernels).toMatchInlineSnapshot(`
    "%0: float32[4] = input 0
    %1: float32[4] = kernel
      for [4]
      x0: float32 = %0{[4] by [1]}
      v0: float32 = mul x0 2
      v1: float32 = add v0 1
      v2: float32 = tanh v1
      v3: float32 = mul x0 x0
      v4: float32 = neg v3
      v5: float32 = exp v4
      v6: float32 = mul v2 v5
      v7: float32 = abs x0
      v8: float32 = sqrt v7
      v9: float32 = add v6 v8
      store v9
    return %1{[4] by [1]}"
  `);
  expect(
    jit((x: NDArray) => np.sum(np.square(x.T))).lower(np.zeros([2, 3]).add(np.arange(3))).kernels,
  ).toMatchInlineSnapshot(`
    "%0: float32[2,3] = input 0
    %1: float32[] = kernel
      for [] over [3,2]
      x0: float32 = %0{[3,2] by [1,3]}
      v0: float32 = mul x0 x0
      s0: float32 = reduce add v0
      store s0
    return %1{[] by []}"
  `);
});
