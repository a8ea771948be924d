import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import type { BatchAxis, ClosedJaxpr, Tangent } from "../core/primitive.ts";
import { Zero } from "../core/primitive.ts";
import { JaxprTrace, JaxprTracer, stage } from "../core/stage.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { withWeakTypeOf } from "./arguments.ts";
import { putAxis } from "./batch-trace.ts";
import { Derived } from "./derived.ts";
import { jvpFlat } from "./jvp.ts";
import { linearizeFlat } from "./linearize-flat.ts";
import { instantiate } from "./pushforward.ts";
import { replay, TapeTrace, type TapeTracer } from "./tape.ts";
import { backward } from "./transpose.ts";
import { batchFlat } from "./vmap.ts";

/** A program, and which of its results carry something. */
export interface Flagged {
  readonly program: ClosedJaxpr;
  /** For each result of the original: whether it has a tangent, or a mapped axis. */
  readonly outs: readonly boolean[];
}

const jvps = new Derived<Flagged>();

/**
 * The program that pushes tangents through another.
 *
 * Inputs: primals, then the tangents that `nonzero` says there are. Results: those of the
 * original, then the tangents of the results that have one, or are floats for which one is `wanted`.
 */
export function jvpJaxpr(
  program: ClosedJaxpr,
  nonzero: readonly boolean[],
  wanted: readonly boolean[] = [],
): Flagged {
  return jvps.get(program, [...nonzero, null, ...wanted], () => {
    const avals = inputAvals(program);
    let outs: readonly boolean[] = [];
    const made = stage(
      (inputs) => {
        const primals = inputs.slice(0, avals.length);
        const given = inputs.slice(avals.length);
        let next = 0;
        const tangents = avals.map(
          (aval, i): Tangent =>
            nonzero[i] ? (given[next++] as NDArray) : new Zero(aval.tangent()),
        );
        const dual = jvpFlat((xs) => ({ arrays: evalJaxpr(program, xs) }), primals, tangents);
        const pushed = dual.tangents.map(
          (t, i) => (wanted[i] ? fullTangent(t, dual.outs[i] as NDArray) : t), // one for each result
        );
        outs = pushed.map((t) => !(t instanceof Zero));
        return [...dual.outs, ...pushed.filter((t): t is NDArray => !(t instanceof Zero))];
      },
      [...avals, ...avals.filter((_, i) => nonzero[i]).map((aval) => aval.tangent())],
    );
    return { program: made, outs };
  });
}

/** The tangent of `x` as an array of exactly the type of tangents of `x`, unless `x` is no float. */
function fullTangent(t: Tangent, x: NDArray): Tangent {
  return isFloat(x.dtype) ? withWeakTypeOf(instantiate(t), x.aval.tangent()) : t;
}

/** A program split into its primal part and its linear part. */
export interface Linearized {
  /** From primals to results, then residuals. */
  readonly primal: ClosedJaxpr;
  /** From residuals, then the nonzero tangents, to the tangents of the results that have one. */
  readonly linear: ClosedJaxpr;
  readonly residuals: number;
  readonly outs: readonly boolean[];
}

const linearizations = new Derived<Linearized>();

/**
 * Linearise a program by the inputs that `nonzero` names: what a call of it needs, computed once.
 * Results that are floats have a tangent where it is `wanted`, of zeros if need be.
 */
export function linearizeJaxpr(
  program: ClosedJaxpr,
  nonzero: readonly boolean[],
  wanted: readonly boolean[] = [],
): Linearized {
  return linearizations.get(program, [...nonzero, null, ...wanted], () => {
    const avals = inputAvals(program);
    const trace = new JaxprTrace();
    const inputs = avals.map((aval) => trace.newInput(aval));
    try {
      return withTrace(trace, () => {
        const linearization = linearizeFlat(
          (xs) => ({ arrays: evalJaxpr(program, xs) }),
          inputs,
          (i) => nonzero[i] === true,
        );
        const { nodes, results, outs } = linearization;
        const hasTangent = results.map(
          (t, i) => !(t instanceof Zero) || (wanted[i] === true && isFloat(t.aval.dtype)),
        );
        const present = results.filter((t): t is NDArray => !(t instanceof Zero));
        const residuals = new Set<JaxprTracer>();
        for (const node of nodes) {
          for (const x of node.operands) if (isOf(trace, x)) residuals.add(x);
        }
        for (const t of present) if (isOf(trace, t)) residuals.add(t);
        const kept = [...residuals];
        const tapeInputs = linearization.inputs.filter((t): t is TapeTracer => t !== null);
        const linear = stage(
          (values) => {
            const place = new Map<NDArray, NDArray>(
              kept.map((x, i) => [x, values[i] as NDArray]), // residuals come first
            );
            const tangents = values.slice(kept.length);
            const pushed = replay(nodes, tapeInputs, tangents, present, (x) => place.get(x) ?? x);
            let next = 0;
            return results.flatMap((t, i): NDArray[] => {
              if (!hasTangent[i]) return [];
              const given = t instanceof Zero ? t : (pushed[next++] as NDArray); // one each
              const full = wanted[i] ? fullTangent(given, outs[i] as NDArray) : given; // as many
              return [instantiate(full)];
            });
          },
          [...kept.map((x) => x.aval), ...tapeInputs.map((t) => t.aval)],
        );
        return {
          primal: trace.close(inputs, [...outs, ...kept]),
          linear,
          residuals: kept.length,
          outs: hasTangent,
        };
      });
    } finally {
      trace.alive = false;
    }
  });
}

function isOf(trace: JaxprTrace, x: NDArray): x is JaxprTracer {
  return x instanceof JaxprTracer && x.owner === trace;
}

const transposes = new Derived<Flagged>();

/**
 * Transpose a program in the inputs that `linear` names.
 *
 * Inputs: the other inputs, then the cotangents that `present` says there are. Results: the
 * cotangents of the linear inputs that are not zero, or are `wanted`; `outs` tells which, for all
 * linear inputs.
 */
export function transposeJaxpr(
  program: ClosedJaxpr,
  linear: readonly boolean[],
  present: readonly boolean[],
  wanted: readonly boolean[] = [],
): Flagged {
  return transposes.get(program, [...linear, null, ...present, null, ...wanted], () => {
    const avals = inputAvals(program);
    const outAvals = program.jaxpr.outvars.map((atom) => atom.aval);
    const fixed = avals.filter((_, i) => !linear[i]);
    let outs: readonly boolean[] = [];
    const made = stage(
      (inputs) => {
        const tape = new TapeTrace(currentTrace());
        const tapeInputs: TapeTracer[] = [];
        let next = 0;
        const args = avals.map((aval, i) => {
          if (!linear[i]) return inputs[next++] as NDArray; // the fixed ones come first
          const input = tape.newInput(aval);
          tapeInputs.push(input);
          return input;
        });
        const results = withTrace(tape, () => evalJaxpr(program, args));
        const cts = outAvals.map(
          (aval, i): Tangent => (present[i] ? (inputs[next++] as NDArray) : new Zero(aval)),
        );
        const pulled = backward(tape, tape.nodes, tapeInputs, results, cts).map((ct, i) =>
          wanted[i] ? withWeakTypeOf(instantiate(ct), tapeInputs[i]?.aval ?? ct.aval) : ct,
        );
        outs = pulled.map((ct) => !(ct instanceof Zero));
        return pulled.filter((ct): ct is NDArray => !(ct instanceof Zero));
      },
      [...fixed, ...outAvals.filter((_, i) => present[i])],
    );
    return { program: made, outs };
  });
}

const batches = new Derived<Flagged>();

/**
 * The program over a mapped axis: of the inputs at `dims`, of the results that depend on it, or for
 * which it is `wanted`, at 0.
 */
export function batchJaxpr(
  program: ClosedJaxpr,
  dims: readonly (number | null)[],
  axis: BatchAxis,
  wanted: readonly boolean[] = [],
): Flagged {
  return batches.get(program, [...dims, axis.size, axis.name, ...wanted], () => {
    const avals = inputAvals(program).map((aval, i) => withAxis(aval, dims[i] ?? null, axis.size));
    let outs: readonly boolean[] = [];
    const made = stage((inputs) => {
      const pairs = batchFlat(
        (xs) => evalJaxpr(program, xs),
        inputs.map((x, i) => [x, dims[i] ?? null]),
        axis,
      );
      outs = pairs.map(([, dim], i) => wanted[i] === true || dim !== null);
      return pairs.map(([x, dim], i) => (outs[i] ? putAxis(x, dim, 0, axis.size) : x));
    }, avals);
    return { program: made, outs };
  });
}

function withAxis(aval: ShapedArray, dim: number | null, size: number): ShapedArray {
  return dim === null ? aval : aval.withShape(aval.shape.toSpliced(dim, 0, size));
}

/** Types of the inputs of a program. */
export function inputAvals({ jaxpr }: ClosedJaxpr): ShapedArray[] {
  return jaxpr.invars.map((v) => v.aval);
}
