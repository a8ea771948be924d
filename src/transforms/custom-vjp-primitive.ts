import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { ArgumentError, InternalError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import {
  absent,
  type BatchAxis,
  type ClosedJaxpr,
  defineHigherOrder,
  defineMultiPrimitive,
  nonlinear,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { bindMany } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { type Batched, putAxis } from "./batch-trace.ts";
import { checkResults } from "./custom-arguments.ts";
import { avalsOf } from "./flatten.ts";
import { hoistTraced } from "./jit-primitive.ts";
import { batchFlat } from "./vmap.ts";

/** What the forward half of a custom rule leaves for the backward half. */
export interface Forward {
  readonly outs: readonly NDArray[];
  readonly residuals: readonly NDArray[];
  /** What is not an array: structures and constants. */
  readonly memo: unknown;
}

/** A function on lists with a vjp rule of its own. */
export interface CustomVjpCall {
  readonly name: string;
  readonly fun: (xs: readonly NDArray[]) => readonly NDArray[];
  readonly fwd: (xs: readonly NDArray[], perturbed: readonly boolean[]) => Forward;
  /** Cotangents of all operands. */
  readonly bwd: (
    residuals: readonly NDArray[],
    cts: readonly Tangent[],
    memo: unknown,
  ) => readonly Tangent[];
}

/** Parameters of such a call: `program` is the function once it is staged. */
export interface CustomVjpParams {
  readonly call: CustomVjpCall;
  readonly name: string;
  readonly program: ClosedJaxpr | null;
}

const forwardReason =
  "the function has a custom reverse-mode rule only; use grad, vjp or jacrev, or define it with customJvp";

/** Call of a function whose pullback its author gave. */
export const customVjpCallP = defineHigherOrder<CustomVjpParams>("custom_vjp_call", {
  abstractEval: (_, { program }) => staged(program).jaxpr.outvars.map((atom) => atom.aval),
  jvp: absent(forwardReason),
  linearize: {
    kind: "rule",
    apply(primals, tangents, { call }) {
      const perturbed = tangents.map((t) => !(t instanceof Zero));
      const { outs, residuals, memo } = call.fwd(primals, perturbed);
      const present = tangents.filter((t): t is NDArray => !(t instanceof Zero));
      const results = bindMany(customLinearP, [...residuals, ...present], {
        call,
        memo,
        perturbed,
        residuals: residuals.length,
        outs: outs.map((x) => x.aval.tangent()),
      });
      return [outs, results];
    },
  },
  transpose: nonlinear,
  batch: {
    kind: "rule",
    apply(operands, dims, { call }, axis) {
      const outs = bindCustomVjp(batchCall(call, dims, axis), operands);
      return [outs, outs.map(() => 0)];
    },
  },
  lower: { kind: "call", body: ({ program }) => staged(program) },
  partialEval: absent("its rule belongs to the whole call"),
  dce: absent("its rule belongs to the whole call"),
  bodies: ({ program }) => (program === null ? [] : [program]),
  host: {
    run: (operands, { call }) => call.fun(operands),
    stage(operands, params) {
      if (params.program !== null) return [operands, params];
      const { call, name } = params;
      const [program, traced] = hoistTraced(stage(call.fun, avalsOf(operands)));
      const stagedCall = closedOver(call, program, traced.length);
      return [[...traced, ...operands], { call: stagedCall, name, program }];
    },
  },
});

/** Parameters of the linear part of such a call. */
export interface CustomLinearParams {
  readonly call: CustomVjpCall;
  readonly memo: unknown;
  /** Which operands of the call have tangents. */
  readonly perturbed: readonly boolean[];
  readonly residuals: number;
  readonly outs: readonly ShapedArray[];
}

/** The linear part of such a call: known by its transpose alone. Operands residuals, tangents. */
export const customLinearP = defineMultiPrimitive<number, CustomLinearParams>("custom_linear", {
  abstractEval: (_, { outs }) => outs,
  jvp: absent(forwardReason),
  transpose: {
    kind: "rule",
    positions: null,
    apply(cts, operands, { call, memo, perturbed, residuals }) {
      const kept = operands.slice(0, residuals).map((x) => {
        if (x instanceof NDArray) return x;
        throw new InternalError("customVjp: a residual is linear");
      });
      const pulled = call.bwd(kept, cts, memo).filter((_, i) => perturbed[i]);
      return [...kept.map(() => null), ...pulled];
    },
  },
  batch: absent(forwardReason),
  lower: absent(forwardReason),
});

/** Apply such a function under the current trace. */
export function bindCustomVjp(
  call: CustomVjpCall,
  operands: readonly NDArray[],
): readonly NDArray[] {
  return bindMany(customVjpCallP, operands, { call, name: call.name, program: null });
}

function staged(program: ClosedJaxpr | null): ClosedJaxpr {
  if (program === null) throw new InternalError("customVjp: the function is not staged");
  return program;
}

/** The staged call, whose first `count` operands are what the function closed over. */
function closedOver(call: CustomVjpCall, program: ClosedJaxpr, count: number): CustomVjpCall {
  return {
    name: call.name,
    fun: (xs) => evalJaxpr(program, xs),
    fwd(xs, perturbed) {
      if (perturbed.slice(0, count).includes(true)) {
        throw new ArgumentError(
          `customVjp: ${call.name} must not close over a value that is differentiated, for its rule does not know it; pass the value as an argument`,
        );
      }
      const closed = xs.slice(0, count).map((x) => new Zero(x.aval.tangent()));
      const { outs, residuals, memo } = call.fwd(xs.slice(count), perturbed.slice(count));
      checkResults(outs, program, `${call.name}: the forward rule`);
      return { outs, residuals, memo: { memo, closed } satisfies ClosedMemo };
    },
    bwd(residuals, cts, memo) {
      const { memo: inner, closed } = memo as ClosedMemo; // made by `fwd`
      return [...closed, ...call.bwd(residuals, cts, inner)];
    },
  };
}

interface ClosedMemo {
  readonly memo: unknown;
  readonly closed: readonly Zero[];
}

interface BatchMemo {
  readonly memo: unknown;
  readonly dims: readonly (number | null)[];
}

/** The call over a mapped axis; every result has it at 0. */
function batchCall(
  call: CustomVjpCall,
  dims: readonly (number | null)[],
  axis: BatchAxis,
): CustomVjpCall {
  const pair = (x: NDArray, i: number): Batched => [x, dims[i] ?? null];
  return {
    name: call.name,
    fun: (xs) =>
      batchFlat(call.fun, xs.map(pair), axis).map(([x, dim]) => putAxis(x, dim, 0, axis.size)),
    fwd(xs, perturbed) {
      let memo: unknown = null;
      let count = 0;
      const pairs = batchFlat(
        (inner) => {
          const forward = call.fwd(inner, perturbed);
          memo = forward.memo;
          count = forward.outs.length;
          return [...forward.outs, ...forward.residuals];
        },
        xs.map(pair),
        axis,
      );
      const kept = pairs.slice(count);
      return {
        outs: pairs.slice(0, count).map(([x, dim]) => putAxis(x, dim, 0, axis.size)),
        residuals: kept.map(([x]) => x),
        memo: { memo, dims: kept.map(([, dim]) => dim) } satisfies BatchMemo,
      };
    },
    bwd(residuals, cts, memo) {
      const { memo: inner, dims: keptDims } = memo as BatchMemo; // made by `fwd`
      const present = cts.flatMap((ct): Batched[] => (ct instanceof Zero ? [] : [[ct, 0]]));
      let types: readonly (Tangent | null)[] = [];
      const pairs = batchFlat(
        (xs) => {
          let next = residuals.length;
          const inside = cts.map(
            (ct): Tangent =>
              ct instanceof Zero
                ? new Zero(ct.aval.withShape(ct.aval.shape.slice(1)))
                : (xs[next++] as NDArray),
          );
          types = call.bwd(xs.slice(0, residuals.length), inside, inner);
          return types.filter((ct): ct is NDArray => ct instanceof NDArray);
        },
        [...residuals.map((x, i): Batched => [x, keptDims[i] ?? null]), ...present],
        axis,
      );
      let next = 0;
      return types.map((ct, i): Tangent => {
        const dim = dims[i] ?? null;
        if (ct === null || ct instanceof Zero) return new Zero(withAxis(ct, dim, axis.size));
        return fold(pairs[next++] as Batched, dim, axis.size); // one pair for each that is not zero
      });
    },
  };
}

function withAxis(ct: Zero | null, dim: number | null, size: number): ShapedArray {
  if (ct === null) throw new InternalError("customVjp: a cotangent is missing");
  return dim === null ? ct.aval : ct.aval.withShape(ct.aval.shape.toSpliced(dim, 0, size));
}

/** A cotangent in the form of its operand: the mapped axis at `dim`, or summed away. */
function fold([x, d]: Batched, dim: number | null, size: number): NDArray {
  if (dim !== null) return putAxis(x, d, dim, size);
  if (!isFloat(x.dtype)) return x;
  return reduceSum(putAxis(x, d, 0, size), [0]);
}
