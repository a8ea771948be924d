import { grad, jit, jvp, type NDArray, numpy as np, scipy, vmap } from "udiff";
import { describe, expect, it } from "vitest";

const { special } = scipy;

const doubles = (...xs: number[]) => np.array(Float64Array.from(xs));
const close = (x: NDArray, expected: readonly number[], digits: number) =>
  expect(Array.from(x.dataSync(), Number)).toEqual(
    expected.map((v) => (Number.isFinite(v) ? expect.closeTo(v, digits) : v)),
  );

describe("special functions in float64 are those of SciPy", () => {
  // Values by scipy 1.17.
  it.each([
    [
      "erfcx",
      [-2, 0, 1, 5, 30],
      [108.94090438997797, 1, 0.427583576155807, 0.11070463773306861, 0.018795888861416754],
      12,
    ],
    [
      "dawsn",
      [-2, 0.25, 3.25, 6.25, 30],
      [
        -0.301340388923792, 0.23983916356289822, 0.162570914560687, 0.08106609406101171,
        0.016675941401059196,
      ],
      14,
    ],
    [
      "logNdtr",
      [-40, -5, 0, 3],
      [-804.6084420137538, -15.064998393988727, -0.6931471805599453, -0.0013508099647481925],
      10,
    ],
    [
      "ndtri",
      [0, 1e-10, 0.25, 0.5, 1],
      [-Infinity, -6.361340902404056, -0.6744897501960817, 0, Infinity],
      12,
    ],
  ] as const)("%s", (name, points, expected, digits) => {
    close(special[name](doubles(...points)), expected, digits);
  });

  it("the Bernoulli numbers", () => {
    const expected = [1, -1 / 2, 1 / 6, 0, -1 / 30, 0, 1 / 42, 0, -1 / 30, 0, 5 / 66];
    close(special.bernoulli(10), expected, 7);
    close(special.bernoulli(0), [1], 7);
    expect(() => special.bernoulli(1.5)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: scipy.special.bernoulli: an integer from 0 is required, got 1.5; pass a plain number]`,
    );
  });
});

describe("slopes", () => {
  it("of the zeta function exist by both arguments", () => {
    // By JAX, and by differences of mpmath's zeta.
    const [byX, byQ] = grad(special.zeta, { argnums: [0, 1] })(3, 1.5);
    expect(byX.item()).toBeCloseTo(-0.26644233, 6);
    expect(byQ.item()).toBeCloseTo(-0.70454556, 6);
  });

  it("of rising factorials by the number of factors are those of the formula at 0", () => {
    const byM = grad((m: NDArray) => special.poch(2.5, m))(0);
    expect(byM.item()).toBeCloseTo(Number(special.digamma(2.5).item()), 5);
    expect(grad((z: NDArray) => special.poch(z, 0))(2.5).item()).toBe(0);
  });

  it("of logit at its ends are infinite", () => {
    const slope = (x: number) => grad(special.logit)(x).item();
    expect([slope(0), slope(1)]).toEqual([Infinity, Infinity]);
    expect(slope(0.25)).toBeCloseTo(16 / 3, 5);
  });

  it("of entropies at 0 and of x log y are those of JAX", () => {
    expect(grad(special.entr)(0).item()).toBe(Infinity);
    expect(grad(special.xlogy, { argnums: [0, 1] })(0, 2).map((g) => g.item())).toEqual([
      Math.fround(Math.log(2)),
      0,
    ]);
    expect(grad(special.xlog1py, { argnums: [0, 1] })(0, 0).map((g) => g.item())).toEqual([0, 0]);
  });

  it("of the scaled error function and of Dawson's integral follow their equations", () => {
    const x = doubles(-1.5, 0.5, 4, 20);
    const ones = np.onesLike(x);
    const [w, dw] = jvp(special.erfcx, [x], [ones]);
    expect(
      np
        .allclose(
          dw,
          x
            .mul(2)
            .mul(w)
            .sub(2 / Math.sqrt(Math.PI)),
        )
        .item(),
    ).toBe(true);
    const [d, dd] = jvp(special.dawsn, [x], [ones]);
    expect(np.allclose(dd, np.subtract(1, x.mul(2).mul(d))).item()).toBe(true);
  });

  it("of the log of the normal distribution stay finite in the tail", () => {
    expect(grad(special.logNdtr)(-30).item()).toBeCloseTo(30.032578, 4);
  });
});

describe("special functions", () => {
  it("are the same mapped and compiled", () => {
    const x = np.array([0.25, 0.5, 0.75]);
    for (const f of [special.ndtri, special.logit, special.dawsn, special.entr]) {
      const plain = f(x).js();
      expect(vmap((v: NDArray) => f(v))(x).js()).toEqual(plain);
      expect(jit((v: NDArray) => f(v))(x).js()).toEqual(plain);
    }
  });

  it("work in float16 by way of float32", () => {
    const x = np.array([0.5, 1], { dtype: "float16" });
    expect(special.dawsn(x).dtype).toBe("float16");
    close(special.erfcx(x), [0.61572265625, 0.427490234375], 6);
  });

  it("take the softmax over all axes, as SciPy does", () => {
    const x = np.array([
      [0, 1],
      [2, 3],
    ]);
    expect(special.softmax(x).sum().item()).toBeCloseTo(1, 6);
    expect(special.softmax(x, { axis: 1 }).sum({ axis: 1 }).js()).toEqual([1, 1]);
    expect(np.exp(special.logSoftmax(x)).sum().item()).toBeCloseTo(1, 6);
  });

  it("say what they need", () => {
    const half = np.array([0.5], { dtype: "float16" });
    expect(() => special.ndtr(half)).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: scipy.special.ndtr: float32 or float64 is required, got float16[1]; convert with astype]`,
    );
    expect(() => special.polygamma(0.5, 1)).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: scipy.special.polygamma: an integer order is required, got 0.5; use n from 0]`,
    );
    expect(() => special.multigammaln(1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: scipy.special.multigammaln: d must be an integer from 1, got 0; count the dimensions]`,
    );
  });
});
