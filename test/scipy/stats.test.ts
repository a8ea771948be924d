import { readFileSync } from "node:fs";
import { grad, jit, jvp, type NDArray, numpy as np, scipy, vmap } from "udiff";
import { describe, expect, it } from "vitest";

const { stats } = scipy;

type Encoded = number | "nan" | "inf" | "-inf";

/** Points of each argument, values there, and slopes by each argument; by `make-jax-stats.py`. */
interface Row {
  readonly fn: string;
  readonly args: readonly (readonly Encoded[])[];
  readonly out: readonly Encoded[];
  readonly slopes: readonly (readonly Encoded[] | null)[];
}

const rows = JSON.parse(
  readFileSync(new URL("jax-stats.json", import.meta.url), "utf8"),
) as readonly Row[];

/** How many arguments come before the options. */
const positional: Readonly<Record<string, number>> = {
  norm: 1,
  uniform: 1,
  expon: 1,
  laplace: 1,
  logistic: 1,
  gamma: 2,
  t: 2,
  poisson: 2,
  bernoulli: 2,
  beta: 3,
  binom: 3,
};

function decode(x: Encoded): number {
  return typeof x === "number" ? x : { nan: NaN, inf: Infinity, "-inf": -Infinity }[x];
}

/** The function of a row, with location and scale as its last arguments. */
function functionOf(fn: string): (...xs: NDArray[]) => NDArray {
  const [name, method] = fn.split(".") as [string, string];
  const module = stats as unknown as Record<string, Record<string, (...xs: unknown[]) => NDArray>>;
  const f = module[name]?.[method] as (...xs: unknown[]) => NDArray;
  const count = positional[name] as number;
  return (...xs) => {
    const [loc, scale] = xs.slice(count);
    const options = scale === undefined ? { loc } : { loc, scale };
    return loc === undefined ? f(...xs.slice(0, count)) : f(...xs.slice(0, count), options);
  };
}

/** What JAX gives as NaN where the limit, which is zero, is known. */
const known: readonly string[] = [
  "gamma.cdf slope by argument 1 at Infinity, 2, 0, 1",
  "gamma.logcdf slope by argument 1 at Infinity, 2, 0, 1",
  "gamma.sf slope by argument 1 at Infinity, 2, 0, 1",
];

function differences(
  label: string,
  points: readonly number[][],
  got: NDArray,
  want: readonly Encoded[],
): string[] {
  return Array.from(got.dataSync()).flatMap((actual, i) => {
    const expected = decode(want[i] as Encoded);
    const isClose = Math.abs(actual - expected) <= 2e-5 * Math.max(0.05, Math.abs(expected));
    if (Object.is(actual, expected) || (Number.isFinite(expected) && isClose)) return [];
    const at = `${label} at ${points.map((argument) => argument[i]).join(", ")}`;
    return known.includes(at) ? [] : [`${at}: JAX gives ${expected}, got ${actual}`];
  });
}

describe("distributions and their slopes are those of JAX, at kinks and ends too", () => {
  it.each(rows)("$fn", ({ fn, args, out, slopes }) => {
    const f = functionOf(fn);
    const points = args.map((argument) => argument.map(decode));
    const arrays = points.map((argument) => np.array(argument));
    const problems = differences(`${fn} value`, points, f(...arrays), out);
    slopes.forEach((slope, i) => {
      if (slope === null) return;
      const alone = (x: NDArray) => f(...arrays.map((other, j) => (i === j ? x : other)));
      const x = arrays[i] as NDArray;
      const [, tangent] = jvp(alone, [x], [np.onesLike(x)]);
      problems.push(...differences(`${fn} slope by argument ${i}`, points, tangent, slope));
    });
    expect(problems).toEqual([]);
  });
});

const { norm, gamma, poisson, multivariateNormal } = stats;

describe("distributions", () => {
  it("broadcast their arguments, location and scale", () => {
    const x = np.array([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const out = norm.logpdf(x, { loc: np.array([0, 1, 2]), scale: np.array([[1], [2]]) });
    expect(out.shape).toEqual([2, 3]);
    expect(out.slice(1, 2).item()).toBeCloseTo(
      Number(norm.logpdf(5, { loc: 2, scale: 2 }).item()),
      6,
    );
  });

  it("have integers counted as float32, and float64 kept", () => {
    expect(poisson.pmf(np.array(Int32Array.of(0, 1)), 2).dtype).toBe("float32");
    const wide = norm.cdf(np.array(Float64Array.of(-3)));
    expect(wide.dtype).toBe("float64");
    expect(wide.js()).toEqual([expect.closeTo(0.0013498980316300933, 15)]);
  });

  it("invert their own quantiles", () => {
    const p = np.array(Float64Array.of(1e-6, 0.01, 0.3, 0.5, 0.9, 0.999));
    const options = { loc: 2, scale: 3 };
    for (const name of ["norm", "uniform", "expon", "logistic"] as const) {
      const back = stats[name].cdf(stats[name].ppf(p, options), options);
      expect(np.allclose(back, p, { rtol: 1e-9 }).item()).toBe(true);
    }
  });

  it("keep the logarithms of tails that underflow", () => {
    expect(norm.logcdf(-30).item()).toBeCloseTo(-454.3212, 3);
    expect(norm.logsf(30).item()).toBeCloseTo(-454.3212, 3);
    expect(norm.cdf(-30).item()).toBe(0);
  });

  it("have the score of a normal sample as the gradient of its likelihood", () => {
    const data = np.array([1, 2, 4]);
    const likelihood = (loc: NDArray, scale: NDArray) => norm.logpdf(data, { loc, scale }).sum();
    const [byLoc, byScale] = grad(likelihood, { argnums: [0, 1] })(1, 2);
    expect(byLoc.item()).toBeCloseTo((0 + 1 + 3) / 4, 6);
    expect(byScale.item()).toBeCloseTo(-3 / 2 + (0 + 1 + 9) / 8, 6);
  });

  it("are the same mapped and compiled", () => {
    const x = np.array([0.5, 1.5, 4]);
    const a = np.array([0.5, 2, 3]);
    const plain = gamma.logpdf(x, a);
    expect(vmap((v: NDArray, b: NDArray) => gamma.logpdf(v, b))(x, a).js()).toEqual(plain.js());
    expect(jit((v: NDArray, b: NDArray) => gamma.logpdf(v, b))(x, a).js()).toEqual(plain.js());
  });

  it("refuse unknown options, and arrays where options stand", () => {
    expect(() => norm.pdf(0, { mean: 1 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: scipy.stats.norm.logpdf: unknown option "mean"; the names allowed are loc, scale]`,
    );
    expect(() => norm.pdf(0, np.array(1) as object)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: scipy.stats.norm.logpdf: options must be a plain object, got DeviceArray; the names allowed are loc, scale]`,
    );
  });
});

describe("the normal distribution of vectors", () => {
  const mean = np.array([1, -1]);
  const cov = np.array([
    [2, 0.5],
    [0.5, 1],
  ]);

  it("has the density of the textbook", () => {
    // The inverse of the covariance is [[1, -0.5], [-0.5, 2]] / 1.75.
    const [dx, dy] = [0.5, 1.5];
    const form = (dx * dx - dx * dy + 2 * dy * dy) / 1.75;
    const expected = -0.5 * form - Math.log(2 * Math.PI) - 0.5 * Math.log(1.75);
    const x = np.array([1.5, 0.5]);
    expect(multivariateNormal.logpdf(x, mean, cov).item()).toBeCloseTo(expected, 5);
    expect(multivariateNormal.pdf(x, mean, cov).item()).toBeCloseTo(Math.exp(expected), 6);
  });

  it("broadcasts points, means and covariances", () => {
    const x = np.array([[[0, 0]], [[1, 1]], [[2, 0]]]);
    const covs = np.stack([cov, np.eye(2)]);
    const out = multivariateNormal.logpdf(x, mean, covs);
    expect(out.shape).toEqual([3, 2]);
    const one = multivariateNormal.logpdf(np.array([2, 0]), mean, np.eye(2));
    expect(out.slice(2, 1).item()).toBeCloseTo(Number(one.item()), 5);
  });

  it("takes a number for a multiple of the identity, and for one dimension", () => {
    const x = np.array([2, 0]);
    const full = multivariateNormal.logpdf(x, mean, np.eye(2).mul(4));
    expect(multivariateNormal.logpdf(x, mean, 4).item()).toBeCloseTo(Number(full.item()), 5);
    const line = multivariateNormal.logpdf(np.array([1, 2]), 0, 4);
    expect(np.allclose(line, norm.logpdf(np.array([1, 2]), { scale: 2 })).item()).toBe(true);
  });

  it("has gradients by all arguments", () => {
    const x = np.array([1.5, 0.5]);
    const [byX, byMean] = grad(multivariateNormal.logpdf, { argnums: [0, 1] })(x, mean, cov);
    expect(byX.js()).toEqual([expect.closeTo(0.25 / 1.75, 5), expect.closeTo(-2.75 / 1.75, 5)]);
    expect(byMean.neg().js()).toEqual(byX.js());
  });

  it("gives NaN for a covariance that is not positive definite, and refuses one that is not square", () => {
    const indefinite = np.array([
      [1, 2],
      [2, 1],
    ]);
    expect(multivariateNormal.pdf(mean, mean, indefinite).item()).toBeNaN();
    expect(() =>
      multivariateNormal.logpdf(mean, mean, np.eye(3)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: scipy.stats.multivariateNormal.logpdf: a covariance of shape [..., 2, 2] is required, got float32[3,3]; make it square]`,
    );
  });
});
