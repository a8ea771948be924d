import { isFloat } from "../core/dtype.ts";
import { type ClosedJaxpr, type Eqn, type Tangent, Zero } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { evalTrace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import type { CondParams } from "../lax/control/cond-primitive.ts";
import type { LinearCallParams } from "../lax/control/linear-call.ts";
import type { ScanParams } from "../lax/control/scan-shape.ts";
import type { WhileParams } from "../lax/control/while-primitive.ts";
import { sliceInDim } from "../lax/ops/in-dim.ts";
import { reshape } from "../lax/ops/layout.ts";
import type { CustomJvpParams } from "../transforms/custom-jvp-primitive.ts";
import type { CustomVjpParams } from "../transforms/custom-vjp-primitive.ts";
import { everythingRule } from "./array-rules.ts";
import {
  type DependenceRule,
  depending,
  type Known,
  startsOf,
  unionByGroup,
  unionEach,
} from "./dependence.ts";
import { IndexSets } from "./index-sets.ts";

/** How many turns of a loop are followed one by one; a longer one may mix everything. */
const turnsFollowed = 1024;

const setsOf = (values: readonly Known[]): (Int32Array | null)[] => values.map((x) => x.sets);

/** Call of a program. */
export function callRule(programOf: (eqn: Eqn) => ClosedJaxpr | null): DependenceRule {
  return (operands, eqn, walk) => {
    const program = programOf(eqn);
    return program === null
      ? everythingRule(operands, eqn, walk)
      : setsOf(walk.program(program, operands));
  };
}

/** A linear function with a transpose of its own, which must agree with what the function does. */
export const linearCallRule: DependenceRule = callRule(
  ({ params }) => (params as LinearCallParams).fun,
);

/** The branch that a known index chooses, or all of them together. */
export const condRule: DependenceRule = ([index, ...operands], { outs, params }, walk) => {
  const { branches } = params as CondParams; // those of `condP`
  const known = index?.value() ?? null;
  const last = branches.length - 1;
  const taken =
    known === null
      ? branches
      : [branches[Math.min(Math.max(Number(known.item()), 0), last)] as ClosedJaxpr]; // clamped
  const found = taken.map((branch) => setsOf(walk.program(branch, operands)));
  return outs.map(({ aval }, i) =>
    unionEach(
      found.map((sets) => sets[i] ?? null),
      aval.size,
      walk.sets,
    ),
  );
};

/** A slice of a stacked value. */
function turnOf({ aval, sets, value }: Known, i: number): Known {
  const slice = aval.withShape(aval.shape.slice(1));
  return {
    aval: slice,
    sets: sets?.subarray(i * slice.size, (i + 1) * slice.size) ?? null,
    value: () => {
      const known = value();
      if (known === null) return null;
      return withTrace(evalTrace, () => reshape(sliceInDim(known, i, i + 1), slice.shape));
    },
  };
}

/** Compute small constants of a carry, so that none of them waits for all turns before it. */
function settle(carry: readonly Known[]): void {
  for (const x of carry) if (x.sets === null && x.aval.size <= 16) x.value();
}

/** A loop of known length, turn by turn. */
export const scanRule: DependenceRule = (operands, eqn, walk) => {
  const { body, consts, carry: count, length, reverse } = eqn.params as ScanParams; // those of `scanP`
  if (length > turnsFollowed) return everythingRule(operands, eqn, walk);
  const fixed = operands.slice(0, consts);
  let carry: readonly Known[] = operands.slice(consts, consts + count);
  const stacks = eqn.outs.slice(count).map(({ aval }) => new Int32Array(aval.size));
  for (let n = 0; n < length; n++) {
    const i = reverse ? length - 1 - n : n;
    const xs = operands.slice(consts + count).map((x) => turnOf(x, i));
    const results = walk.program(body, [...fixed, ...carry, ...xs]);
    carry = results.slice(0, count);
    settle(carry);
    stacks.forEach((stack, k) => {
      const sets = results[count + k]?.sets ?? null;
      if (sets !== null) stack.set(sets, i * sets.length);
    });
  }
  return [...setsOf(carry), ...stacks];
};

/** A loop on a condition, turn by turn while constants decide it. */
export const whileRule: DependenceRule = (operands, eqn, walk) => {
  walk.require("forward");
  const { cond, body, condConsts, bodyConsts } = eqn.params as WhileParams; // those of `whileP`
  const ofCond = operands.slice(0, condConsts);
  const fixed = operands.slice(condConsts, condConsts + bodyConsts);
  let carry: readonly Known[] = operands.slice(condConsts + bodyConsts);
  for (let n = 0; n <= turnsFollowed; n++) {
    const [test] = walk.program(cond, [...ofCond, ...carry]);
    const goesOn = test?.value() ?? null;
    if (goesOn === null) break;
    if (goesOn.item() === false) return setsOf(carry);
    carry = walk.program(body, [...fixed, ...carry]);
    settle(carry);
  }
  return everythingRule(operands, eqn, walk);
};

/** A function with a jvp rule of its own: what its tangents depend on, which that rule decides. */
export const customJvpRule: DependenceRule = (operands, { outs, params }, walk) => {
  const { call } = params as CustomJvpParams; // those of `customJvpCallP`
  const moving = operands.filter((x) => x.sets !== null);
  const count = operands.length;
  let hasTangent: readonly boolean[] = [];
  const program = stage(
    (inputs) => {
      let next = count;
      const tangents = operands.map(
        ({ sets, aval }): Tangent =>
          sets === null ? new Zero(aval.tangent()) : (inputs[next++] as NDArray), // one each
      );
      const [, ts] = call.jvp(inputs.slice(0, count), tangents);
      hasTangent = ts.map((t) => !(t instanceof Zero));
      return ts.filter((t): t is NDArray => !(t instanceof Zero));
    },
    [...operands.map((x) => x.aval), ...moving.map((x) => x.aval.tangent())],
  );
  const still = operands.map(({ aval, value }): Known => ({ aval, sets: null, value }));
  const tangents = moving.map(({ aval, sets }) => depending(aval.tangent(), sets));
  const found = walk.program(program, [...still, ...tangents]);
  let next = 0;
  return outs.map((_, i) => (hasTangent[i] ? (found[next++]?.sets ?? null) : null));
};

/** A function with a pullback of its own: the transpose of what its cotangents depend on. */
export const customVjpRule: DependenceRule = (operands, { outs, params }, walk) => {
  walk.require("reverse");
  const { call } = params as CustomVjpParams; // those of `customVjpCallP`
  const count = operands.length;
  const floats = outs.map(({ aval }) => isFloat(aval.dtype));
  let hasCotangent: readonly boolean[] = [];
  const program = stage(
    (inputs) => {
      const perturbed = operands.map((x) => x.sets !== null);
      const { residuals, memo } = call.fwd(inputs.slice(0, count), perturbed);
      let next = count;
      const cts = outs.map(
        ({ aval }, i): Tangent =>
          floats[i] ? (inputs[next++] as NDArray) : new Zero(aval.tangent()), // one each
      );
      const pulled = call.bwd(residuals, cts, memo);
      hasCotangent = pulled.map((ct, i) => perturbed[i] === true && !(ct instanceof Zero));
      return pulled.filter((ct, i): ct is NDArray => hasCotangent[i] === true && ct !== null);
    },
    [
      ...operands.map((x) => x.aval),
      ...outs.flatMap(({ aval }, i) => (floats[i] ? [aval.tangent()] : [])),
    ],
  );
  const found = walk.apart(program, count);
  const starts = startsOf(outs.map(({ aval }, i) => (floats[i] ? aval.size : 0)));
  const total = starts.at(-1) ?? 0;
  const pairs: [from: number, to: number][] = [];
  let next = 0;
  operands.forEach(({ sets }, i) => {
    if (!hasCotangent[i]) return;
    const readers = found[next++] ?? null;
    readers?.forEach((cts, element) => {
      for (const ct of cts) pairs.push([sets?.[element] ?? IndexSets.empty, ct]);
    });
  });
  const all = unionByGroup(
    Int32Array.from(pairs, ([from]) => from),
    Int32Array.from(pairs, ([, to]) => to),
    total,
    walk.sets,
  );
  return outs.map((_, i) => (floats[i] ? all.subarray(starts[i], starts[i + 1]) : null));
};
