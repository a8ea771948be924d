import type { DeviceArray } from "../core/array.ts";
import { dtypeInfo } from "../core/dtype.ts";
import { DeviceError, NonFiniteError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import { originHere } from "../core/origin.ts";
import type { ClosedJaxpr, ControlForm, Params, Primitive } from "../core/primitive.ts";
import { evalTrace, getEvaluator, Trace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { indexInDim } from "../lax/ops/in-dim.ts";
import { withoutEffects } from "../transforms/dce.ts";
import { jitP } from "../transforms/jit-primitive.ts";

/** Which values are looked for. */
export interface Sought {
  readonly nans: boolean;
  readonly infs: boolean;
}

/** How much of an operand a message shows. */
const shownElements = 4;

/**
 * The outermost trace while non-finite values are looked for: runs primitives at once, as ever, and
 * looks at what they give. A program that gives such a value runs again, equation by equation.
 */
export class NanTrace extends Trace {
  readonly sought: Sought;
  /** Where in the program that runs again: "turn 2 of scan", from the outside in. */
  private readonly places: string[] = [];

  constructor(sought: Sought) {
    super();
    this.sought = sought;
  }

  override get isStaging(): boolean {
    return false;
  }

  override get isOutermost(): boolean {
    return true;
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    const { rules } = prim;
    // A function that is not staged is run by its own operations, which come back here.
    if (rules.order === "higher" && rules.host !== null) return rules.host.run(operands, params);
    const outs = withTrace(evalTrace, () => getEvaluator().evaluate(prim, operands, params));
    const found = this.find(outs);
    if (found === null) return outs;
    const { lower } = rules;
    if (lower.kind === "call") this.runAgain(lower.body(params), operands);
    if (lower.kind === "control") this.step(prim, lower.form(params), operands);
    throw this.failure(prim.name, found, operands);
  }

  override ran(
    program: ClosedJaxpr,
    operands: readonly NDArray[],
    outs: readonly NDArray[],
    name: string,
  ): void {
    const found = this.find(outs);
    if (found === null) return;
    this.places.push(`jit of ${name}`);
    try {
      this.runAgain(program, operands);
      throw this.failure("jit", found, operands);
    } finally {
      this.places.pop();
    }
  }

  /** Run a program by its equations, without calling functions of the host again. */
  private runAgain(program: ClosedJaxpr, operands: readonly NDArray[]): readonly NDArray[] {
    return withTrace(this, () => evalJaxpr(withoutEffects(program), operands));
  }

  /** `runAgain`, said to be at `place`. */
  private at(
    place: string,
    program: ClosedJaxpr,
    operands: readonly NDArray[],
  ): readonly NDArray[] {
    this.places.push(place);
    try {
      const params = { program, name: "body" };
      const outs = withTrace(evalTrace, () => getEvaluator().evaluate(jitP, operands, params));
      return this.find(outs) === null ? outs : this.runAgain(program, operands);
    } finally {
      this.places.pop();
    }
  }

  /** Do what control flow does, turn by turn, until the value turns up. */
  private step(prim: Primitive, form: ControlForm, operands: readonly NDArray[]): void {
    switch (form.kind) {
      case "cond": {
        const [index, ...rest] = operands as readonly [NDArray, ...NDArray[]]; // by its shape rule
        const branch = Math.max(0, Math.min(Number(index), form.branches.length - 1));
        this.at(`branch ${branch} of ${prim.name}`, form.branches[branch] as ClosedJaxpr, rest);
        return;
      }
      case "while": {
        const { condConsts, bodyConsts } = form;
        const ofCond = operands.slice(0, condConsts);
        const ofBody = operands.slice(condConsts, condConsts + bodyConsts);
        let carry = operands.slice(condConsts + bodyConsts);
        for (let turn = 0; ; turn++) {
          const place = `turn ${turn} of ${prim.name}`;
          const [goesOn] = this.at(place, form.cond, [...ofCond, ...carry]);
          if (Number(goesOn) === 0) return;
          carry = [...this.at(place, form.body, [...ofBody, ...carry])];
        }
      }
      default: {
        const { consts, carry: carried, length, reverse, body } = form;
        const cs = operands.slice(0, consts);
        const xs = operands.slice(consts + carried);
        let carry = operands.slice(consts, consts + carried);
        for (let turn = 0; turn < length; turn++) {
          const i = reverse ? length - 1 - turn : turn;
          const slices = withTrace(evalTrace, () =>
            xs.map((x) => indexInDim(x, i, { axis: 0, keepdims: false })),
          );
          const outs = this.at(`turn ${i} of ${prim.name}`, body, [...cs, ...carry, ...slices]);
          carry = outs.slice(0, carried);
        }
      }
    }
  }

  /** The first result with such a value, and where in it. */
  private find(outs: readonly NDArray[]): Found | null {
    const { nans, infs } = this.sought;
    for (const out of outs) {
      if (dtypeInfo[out.dtype].kind !== "float") continue;
      const { buffer } = out as DeviceArray; // what is evaluated is concrete
      if (buffer !== null && buffer.device !== "cpu") {
        throw new DeviceError(
          `debugNans: a device whose arrays can be read at once is required, got ${out.aval} on ${buffer.device}; run on the cpu device to find the place`,
        );
      }
      const data = out.dataSync();
      for (let i = 0; i < data.length; i++) {
        const value = data[i] as number; // i runs over the elements
        const isSought = Number.isNaN(value) ? nans : infs && !Number.isFinite(value);
        if (isSought) return { out, position: i, value };
      }
    }
    return null;
  }

  private failure(
    name: string,
    { out, position, value }: Found,
    operands: readonly NDArray[],
  ): NonFiniteError {
    const { places } = this;
    const origin = originHere(null);
    const element = out.ndim === 0 ? "" : ` at [${indexOf(position, out.shape).join(", ")}]`;
    const what = Number.isNaN(value) ? "NaN" : value > 0 ? "an infinity" : "a negative infinity";
    const given = operands.length === 0 ? "nothing" : operands.map(show).join(", ");
    const where = [
      ...places.toReversed(),
      ...(origin === null || origin.scope === "" ? [] : [`scope ${origin.scope}`]),
    ].map((place) => `, in ${place}`);
    const line = origin?.line ?? null;
    return new NonFiniteError(
      `${this.sought.nans ? "debugNans" : "debugInfs"}: every result must be ${this.sought.infs ? "finite" : "a number"}, got ${what} from ${name} in ${out.aval}${element}${where.join("")}; it was given ${given}${line === null ? "" : `, ${line}`}`,
      name,
      line,
    );
  }
}

interface Found {
  readonly out: NDArray;
  readonly position: number;
  readonly value: number;
}

/** The elements of a small array, the type of a large one. */
function show(x: NDArray): string {
  return x.size <= shownElements ? String(x).replaceAll(/\s+/g, " ") : String(x.aval);
}

function indexOf(position: number, shape: readonly number[]): number[] {
  let rest = position;
  const index = shape.toReversed().map((extent) => {
    const i = rest % extent;
    rest = (rest - i) / extent;
    return i;
  });
  return index.reverse();
}
