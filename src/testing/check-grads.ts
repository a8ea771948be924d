import { type ArrayLike, jvp, linearize, NDArray, numpy as np, tree, vjp } from "../index.ts";
import { assertAllclose } from "./allclose.ts";
import { Draws, inner } from "./directions.ts";
import { gradientTolerance } from "./tolerances.ts";

/** Ways to differentiate that `checkGrads` compares with differences. */
export type GradMode = "fwd" | "rev" | "lin";

/** Options of derivative checks. */
export interface GradCheckOptions {
  /** How many times to differentiate; 1. */
  readonly order?: number | undefined;
  /** Ways to check; forward and reverse. */
  readonly modes?: readonly GradMode[] | undefined;
  readonly atol?: number | undefined;
  readonly rtol?: number | undefined;
  /** Step of the differences; the cube root of the dtype's precision. */
  readonly eps?: number | undefined;
  /** Seed of the directions; 1. */
  readonly seed?: number | undefined;
}

/** A function of arrays, numbers, or trees of them. */
type Checked = (...args: never[]) => unknown;

type Flat = (xs: readonly NDArray[]) => NDArray[];

/**
 * Compare the derivatives of `f` at `args` with central differences along a random direction, and
 * with one another, to the given order.
 *
 * Forward mode is compared with differences, reverse mode by inner products, linearisation with
 * forward mode. Only float arguments count.
 *
 * @throws Error that shows the worst element.
 */
export function checkGrads(
  f: Checked,
  args: readonly unknown[],
  options: GradCheckOptions = {},
): void {
  const { order = 1, modes = ["fwd", "rev"] } = options;
  const { flat, inputs } = flatten(f, args);
  checkFlat(flat, inputs, order, modes, options);
}

/** `checkGrads` for forward mode alone: jvp against central differences. */
export function checkJvp(
  f: Checked,
  args: readonly unknown[],
  options: GradCheckOptions = {},
): void {
  checkGrads(f, args, { ...options, modes: ["fwd"] });
}

/** `checkGrads` for reverse mode alone: vjp against central differences, by inner products. */
export function checkVjp(
  f: Checked,
  args: readonly unknown[],
  options: GradCheckOptions = {},
): void {
  checkGrads(f, args, { ...options, modes: ["rev"] });
}

function checkFlat(
  f: Flat,
  xs: readonly NDArray[],
  order: number,
  modes: readonly GradMode[],
  options: GradCheckOptions,
): void {
  const draws = new Draws(options.seed ?? 1);
  const ts = xs.map((x) => draws.direction(x));
  const slopes = differences(f, xs, ts, options.eps);
  const tolerance = toleranceOf(xs, slopes, options);
  for (const mode of modes) {
    if (mode === "fwd") assertAllclose(jvpOf(f, xs, ts), slopes, { ...tolerance, what: "jvp" });
    if (mode === "lin") {
      const [, push] = linearize((...ys: NDArray[]) => f(ys), ...xs);
      assertAllclose(push(...ts), jvpOf(f, xs, ts), { ...tolerance, what: "linearize" });
    }
    if (mode === "rev") checkPullback(f, xs, ts, slopes, draws, tolerance);
    if (order > 1 && mode === "fwd") {
      const next: Flat = (ys) => jvpOf(f, ys, ts);
      checkFlat(next, xs, order - 1, modes, options);
    }
    if (order > 1 && mode === "rev") {
      const cts = slopes.map((y) => draws.direction(y));
      checkFlat((ys) => pullOf(f, ys, cts), xs, order - 1, modes, options);
    }
  }
}

function checkPullback(
  f: Flat,
  xs: readonly NDArray[],
  ts: readonly NDArray[],
  slopes: readonly NDArray[],
  draws: Draws,
  { rtol, atol }: { readonly rtol: number; readonly atol: number },
): void {
  const cts = slopes.map((y) => draws.direction(y));
  const reverse = inner(pullOf(f, xs, cts), ts);
  const forward = inner(slopes, cts);
  const scale = slopes.reduce((n, y) => n + y.size, 1);
  const allowed = atol * scale + rtol * Math.abs(forward);
  if (Math.abs(reverse - forward) <= allowed || Object.is(reverse, forward)) return;
  throw new Error(
    `vjp: the product of cotangent and difference must be ${forward}, got ${reverse}, off by ${Math.abs(reverse - forward)}, allowed ${allowed}`,
  );
}

function jvpOf(f: Flat, xs: readonly NDArray[], ts: readonly NDArray[]): NDArray[] {
  const [, out] = jvp((...ys: NDArray[]) => f(ys), [...xs], [...ts]);
  return out as NDArray[]; // one tangent for each result
}

function pullOf(f: Flat, xs: readonly NDArray[], cts: readonly NDArray[]): NDArray[] {
  const [, pull] = vjp((...ys: NDArray[]) => f(ys), ...xs);
  return pull([...cts]) as NDArray[]; // one cotangent for each argument
}

/** Central differences of `f` along a direction; where both sides are the same infinity, 0. */
function differences(
  f: Flat,
  xs: readonly NDArray[],
  ts: readonly NDArray[],
  eps?: number,
): NDArray[] {
  const precision = xs.some((x) => x.dtype !== "float64") ? 2 ** -23 : 2 ** -52;
  const step = eps ?? 2 ** Math.round(Math.log2(precision) / 3);
  const at = (s: number): NDArray[] => f(xs.map((x, i) => x.add((ts[i] as NDArray).mul(s)))); // as many
  const above = at(step);
  const below = at(-step);
  return above.map((a, i) => {
    const b = below[i] as NDArray; // as many results
    const slope = a.sub(b).div(2 * step);
    return np.where(np.equal(a, b), np.zerosLike(slope), slope);
  });
}

function toleranceOf(
  xs: readonly NDArray[],
  ys: readonly NDArray[],
  { atol, rtol }: GradCheckOptions,
): { readonly rtol: number; readonly atol: number } {
  const all = [...xs, ...ys].map((x) => gradientTolerance(x.dtype));
  const standard = all.reduce((a, b) => (b.rtol > a.rtol ? b : a), { rtol: 0, atol: 0 });
  return { rtol: rtol ?? standard.rtol, atol: atol ?? standard.atol };
}

/** A function of any arguments as one of its float leaves, to the float leaves of its result. */
function flatten(
  f: Checked,
  args: readonly unknown[],
): { readonly flat: Flat; readonly inputs: NDArray[] } {
  const isFloat = (x: NDArray): boolean => x.dtype.includes("float") && x.dtype !== "float0";
  const arrays = tree
    .leaves(args)
    .map((leaf) => (leaf instanceof NDArray ? leaf : np.asarray(leaf as ArrayLike)));
  const structure = tree.structure(args);
  const flat: Flat = (xs) => {
    let next = 0;
    const leaves = arrays.map((x) => (isFloat(x) ? xs[next++] : x));
    const result = f(...(tree.unflatten(structure, leaves) as never[])); // built from a list of arguments
    return tree
      .leaves(result)
      .map((leaf) => (leaf instanceof NDArray ? leaf : np.asarray(leaf as ArrayLike)))
      .filter(isFloat);
  };
  return { flat, inputs: arrays.filter(isFloat) };
}
