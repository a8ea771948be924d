import { MissingRuleError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import {
  absent,
  type ClosedJaxpr,
  defineHigherOrder,
  isLinear,
  type Linear,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import { NDArray } from "../../core/value.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import { batchJaxpr } from "../../transforms/jaxpr-rules.ts";
import { linearizeFlat } from "../../transforms/linearize-flat.ts";
import { instantiate, zeroTangent } from "../../transforms/pushforward.ts";
import { neg, sub } from "../ops/arith.ts";

/**
 * Parameters of a solution of a linear equation. All programs take the same constants first, of
 * which each reads its own.
 */
export interface LinearSolveParams {
  /** The linear function. */
  readonly matvec: ClosedJaxpr;
  /** Its transpose; null if nobody can solve for that. */
  readonly vecmat: ClosedJaxpr | null;
  /** From a right-hand side to the solution, then the aux. */
  readonly solve: ClosedJaxpr;
  /** From a right-hand side of the transposed equation to its solution; null if there is none. */
  readonly transposeSolve: ClosedJaxpr | null;
  readonly consts: number;
}

/** The solution of a linear equation, known by what it solves. Operands: constants, right-hand side. */
export const customLinearSolveP = defineHigherOrder<LinearSolveParams>("custom_linear_solve", {
  abstractEval: (_, { solve }) => solve.jaxpr.outvars.map((atom) => atom.aval),
  jvp: { kind: "rule", apply: push },
  linearize: { kind: "rule", apply: push },
  transpose: { kind: "rule", positions: null, apply: transpose },
  batch: {
    kind: "rule",
    apply(operands, dims, params, axis) {
      const { consts } = params;
      const fixed = dims.slice(0, consts);
      const xs = operands.map((x, i) =>
        i < consts ? x : putAxis(x, dims[i] ?? null, 0, axis.size),
      );
      const sides = operands.length - consts;
      const over = (program: ClosedJaxpr): ClosedJaxpr => {
        const all = program.jaxpr.outvars.map(() => true);
        return batchJaxpr(program, [...fixed, ...new Array<number>(sides).fill(0)], axis, all)
          .program;
      };
      const outs = bindLinearSolve(xs, {
        matvec: over(params.matvec),
        vecmat: params.vecmat === null ? null : over(params.vecmat),
        solve: over(params.solve),
        transposeSolve: params.transposeSolve === null ? null : over(params.transposeSolve),
        consts,
      });
      return [outs, outs.map(() => 0)];
    },
  },
  lower: { kind: "call", body: ({ solve }) => solve },
  partialEval: absent("its derivative belongs to the whole solution"),
  dce: absent("its derivative belongs to the whole solution"),
  bodies: ({ matvec, vecmat, solve, transposeSolve }) =>
    [matvec, vecmat, solve, transposeSolve].filter((program) => program !== null),
  host: null,
});

/** Solve a linear equation under the current trace. */
export function bindLinearSolve(
  operands: readonly NDArray[],
  params: LinearSolveParams,
): readonly NDArray[] {
  return bindMany(customLinearSolveP, operands, params);
}

/** Of A x = b: the tangent of x solves A t = db - dA x. The aux has no tangent. */
function push(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: LinearSolveParams,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const { matvec, consts } = params;
  const outs = bindLinearSolve(primals, params);
  const fixed = primals.slice(0, consts);
  const ofFixed = tangents.slice(0, consts);
  const ofSide = tangents.slice(consts);
  const x = outs.slice(0, ofSide.length);
  let side = ofSide;
  const present = ofFixed.filter((t) => t instanceof NDArray);
  if (present.length > 0) {
    const change = linearizeFlat(
      (values) => ({ arrays: evalJaxpr(matvec, [...values, ...x]) }),
      fixed,
      (i) => !(ofFixed[i] instanceof Zero),
    );
    if (change.results.some((t) => !(t instanceof Zero))) {
      const pushed = change.push(present);
      side = ofSide.map((t, i): Tangent => {
        if (change.results[i] instanceof Zero) return t;
        const u = pushed[i] as NDArray; // one for each result
        return t instanceof Zero ? neg(u) : sub(t, u);
      });
    }
  }
  if (side.every((t) => t instanceof Zero)) return [outs, outs.map(zeroTangent)];
  const solved = bindLinearSolve([...fixed, ...side.map(instantiate)], params);
  return [outs, outs.map((out, i) => (i < x.length ? (solved[i] as NDArray) : zeroTangent(out)))]; // as many
}

/** The solution of the transposed equation. */
function transpose(
  cts: readonly Tangent[],
  operands: readonly (NDArray | Linear)[],
  { matvec, vecmat, solve, transposeSolve, consts }: LinearSolveParams,
): readonly (Tangent | null)[] {
  if (transposeSolve === null || vecmat === null) {
    throw new MissingRuleError(
      "transpose: lax.customLinearSolve has no transpose rule here: neither transposeSolve nor symmetric was given; give one of them to differentiate in reverse",
    );
  }
  const fixed = operands.slice(0, consts).map((x) => {
    if (x instanceof NDArray) return x;
    throw new MissingRuleError(
      "transpose: lax.customLinearSolve is linear in the right-hand side only, got a linear function that is itself linear in an argument; use vjp",
    );
  });
  const sides = operands.length - consts;
  const pulled = bindLinearSolve([...fixed, ...cts.slice(0, sides).map(instantiate)], {
    matvec: vecmat,
    vecmat: matvec,
    solve: transposeSolve,
    // The aux is not part of the equation.
    transposeSolve: {
      ...solve,
      jaxpr: { ...solve.jaxpr, outvars: solve.jaxpr.outvars.slice(0, sides) },
    },
    consts,
  });
  return operands.map((x, i) => (isLinear(x) ? (pulled[i - consts] ?? null) : null));
}
