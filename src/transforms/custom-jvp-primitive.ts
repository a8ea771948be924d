import { ArgumentError, InternalError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import {
  absent,
  type BatchAxis,
  type ClosedJaxpr,
  defineHigherOrder,
  nonlinear,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { bindMany } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { putAxis } from "./batch-trace.ts";
import { checkResults } from "./custom-arguments.ts";
import { avalsOf } from "./flatten.ts";
import { hoistTraced } from "./jit-primitive.ts";
import type { Dual } from "./pushforward.ts";
import { batchFlat } from "./vmap.ts";

/** A function on lists with a jvp rule of its own. */
export interface CustomJvpCall {
  readonly name: string;
  readonly fun: (xs: readonly NDArray[]) => readonly NDArray[];
  readonly jvp: (primals: readonly NDArray[], tangents: readonly Tangent[]) => Dual;
}

/** Parameters of such a call: `program` is the function once it is staged. */
export interface CustomJvpParams {
  readonly call: CustomJvpCall;
  readonly name: string;
  readonly program: ClosedJaxpr | null;
}

/** Call of a function whose derivative its author gave. */
export const customJvpCallP = defineHigherOrder<CustomJvpParams>("custom_jvp_call", {
  abstractEval: (_, { program }) => staged(program).jaxpr.outvars.map((atom) => atom.aval),
  jvp: { kind: "rule", apply: (primals, tangents, { call }) => call.jvp(primals, tangents) },
  linearize: { kind: "rule", apply: (primals, tangents, { call }) => call.jvp(primals, tangents) },
  transpose: nonlinear,
  batch: {
    kind: "rule",
    apply(operands, dims, { call }, axis) {
      const outs = bindCustomJvp(batchCall(call, dims, axis), operands);
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

/** Apply such a function under the current trace. */
export function bindCustomJvp(
  call: CustomJvpCall,
  operands: readonly NDArray[],
): readonly NDArray[] {
  return bindMany(customJvpCallP, operands, { call, name: call.name, program: null });
}

function staged(program: ClosedJaxpr | null): ClosedJaxpr {
  if (program === null) throw new InternalError("customJvp: the function is not staged");
  return program;
}

/** The staged call, whose first `count` operands are what the function closed over. */
function closedOver(call: CustomJvpCall, program: ClosedJaxpr, count: number): CustomJvpCall {
  return {
    name: call.name,
    fun: (xs) => evalJaxpr(program, xs),
    jvp(primals, tangents) {
      if (tangents.slice(0, count).some((t) => !(t instanceof Zero))) {
        throw new ArgumentError(
          `customJvp: ${call.name} must not close over a value that is differentiated, for its rule does not know it; pass the value as an argument`,
        );
      }
      const dual = call.jvp(primals.slice(count), tangents.slice(count));
      checkResults(dual[0], program, `${call.name}: the jvp rule`);
      return dual;
    },
  };
}

/** The call over a mapped axis; every result has it at 0. */
function batchCall(
  call: CustomJvpCall,
  dims: readonly (number | null)[],
  axis: BatchAxis,
): CustomJvpCall {
  return {
    name: call.name,
    fun: (xs) =>
      batchFlat(
        call.fun,
        xs.map((x, i) => [x, dims[i] ?? null]),
        axis,
      ).map(([x, dim]) => putAxis(x, dim, 0, axis.size)),
    jvp(primals, tangents) {
      const isPresent = tangents.map((t) => !(t instanceof Zero));
      const present = tangents.flatMap((t, i) =>
        t instanceof Zero ? [] : [[t, dims[i] ?? null] as const],
      );
      let hasTangent: readonly boolean[] = [];
      const pairs = batchFlat(
        (xs) => {
          const given = xs.slice(primals.length);
          let next = 0;
          const ts = tangents.map(
            (t, i): Tangent =>
              isPresent[i] ? (given[next++] as NDArray) : new Zero(unbatched(t, dims[i] ?? null)),
          );
          const [outs, outTangents] = call.jvp(xs.slice(0, primals.length), ts);
          hasTangent = outTangents.map((t) => !(t instanceof Zero));
          return [...outs, ...outTangents.filter((t): t is NDArray => !(t instanceof Zero))];
        },
        [...primals.map((x, i) => [x, dims[i] ?? null] as const), ...present],
        axis,
      ).map(([x, dim]) => putAxis(x, dim, 0, axis.size));
      const outs = pairs.slice(0, hasTangent.length);
      let next = hasTangent.length;
      return [
        outs,
        outs.map((out, i) =>
          hasTangent[i] ? (pairs[next++] as NDArray) : new Zero(out.aval.tangent()),
        ),
      ];
    },
  };
}

function unbatched({ aval }: Tangent, dim: number | null): NDArray["aval"] {
  return dim === null ? aval : aval.withShape(aval.shape.toSpliced(dim, 1));
}
