import type { ShapedArray } from "./aval.ts";
import type { Executable, KernelTime } from "./backend.ts";
import type { TypedArray } from "./dtype.ts";
import { InternalError } from "./errors.ts";
import type { ClosedJaxpr, Params, Primitive, PrimitiveOf, Tuple } from "./primitive.ts";
import type { ConcreteArray, NDArray, Owner } from "./value.ts";

const noAxes: readonly never[] = Object.freeze([]);

/**
 * Interpreter of primitives: what `bind` means while it is current.
 *
 * An operand that is not this trace's own is a constant to it, whatever it is to others.
 */
export abstract class Trace implements Owner {
  /** Until the transformation that made it is over. */
  alive = true;
  readonly kind: string = "a transformation";

  /**
   * Whether operations on what is nobody's tracer are recorded to run later rather than run at
   * once: so it is for a trace that records programs, and for those inside it.
   */
  get isStaging(): boolean {
    return true;
  }

  /** Whether what it does happens at once and outside of every transformation. */
  get isOutermost(): boolean {
    return false;
  }

  /** Told, where it is outermost, of each run of a compiled program. */
  ran(
    _program: ClosedJaxpr,
    _operands: readonly NDArray[],
    _outs: readonly NDArray[],
    _name: string,
  ): void {}

  /** Apply a primitive to operands, at least one of which may belong to this trace. */
  abstract process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[];

  /** Size of the mapped axis of this name around here; null if none has it. */
  axisSize(_name: string): number | null {
    return null;
  }

  /** Names and sizes of all mapped axes around here, the nearest first. */
  namedAxes(): readonly (string | number)[] {
    return noAxes;
  }

  /** `process` for one operand and one result. */
  process1(prim: Primitive, x: NDArray, params: Params): NDArray {
    return this.process(prim, [x], params)[0] as NDArray; // single-result primitives give one
  }

  /** `process` for two operands and one result. */
  process2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    return this.process(prim, [x, y], params)[0] as NDArray; // as above
  }
}

/** What runs primitives on concrete arrays: implemented by the runtime, known here as a port. */
export interface Evaluator {
  evaluate(prim: Primitive, operands: readonly NDArray[], params: Params): readonly NDArray[];
  evaluate1(prim: Primitive, x: NDArray, params: Params): NDArray;
  evaluate2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray;
  /** Compile a program; operand `i` may be overwritten where `donated[i]`. */
  compile(program: ClosedJaxpr, options: CompileOptions): Executable<NDArray>;
  /**
   * Array of the given elements in row-major order. The evaluator keeps `data`, which nobody may
   * write to afterwards. Without a device, the default one.
   */
  upload(data: TypedArray, aval: ShapedArray, device?: string): ConcreteArray;
  /** The same elements on a device. */
  move(x: NDArray, device: string): NDArray;
  /** Until everything that computes these arrays is done. */
  wait(arrays: readonly NDArray[]): Promise<void>;
  /** Until every callback that a device has still to deliver has been called. */
  delivered(): Promise<void>;
  /** Forget what was compiled. */
  clear(): void;
  /** Time the kernels of every device that can, from now on. */
  startProfile(): void;
  /** Stop timing; what was timed, device by device and in order. */
  stopProfile(): Promise<readonly KernelTime[]>;
  readonly devices: readonly string[];
  defaultDevice: string;
}

/** How to compile a program. */
export interface CompileOptions {
  readonly donated?: readonly boolean[] | undefined;
  /** Where to run, and to move operands to; by default where the operands are. */
  readonly device?: string | undefined;
  /** Name of the function, for messages and profiles. */
  readonly name?: string | undefined;
  /** What input `i` is called in messages. */
  readonly describeInput?: ((i: number) => string) | undefined;
}

let installed: Evaluator | null = null;

/** Put the evaluator in place; done once, by the runtime. */
export function installEvaluator(evaluator: Evaluator): void {
  installed = evaluator;
}

/** The evaluator in place. */
export function getEvaluator(): Evaluator {
  if (installed === null) throw new InternalError("bind: no evaluator is installed");
  return installed;
}

/** The outermost trace: runs each primitive at once. */
class EvalTrace extends Trace {
  override get isOutermost(): boolean {
    return true;
  }

  override get isStaging(): boolean {
    return false;
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    return getEvaluator().evaluate(prim, operands, params);
  }

  override process1(prim: Primitive, x: NDArray, params: Params): NDArray {
    return getEvaluator().evaluate1(prim, x, params);
  }

  override process2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    return getEvaluator().evaluate2(prim, x, y, params);
  }
}

/** The trace under which nothing is transformed. */
export const evalTrace: Trace = new EvalTrace();

let current: Trace = evalTrace;

/** The trace that `bind` applies primitives under. */
export function currentTrace(): Trace {
  return current;
}

/**
 * Make `trace` current and give the one that was, which must be made current again in a `finally`.
 *
 * `withTrace` without a closure, for the engines' inner loops.
 */
export function switchTrace(trace: Trace): Trace {
  const saved = current;
  current = trace;
  return saved;
}

/** Run `body` with `trace` current; the former one is current again afterwards, come what may. */
export function withTrace<T>(trace: Trace, body: () => T): T {
  const saved = current;
  current = trace;
  try {
    return body();
  } finally {
    current = saved;
  }
}

/** Apply a primitive of one result under the current trace. */
export function bind<N extends number, P extends Params>(
  prim: PrimitiveOf<N, P>,
  operands: Tuple<NDArray, N>,
  params: P,
): NDArray {
  const list = operands as readonly NDArray[]; // a tuple of arrays, whatever N is
  if (list.length === 1) return current.process1(prim, list[0] as NDArray, params);
  if (list.length === 2) {
    return current.process2(prim, list[0] as NDArray, list[1] as NDArray, params);
  }
  return current.process(prim, list, params)[0] as NDArray; // one result, as defined
}

/** Apply a primitive of several results under the current trace. */
export function bindMany<N extends number, P extends Params>(
  prim: PrimitiveOf<N, P>,
  operands: Tuple<NDArray, N>,
  params: P,
): readonly NDArray[] {
  return current.process(prim, operands as readonly NDArray[], params); // as in `bind`
}

/** `bind` for one operand, without a list. */
export function bind1<P extends Params>(prim: PrimitiveOf<1, P>, x: NDArray, params: P): NDArray {
  return current.process1(prim, x, params);
}

/** `bind` for two operands, without a list. */
export function bind2<P extends Params>(
  prim: PrimitiveOf<2, P>,
  x: NDArray,
  y: NDArray,
  params: P,
): NDArray {
  return current.process2(prim, x, y, params);
}

/** Apply a primitive as an engine knows it, with operands and parameters of an equation. */
export function bindEqn(
  prim: Primitive,
  operands: readonly NDArray[],
  params: Params,
): readonly NDArray[] {
  if (prim.multipleResults) return current.process(prim, operands, params);
  const x = operands[0] as NDArray; // there are as many as the length says
  if (operands.length === 1) return [current.process1(prim, x, params)];
  if (operands.length === 2) return [current.process2(prim, x, operands[1] as NDArray, params)];
  return current.process(prim, operands, params);
}

/** The parameters of a primitive that has none. */
export const noParams: Params = Object.freeze({});
