import { DeviceArray } from "./array.ts";
import type { ShapedArray } from "./aval.ts";
import { InternalError, TracerLeakError } from "./errors.ts";
import { currentScope, originHere } from "./origin.ts";
import type { ClosedJaxpr, Eqn, Params, Primitive } from "./primitive.ts";
import { currentTrace, Trace, withTrace } from "./trace.ts";
import { Tracer } from "./tracer.ts";
import type { NDArray } from "./value.ts";
import { type Atom, Literal, Var } from "./var.ts";

/** Value of a program that is being recorded: known only by its type. */
export class JaxprTracer extends Tracer {
  override readonly owner: JaxprTrace;
  readonly variable: Var;

  constructor(owner: JaxprTrace, variable: Var) {
    super();
    this.owner = owner;
    this.variable = variable;
  }

  override get aval(): ShapedArray {
    return this.variable.aval;
  }
}

/** Records equations while a function runs. Values of other traces become constants. */
export class JaxprTrace extends Trace {
  override readonly kind = "staging";
  readonly eqns: Eqn[] = [];
  /** Mapped axes around the program that its making asked for, by name, and their sizes. */
  readonly axes = new Map<string, number>();
  private readonly constants = new Map<NDArray, Var>();
  private readonly around = currentTrace();
  /** Scopes around this one are those of the equation that the program belongs to. */
  private readonly scope = currentScope();

  override axisSize(name: string): number | null {
    const size = this.around.axisSize(name);
    if (size !== null) this.axes.set(name, size);
    return size;
  }

  override namedAxes(): readonly (string | number)[] {
    return this.around.namedAxes();
  }

  /** A tracer for a new input of the program. */
  newInput(aval: ShapedArray): JaxprTracer {
    return new JaxprTracer(this, new Var(aval));
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    const { rules } = prim;
    let inputs = operands;
    let staged = params;
    if (rules.order === "higher" && rules.host !== null) {
      [inputs, staged] = rules.host.stage(operands, params);
    }
    const outs = rules.abstractEval(
      inputs.map((x) => x.aval),
      staged,
    );
    const variables = outs.map((aval) => new Var(aval));
    const atoms = inputs.map((x) => this.atomOf(x));
    this.record({ prim, inputs: atoms, params: staged, outs: variables });
    return variables.map((variable) => new JaxprTracer(this, variable));
  }

  // The two forms below are `process` for what most programs are made of: one result.

  override process1(prim: Primitive, x: NDArray, params: Params): NDArray {
    if (prim.rules.order === "higher") return super.process1(prim, x, params);
    const out = new Var(typeOf(prim, x.aval, undefined, params));
    this.record({ prim, inputs: [this.atomOf(x)], params, outs: [out] });
    return new JaxprTracer(this, out);
  }

  override process2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    if (prim.rules.order === "higher") return super.process2(prim, x, y, params);
    const out = new Var(typeOf(prim, x.aval, y.aval, params));
    this.record({ prim, inputs: [this.atomOf(x), this.atomOf(y)], params, outs: [out] });
    return new JaxprTracer(this, out);
  }

  private record(eqn: Eqn): void {
    const origin = originHere(this.scope);
    this.eqns.push(origin === null ? eqn : { ...eqn, origin });
  }

  /** How the program refers to a value: a variable of its own, a literal, or a constant. */
  atomOf(x: NDArray): Atom {
    if (x instanceof JaxprTracer && x.owner === this) return x.variable;
    const literal = asLiteral(x);
    if (literal !== null) return literal;
    if (x.owner !== null && !x.owner.alive) throw leaked(x);
    let variable = this.constants.get(x);
    if (variable === undefined) {
      variable = new Var(x.aval);
      this.constants.set(x, variable);
    }
    return variable;
  }

  /** The program recorded so far, from `inputs` to `outs`. */
  close(inputs: readonly JaxprTracer[], outs: readonly NDArray[]): ClosedJaxpr {
    const outvars = outs.map((x) => this.atomOf(x));
    return {
      jaxpr: {
        constvars: [...this.constants.values()],
        invars: inputs.map((x) => x.variable),
        eqns: this.eqns,
        outvars,
      },
      consts: [...this.constants.keys()],
    };
  }
}

/** What the shape rule gives for one operand or two and one result; most ask as the one before. */
export function typeOf(
  prim: Primitive,
  x: ShapedArray,
  y: ShapedArray | undefined,
  params: Params,
): ShapedArray {
  const { last } = prim;
  if (last !== null && last.x === x && last.y === y && last.params === params) return last.out;
  const out = prim.rules.abstractEval(y === undefined ? [x] : [x, y], params)[0] as ShapedArray; // there is one
  prim.last = { x, y, params, out };
  return out;
}

/** A concrete number of rank 0 as a literal; null for all else. */
function asLiteral(x: NDArray): Literal | null {
  if (!(x instanceof DeviceArray) || x.buffer !== null || x.ndim > 0) return null;
  x.checkUsable();
  return new Literal(x.value, x.aval);
}

/** The error for a value whose trace is over. */
export function leaked(x: NDArray): TracerLeakError {
  return new TracerLeakError(
    `a ${x.aval} traced by ${x.owner?.kind ?? "a transformation"} was used after that had ended; return it from the transformed function instead of storing it outside`,
  );
}

/**
 * Record the program that `body` is on inputs of the given types.
 *
 * Values that `body` closes over become constants, those of enclosing traces included.
 */
export function stage(
  body: (inputs: readonly NDArray[]) => readonly NDArray[],
  avals: readonly ShapedArray[],
): ClosedJaxpr {
  const trace = new JaxprTrace();
  const inputs = avals.map((aval) => trace.newInput(aval));
  try {
    const outs = withTrace(trace, () => body(inputs));
    return trace.close(inputs, outs);
  } finally {
    trace.alive = false;
  }
}

/**
 * The same program with its constants as leading inputs.
 *
 * @throws InternalError never in practice: a program has as many constants as constant variables.
 */
export function constantsAsInputs({ jaxpr, consts }: ClosedJaxpr): ClosedJaxpr {
  if (jaxpr.constvars.length !== consts.length)
    throw new InternalError("jaxpr: constants are missing");
  if (consts.length === 0) return { jaxpr, consts };
  const invars = [...jaxpr.constvars, ...jaxpr.invars];
  return { jaxpr: { ...jaxpr, constvars: [], invars }, consts: [] };
}
