import type { ShapedArray } from "../../core/aval.ts";
import { hasEffect } from "../../core/effects.ts";
import { InternalError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import {
  absent,
  type BatchAxis,
  type ClosedJaxpr,
  defineHigherOrder,
  type Eqn,
  type PartialEvaluation,
  type Tangent,
} from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { type Atom, Var } from "../../core/var.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import { dce, dropInputs, withoutEffects } from "../../transforms/dce.ts";
import { Derived } from "../../transforms/derived.ts";
import { batchJaxpr, jvpJaxpr } from "../../transforms/jaxpr-rules.ts";
import { partialEval } from "../../transforms/partial-eval.ts";
import { broadcastInDim } from "../ops/broadcast.ts";
import { bitwiseAnd, select } from "../ops/compare.ts";
import { reduceOr } from "../ops/reduce.ts";
import {
  arePresent,
  asCarry,
  closure,
  derive,
  inAvals,
  marked,
  outAvals,
  placeTangents,
  presentOf,
  sameTypes,
} from "./bodies.ts";
import { range, rearrange } from "./residuals.ts";

/** Parameters of a loop that ends when a condition says so. */
export interface WhileParams {
  /** From its constants and the carry to one boolean. */
  readonly cond: ClosedJaxpr;
  /** From its own constants and the carry to the next carry. */
  readonly body: ClosedJaxpr;
  readonly bodyConsts: number;
  readonly condConsts: number;
}

const reverseReason =
  "its number of turns is not known beforehand; use lax.scan, lax.foriLoop with static bounds, or forward mode (jvp, jacfwd)";

/** Loop on a condition: constants of the condition, constants of the body, the carry. */
export const whileP = defineHigherOrder<WhileParams>("while", {
  abstractEval: whileAvals,
  jvp: { kind: "rule", apply: pushWhile },
  linearize: { kind: "rule", apply: linearizeWhile },
  transpose: absent(reverseReason),
  batch: { kind: "rule", apply: batchWhile },
  lower: { kind: "control", form: (params) => ({ kind: "while", ...params }) },
  partialEval: { kind: "rule", apply: partialWhile },
  dce: { kind: "rule", apply: shrinkWhile },
  bodies: ({ cond, body }) => [cond, body],
  host: null,
});

/** Run a loop under the current trace. */
export function bindWhile(operands: readonly NDArray[], params: WhileParams): readonly NDArray[] {
  return bindMany(whileP, operands, params);
}

/** Operands, or what belongs to them, by role. */
function byRole<T>(
  { condConsts, bodyConsts }: WhileParams,
  list: readonly T[],
): readonly [condConsts: T[], bodyConsts: T[], carry: T[]] {
  const first = condConsts + bodyConsts;
  return [list.slice(0, condConsts), list.slice(condConsts, first), list.slice(first)];
}

function whileAvals(operands: readonly ShapedArray[], params: WhileParams): readonly ShapedArray[] {
  const [ofCond, ofBody, carry] = byRole(params, operands);
  const fits =
    sameTypes(inAvals(params.cond), [...ofCond, ...carry]) &&
    sameTypes(inAvals(params.body), [...ofBody, ...carry]) &&
    sameTypes(outAvals(params.body), carry);
  const [test] = outAvals(params.cond);
  if (fits && test?.dtype === "bool" && test.ndim === 0) return outAvals(params.body);
  throw new InternalError(
    `while: operands of the bodies' types are required, got ${operands.join(", ")}`,
  );
}

type Duals = readonly [outs: readonly NDArray[], tangents: readonly Tangent[]];

interface PushedBody {
  readonly body: ClosedJaxpr;
  readonly cond: ClosedJaxpr;
  /** Which parts of the carry have tangents. */
  readonly outs: readonly boolean[];
}

const pushedBodies = new Derived<PushedBody>();

/** The loop with tangents in its carry, after all of the primals. */
function pushedBody(
  params: WhileParams,
  ofConsts: readonly boolean[],
  ofInit: readonly boolean[],
): PushedBody {
  const { cond, body, bodyConsts, condConsts } = params;
  const key = [cond, bodyConsts, condConsts, ...ofConsts, null, ...ofInit];
  return pushedBodies.get(body, key, () => {
    const count = ofInit.length;
    const outs = closure(ofInit, (flags) => jvpJaxpr(body, [...ofConsts, ...flags]).outs);
    const { program } = jvpJaxpr(body, [...ofConsts, ...outs], outs);
    const consts = marked(ofConsts, ofConsts).length;
    const tangents = bodyConsts + count;
    const order = [
      ...range(0, bodyConsts),
      ...range(tangents, tangents + consts),
      ...range(bodyConsts, tangents),
      ...range(tangents + consts, inAvals(program).length),
    ];
    const carried = marked(outs, inAvals(body).slice(bodyConsts)).map((aval) => aval.tangent());
    return {
      body: rearrange(program, order),
      cond: withInputs(cond, carried),
      outs,
    };
  });
}

/** The program with further inputs, which it does not read. */
function withInputs({ jaxpr, consts }: ClosedJaxpr, avals: readonly ShapedArray[]): ClosedJaxpr {
  const added = avals.map((aval) => new Var(aval));
  return { jaxpr: { ...jaxpr, invars: [...jaxpr.invars, ...added] }, consts };
}

/** Push tangents through a loop. The condition sees primals alone. */
function pushWhile(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: WhileParams,
): Duals {
  const [ofCond, consts, init] = byRole(params, primals);
  const [, tconsts, tinit] = byRole(params, tangents);
  const { body, cond, outs } = pushedBody(params, arePresent(tconsts), arePresent(tinit));
  const tcarry = tinit.flatMap((t, i) => {
    const x = init[i] as NDArray; // as many
    return outs[i] ? [asCarry(t, x.aval.tangent())] : [];
  });
  const bodyConsts = [...consts, ...presentOf(tconsts)];
  const results = bindWhile([...ofCond, ...bodyConsts, ...init, ...tcarry], {
    cond,
    body,
    condConsts: ofCond.length,
    bodyConsts: bodyConsts.length,
  });
  const values = results.slice(0, init.length);
  const avals = values.map((x) => x.aval);
  return [values, placeTangents(avals, outs, results.slice(init.length))];
}

/** The loop itself, and apart from it the loop with tangents, which computes the primals again. */
function linearizeWhile(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: WhileParams,
): Duals {
  const outs = bindWhile(primals, params);
  const [, tconsts, tinit] = byRole(params, tangents);
  if (!arePresent([...tconsts, ...tinit]).includes(true)) {
    return [
      outs,
      placeTangents(
        outs.map((x) => x.aval),
        [],
        [],
      ),
    ];
  }
  const { cond, body } = params;
  const silent = { ...params, cond: withoutEffects(cond), body: withoutEffects(body) };
  return [outs, pushWhile(primals, tangents, silent)[1]];
}

function batchWhile(
  operands: readonly NDArray[],
  dims: readonly (number | null)[],
  params: WhileParams,
  axis: BatchAxis,
): readonly [readonly NDArray[], readonly (number | null)[]] {
  const { cond, body } = params;
  const [condDims, bodyDims, initDims] = byRole(params, dims);
  const front = (flag: boolean): number | null => (flag ? 0 : null);
  const bodyAt = (flags: readonly boolean[]) => [...bodyDims, ...flags.map(front)];
  const condAt = (flags: readonly boolean[]) => [...condDims, ...flags.map(front)];
  const isTestMapped = (flags: readonly boolean[]): boolean =>
    batchJaxpr(cond, condAt(flags), axis).outs[0] === true;
  const carried = closure(
    initDims.map((dim) => dim !== null),
    (flags) =>
      isTestMapped(flags) ? flags.map(() => true) : batchJaxpr(body, bodyAt(flags), axis).outs,
  );
  const test = batchJaxpr(cond, condAt(carried), axis);
  const turn = batchJaxpr(body, bodyAt(carried), axis, carried);
  const [ofCond, ofBody, init] = byRole(params, operands);
  const first = init.map((x, i) =>
    carried[i] ? putAxis(x, initDims[i] ?? null, 0, axis.size) : x,
  );
  const outDims = carried.map(front);
  if (test.outs[0] !== true) {
    const loop = { ...params, cond: test.program, body: turn.program };
    return [bindWhile([...ofCond, ...ofBody, ...first], loop), outDims];
  }
  // Lanes that are done wait for the others: the carry holds which are not, and keeps its values
  // in those that are. The condition is evaluated once in each turn.
  const lanes = evalJaxpr(test.program, [...ofCond, ...first]);
  const loop = laneLoop(params, test.program, turn.program, axis.size);
  const results = bindWhile([...ofCond, ...ofBody, ...lanes, ...first], loop);
  return [results.slice(1), outDims];
}

const laneLoops = new Derived<WhileParams>();

/** A loop over lanes, each of which has a condition of its own; all constants belong to the body. */
function laneLoop(
  { condConsts, bodyConsts }: WhileParams,
  test: ClosedJaxpr,
  turn: ClosedJaxpr,
  size: number,
): WhileParams {
  return laneLoops.get(turn, [test, condConsts, bodyConsts, size], () => {
    const [testAvals, turnAvals] = [inAvals(test), inAvals(turn)];
    const lanes = outAvals(test);
    const state = [...lanes, ...turnAvals.slice(bodyConsts)];
    const body = derive(
      (inputs) => {
        const consts = condConsts + bodyConsts;
        const running = inputs[consts] as NDArray; // the first of the carry
        const before = inputs.slice(consts + 1);
        const after = evalJaxpr(turn, [...inputs.slice(condConsts, consts), ...before]);
        const kept = after.map((x, i) => {
          const mask = broadcastInDim(running, x.shape, [0]);
          return select(mask, x, before[i] as NDArray); // as many
        });
        const [next] = evalJaxpr(test, [...inputs.slice(0, condConsts), ...kept]);
        return [bitwiseAnd(running, next as NDArray), ...kept]; // a condition has one result
      },
      [...testAvals.slice(0, condConsts), ...turnAvals.slice(0, bodyConsts), ...state],
    );
    const cond = derive(([running]) => [reduceOr(running as NDArray, [0])], state); // as above
    return { cond, body, condConsts: 0, bodyConsts: condConsts + bodyConsts };
  });
}

/**
 * What known operands decide of a loop, if they decide its condition. The loop as a whole then
 * runs again for the rest.
 */
function partialWhile(known: readonly boolean[], eqn: Eqn): PartialEvaluation {
  const params = eqn.params as WhileParams; // an equation of `whileP`
  const { cond, body, bodyConsts } = params;
  // What runs again would have its effects again.
  if (hasEffect(eqn)) return { known: null, unknown: eqn };
  const [ofCond, ofBody, ofInit] = byRole(params, known);
  const unknown = closure(
    ofInit.map((flag) => !flag),
    (flags) =>
      partialEval(body, [...ofBody, ...flags.map((flag) => !flag)]).knownOuts.map((flag) => !flag),
  );
  const isKnown = unknown.map((flag) => !flag);
  const decided = partialEval(cond, [...ofCond, ...isKnown]).knownOuts[0] === true;
  if (!decided || !isKnown.includes(true) || ofCond.includes(false)) {
    return { known: null, unknown: eqn };
  }
  const outs = marked(isKnown, eqn.outs);
  const [condInputs, bodyInputs, initInputs] = byRole(params, eqn.inputs);
  const kept = dce(body.jaxpr, isKnown);
  const keep = kept.usedInputs.map((flag, i) =>
    i < bodyConsts ? flag : isKnown[i - bodyConsts] === true,
  );
  if (keep.some((flag, i) => flag && i < bodyConsts && !ofBody[i])) {
    return { known: null, unknown: eqn };
  }
  const reads = dce(cond.jaxpr).usedInputs;
  // The condition is decided by what is known, so it reads nothing else.
  const keepCond = reads.map((flag, i) =>
    i < ofCond.length ? flag : isKnown[i - ofCond.length] === true,
  );
  const knownEqn: Eqn = {
    prim: whileP,
    inputs: [
      ...marked(keepCond, condInputs),
      ...marked(keep.slice(0, bodyConsts), bodyInputs),
      ...marked(isKnown, initInputs),
    ],
    params: {
      cond: { jaxpr: dropInputs(cond.jaxpr, keepCond), consts: cond.consts },
      body: { jaxpr: dropInputs(kept.jaxpr, keep), consts: body.consts },
      condConsts: marked(keepCond, condInputs).length,
      bodyConsts: marked(keep.slice(0, bodyConsts), bodyInputs).length,
    } satisfies WhileParams,
    outs,
  };
  return {
    known: knownEqn,
    unknown: { ...eqn, outs: eqn.outs.map((v, i) => (isKnown[i] ? new Var(v.aval) : v)) },
  };
}

/** A loop without the parts of its carry that neither a reader nor the condition needs. */
function shrinkWhile(used: readonly boolean[], eqn: Eqn): Eqn | null {
  const params = eqn.params as WhileParams; // an equation of `whileP`
  const { cond, body, condConsts, bodyConsts } = params;
  const test = dce(cond.jaxpr);
  const read = test.usedInputs.slice(condConsts);
  const kept = closure(
    used.map((flag, i) => flag || read[i] === true),
    (flags) => dce(body.jaxpr, flags).usedInputs.slice(bodyConsts),
  );
  const turn = dce(body.jaxpr, kept);
  const keepCond = [...test.usedInputs.slice(0, condConsts), ...kept];
  const keepBody = [...turn.usedInputs.slice(0, bodyConsts), ...kept];
  const [condInputs, bodyInputs, init] = byRole<Atom>(params, eqn.inputs);
  const [condKept, bodyKept] = [
    marked(keepCond, condInputs),
    marked(keepBody.slice(0, bodyConsts), bodyInputs),
  ];
  return {
    prim: whileP,
    inputs: [...condKept, ...bodyKept, ...marked(kept, init)],
    params: {
      cond: { jaxpr: dropInputs(test.jaxpr, keepCond), consts: cond.consts },
      body: { jaxpr: dropInputs(turn.jaxpr, keepBody), consts: body.consts },
      condConsts: condKept.length,
      bodyConsts: bodyKept.length,
    } satisfies WhileParams,
    outs: marked(kept, eqn.outs),
  };
}
