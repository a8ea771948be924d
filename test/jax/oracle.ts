import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differences, type Strictness } from "./compare.ts";
import {
  decode,
  decodeOptions,
  type EncodedArgument,
  type EncodedArray,
  type EncodedResult,
  find,
  isTestArray,
  resolve,
} from "./encoding.ts";
import { notYet } from "./not-yet.ts";
import "./programs.ts";

/** Tolerances of one answer, where they are not the default. */
interface Answer {
  readonly tol?: number;
  readonly atol?: number;
}

/** One call, and what JAX answers. Written by `generate/oracle.py`. */
interface Case extends Answer {
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

/** Registers one test per function that the file of that name has cases of. */
export function testAgainstJax(area: string): void {
  const cases = readValues(area) as readonly Case[];
  for (const fn of new Set(cases.map((c) => c.fn))) {
    const reason = notYet[fn];
    if (reason !== undefined && find(fn) === undefined) {
      // Its values wait: the other test takes over as soon as the function is there.
      test(`${fn} is not in the library yet, and README does not claim it`, () => {
        expect(find(fn)).toBeUndefined();
        const name = fn.split(".").at(-1) ?? fn;
        expect(readFileSync(new URL("../../README.md", import.meta.url), "utf8")).not.toContain(
          name,
        );
      });
      continue;
    }
    test(`${fn} agrees with JAX`, () => {
      expect(reason, `${fn} is in the library; drop it from notYet`).toBeUndefined();
      const problems = cases
        .filter((c) => c.fn === fn)
        .flatMap((c, index) => problemsOf(c).map((problem) => `case ${index}, ${problem}`));
      expect(problems).toEqual([]);
    });
  }
}

function problemsOf(c: Case): string[] {
  return [
    ...attempt("value", () =>
      differences(call(c, c.args.map(decode)), c.out, strictness(c, { value: true }), "value"),
    ),
    ...attempt("jvp", () => jvpProblems(c)),
    ...attempt("vjp", () => vjpProblems(c)),
    ...attempt("vmap", () => vmapProblems(c)),
  ];
}

/** The problems found, or the error thrown as one. */
function attempt(what: string, find: () => string[]): string[] {
  try {
    return find();
  } catch (error) {
    return [`${what}: threw ${error instanceof Error ? error.message : String(error)}`];
  }
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

function jvpProblems(c: Case): string[] {
  if (c.jvp === undefined) return [];
  const { chosen, f } = differentiated(c);
  const jvp = resolve("jvp") as (f: unknown, x: unknown[], t: unknown[]) => [unknown, unknown];
  const [, tangent] = jvp(f, chosen, c.jvp.tangents.map(decode));
  return differences(
    tangent,
    c.jvp.out,
    strictness({ ...c.jvp, fn: c.fn }, { derivative: true }),
    "jvp",
  );
}

function vjpProblems(c: Case): string[] {
  if (c.vjp === undefined) return [];
  const { chosen, f } = differentiated(c);
  const [, pull] = resolve("vjp")(f, ...chosen) as [unknown, (ct: unknown) => unknown];
  const cts = pull(c.vjp.ct.map(decode));
  return differences(
    cts,
    c.vjp.out,
    strictness({ ...c.vjp, fn: c.fn }, { derivative: true }),
    "vjp",
  );
}

function vmapProblems(c: Case): string[] {
  if (c.vmap === undefined) return [];
  const args = c.args.map(decode);
  const over = c.vmap.over ?? args.map((_, i) => i);
  const f = (...mapped: unknown[]) => call(c, withReplaced(args, over, mapped));
  const mapped = resolve("vmap")(f, { inAxes: c.vmap.inAxes }) as (...xs: unknown[]) => unknown;
  const out = mapped(...c.vmap.args.map(decode));
  return differences(out, c.vmap.out, strictness(c.vmap, {}), "vmap");
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
