import { shapedArray } from "../../core/aval.ts";
import { dtypeInfo } from "../../core/dtype.ts";
import {
  defineMultiPrimitive,
  type Params,
  type PrimitiveOf,
  zeroJvp,
} from "../../core/primitive.ts";
import { bindMany, getEvaluator } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { moveAxis } from "../ops/layout.ts";
import type { HostFunction } from "./host-function.ts";
import { fillFormat } from "./print-format.ts";

/** An axis that `vmap` has put in front of some operands. */
interface Mapped {
  readonly size: number;
  readonly operands: readonly boolean[];
}

/** What both primitives know. */
interface DebugParams {
  /** Mapped axes, the leading one first. */
  readonly mapped: readonly Mapped[];
  /** Whether calls of all callbacks that have it stay in order; today all calls do. */
  readonly ordered: boolean;
}

/** Parameters of a call for its effect. */
export interface DebugCallbackParams extends DebugParams {
  readonly callback: HostFunction;
}

/** Parameters of a line to be printed. */
export interface DebugPrintParams extends DebugParams {
  /** Text with `{0}` where operand 0 stands; see `print-format.ts`. */
  readonly format: string;
}

/** Call a function of the host for its effect alone, once for each lane. */
export const debugCallbackP: PrimitiveOf<number, DebugCallbackParams> =
  defineDebug<DebugCallbackParams>("debug_callback", (operands, { callback }) => {
    callback(operands);
  });

/** Print a line, one for each lane. */
export const debugPrintP: PrimitiveOf<number, DebugPrintParams> = defineDebug<DebugPrintParams>(
  "debug_print",
  (operands, { format }) => {
    // biome-ignore lint/suspicious/noConsole: printing is what it is for
    console.log(fillFormat(format, operands));
  },
);

function defineDebug<P extends DebugParams & Params>(
  name: string,
  call: (operands: readonly NDArray[], params: P) => void,
): PrimitiveOf<number, P> {
  const prim: PrimitiveOf<number, P> = defineMultiPrimitive<number, P>(name, {
    abstractEval: () => [],
    jvp: zeroJvp,
    // Called with a tangent it shows the tangent; there is nothing to pull back.
    transpose: { kind: "rule", positions: null, apply: (_, operands) => operands.map(() => null) },
    batch: {
      kind: "rule",
      apply(operands, dims, params, { size }) {
        const moved = operands.map((x, i) => {
          const dim = dims[i] ?? null;
          return dim === null ? x : moveAxis(x, dim, 0);
        });
        const axis: Mapped = { size, operands: dims.map((dim) => dim !== null) };
        bindMany(prim, moved, { ...params, mapped: [axis, ...params.mapped] });
        return [[], []];
      },
    },
    lower: {
      kind: "callback",
      effect: true,
      apply(operands, params) {
        forEachLane(operands, params.mapped, (lane) => call(lane, params));
        return [];
      },
    },
  });
  return prim;
}

/** Operands lane by lane; lanes of the axis that was mapped first vary slowest, as in JAX. */
function forEachLane(
  operands: readonly NDArray[],
  mapped: readonly Mapped[],
  call: (lane: readonly NDArray[]) => void,
): void {
  if (mapped.length === 0) {
    call(operands);
    return;
  }
  const data = operands.map((x) => x.dataSync());
  const lanes = operands.map((x, i) => {
    const axes = mapped.filter(({ operands: flags }) => flags[i]).length;
    const aval = shapedArray(x.shape.slice(axes), x.dtype, x.aval.weakType);
    return { aval, length: aval.size * dtypeInfo[x.dtype].words };
  });
  // How far apart lanes lie, for each operand and axis; the last axes lie closest.
  const steps = mapped.map(() => operands.map(() => 0));
  const extents = lanes.map(({ length }) => length);
  mapped.toReversed().forEach(({ size, operands: flags }, back) => {
    const step = steps[mapped.length - 1 - back] as number[]; // one list for each axis
    flags.forEach((flag, i) => {
      if (!flag) return;
      step[i] = extents[i] as number; // one for each operand
      extents[i] = (extents[i] as number) * size;
    });
  });
  const evaluator = getEvaluator();
  const visit = (axis: number, offsets: readonly number[]): void => {
    if (axis < 0) {
      call(
        lanes.map(({ aval, length }, i) => {
          const from = offsets[i] as number; // one for each operand
          return evaluator.upload(
            (data[i] as (typeof data)[number]).slice(from, from + length),
            aval,
            "cpu",
          );
        }),
      );
      return;
    }
    const step = steps[axis] as number[]; // axes of the list
    const { size } = mapped[axis] as Mapped;
    for (let k = 0; k < size; k++) {
      visit(
        axis - 1,
        offsets.map((offset, i) => offset + k * (step[i] as number)), // as many
      );
    }
  };
  visit(
    mapped.length - 1,
    operands.map(() => 0),
  );
}
