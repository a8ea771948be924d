import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, integerRange, isFloat } from "../core/dtype.ts";
import { MissingRuleError } from "../core/errors.ts";
import type { PrimitiveOf, ReduceOp } from "../core/primitive.ts";
import type { WindowParams } from "../core/routines.ts";
import { type ReduceParams, reduceSumP } from "../lax/ops/broadcast.ts";
import { cumlogsumexpP, cummaxP, cumminP, cumprodP, cumsumP } from "../lax/ops/cumulative.ts";
import {
  type ArgReduceParams,
  argmaxP,
  argminP,
  reduceAndP,
  reduceMaxP,
  reduceMinP,
  reduceOrP,
  reduceProdP,
  reduceXorP,
} from "../lax/ops/reduce.ts";
import {
  reduceWindowAndP,
  reduceWindowMaxP,
  reduceWindowMinP,
  reduceWindowMulP,
  reduceWindowOrP,
  reduceWindowSumP,
  reduceWindowXorP,
  type SelectParams,
  selectAndGatherAddP,
  selectAndScatterAddP,
} from "../lax/ops/window.ts";
import { declared, type Emitter, type Ref, resultsOf, returned, signature } from "./emitter.ts";
import { comparisonKind } from "./scalar-ops.ts";
import { tensorType } from "./tensor-types.ts";
import { onlyOut, operand, type Writer, writer } from "./writer.ts";

const operations: Readonly<Record<ReduceOp, string>> = {
  add: "stablehlo.add",
  mul: "stablehlo.multiply",
  max: "stablehlo.maximum",
  min: "stablehlo.minimum",
  and: "stablehlo.and",
  or: "stablehlo.or",
  xor: "stablehlo.xor",
};

/** What a reduction of nothing gives. */
export function identityOf(op: ReduceOp, dtype: DType): number {
  if (op === "add" || op === "or" || op === "xor") return 0;
  if (op === "mul") return 1;
  if (op === "and") return dtypeInfo[dtype].kind === "int" ? -1 : integerRange(dtype)[1];
  if (isFloat(dtype)) return op === "max" ? -Infinity : Infinity;
  const [low, high] = integerRange(dtype);
  return op === "max" ? low : high;
}

const list = (dims: readonly number[]): string => `[${dims.join(", ")}]`;

function reduction(prim: PrimitiveOf<1, ReduceParams>, op: ReduceOp): Writer {
  return writer(prim, (e, { params, operands, outs }) => {
    const x = operand(operands, 0);
    const init = e.splat(identityOf(op, x.aval.dtype), x.aval.dtype);
    const over = `across dimensions = ${list(params.axes)} : ${signature([x, init], outs)}`;
    const text = `stablehlo.reduce(${x.name} init: ${init.name}) applies ${operations[op]} ${over}`;
    return [e.value(text, onlyOut(outs))];
  });
}

/** The place of the first best element along an axis; the first NaN is better than all. */
function argReduction(prim: PrimitiveOf<1, ArgReduceParams>, direction: "GT" | "LT"): Writer {
  return writer(prim, (e, { params, operands, outs }) => {
    const x = operand(operands, 0);
    const { dtype } = x.aval;
    const places = x.aval.withDtype("int32");
    const at = e.value(`stablehlo.iota dim = ${params.axis} : ${tensorType(places)}`, places);
    const init = e.splat(identityOf(direction === "GT" ? "max" : "min", dtype), dtype);
    const zero = e.splat(0, "int32");
    const out = onlyOut(outs);
    const results = [out.withDtype(dtype), out];
    const name = e.newName();
    const inits = `(${x.name} init: ${init.name}), (${at.name} init: ${zero.name})`;
    e.line(
      `${name}:2 = stablehlo.reduce${inits} across dimensions = [${params.axis}] : ${signature([x, at, init, zero], results)}`,
    );
    const block = [init.aval, init.aval, zero.aval, zero.aval].map((aval) => ({
      name: e.newName(),
      aval,
    }));
    const [a, b, i, j] = block as [Ref, Ref, Ref, Ref]; // four of them
    e.line(` reducer(${declared(a)}, ${declared(b)}) (${declared(i)}, ${declared(j)}) {`);
    e.nested(() => {
      const kind = comparisonKind(dtype);
      const ahead = e.compare(direction, a, b, kind);
      const better = isFloat(dtype)
        ? e.alike("stablehlo.or", [ahead, e.compare("NE", a, a, kind)], ahead.aval)
        : ahead;
      const tied = e.compare("EQ", a, b, kind);
      const first = e.compare("LT", i, j, "SIGNED");
      const bothNaN = isFloat(dtype) ? bothAreNaN(e, a, b) : null;
      const equal = bothNaN === null ? tied : e.alike("stablehlo.or", [tied, bothNaN], tied.aval);
      const earlier = e.alike("stablehlo.and", [equal, first], tied.aval);
      const later =
        bothNaN === null
          ? better
          : e.alike(
              "stablehlo.and",
              [better, e.alike("stablehlo.not", [bothNaN], tied.aval)],
              tied.aval,
            );
      const taken = e.alike("stablehlo.or", [later, earlier], tied.aval);
      e.line(returned("stablehlo.return", [e.select(better, a, b), e.select(taken, i, j)]));
    });
    e.line("}");
    return [operand(resultsOf(name, results), 1)];
  });
}

function bothAreNaN(e: Emitter, a: Ref, b: Ref): Ref {
  const [left, right] = [e.compare("NE", a, a, "FLOAT"), e.compare("NE", b, b, "FLOAT")];
  return e.alike("stablehlo.and", [left, right], left.aval);
}

type Combine = (e: Emitter, a: Ref, b: Ref) => Ref;

const combining =
  (op: ReduceOp): Combine =>
  (e, a, b) =>
    e.alike(operations[op], [a, b], a.aval);

function windowAttributes(params: WindowParams): string {
  const array = (values: readonly number[]): string =>
    values.length === 0 ? "array<i64>" : `array<i64: ${values.join(", ")}>`;
  return [
    `base_dilations = ${array(params.baseDilation)}`,
    `padding = ${paddingText(params.padding)}`,
    `window_dilations = ${array(params.windowDilation)}`,
    `window_dimensions = ${array(params.windowDimensions)}`,
    `window_strides = ${array(params.windowStrides)}`,
  ].join(", ");
}

function paddingText(padding: readonly (readonly [number, number])[]): string {
  const rows = padding.map((pair) => `[${pair.join(", ")}]`).join(", ");
  return `dense<[${rows}]> : tensor<${padding.length}x2xi64>`;
}

function reduceWindow(
  e: Emitter,
  x: Ref,
  params: WindowParams,
  identity: number,
  combine: Combine,
  out: ShapedArray,
): Ref {
  if (x.aval.ndim === 0) return x; // one window of one element
  const init = e.splat(identity, x.aval.dtype);
  const region = {
    inputs: [init.aval, init.aval],
    body: ([a, b]: readonly Ref[]) => [combine(e, a as Ref, b as Ref)], // the two inputs
  };
  const results = e.withRegions(
    "stablehlo.reduce_window",
    [x, init],
    windowAttributes(params),
    [region],
    [out],
  );
  return operand(results, 0);
}

function windowed(prim: PrimitiveOf<1, WindowParams>, op: ReduceOp): Writer {
  return writer(prim, (e, { params, operands, outs }) => {
    const x = operand(operands, 0);
    const identity = identityOf(op, x.aval.dtype);
    return [reduceWindow(e, x, params, identity, combining(op), onlyOut(outs))];
  });
}

/** A running reduction: a window that reaches back to the first element. */
function running(
  prim: PrimitiveOf<1, { readonly axis: number; readonly reverse: boolean }>,
  identity: (dtype: DType) => number,
  combine: Combine,
): Writer {
  return writer(prim, (e, { params: { axis, reverse }, operands, outs }) => {
    const x = operand(operands, 0);
    const extent = x.aval.shape[axis] as number; // an axis of x
    if (extent === 0) return [x];
    const ones = x.aval.shape.map(() => 1);
    const window = {
      windowDimensions: ones.with(axis, extent),
      windowStrides: ones,
      padding: ones.map((_, i): readonly [number, number] => {
        if (i !== axis) return [0, 0];
        return reverse ? [0, extent - 1] : [extent - 1, 0];
      }),
      baseDilation: ones,
      windowDilation: ones,
    };
    return [reduceWindow(e, x, window, identity(x.aval.dtype), combine, onlyOut(outs))];
  });
}

/** log(e^a + e^b); two infinities of one sign give it back. */
const logAddExp: Combine = (e, a, b) => {
  const top = e.alike("stablehlo.maximum", [a, b], a.aval);
  const gap = e.alike("stablehlo.subtract", [a, b], a.aval);
  const away = e.alike("stablehlo.negate", [e.alike("stablehlo.abs", [gap], a.aval)], a.aval);
  const rest = e.alike(
    "stablehlo.log_plus_one",
    [e.alike("stablehlo.exponential", [away], a.aval)],
    a.aval,
  );
  const isUndefined = e.compare("NE", gap, gap, "FLOAT");
  const sum = e.alike("stablehlo.add", [a, b], a.aval);
  return e.select(isUndefined, sum, e.alike("stablehlo.add", [top, rest], a.aval));
};

/** Lower bound of what a window's winner can be. */
function worst(dtype: DType, select: "ge" | "le"): number {
  return identityOf(select === "ge" ? "max" : "min", dtype);
}

function requireUndilated(name: string, params: WindowParams): void {
  if ([...params.baseDilation, ...params.windowDilation].every((step) => step === 1)) return;
  throw new MissingRuleError(
    `exportStableHLO: ${name} cannot be exported with dilated windows, which XLA does not select from, got dilations [${params.baseDilation}] and [${params.windowDilation}]; use windows of neighbours`,
  );
}

const selectAndScatter = writer<2, SelectParams>(
  selectAndScatterAddP,
  (e, { params, operands, outs }) => {
    requireUndilated("select_and_scatter_add", params);
    const [source, x] = [operand(operands, 0), operand(operands, 1)];
    const { dtype } = x.aval;
    // Padding by hand, with what never wins; cut off again afterwards.
    const padded = x.aval.withShape(
      x.aval.shape.map((extent, i) => {
        const [low, high] = params.padding[i] as readonly [number, number]; // one for each axis
        return extent + low + high;
      }),
    );
    const lows = params.padding.map(([low]) => low);
    const highs = params.padding.map(([, high]) => high);
    const zeros = list(lows.map(() => 0));
    const fill = e.splat(worst(dtype, params.select), dtype);
    const wide = e.typed(
      "stablehlo.pad",
      [x, fill],
      `, low = ${list(lows)}, high = ${list(highs)}, interior = ${zeros}`,
      padded,
    );
    const scalar = fill.aval;
    const none = params.padding.map((): readonly [number, number] => [0, 0]);
    const array = (values: readonly number[]): string => `array<i64: ${values.join(", ")}>`;
    const [summed] = e.withRegions(
      "stablehlo.select_and_scatter",
      [wide, source, e.splat(0, dtype)],
      `padding = ${paddingText(none)}, window_dimensions = ${array(params.windowDimensions)}, window_strides = ${array(params.windowStrides)}`,
      [
        {
          inputs: [scalar, scalar],
          body: ([a, b]) => [
            e.compare(params.select.toUpperCase(), a as Ref, b as Ref, comparisonKind(dtype)), // two
          ],
        },
        { inputs: [scalar, scalar], body: ([a, b]) => [combining("add")(e, a as Ref, b as Ref)] },
      ],
      [padded],
    );
    const back = (i: number): number => -(i as number);
    return [
      e.typed(
        "stablehlo.pad",
        [summed as Ref, e.splat(0, dtype)], // one result
        `, low = ${list(lows.map(back))}, high = ${list(highs.map(back))}, interior = ${zeros}`,
        onlyOut(outs),
      ),
    ];
  },
);

/** Pairs of an element and what goes with it, reduced window by window to the winner's. */
const selectAndGather = writer<2, SelectParams>(
  selectAndGatherAddP,
  (e, { params, operands, outs }) => {
    const [t, x] = [operand(operands, 0), operand(operands, 1)];
    const { dtype } = x.aval;
    const out = onlyOut(outs);
    const inits = [e.splat(worst(dtype, params.select), dtype), e.splat(0, dtype)];
    const scalar = operand(inits, 0).aval;
    const results = e.withRegions(
      "stablehlo.reduce_window",
      [x, t, ...inits],
      windowAttributes(params),
      [
        {
          inputs: [scalar, scalar, scalar, scalar],
          body: (block) => {
            const [a, ta, b, tb] = block as [Ref, Ref, Ref, Ref]; // four
            const first = e.compare(params.select.toUpperCase(), a, b, comparisonKind(dtype));
            return [e.select(first, a, b), e.select(first, ta, tb)];
          },
        },
      ],
      [out, out],
    );
    return [operand(results, 1)];
  },
);

/** Reductions, running ones and those of windows. */
export const reductions = {
  reduceSum: reduction(reduceSumP, "add"),
  reduceProd: reduction(reduceProdP, "mul"),
  reduceMax: reduction(reduceMaxP, "max"),
  reduceMin: reduction(reduceMinP, "min"),
  reduceAnd: reduction(reduceAndP, "and"),
  reduceOr: reduction(reduceOrP, "or"),
  reduceXor: reduction(reduceXorP, "xor"),
  argmax: argReduction(argmaxP, "GT"),
  argmin: argReduction(argminP, "LT"),
  cumsum: running(cumsumP, () => 0, combining("add")),
  cumprod: running(cumprodP, () => 1, combining("mul")),
  cummax: running(cummaxP, (dtype) => identityOf("max", dtype), combining("max")),
  cummin: running(cumminP, (dtype) => identityOf("min", dtype), combining("min")),
  cumlogsumexp: running(cumlogsumexpP, () => -Infinity, logAddExp),
  reduceWindowSum: windowed(reduceWindowSumP, "add"),
  reduceWindowMul: windowed(reduceWindowMulP, "mul"),
  reduceWindowMax: windowed(reduceWindowMaxP, "max"),
  reduceWindowMin: windowed(reduceWindowMinP, "min"),
  reduceWindowAnd: windowed(reduceWindowAndP, "and"),
  reduceWindowOr: windowed(reduceWindowOrP, "or"),
  reduceWindowXor: windowed(reduceWindowXorP, "xor"),
  selectAndScatterAdd: selectAndScatter,
  selectAndGatherAdd: selectAndGather,
};
