import type { PrimitiveOf } from "../core/primitive.ts";
import type { ScatterOp, WindowParams } from "../core/routines.ts";
import { bind, bind1, bind2 } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { switch as choose } from "../lax/control/cond.ts";
import { reduce as reduceBy } from "../lax/control/reduce.ts";
import { foriLoop, whileLoop } from "../lax/control/while.ts";
import { add, mul } from "../lax/ops/arith.ts";
import { bitwiseAnd, bitwiseOr, bitwiseXor, eq } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumlogsumexp } from "../lax/ops/cumulative.ts";
import { max, min } from "../lax/ops/extrema.ts";
import { scatterAddP } from "../lax/ops/gather.ts";
import type { ScatterSettings } from "../lax/ops/gather-options.ts";
import { reshape } from "../lax/ops/layout.ts";
import { argmax, argmin, reduceMax, reduceMin } from "../lax/ops/reduce.ts";
import { scatterMulP, scatterP, scatterSubP } from "../lax/ops/scatter.ts";
import { scatterMaxP, scatterMinP } from "../lax/ops/scatter-extrema.ts";
import { sort } from "../lax/ops/sort.ts";
import {
  reduceWindowAndP,
  reduceWindowMaxP,
  reduceWindowMinP,
  reduceWindowMulP,
  reduceWindowOrP,
  reduceWindowSumP,
  reduceWindowXorP,
  selectAndGatherAddP,
  selectAndScatterAddP,
} from "../lax/ops/window.ts";
import {
  arg,
  attribute,
  type Env,
  integers,
  listIn,
  pairs,
  type Reader,
} from "./import-context.ts";
import { type Block, type Op, unsupported } from "./parser.ts";

type Binary = (x: NDArray, y: NDArray) => NDArray;

const monoids: Readonly<Record<string, Binary>> = {
  "stablehlo.add": add,
  "stablehlo.multiply": mul,
  "stablehlo.maximum": max,
  "stablehlo.minimum": min,
  "stablehlo.and": bitwiseAnd,
  "stablehlo.or": bitwiseOr,
  "stablehlo.xor": bitwiseXor,
};

/** The one operation that a region applies to its two inputs; null for a region that does more. */
function onlyOperation({ inputs, ops }: Block): string | null {
  const [first, second] = ops;
  if (first === undefined) return null;
  if (first.name === "stablehlo.return" && first.operands[0] === inputs[1]) return "second";
  const isBoth = first.operands.join() === inputs.join();
  return second?.name === "stablehlo.return" && isBoth ? first.name : null;
}

function region(op: Op, i: number): Block {
  const found = op.regions[i];
  if (found === undefined) throw unsupported(op.line, `${op.name} without a region`);
  return found;
}

const reduce: Reader = (op, xs, context) => {
  const count = xs.length / 2;
  const dims = integers(attribute(op, "dimensions"));
  const [operands, inits] = [xs.slice(0, count), xs.slice(count)];
  const body = op.regions[0];
  const name = op.attributes.get("applies") ?? (body === undefined ? null : onlyOperation(body));
  const monoid = name === null ? undefined : monoids[name];
  if (monoid !== undefined && count === 1) {
    return [reduceBy(arg(op, operands, 0), arg(op, inits, 0), monoid as never, dims) as NDArray];
  }
  if (body === undefined) throw unsupported(op.line, `${op.name} by ${name}`);
  const found = argReduction(body, dims, operands);
  if (found !== null) return found;
  const combine = (a: readonly NDArray[], b: readonly NDArray[]): readonly NDArray[] =>
    context.run(body, [...a, ...b]);
  return reduceBy(operands, inits, combine as never, dims) as readonly NDArray[]; // a list, as given
};

/** The position of the largest or smallest element, as exporters write it. */
function argReduction(
  { ops, inputs }: Block,
  dims: readonly number[],
  operands: readonly NDArray[],
): readonly NDArray[] | null {
  const [axis] = dims;
  const [first] = ops;
  const [x] = operands;
  const isPair = operands.length === 2 && operands[1]?.dtype === "int32" && dims.length === 1;
  if (!isPair || first?.name !== "stablehlo.compare" || axis === undefined || x === undefined) {
    return null;
  }
  const direction = first.attributes.get("0");
  const isFirst = first.operands[0] === inputs[0] && first.operands[1] === inputs[2];
  if (!isFirst || (direction !== "GT" && direction !== "LT")) return null;
  const best = direction === "GT" ? argmax(x, axis) : argmin(x, axis);
  return [direction === "GT" ? reduceMax(x, dims) : reduceMin(x, dims), best];
}

/** A loop that counts from 0 to a constant: reverse mode goes through it. */
function countedLoop(op: Op, xs: readonly NDArray[]): { at: number; end: string } | null {
  const [test, done] = region(op, 0).ops.slice(-2);
  const { inputs, ops } = region(op, 1);
  if (test?.name !== "stablehlo.compare" || done?.name !== "stablehlo.return") return null;
  if (test.attributes.get("0") !== "LT") return null;
  const at = inputs.indexOf(test.operands[0] ?? "");
  const end = test.operands[1] ?? "";
  if (at < 0 || inputs.includes(end)) return null;
  const next = ops.at(-1)?.operands[at];
  const step = ops.find((each) => each.results[0] === next);
  const start = xs[at]?.concrete();
  const isOne = step?.name === "stablehlo.add" && step.operands[0] === inputs[at];
  if (!isOne || start === null || start === undefined || start.item() !== 0) return null;
  return { at, end };
}

/** The number that a name stands for, where it is a constant. */
function constantOf(name: string | undefined, block: Block, env: Env): number | null {
  const own = block.ops.find((each) => each.results[0] === name);
  const text = own?.name === "stablehlo.constant" ? own.attributes.get("0") : undefined;
  if (text !== undefined) return integers(text)[0] ?? null;
  const outer = name === undefined ? undefined : env.get(name)?.concrete();
  return outer == null || outer.size !== 1 ? null : Number(outer.item());
}

const loop: Reader = (op, xs, context) => {
  const [holds, body] = [region(op, 0), region(op, 1)];
  const counted = countedLoop(op, xs);
  if (counted !== null) {
    const { at, end } = counted;
    const limit = constantOf(end, holds, context.env);
    const step = body.ops.find((each) => each.results[0] === body.ops.at(-1)?.operands[at]);
    if (limit !== null && constantOf(step?.operands[1], body, context.env) === 1) {
      const rest = xs.toSpliced(at, 1);
      const turn = (i: NDArray, carry: readonly NDArray[]): readonly NDArray[] =>
        context.run(body, carry.toSpliced(at, 0, i)).toSpliced(at, 1);
      const outs = foriLoop(0, limit, turn as never, rest as never) as unknown as NDArray[]; // alike
      const counter = convertElementType(limit, arg(op, xs, at).dtype);
      return outs.toSpliced(at, 0, counter);
    }
  }
  return whileLoop(
    ((carry: readonly NDArray[]) => context.run(holds, carry)[0]) as never,
    ((carry: readonly NDArray[]) => context.run(body, carry)) as never,
    xs as never,
  ) as unknown as readonly NDArray[]; // of the structure of the first carry
};

const scatters: Readonly<Record<ScatterOp, PrimitiveOf<3, ScatterSettings>>> = {
  set: scatterP,
  add: scatterAddP,
  sub: scatterSubP,
  mul: scatterMulP,
  min: scatterMinP,
  max: scatterMaxP,
};
const updates: Readonly<Record<string, ScatterOp>> = {
  second: "set",
  "stablehlo.add": "add",
  "stablehlo.subtract": "sub",
  "stablehlo.multiply": "mul",
  "stablehlo.minimum": "min",
  "stablehlo.maximum": "max",
};

const scatter: Reader = (op, xs) => {
  const kind = updates[onlyOperation(region(op, 0)) ?? ""];
  if (kind === undefined || xs.length !== 3) throw unsupported(op.line, `${op.name} of this form`);
  const numbers = attribute(op, "scatter_dimension_numbers");
  const given = arg(op, xs, 1);
  const vector = Number(/index_vector_dim = (\d+)/.exec(numbers)?.[1] ?? 0);
  const indices = vector === given.ndim ? reshape(given, [...given.shape, 1]) : given;
  if (vector < given.ndim - 1)
    throw unsupported(op.line, `${op.name} of index vectors along ${vector}`);
  const params: ScatterSettings = {
    dimensionNumbers: {
      updateWindowDims: listIn(numbers, "update_window_dims"),
      insertedWindowDims: listIn(numbers, "inserted_window_dims"),
      scatterDimsToOperandDims: listIn(numbers, "scatter_dims_to_operand_dims"),
      operandBatchingDims: listIn(numbers, "input_batching_dims"),
      scatterIndicesBatchingDims: listIn(numbers, "scatter_indices_batching_dims"),
    },
    mode: "fillOrDrop",
    indicesAreSorted: op.attributes.get("indices_are_sorted") === "true",
    uniqueIndices: op.attributes.get("unique_indices") === "true",
  };
  return [bind(scatters[kind], [arg(op, xs, 0), indices, arg(op, xs, 2)], params)];
};

function windowOf(op: Op): WindowParams {
  const windowDimensions = integers(attribute(op, "window_dimensions"));
  const ones = windowDimensions.map(() => 1);
  const list = (name: string): number[] => {
    const text = op.attributes.get(name);
    return text === undefined ? ones : integers(text);
  };
  const padding = integers((op.attributes.get("padding") ?? "").replace(/dense</, ""));
  const all = padding.length === 1 ? ones.flatMap(() => [padding[0], padding[0]]) : padding;
  return {
    windowDimensions,
    windowStrides: list("window_strides"),
    padding: all.length === 0 ? ones.map(() => [0, 0] as const) : pairs(all as number[]),
    baseDilation: list("base_dilations"),
    windowDilation: list("window_dilations"),
  };
}

const windows: Readonly<Record<string, PrimitiveOf<1, WindowParams>>> = {
  "stablehlo.add": reduceWindowSumP,
  "stablehlo.multiply": reduceWindowMulP,
  "stablehlo.maximum": reduceWindowMaxP,
  "stablehlo.minimum": reduceWindowMinP,
  "stablehlo.and": reduceWindowAndP,
  "stablehlo.or": reduceWindowOrP,
  "stablehlo.xor": reduceWindowXorP,
};

const reduceWindow: Reader = (op, xs) => {
  const body = region(op, 0);
  const params = windowOf(op);
  const prim = windows[onlyOperation(body) ?? ""];
  if (prim !== undefined && xs.length === 2) return [bind1(prim, arg(op, xs, 0), params)];
  const [first] = body.ops;
  const direction = first?.attributes.get("0");
  if (xs.length === 4 && (direction === "GE" || direction === "LE")) {
    const select = direction === "GE" ? ("ge" as const) : ("le" as const);
    const [x, t] = [arg(op, xs, 0), arg(op, xs, 1)];
    const best = direction === "GE" ? reduceWindowMaxP : reduceWindowMinP;
    return [bind1(best, x, params), bind2(selectAndGatherAddP, t, x, { ...params, select })];
  }
  const axis = params.windowDimensions.findIndex((extent) => extent > 1);
  if (body.ops.some(({ name }) => name === "stablehlo.log_plus_one") && xs.length === 2) {
    const reverse = (params.padding[axis]?.[1] ?? 0) > 0;
    return [axis < 0 ? arg(op, xs, 0) : cumlogsumexp(arg(op, xs, 0), { axis, reverse })];
  }
  throw unsupported(op.line, `${op.name} by other than one operation`);
};

const selectAndScatter: Reader = (op, xs) => {
  const direction = region(op, 0).ops[0]?.attributes.get("0");
  const isSum = onlyOperation(region(op, 1)) === "stablehlo.add";
  if (!isSum || (direction !== "GE" && direction !== "LE")) {
    throw unsupported(op.line, `${op.name} of this form`);
  }
  const select = direction === "GE" ? ("ge" as const) : ("le" as const);
  const params = { ...windowOf(op), select };
  return [bind2(selectAndScatterAddP, arg(op, xs, 1), arg(op, xs, 0), params)];
};

/** A comparator in ascending order reads the keys it needs; the others are carried along. */
const sortBy: Reader = (op, xs) => {
  const { inputs, ops } = region(op, 0);
  const comparisons = ops.filter(({ name }) => name === "stablehlo.compare");
  const isAscending = comparisons.every((each) =>
    ["LT", "EQ", "NE"].includes(each.attributes.get("0") ?? ""),
  );
  const read = new Set(ops.flatMap(({ operands }) => operands));
  const numKeys = xs.findIndex((_, i) => !read.has(inputs[2 * i] ?? ""));
  if (!isAscending) throw unsupported(op.line, `${op.name} in another order than ascending`);
  return sort(xs, {
    dimension: integers(attribute(op, "dimension"))[0] as number, // one
    numKeys: numKeys < 0 ? xs.length : numKeys,
  });
};

/** Operations that hold others, and calls. */
export const regionReaders: Readonly<Record<string, Reader>> = {
  "stablehlo.reduce": reduce,
  "stablehlo.while": loop,
  "stablehlo.case": (op, xs, context) =>
    choose(
      arg(op, xs, 0),
      op.regions.map((block) => () => context.run(block, [])) as never,
    ) as unknown as readonly NDArray[], // lists, as the blocks give
  "stablehlo.if": (op, xs, context) =>
    choose(convertElementType(eq(arg(op, xs, 0), false), "int32"), [
      () => context.run(region(op, 0), []),
      () => context.run(region(op, 1), []),
    ] as never) as unknown as readonly NDArray[], // as above
  "stablehlo.scatter": scatter,
  "stablehlo.reduce_window": reduceWindow,
  "stablehlo.select_and_scatter": selectAndScatter,
  "stablehlo.sort": sortBy,
  call: (op, xs, { call }) => call(attribute(op, "0").slice(1), xs, op.line),
  "func.call": (op, xs, { call }) => call(attribute(op, "0").slice(1), xs, op.line),
};
