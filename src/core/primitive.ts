import type { ShapedArray } from "./aval.ts";
import type { DType } from "./dtype.ts";
import type { Origin } from "./origin.ts";
import type { Expr, ScalarOp } from "./scalar.ts";
import type { NDArray } from "./value.ts";
import type { Atom, Var } from "./var.ts";
import type { View } from "./view.ts";

/** Static parameters of a primitive: plain data, or jaxprs and functions, never arrays. */
export type Params = object;

/** Tuple of `N` entries; a list where the number is not fixed. */
export type Tuple<T, N extends number> = number extends N ? readonly T[] : TupleOf<T, N>;
type TupleOf<T, N extends number, Acc extends readonly T[] = readonly []> = Acc["length"] extends N
  ? Acc
  : TupleOf<T, N, readonly [...Acc, T]>;

/** A tangent or cotangent known to be zero before anything runs. It never becomes an array by itself. */
export class Zero {
  readonly tag = "Zero";
  readonly aval: ShapedArray;
  constructor(aval: ShapedArray) {
    this.aval = aval;
  }
}

/** Stands in a transpose rule for an operand in which the primitive is linear. */
export class Linear {
  readonly tag = "Linear";
  readonly aval: ShapedArray;
  constructor(aval: ShapedArray) {
    this.aval = aval;
  }
}

/** Whether an operand of a transpose rule is one that wants a cotangent. */
export function isLinear(x: NDArray | Linear): x is Linear {
  return x instanceof Linear;
}

/** A tangent, or a zero one. */
export type Tangent = NDArray | Zero;

/** A rule that does not exist, and why; the reason ends up in the message. */
export interface Absent {
  readonly kind: "absent";
  readonly reason: string;
}

interface Methods<N extends number, P> {
  partial(t: NDArray, primals: Tuple<NDArray, N>, out: NDArray, params: P): NDArray;
  jvp(
    primals: Tuple<NDArray, N>,
    tangents: Tuple<Tangent, N>,
    params: P,
  ): readonly [outs: readonly NDArray[], tangents: readonly Tangent[]];
  transpose(
    cts: readonly Tangent[],
    operands: Tuple<NDArray | Linear, N>,
    params: P,
  ): readonly (Tangent | null)[];
  bilinear(ct: NDArray, other: NDArray, params: P, self: ShapedArray): NDArray;
  batch(
    operands: Tuple<NDArray, N>,
    dims: Tuple<number | null, N>,
    params: P,
    axis: BatchAxis,
  ): readonly [outs: readonly NDArray[], dims: readonly (number | null)[]];
  abstractEval(operands: Tuple<ShapedArray, N>, params: P): readonly ShapedArray[];
  expression(operands: Tuple<Expr, N>, params: P, outs: readonly ShapedArray[]): readonly Expr[];
  view(view: View, params: P, out: ShapedArray): View | null;
  compose(operands: Tuple<NDArray, N>, params: P): readonly NDArray[];
  axes(params: P): readonly number[];
  routineParams(params: P, operands: readonly ShapedArray[]): object;
  partialEval(known: readonly boolean[], eqn: Eqn): PartialEvaluation;
  dce(used: readonly boolean[], eqn: Eqn): Eqn | null;
  bodies(params: P): readonly ClosedJaxpr[];
  body(params: P): ClosedJaxpr;
  form(params: P): ControlForm;
  callback(operands: Tuple<NDArray, N>, params: P): readonly NDArray[];
  run(operands: readonly NDArray[], params: P): readonly NDArray[];
  stage(operands: readonly NDArray[], params: P): readonly [readonly NDArray[], P];
}

/** Size and name of the axis that `vmap` maps over. */
export interface BatchAxis {
  readonly size: number;
  readonly name: string | null;
}

/** How tangents go through a primitive, given primals and output. */
export type JvpRule<N extends number, P> =
  /** The derivative is zero everywhere. */
  | { readonly kind: "zero" }
  /** Linear in the operands at `positions` together (null: all), the others held fixed. */
  | { readonly kind: "linear"; readonly positions: readonly number[] | null }
  /** The sum of one term for each operand; null where the derivative is zero. One result only. */
  | { readonly kind: "partials"; readonly terms: Tuple<Methods<N, P>["partial"] | null, N> }
  /** Everything at once; the tangents given must be linear in the tangents received. */
  | { readonly kind: "rule"; readonly apply: Methods<N, P>["jvp"] }
  | Absent;

/** How cotangents go back through a primitive that is linear in some operands. */
export type TransposeRule<N extends number, P> =
  /** Never linear itself: its jvp is made of primitives that are. */
  | { readonly kind: "nonlinear" }
  /**
   * Cotangents of the operands given those of the results: null (or anything) where the operand
   * is not `Linear`. Linear operands may stand at `positions` only (null: anywhere).
   */
  | {
      readonly kind: "rule";
      readonly positions: readonly number[] | null;
      readonly apply: Methods<N, P>["transpose"];
    }
  /** Linear in each of two operands, the other fixed; `terms[i]` gives the cotangent of operand i. */
  | {
      readonly kind: "bilinear";
      readonly terms: readonly [Methods<N, P>["bilinear"], Methods<N, P>["bilinear"]];
    }
  | Absent;

/** How a primitive runs over an extra axis of some operands. */
export type BatchRule<N extends number, P> =
  /** Elementwise over operands of one shape: align the axes and apply. */
  | { readonly kind: "elementwise" }
  | { readonly kind: "rule"; readonly apply: Methods<N, P>["batch"] }
  | Absent;

/** Monoids a kernel can reduce by. */
export type ReduceOp = "add" | "mul" | "max" | "min" | "and" | "or" | "xor";

/** How a primitive becomes kernels. */
export type LowerRule<N extends number, P> =
  /** One scalar operation for each element. */
  | { readonly kind: "scalar"; readonly op: ScalarOp }
  /** An expression for each result, over the elements of operands of one shape. */
  | { readonly kind: "expression"; readonly build: Methods<N, P>["expression"] }
  /** Reduction of operand 0. */
  | { readonly kind: "reduce"; readonly op: ReduceOp; readonly axes: Methods<N, P>["axes"] }
  /** Another way to look at operand 0; null where a copy is needed first. */
  | { readonly kind: "view"; readonly apply: Methods<N, P>["view"] }
  /** Named work that is not one loop nest; the parameters are the primitive's own unless given. */
  | {
      readonly kind: "routine";
      readonly name: string;
      readonly params?: Methods<N, P>["routineParams"];
    }
  /** The operands as they are, but never taken for equal to what is computed elsewhere. */
  | { readonly kind: "barrier" }
  /** In terms of other primitives. */
  | { readonly kind: "compose"; readonly apply: Methods<N, P>["compose"] }
  /** Run a body in place. */
  | { readonly kind: "call"; readonly body: Methods<N, P>["body"] }
  /** Choose or repeat bodies, which devices do without coming back to JavaScript's own control. */
  | { readonly kind: "control"; readonly form: Methods<N, P>["form"] }
  /**
   * Hand the operands, as arrays that can be read at once, to a function of the host. With
   * `effect` it is called exactly as often as the program says, in the order of the program;
   * without, its results may be left out, and are never shared.
   */
  | {
      readonly kind: "callback";
      readonly effect: boolean;
      readonly apply: Methods<N, P>["callback"];
    }
  | Absent;

/** Control flow over programs that close over nothing: what each does with its operands. */
export type ControlForm =
  /** Operand 0, an int32 scalar that is clamped, chooses the branch; the others are the branch's. */
  | { readonly kind: "cond"; readonly branches: readonly ClosedJaxpr[] }
  /** Operands: constants of the condition, constants of the body, then the carry. */
  | {
      readonly kind: "while";
      readonly cond: ClosedJaxpr;
      readonly body: ClosedJaxpr;
      readonly condConsts: number;
      readonly bodyConsts: number;
    }
  /** Operands: constants, carry, stacked inputs. Results: the carry, then stacked results. */
  | {
      readonly kind: "scan";
      readonly body: ClosedJaxpr;
      readonly length: number;
      readonly reverse: boolean;
      readonly consts: number;
      readonly carry: number;
    };

/** What every primitive must answer. */
export interface CommonRules<N extends number, P> {
  readonly abstractEval: Methods<N, P>["abstractEval"];
  readonly jvp: JvpRule<N, P>;
  readonly transpose: TransposeRule<N, P>;
  readonly batch: BatchRule<N, P>;
  readonly lower: LowerRule<N, P>;
}

/** Rules of a primitive on arrays. */
export interface FirstOrderRules<N extends number, P> extends CommonRules<N, P> {
  readonly order: "first";
}

/** Split of an equation some of whose operands are known. */
export interface PartialEvaluation {
  /** Runs now; its first results are those of the equation that are known, the rest residuals. */
  readonly known: Eqn | null;
  /** Runs later, on the residuals and the unknown operands. */
  readonly unknown: Eqn | null;
}

/** Rules of a primitive whose parameters hold programs. */
export interface HigherOrderRules<N extends number, P> extends CommonRules<N, P> {
  readonly order: "higher";
  /**
   * As the jvp rule, but what depends on primals alone is computed by separate binds, so that
   * what is left on the tape is linear.
   */
  readonly linearize: { readonly kind: "rule"; readonly apply: Methods<N, P>["jvp"] } | Absent;
  readonly partialEval:
    | { readonly kind: "rule"; readonly apply: Methods<N, P>["partialEval"] }
    | Absent;
  /** The equation without what nobody reads (`used` tells of each result), or null if nothing is left. */
  readonly dce: { readonly kind: "rule"; readonly apply: Methods<N, P>["dce"] } | Absent;
  /** The programs in the parameters, for printing, checking and hashing. */
  readonly bodies: Methods<N, P>["bodies"];
  /**
   * For a primitive whose parameters may hold a JavaScript function that is not staged yet: run it
   * on concrete values, or stage it, which may add operands for what it closes over.
   */
  readonly host: {
    readonly run: Methods<N, P>["run"];
    readonly stage: Methods<N, P>["stage"];
  } | null;
}

/** All rules of a primitive. */
export type Rules<N extends number, P> = FirstOrderRules<N, P> | HigherOrderRules<N, P>;

/** One application of a shape rule: the parameters by identity. */
export interface LastType {
  readonly x: ShapedArray;
  readonly y: ShapedArray | undefined;
  readonly params: Params;
  readonly out: ShapedArray;
}

/** Operation that transforms know: a name and its rules. */
export class Primitive {
  readonly tag = "Primitive";
  readonly name: string;
  /** Whether `bindMany` rather than `bind` applies it. */
  readonly multipleResults: boolean;
  readonly rules: Rules<number, Params>;
  /** Cache of the evaluator that runs this primitive eagerly; nobody else reads it. */
  evaluation: object | null = null;
  /** What the shape rule gave last, for at most two operands and one result. */
  last: LastType | null = null;

  constructor(name: string, multipleResults: boolean, rules: Rules<number, Params>) {
    this.name = name;
    this.multipleResults = multipleResults;
    this.rules = rules;
  }
}

declare const operandsOf: unique symbol;
declare const paramsOf: unique symbol;

/**
 * A primitive as those who apply it see it: `N` is the number of operands (`number` if it
 * varies), `P` the type of the parameters. Both exist for the compiler alone.
 */
export interface PrimitiveOf<N extends number, P extends Params> extends Primitive {
  readonly [operandsOf]: N;
  readonly [paramsOf]: P;
}

/** One line of a program. */
export interface Eqn {
  readonly prim: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: Params;
  readonly outs: readonly Var[];
  /** Where it comes from; absent if it is in no scope and lines are not recorded. */
  readonly origin?: Origin;
}

/** Typed program: equations in order, each variable bound once. */
export interface Jaxpr {
  readonly constvars: readonly Var[];
  readonly invars: readonly Var[];
  readonly eqns: readonly Eqn[];
  readonly outvars: readonly Atom[];
}

/** Program together with the values of its constants. */
export interface ClosedJaxpr {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NDArray[];
}

/** Rules as the definition of a first-order primitive of one result writes them. */
export interface SingleRules<N extends number, P> {
  abstractEval(operands: Tuple<ShapedArray, N>, params: P): ShapedArray;
  readonly jvp: JvpRule<N, P>;
  readonly transpose: TransposeRule<N, P>;
  readonly batch: BatchRule<N, P>;
  readonly lower: LowerRule<N, P>;
}

// Rules are put down in one order of fields, so that engines find them at one place in every
// primitive: property reads on their way are the cost of un-jitted code.

/** A first-order primitive of one result; apply it with `bind`. */
export function definePrimitive<N extends number, P extends Params = Params>(
  name: string,
  rules: SingleRules<N, P>,
): PrimitiveOf<N, P> {
  return typed<N, P>(name, false, {
    order: "first",
    abstractEval: (operands, params) => [rules.abstractEval(operands, params)],
    jvp: rules.jvp,
    transpose: rules.transpose,
    batch: rules.batch,
    lower: rules.lower,
  });
}

/** A first-order primitive of several results; apply it with `bindMany`. */
export function defineMultiPrimitive<N extends number, P extends Params = Params>(
  name: string,
  { abstractEval, jvp, transpose, batch, lower }: CommonRules<N, P>,
): PrimitiveOf<N, P> {
  return typed<N, P>(name, true, { order: "first", abstractEval, jvp, transpose, batch, lower });
}

/** A primitive whose parameters hold programs; apply it with `bindMany`. */
export function defineHigherOrder<P extends Params>(
  name: string,
  rules: Omit<HigherOrderRules<number, P>, "order">,
): PrimitiveOf<number, P> {
  const { abstractEval, jvp, transpose, batch, lower, linearize, partialEval, dce, bodies, host } =
    rules;
  return typed<number, P>(name, true, {
    order: "higher",
    abstractEval,
    jvp,
    transpose,
    batch,
    lower,
    linearize,
    partialEval,
    dce,
    bodies,
    host,
  });
}

/**
 * The engines see rules of any arity and parameters. They call those of a primitive only with
 * the operands and parameters it was bound with, which `bind` has checked against `N` and `P`.
 */
function typed<N extends number, P extends Params>(
  name: string,
  multipleResults: boolean,
  rules: Rules<N, P>,
): PrimitiveOf<N, P> {
  const erased = rules as unknown as Rules<number, Params>;
  return new Primitive(name, multipleResults, erased) as PrimitiveOf<N, P>;
}

/** A rule that does not exist; `reason` completes "x has no ... rule: ". */
export function absent(reason: string): Absent {
  return { kind: "absent", reason };
}

/** Jvp rule of a primitive that is linear in all its operands together. */
export const linear = { kind: "linear", positions: null } as const;

/** Jvp rule of a primitive that is linear in the operands at `positions`, the others held fixed. */
export function linearIn(...positions: number[]): {
  readonly kind: "linear";
  readonly positions: readonly number[];
} {
  return { kind: "linear", positions };
}

/** Jvp rule of a primitive whose derivative is zero everywhere. */
export const zeroJvp = { kind: "zero" } as const;

/** Transpose rule of a primitive that is never linear. */
export const nonlinear = { kind: "nonlinear" } as const;

/** Batching rule of a primitive on operands of one shape. */
export const elementwise = { kind: "elementwise" } as const;

/** Transpose rule of a primitive of one result; `ct` is never a symbolic zero. */
export function transposeRule<N extends number, P>(
  apply: (
    ct: NDArray,
    operands: Tuple<NDArray | Linear, N>,
    params: P,
  ) => readonly (Tangent | null)[],
  positions: readonly number[] | null = null,
): TransposeRule<N, P> {
  // The engine calls single-result rules with exactly one cotangent that is not a Zero.
  return {
    kind: "rule",
    positions,
    apply: (cts, operands, params) => apply(cts[0] as NDArray, operands, params),
  };
}

/** Batching rule of a primitive of one result. */
export function batchRule<N extends number, P>(
  apply: (
    operands: Tuple<NDArray, N>,
    dims: Tuple<number | null, N>,
    params: P,
    axis: BatchAxis,
  ) => readonly [NDArray, number | null],
): BatchRule<N, P> {
  return {
    kind: "rule",
    apply: (operands, dims, params, axis) => {
      const [out, dim] = apply(operands, dims, params, axis);
      return [[out], [dim]];
    },
  };
}

/** The dtype a literal of `value` has beside nothing else: bool for booleans, else float32. */
export function literalDtype(value: number | boolean): DType {
  return typeof value === "boolean" ? "bool" : "float32";
}
