import { ArgumentError, InternalError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import {
  absent,
  type ClosedJaxpr,
  defineHigherOrder,
  nonlinear,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { bindMany } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { putAxis } from "./batch-trace.ts";
import { avalsOf } from "./flatten.ts";
import { hoistTraced } from "./jit-primitive.ts";
import { jvpFlat } from "./jvp.ts";
import { linearizeFlat } from "./linearize-flat.ts";
import { type Dual, zeroTangent } from "./pushforward.ts";

/** What a rule gives for mapped operands: each result has the mapped axis at 0, or has none. */
export interface Mapped {
  readonly outs: readonly NDArray[];
  readonly batched: readonly boolean[];
}

/** A function on lists with a vmap rule of its own. */
export interface CustomVmapCall {
  readonly name: string;
  readonly fun: (xs: readonly NDArray[]) => readonly NDArray[];
  /** Results over an axis of `size`, which the operands marked `batched` have at 0. */
  readonly rule: (size: number, batched: readonly boolean[], xs: readonly NDArray[]) => Mapped;
  /** How many leading operands are what the function closed over, of which the rule knows nothing. */
  readonly closed: number;
}

/** Parameters of such a call: `program` is the function once it is staged. */
export interface CustomVmapParams {
  readonly call: CustomVmapCall;
  readonly name: string;
  readonly program: ClosedJaxpr | null;
}

/** Call of a function whose author said how it is mapped. */
export const customVmapCallP = defineHigherOrder<CustomVmapParams>("custom_vmap_call", {
  abstractEval: (_, { program }) => staged(program).jaxpr.outvars.map((atom) => atom.aval),
  jvp: { kind: "rule", apply: (primals, tangents, { call }) => push(call, primals, tangents) },
  linearize: {
    kind: "rule",
    apply: (primals, tangents, { call }) => linearize(call, primals, tangents),
  },
  transpose: nonlinear,
  batch: {
    kind: "rule",
    apply(operands, dims, { call }, axis) {
      if (dims.slice(0, call.closed).some((dim) => dim !== null)) throw closes(call, "mapped");
      const { outs, batched } = call.rule(
        axis.size,
        dims.map((dim) => dim !== null),
        operands.map((x, i) => {
          const dim = dims[i] ?? null;
          return dim === null ? x : putAxis(x, dim, 0, axis.size);
        }),
      );
      return [outs, batched.map((flag) => (flag ? 0 : null))];
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
export function bindCustomVmap(
  call: CustomVmapCall,
  operands: readonly NDArray[],
): readonly NDArray[] {
  return bindMany(customVmapCallP, operands, { call, name: call.name, program: null });
}

function staged(program: ClosedJaxpr | null): ClosedJaxpr {
  if (program === null) throw new InternalError("customVmap: the function is not staged");
  return program;
}

function closes({ name }: CustomVmapCall, what: string): ArgumentError {
  return new ArgumentError(
    `customVmap: ${name} must not close over a value that is ${what}, for its rule does not know it; pass the value as an argument`,
  );
}

/** The staged call, whose further `count` leading operands are what the function closed over. */
function closedOver(call: CustomVmapCall, program: ClosedJaxpr, count: number): CustomVmapCall {
  return {
    name: call.name,
    fun: (xs) => evalJaxpr(program, xs),
    rule: (size, batched, xs) => call.rule(size, batched.slice(count), xs.slice(count)),
    closed: call.closed + count,
  };
}

/** The function and its rule, both differentiated: what is mapped goes by the rule still. */
function push(
  call: CustomVmapCall,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
): Dual {
  if (tangents.slice(0, call.closed).some((t) => !(t instanceof Zero))) {
    throw closes(call, "differentiated");
  }
  const count = primals.length;
  const isPresent = tangents.map((t) => !(t instanceof Zero));
  let hasTangent: readonly boolean[] = [];
  /** Results, then the tangents that are not zero; which those are does not depend on the axis. */
  const spread = ({ outs, tangents: ts }: Pushed): readonly NDArray[] => [
    ...outs,
    ...ts.filter((_, i) => hasTangent[i]).filter((t) => t instanceof NDArray),
  ];
  const place = (given: readonly NDArray[], primal: (i: number) => NDArray): Tangent[] => {
    let next = 0;
    return isPresent.map((flag, i) => {
      const t = flag ? given[next++] : undefined;
      return t ?? zeroTangent(primal(i));
    });
  };
  const pushed: CustomVmapCall = {
    name: call.name,
    closed: call.closed,
    fun(all) {
      const xs = all.slice(0, count);
      const ts = place(all.slice(count), (i) => xs[i] as NDArray); // one for each primal
      const dual = jvpFlat((ys) => ({ arrays: call.fun(ys) }), xs, ts);
      hasTangent = dual.tangents.map((t) => !(t instanceof Zero));
      return spread(dual);
    },
    rule(size, flags, all) {
      let next = count;
      const tangentFlags = isPresent.map((flag) => (flag ? flags[next++] === true : false));
      // A primal and its tangent are mapped together.
      const batched = isPresent.map((_, i) => flags[i] === true || tangentFlags[i] === true);
      const full = (x: NDArray, flag: boolean, i: number): NDArray =>
        batched[i] && !flag ? putAxis(x, null, 0, size) : x;
      const xs = all.slice(0, count).map((x, i) => full(x, flags[i] === true, i));
      const ts = place(all.slice(count), (i) => xs[i] as NDArray).map((t, i) =>
        t instanceof Zero ? t : full(t, tangentFlags[i] === true, i),
      );
      let outBatched: readonly boolean[] = [];
      const dual = jvpFlat(
        (ys) => {
          const result = call.rule(size, batched, ys);
          outBatched = result.batched;
          return { arrays: result.outs };
        },
        xs,
        ts,
      );
      hasTangent = dual.tangents.map((t) => !(t instanceof Zero));
      return {
        outs: spread(dual),
        batched: [...outBatched, ...outBatched.filter((_, i) => hasTangent[i])],
      };
    },
  };
  const results = bindCustomVmap(pushed, [
    ...primals,
    ...tangents.filter((t) => t instanceof NDArray),
  ]);
  const outs = results.slice(0, hasTangent.length);
  let next = hasTangent.length;
  return [outs, outs.map((x, i) => (hasTangent[i] && results[next++]) || zeroTangent(x))];
}

interface Pushed {
  readonly outs: readonly NDArray[];
  readonly tangents: readonly Tangent[];
}

/** The results as the rule maps them; the linear part is that of the function itself. */
function linearize(
  call: CustomVmapCall,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
): Dual {
  if (tangents.slice(0, call.closed).some((t) => !(t instanceof Zero))) {
    throw closes(call, "differentiated");
  }
  const outs = bindCustomVmap(call, primals);
  const linearization = linearizeFlat(
    (xs) => ({ arrays: call.fun(xs) }),
    primals,
    (i) => !(tangents[i] instanceof Zero),
  );
  const present = tangents.filter((t) => t instanceof NDArray);
  const pushed = linearization.push(present);
  return [
    outs,
    outs.map(
      (x, i) =>
        linearization.results[i] instanceof Zero ? zeroTangent(x) : (pushed[i] as NDArray), // as many
    ),
  ];
}
