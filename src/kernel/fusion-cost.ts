import { byteWidth } from "../core/dtype.ts";
import type { Expr, ScalarOp } from "../core/scalar.ts";
import { type Kernel, nodesOf } from "./kernel.ts";

/** What a device can put into one kernel. */
export interface FusionLimits {
  /** Operands and results that one kernel may have, all numbers of rank 0 counting as one. */
  readonly buffers: number;
  /** Whether the program is a body of control flow, whose inputs of rank 0 count like others. */
  readonly inBody?: boolean;
  /** Whether kernels pass numbers to each other for nothing where all of a program's work is on numbers. */
  readonly freeNumbers?: boolean;
}

/** Limits of a device that has none. */
export const generousLimits: FusionLimits = {
  buffers: Number.POSITIVE_INFINITY,
  freeNumbers: true,
};

/** How many scalar operations one fused kernel may hold. */
const maxOperations = 400;

/** How many points along the reduced axes one row may have if few rows share the work. */
const longestRow = 16_384;
const fewRows = 64;

/**
 * How much of the arithmetic of an operand may be done again rather than read: about what a
 * device computes while it moves one element to memory and back.
 */
const cheapAgain = 40;

/** Operations that cost about as much as many of the others. */
const dear: ReadonlySet<ScalarOp> = new Set<ScalarOp>([
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tan",
  "tanh",
  "pow",
  "logistic",
  "atan2",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "asinh",
  "acosh",
  "atanh",
]);

/** Operations made of series and loops: never done twice. */
const dearest: ReadonlySet<ScalarOp> = new Set<ScalarOp>([
  "lgamma",
  "digamma",
  "igamma",
  "igammac",
  "igammaGradA",
  "randomGammaGrad",
  "zeta",
  "polygamma",
  "betainc",
  "besselI0e",
  "besselI1e",
  "erfInv",
]);

/** A rough weight of the arithmetic in some expressions, shared nodes once. */
export function weightOf(roots: readonly Expr[]): number {
  let weight = 0;
  for (const node of nodesOf(roots)) {
    if (node.kind !== "op") continue;
    weight += dearest.has(node.op) ? 1000 : dear.has(node.op) ? 12 : 1;
  }
  return weight;
}

/** Tells which values are numbers that the program is given: they come together in one buffer. */
export type IsNumber = (value: number) => boolean;

/** How many buffers it takes to read some values. */
export function buffersOf(sources: Iterable<number>, isNumber: IsNumber): number {
  const arrays = new Set<number>();
  let numbers = 0;
  for (const source of sources) {
    if (source < 0) continue;
    if (isNumber(source)) numbers = 1;
    else arrays.add(source);
  }
  return arrays.size + numbers;
}

/** Whether one kernel may hold this work and write so many results. */
export function fitsOneKernel(
  kernel: Kernel,
  results: number,
  { buffers }: FusionLimits,
  isNumber: IsNumber,
): boolean {
  const read = buffersOf(
    kernel.loads.map(({ source }) => source),
    isNumber,
  );
  if (read + results > buffers) return false;
  return operationsOf(kernel) <= maxOperations;
}

const counted = new WeakMap<object, number>();

/** How many scalar operations a kernel holds. */
export function operationsOf(kernel: Pick<Kernel, "stages" | "outputs">): number {
  let count = counted.get(kernel);
  if (count === undefined) {
    const roots = [...kernel.stages, ...kernel.outputs].map(({ value }) => value);
    count = nodesOf(roots).filter(({ kind }) => kind === "op").length;
    counted.set(kernel, count);
  }
  return count;
}

/** Whether one kernel could hold the work of two, as far as their sizes tell. */
export function mayFitOneKernel(first: Kernel, second: Kernel): boolean {
  // What the two share is counted twice.
  return operationsOf(first) + operationsOf(second) <= 2 * maxOperations;
}

/** Whether one kernel can hold the work of two that are merged: they share no node. */
export function wouldFitOneKernel(first: Kernel, second: Kernel): boolean {
  return operationsOf(first) + operationsOf(second) <= maxOperations;
}

/** Whether rows of a loop may be walked several times by those who reduced them. */
export function rowsAreShort({ space, parallel }: Kernel): boolean {
  const rows = sizeOf(space.slice(0, parallel));
  return sizeOf(space.slice(parallel)) <= longestRow || rows >= fewRows;
}

/** Whether an operand may be computed once more for each of `times` reads instead of being read. */
export function isCheapAgain(roots: readonly Expr[], times: number): boolean {
  return times <= 0 || weightOf(roots) * times <= cheapAgain;
}

/** Bytes that reading an element of each load takes. */
export function bytesPerElement({ loads }: Pick<Kernel, "loads">): number {
  return loads.reduce((sum, { dtype }) => sum + byteWidth(dtype), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}
