import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differences, type Strictness } from "./compare.ts";
import {
  decode,
  decodeOptions,
  type EncodedArgument,
  type EncodedArray,
  type EncodedResult,
  isTestArray,
  resolve,
} from "./encoding.ts";
import "./programs.ts";

/** Tolerances of one answer, where they are not the default. */
interface Answer {
  readonly tol?: number;
  readonly atol?: number;
}

/** One call, and what JAX answers. Written by `generate/oracle.py`. */
export interface Case extends Answer {
  readonly fn: string;
  readonly args: readonly EncodedArgument[];
  readonly opts?: Readonly<Record<string, EncodedArgument>>;
  /** Arguments for the function that `fn` returns. */
  readonly then?: readonly EncodedArgument[];
  readonly out: EncodedResult;
  /** Positions of the arguments that are differentiated; all, if absent. */
  readonly wrt?: readonly number[];
  /** Tangents per differentiated argument; the answer has one per float leaf of the result. */
  readonly jvp?: Answer & {
    readonly tangents: readonly EncodedArgument[];
    readonly out: readonly EncodedResult[];
  };
  /** Cotangents per float leaf of the result; the answer has one per differentiated argument. */
  readonly vjp?: Answer & {
    readonly ct: readonly EncodedArray[];
    readonly out: readonly EncodedResult[];
  };
  /** The call with the arguments at the positions `over` (all, if absent) mapped; outAxes is 0. */
  readonly vmap?: Answer & {
    readonly over?: readonly number[];
    readonly inAxes: readonly unknown[];
    readonly args: readonly EncodedArgument[];
    readonly out: EncodedResult;
  };
  readonly note?: string;
}

/** The parsed content of one file of `values`. */
export function readValues(area: string): unknown {
  return JSON.parse(readFileSync(new URL(`values/${area}.json`, import.meta.url), "utf8"));
}

/** One thing to compute, and what JAX gives for it. */
export interface Check {
  readonly what: string;
  compute(): unknown;
  readonly expected: EncodedResult;
  readonly strictness: Strictness;
}

/** What a case asks for: the value, and derivatives and the mapped call where it has them. */
export function checksOf(c: Case): readonly Check[] {
  return [valueCheck(c), ...jvpCheck(c), ...vjpCheck(c), ...vmapCheck(c)];
}

/** Registers one test per function that the file of that name has cases of. */
export function testAgainstJax(area: string): void {
  const cases = readValues(area) as readonly Case[];
  for (const fn of new Set(cases.map((c) => c.fn))) {
    test(`${fn} agrees with JAX`, () => {
      const problems = cases
        .filter((c) => c.fn === fn)
        .flatMap((c, index) => problemsOf(c).map((problem) => `case ${index}, ${problem}`));
      expect(problems).toEqual([]);
    });
  }
}

function problemsOf(c: Case): string[] {
  return checksOf(c).flatMap(({ what, compute, expected, strictness: strict }) => {
    try {
      return differences(compute(), expected, strict, what);
    } catch (error) {
      return [`${what}: threw ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

/**
 * Functions whose derivatives are long sums of terms that cancel, in JAX's float32 as in ours: how
 * many units of the largest element apart two orders of summation were seen to be, rounded up.
 */
const cancelling: Readonly<Record<string, number>> = { "nn.dotProductAttention": 32 };

/**
 * Functions that are NaN in JAX where SciPy and analysis have a value: at infinities, at the pole
 * of expi, and in reverse mode where a branch not taken divides by 0. Values there are in
 * test/scipy/exponential-integrals.test.ts.
 */
const faultyNan: ReadonlySet<string> = new Set([
  "scipy.special.exp1",
  "scipy.special.expi",
  "scipy.special.spence",
]);

function strictness(
  answer: Answer & { readonly fn?: string },
  kind: { value?: boolean; derivative?: boolean },
): Strictness {
  return {
    tol: answer.tol,
    atol: answer.atol,
    signOfZero: kind.value ?? false,
    weakType: !kind.derivative,
    faultyNan: faultyNan.has(answer.fn ?? ""),
    normwise: kind.derivative ? (cancelling[answer.fn ?? ""] ?? 1) : 0,
  };
}

function call(c: Case, args: readonly unknown[]): unknown {
  const all = c.opts === undefined ? args : [...args, decodeOptions(c.opts)];
  const result = resolve(c.fn)(...all);
  if (c.then === undefined) return result;
  return (result as (...rest: unknown[]) => unknown)(...c.then.map(decode));
}

/** `args` with those at `positions` replaced. */
function withReplaced(
  args: readonly unknown[],
  positions: readonly number[],
  values: readonly unknown[],
): unknown[] {
  const full = [...args];
  positions.forEach((position, i) => {
    full[position] = values[i];
  });
  return full;
}

function valueCheck(c: Case): Check {
  return {
    what: "value",
    compute: () => call(c, c.args.map(decode)),
    expected: c.out,
    strictness: strictness(c, { value: true }),
  };
}

function jvpCheck(c: Case): readonly Check[] {
  if (c.jvp === undefined) return [];
  const { tangents, out } = c.jvp;
  const compute = (): unknown => {
    const { chosen, f } = differentiated(c);
    const jvp = resolve("jvp") as (f: unknown, x: unknown[], t: unknown[]) => [unknown, unknown];
    return jvp(f, chosen, tangents.map(decode))[1];
  };
  const strict = strictness({ ...c.jvp, fn: c.fn }, { derivative: true });
  return [{ what: "jvp", compute, expected: out, strictness: strict }];
}

function vjpCheck(c: Case): readonly Check[] {
  if (c.vjp === undefined) return [];
  const { ct, out } = c.vjp;
  const compute = (): unknown => {
    const { chosen, f } = differentiated(c);
    const [, pull] = resolve("vjp")(f, ...chosen) as [unknown, (ct: unknown) => unknown];
    return pull(ct.map(decode));
  };
  const strict = strictness({ ...c.vjp, fn: c.fn }, { derivative: true });
  return [{ what: "vjp", compute, expected: out, strictness: strict }];
}

function vmapCheck(c: Case): readonly Check[] {
  if (c.vmap === undefined) return [];
  const { over: given, inAxes, args: stacked, out } = c.vmap;
  const compute = (): unknown => {
    const args = c.args.map(decode);
    const over = given ?? args.map((_, i) => i);
    const f = (...mapped: unknown[]) => call(c, withReplaced(args, over, mapped));
    const mapped = resolve("vmap")(f, { inAxes }) as (...xs: unknown[]) => unknown;
    return mapped(...stacked.map(decode));
  };
  return [{ what: "vmap", compute, expected: out, strictness: strictness(c.vmap, {}) }];
}

/** The arguments that are differentiated, and the function of them that gives the float leaves as a list. */
function differentiated(c: Case): { chosen: unknown[]; f: (...xs: unknown[]) => unknown[] } {
  const args = c.args.map(decode);
  const wrt = c.wrt ?? args.map((_, i) => i);
  const f = (...xs: unknown[]) => floatLeaves(call(c, withReplaced(args, wrt, xs)));
  return { chosen: wrt.map((i) => args[i]), f };
}

function floatLeaves(result: unknown): unknown[] {
  if (Array.isArray(result)) return result.flatMap(floatLeaves);
  return isTestArray(result) && result.dtype.includes("float") ? [result] : [];
}
