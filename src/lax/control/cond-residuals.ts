import type { ShapedArray } from "../../core/aval.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import { type ClosedJaxpr, Zero } from "../../core/primitive.ts";
import type { NDArray } from "../../core/value.ts";
import { withWeakTypeOf } from "../../transforms/arguments.ts";
import { Derived } from "../../transforms/derived.ts";
import { linearizeJaxpr } from "../../transforms/jaxpr-rules.ts";
import { partialEval } from "../../transforms/partial-eval.ts";
import { asCarry, derive, either, inAvals } from "./bodies.ts";

/** Branches in two halves: the second reads what the first leaves. */
interface Halves {
  readonly first: readonly ClosedJaxpr[];
  readonly second: readonly ClosedJaxpr[];
  /** Where each leading operand of the second half is: an operand or a result of the first. */
  readonly residualsFrom: readonly { readonly kind: "operand" | "result"; readonly i: number }[];
}

/**
 * Make branches agree on their residuals: results of `first[b]` from `outs` on, which are the
 * leading inputs of `second[b]`.
 *
 * Only one branch runs, so residuals of one type share a place, and what a branch does not leave
 * is zero.
 */
function shareResiduals(
  first: readonly ClosedJaxpr[],
  second: readonly ClosedJaxpr[],
  outs: number,
): Halves {
  const operands: number[] = [];
  const types: ShapedArray[] = [];
  // For each branch, where each of its residuals is: an operand of all, or a shared place.
  const places = first.map(({ jaxpr }) => {
    const taken = new Set<number>();
    return jaxpr.outvars.slice(outs).map((atom) => {
      const input = atom.tag === "Var" ? jaxpr.invars.indexOf(atom) : -1;
      if (input >= 0) {
        if (!operands.includes(input)) operands.push(input);
        return { kind: "operand", i: operands.indexOf(input) } as const;
      }
      const type = atom.aval.strong();
      let i = types.findIndex((aval, k) => aval === type && !taken.has(k));
      if (i < 0) i = types.push(type) - 1;
      taken.add(i);
      return { kind: "place", i } as const;
    });
  });
  return {
    first: first.map((branch, b) =>
      derive((inputs) => {
        const results = evalJaxpr(branch, inputs);
        const mine = places[b] ?? [];
        const left = types.map((aval, k) => {
          const at = mine.findIndex(({ kind, i }) => kind === "place" && i === k);
          return asCarry(at < 0 ? new Zero(aval) : (results[outs + at] as NDArray), aval); // residuals come last
        });
        return [...results.slice(0, outs), ...left];
      }, inAvals(branch)),
    ),
    second: second.map((branch, b) => {
      const mine = places[b] ?? [];
      const operandAvals = operands.map((i) => inAvals(first[b] as ClosedJaxpr)[i] as ShapedArray); // inputs of all
      const rest = inAvals(branch).slice(mine.length);
      return derive(
        (inputs) => {
          const residuals = mine.map(({ kind, i }, k) => {
            const x = inputs[kind === "operand" ? i : operands.length + i] as NDArray; // as laid out below
            return withWeakTypeOf(x, inAvals(branch)[k] as ShapedArray); // residuals come first
          });
          return evalJaxpr(branch, [...residuals, ...inputs.slice(operands.length + types.length)]);
        },
        [...operandAvals, ...types, ...rest],
      );
    }),
    residualsFrom: [
      ...operands.map((i) => ({ kind: "operand", i }) as const),
      ...types.map((_, k) => ({ kind: "result", i: outs + k }) as const),
    ],
  };
}

interface LinearBranches {
  readonly primal: readonly ClosedJaxpr[];
  readonly linear: readonly ClosedJaxpr[];
  readonly outs: readonly boolean[];
  readonly residualsFrom: Halves["residualsFrom"];
}

const linearized = new Derived<LinearBranches>();

/** Branches linearised together: they leave the same residuals and give the same tangents. */
export function linearBranches(
  branches: readonly ClosedJaxpr[],
  nonzero: readonly boolean[],
): LinearBranches {
  const [first, ...rest] = branches as readonly [ClosedJaxpr, ...ClosedJaxpr[]]; // at least one
  return linearized.get(first, [...rest, null, ...nonzero], () => {
    const outs = branches
      .map((branch) => linearizeJaxpr(branch, nonzero).outs)
      .reduce((a, b) => either(a, b));
    const made = branches.map((branch) => linearizeJaxpr(branch, nonzero, outs));
    const halves = shareResiduals(
      made.map(({ primal }) => primal),
      made.map(({ linear }) => linear),
      outs.length,
    );
    return {
      primal: halves.first,
      linear: halves.second,
      outs: made[0]?.outs ?? outs,
      residualsFrom: halves.residualsFrom,
    };
  });
}

/** Branches split together by which operands are known. */
export function splitBranches(
  branches: readonly ClosedJaxpr[],
  known: readonly boolean[],
): {
  readonly known: readonly ClosedJaxpr[];
  readonly unknown: readonly ClosedJaxpr[];
  readonly knownOuts: readonly boolean[];
  readonly residualsFrom: Halves["residualsFrom"];
} {
  const unknownOuts = branches
    .map((branch) => partialEval(branch, known).knownOuts.map((flag) => !flag))
    .reduce((a, b) => either(a, b));
  const split = branches.map((branch) => partialEval(branch, known, unknownOuts));
  const outs = unknownOuts.filter((flag) => !flag).length;
  const { first, second, residualsFrom } = shareResiduals(
    split.map((halves) => halves.known),
    split.map((halves) => halves.unknown),
    outs,
  );
  return {
    known: first,
    unknown: second,
    knownOuts: unknownOuts.map((flag) => !flag),
    residualsFrom,
  };
}
