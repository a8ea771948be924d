import { isFloat } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import {
  absent,
  type ClosedJaxpr,
  defineHigherOrder,
  isLinear,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import { sameShape } from "../../core/shape.ts";
import { bindMany } from "../../core/trace.ts";
import { NDArray } from "../../core/value.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import {
  avalsOf,
  checkFunction,
  flattenArrays,
  flattenResult,
  pathOf,
} from "../../transforms/flatten.ts";
import { batchJaxpr } from "../../transforms/jaxpr-rules.ts";
import { linearizeFlat } from "../../transforms/linearize-flat.ts";
import { instantiate, zeroTangent } from "../../transforms/pushforward.ts";
import type { Given, Passed } from "../../transforms/signatures.ts";
import { addAny } from "../ops/arith.ts";
import { inAvals, stageBody } from "./bodies.ts";
import { withUnreadInputs } from "./shared-constants.ts";

/** Parameters of a linear call: two programs, each the transpose of the other. */
export interface LinearCallParams {
  /** From residuals and linear inputs to results. */
  readonly fun: ClosedJaxpr;
  /** From residuals and cotangents of the results to cotangents of the linear inputs. */
  readonly transposed: ClosedJaxpr;
  readonly residuals: number;
}

/** Call of a linear function whose transpose its author gave. Operands: residuals, linear inputs. */
export const linearCallP = defineHigherOrder<LinearCallParams>("linear_call", {
  abstractEval: (_, { fun }) => fun.jaxpr.outvars.map((atom) => atom.aval),
  jvp: { kind: "rule", apply: push },
  linearize: { kind: "rule", apply: push },
  transpose: {
    kind: "rule",
    positions: null,
    apply(cts, operands, { fun, transposed, residuals }) {
      if (operands.slice(0, residuals).some(isLinear)) throw notInResiduals();
      const fixed = operands.slice(0, residuals).filter((x) => x instanceof NDArray);
      // Operands that are not linear beside others that are: the call is linear in all together.
      const pulled = bindLinearCall([...fixed, ...cts.map(instantiate)], {
        fun: transposed,
        transposed: fun,
        residuals,
      });
      return operands.map((x, i) => (isLinear(x) ? (pulled[i - residuals] ?? null) : null));
    },
  },
  batch: {
    kind: "rule",
    apply(operands, dims, { fun, transposed, residuals }, axis) {
      const fixed = dims.slice(0, residuals);
      const xs = operands.map((x, i) =>
        i < residuals ? x : putAxis(x, dims[i] ?? null, 0, axis.size),
      );
      // All that is linear is mapped, so that each program stays the transpose of the other.
      const over = (program: ClosedJaxpr): ClosedJaxpr => {
        const count = program.jaxpr.invars.length - residuals;
        const all = program.jaxpr.outvars.map(() => true);
        return batchJaxpr(program, [...fixed, ...new Array<number>(count).fill(0)], axis, all)
          .program;
      };
      const outs = bindLinearCall(xs, {
        fun: over(fun),
        transposed: over(transposed),
        residuals,
      });
      return [outs, outs.map(() => 0)];
    },
  },
  lower: { kind: "call", body: ({ fun }) => fun },
  partialEval: absent("its transpose belongs to the whole call"),
  dce: absent("its transpose belongs to the whole call"),
  bodies: ({ fun, transposed }) => [fun, transposed],
  host: null,
});

function bindLinearCall(
  operands: readonly NDArray[],
  params: LinearCallParams,
): readonly NDArray[] {
  return bindMany(linearCallP, operands, params);
}

function notInResiduals(): ShapeError {
  return new ShapeError(
    "linearCall: only linearArgs may be transposed, got a residual that is linear; pass it among linearArgs",
  );
}

/** The call on tangents, and the derivative of the function by its residuals. */
function push(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: LinearCallParams,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const { fun, residuals } = params;
  const outs = bindLinearCall(primals, params);
  const fixed = primals.slice(0, residuals);
  const ofFixed = tangents.slice(0, residuals);
  const ofLinear = tangents.slice(residuals);
  let sum: Tangent[] = outs.map(zeroTangent);
  if (ofLinear.some((t) => !(t instanceof Zero))) {
    sum = [...bindLinearCall([...fixed, ...ofLinear.map(instantiate)], params)];
  }
  const present = ofFixed.filter((t) => t instanceof NDArray);
  if (present.length === 0) return [outs, sum];
  const by = linearizeFlat(
    (xs) => ({ arrays: evalJaxpr(fun, [...xs, ...primals.slice(residuals)]) }),
    fixed,
    (i) => !(ofFixed[i] instanceof Zero),
  );
  const pushed = by.push(present);
  return [
    outs,
    sum.map((t, i) => {
      if (by.results[i] instanceof Zero) return t;
      const u = pushed[i] as NDArray; // one for each result
      return t instanceof Zero ? u : addAny(t, u);
    }),
  ];
}

/**
 * `fun(residualArgs, linearArgs)`, a function linear in `linearArgs`, transposed by
 * `funTranspose(residualArgs, ct)` rather than by transposing what it does.
 *
 * Both are staged. That one is the transpose of the other is not checked, only that types fit. The
 * derivative by the residuals is that of `fun`.
 *
 * @throws TreeError, ShapeError or DTypeError if `funTranspose` does not give a cotangent for each
 * of `linearArgs`.
 */
export function linearCall<Residuals, Linear, Out>(
  fun: (residualArgs: Given<Residuals>, linearArgs: Given<Linear>) => Out,
  funTranspose: (residualArgs: Given<Residuals>, ct: Given<Out>) => Passed<Given<Linear>>,
  residualArgs: Residuals,
  linearArgs: Linear,
): Given<Out> {
  const where = "linearCall";
  checkFunction(fun, where);
  checkFunction(funTranspose, where);
  const fixed = flattenArrays(residualArgs, where, "residualArgs");
  const linear = flattenArrays(linearArgs, where, "linearArgs");
  linear.arrays.forEach((x, i) => {
    if (isFloat(x.dtype)) return;
    throw new DTypeError(
      `${where}: linearArgs${pathOf(linear.treeDef, i)} must be a float, got ${x.aval}; pass it among residualArgs`,
    );
  });
  const count = fixed.arrays.length;
  let outDef: TreeDef | null = null;
  const avals = avalsOf(fixed.arrays);
  const forward = stageBody(
    (xs) => {
      const result = flattenResult(
        fun(
          unflatten(fixed.treeDef, xs.slice(0, count)) as Given<Residuals>, // rebuilt as they came
          unflatten(linear.treeDef, xs.slice(count)) as Given<Linear>,
        ),
        { where },
      );
      outDef = result.treeDef;
      return result.arrays;
    },
    [...avals, ...avalsOf(linear.arrays)],
  );
  const structure = outDef as unknown as TreeDef; // the function ran
  const outs = forward.program.jaxpr.outvars.map((atom) => atom.aval);
  const back = stageBody(
    (xs) => {
      const ct = flattenArrays(
        funTranspose(
          unflatten(fixed.treeDef, xs.slice(0, count)) as Given<Residuals>, // as above
          unflatten(structure, xs.slice(count)) as Given<Out>,
        ),
        where,
        "what funTranspose gives",
      );
      checkStructure(linear.treeDef, ct.treeDef, `${where}: what funTranspose gives`);
      ct.arrays.forEach((x, i) => {
        const like = linear.arrays[i]?.aval ?? x.aval; // as many, by the structures
        if (sameShape(x.shape, like.shape) && x.dtype === like.dtype) return;
        const place = `${where}: what funTranspose gives${pathOf(linear.treeDef, i)}`;
        const Kind = x.dtype === like.dtype ? ShapeError : DTypeError;
        throw new Kind(`${place} must be ${like} as in linearArgs, got ${x.aval}; give such a one`);
      });
      return ct.arrays;
    },
    [...avals, ...outs],
  );
  const [funs, backs] = [forward.consts.length, back.consts.length];
  const results = bindLinearCall(
    [...forward.consts, ...back.consts, ...fixed.arrays, ...linear.arrays],
    {
      fun: withUnreadInputs(forward.program, funs, inAvals(back.program).slice(0, backs)),
      transposed: withUnreadInputs(back.program, 0, inAvals(forward.program).slice(0, funs)),
      residuals: funs + backs + count,
    },
  );
  return unflatten(structure, results) as Given<Out>; // as above
}
