import {
  ArgumentError,
  DTypeError,
  ShapeError,
  TracerLeakError,
  TreeError,
} from "../core/errors.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { checkStructure } from "../core/pytree-prefix.ts";
import { Tracer } from "../core/tracer.ts";
import type { NDArray } from "../core/value.ts";
import type { Atom } from "../core/var.ts";
import { stopGradient } from "../lax/ops/convert.ts";
import { type Argnums, resolveArgnums } from "./arguments.ts";
import { type AnyFunction, describe, flattenArrays, flattenResult, pathOf } from "./flatten.ts";

/** Arguments of a function with a custom rule: those it may be differentiated by, and the rest. */
export interface CustomArguments {
  /** Leaves of the differentiable arguments. */
  readonly arrays: readonly NDArray[];
  /** Structure of the list of differentiable arguments. */
  readonly treeDef: TreeDef;
  /** The other arguments, in the order of `nondiffArgnums`. */
  readonly nondiff: readonly unknown[];
  /** Call a function with all arguments in place, the differentiable ones built from leaves. */
  call(f: AnyFunction, xs: readonly unknown[]): unknown;
}

/** Separate arguments by `nondiffArgnums`. */
export function separateArguments(
  args: readonly unknown[],
  nondiffArgnums: Argnums,
  where: string,
): CustomArguments {
  const positions = resolveArgnums(nondiffArgnums, args.length, where);
  const rest = args.filter((_, i) => !positions.includes(i));
  const { arrays, treeDef } = flattenArrays(rest, where, "argument ");
  return {
    arrays,
    treeDef,
    nondiff: positions.map((i) => args[i]),
    call(f, xs) {
      const built = (unflatten(treeDef, xs) as unknown[]).slice(); // flattened from a list
      const all = args.map((arg, i) => (positions.includes(i) ? arg : built.shift()));
      return f(...(all as never[])); // the user's own arguments
    },
  };
}

/** Values among other arguments as constants: their derivatives are zero. */
export function withoutGradients(args: readonly unknown[], positions: Argnums): unknown[] {
  const list = resolveArgnums(positions, args.length, "customJvp");
  return args.map((arg, i) => {
    if (!list.includes(i)) return arg;
    const { leaves, treeDef } = flatten(arg);
    const stopped = leaves.map((leaf) => (leaf instanceof Tracer ? stopGradient(leaf) : leaf));
    return unflatten(treeDef, stopped);
  });
}

/** @throws TracerLeakError if an argument that must be static holds a traced value. */
export function refuseTracers(args: readonly unknown[], where: string): void {
  for (const leaf of flatten(args).leaves) {
    if (!(leaf instanceof Tracer)) continue;
    throw new TracerLeakError(
      `${where}: arguments in nondiffArgnums must not be traced, got ${leaf.aval}; make it an ordinary argument and give it a null cotangent`,
    );
  }
}

/** Result of a rule as leaves, of the structure of the function's own. */
export function flattenAs(result: unknown, treeDef: TreeDef | null, where: string): NDArray[] {
  const flat = flattenResult(result, { where });
  if (treeDef !== null) checkStructure(treeDef, flat.treeDef, `${where}: the result`);
  return flat.arrays;
}

/** @throws ShapeError or DTypeError unless `x` has the shape and dtype of `like`. */
export function checkLike(x: NDArray, like: NDArray["aval"], place: () => string): void {
  const same = x.ndim === like.ndim && x.shape.every((extent, i) => extent === like.shape[i]);
  if (!same)
    throw new ShapeError(
      `${place()} must have the shape of ${like}, got ${x.aval}; return one of that shape`,
    );
  if (x.dtype === like.dtype) return;
  throw new DTypeError(
    `${place()} must have the dtype of ${like}, got ${x.aval}; convert it with astype`,
  );
}

/** @throws TreeError, ShapeError or DTypeError unless a rule gave what the staged function gives. */
export function checkResults(
  outs: readonly NDArray[],
  { jaxpr }: ClosedJaxpr,
  where: string,
): void {
  if (outs.length !== jaxpr.outvars.length) {
    throw new TreeError(
      `${where} must return ${jaxpr.outvars.length} arrays as the function does, got ${outs.length}; return the same tree`,
    );
  }
  outs.forEach((x, i) => {
    const { aval } = jaxpr.outvars[i] as Atom; // as many
    checkLike(x, aval, () => `${where}, result ${i}`);
  });
}

/** @throws ArgumentError unless a rule gave a pair. */
export function checkPair(
  result: unknown,
  where: string,
  what: string,
): readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw new ArgumentError(
    `${where} must return ${what}, got ${describe(result)}; return a list of two`,
  );
}

/** Where leaf `i` of a tree of arguments is. */
export function argumentPath(treeDef: TreeDef, i: number): string {
  return pathOf(treeDef, i);
}
