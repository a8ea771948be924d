import type { ShapedArray } from "../core/aval.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import type { BatchAxis, ClosedJaxpr, Tangent } from "../core/primitive.ts";
import { Zero } from "../core/primitive.ts";
import { JaxprTrace, JaxprTracer, stage } from "../core/stage.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { putAxis } from "./batch-trace.ts";
import { onClear } from "./caches.ts";
import { jvpFlat } from "./jvp.ts";
import { linearizeFlat } from "./linearize-flat.ts";
import { instantiate } from "./pushforward.ts";
import { replay, TapeTrace, type TapeTracer } from "./tape.ts";
import { backward } from "./transpose.ts";
import { batchFlat } from "./vmap.ts";

/**
 * Programs made from programs by the transforms, each made once.
 *
 * Kept with the program they come from, and told apart by flags and small integers, and by the
 * mapped axes around, which custom rules may ask for. What closes over traced values, as a custom
 * rule can make it, belongs to one call and is not kept.
 */
class Derived<T> {
  private table = new WeakMap<ClosedJaxpr, { readonly key: Key; readonly made: T }[]>();
  private readonly programsOf: (made: T) => readonly ClosedJaxpr[];

  constructor(programsOf: (made: T) => readonly ClosedJaxpr[]) {
    this.programsOf = programsOf;
    onClear(() => {
      this.table = new WeakMap();
    });
  }

  get(program: ClosedJaxpr, flags: Key, make: () => T): T {
    const list = this.table.get(program) ?? [];
    const axes = currentTrace().namedAxes();
    const key = axes.length === 0 ? flags : [...flags, ...axes];
    const found = list.find((entry) => sameKey(entry.key, key));
    if (found !== undefined) return found.made;
    const made = make();
    const isClosed = this.programsOf(made).every(({ consts }) =>
      consts.every((x) => x.owner === null),
    );
    if (isClosed) {
      list.push({ key, made });
      this.table.set(program, list);
    }
    return made;
  }
}

type Key = readonly (boolean | number | string | null)[];

function sameKey(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** A program, and which of its results carry something. */
export interface Flagged {
  readonly program: ClosedJaxpr;
  /** For each result of the original: whether it has a tangent, or a mapped axis. */
  readonly outs: readonly boolean[];
}

const jvps = new Derived<Flagged>(({ program }) => [program]);

/**
 * The program that pushes tangents through another.
 *
 * Inputs: primals, then the tangents that `nonzero` says there are. Results: those of the
 * original, then the tangents of the results that have one.
 */
export function jvpJaxpr(program: ClosedJaxpr, nonzero: readonly boolean[]): Flagged {
  return jvps.get(program, nonzero, () => {
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
        outs = dual.tangents.map((t) => !(t instanceof Zero));
        return [
          ...dual.outs,
          ...dual.tangents.filter((t) => !(t instanceof Zero)).map(instantiate),
        ];
      },
      [...avals, ...avals.filter((_, i) => nonzero[i]).map((aval) => aval.tangent())],
    );
    return { program: made, outs };
  });
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

const linearizations = new Derived<Linearized>(({ primal, linear }) => [primal, linear]);

/** Linearise a program by the inputs that `nonzero` names: what a call of it needs, computed once. */
export function linearizeJaxpr(program: ClosedJaxpr, nonzero: readonly boolean[]): Linearized {
  return linearizations.get(program, nonzero, () => {
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
            return replay(nodes, tapeInputs, tangents, present, (x) => place.get(x) ?? x);
          },
          [...kept.map((x) => x.aval), ...tapeInputs.map((t) => t.aval)],
        );
        return {
          primal: trace.close(inputs, [...outs, ...kept]),
          linear,
          residuals: kept.length,
          outs: results.map((t) => !(t instanceof Zero)),
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

const transposes = new Derived<Flagged>(({ program }) => [program]);

/**
 * Transpose a program in the inputs that `linear` names.
 *
 * Inputs: the other inputs, then the cotangents that `present` says there are. Results: the
 * cotangents of the linear inputs that are not zero; `outs` tells which, for all linear inputs.
 */
export function transposeJaxpr(
  program: ClosedJaxpr,
  linear: readonly boolean[],
  present: readonly boolean[],
): Flagged {
  return transposes.get(program, [...linear, null, ...present], () => {
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
        const pulled = backward(tape, tape.nodes, tapeInputs, results, cts);
        outs = pulled.map((ct) => !(ct instanceof Zero));
        return pulled.filter((ct): ct is NDArray => !(ct instanceof Zero));
      },
      [...fixed, ...outAvals.filter((_, i) => present[i])],
    );
    return { program: made, outs };
  });
}

const batches = new Derived<Flagged>(({ program }) => [program]);

/**
 * The program over a mapped axis: of the inputs at `dims`, of the results that depend on it at 0.
 * With `everywhere` every result has it.
 */
export function batchJaxpr(
  program: ClosedJaxpr,
  dims: readonly (number | null)[],
  axis: BatchAxis,
  everywhere = false,
): Flagged {
  return batches.get(program, [...dims, axis.size, axis.name, everywhere], () => {
    const avals = inputAvals(program).map((aval, i) => withAxis(aval, dims[i] ?? null, axis.size));
    let outs: readonly boolean[] = [];
    const made = stage((inputs) => {
      const pairs = batchFlat(
        (xs) => evalJaxpr(program, xs),
        inputs.map((x, i) => [x, dims[i] ?? null]),
        axis,
      );
      outs = pairs.map(([, dim]) => everywhere || dim !== null);
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
