import { DeviceArray, scalarArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { isFloat } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, MissingRuleError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  absent,
  type BatchAxis,
  defineMultiPrimitive,
  type PrimitiveOf,
} from "../../core/primitive.ts";
import { flatten, type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import type { MapLeaves } from "../../core/pytree-types.ts";
import { bindMany } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import {
  type AnyFunction,
  checkFunction,
  describe,
  flattenArrays,
  pathOf,
} from "../../transforms/flatten.ts";
import { flattenDescribed, type ShapeDtypeStruct } from "../../transforms/shape-struct.ts";
import type { GivenArgs } from "../../transforms/signatures.ts";
import { broadcastInDim } from "../ops/broadcast.ts";
import { expandDims, moveAxis } from "../ops/layout.ts";
import { array, type HostFunction, hostFunction } from "./host-function.ts";
import { scan } from "./scan.ts";

const where = "pureCallback";

/** How `vmap` calls a function of the host. */
export type VmapMethod =
  /** Once for each lane, in a loop. */
  | "sequential"
  /** Once for each lane, the calls written out. */
  | "sequentialUnrolled"
  /** Once, with a leading axis on every array, of extent 1 on those that are not mapped. */
  | "expandDims"
  /** Once, with the mapped axis leading on every array. */
  | "broadcastAll"
  /** Once, with a leading axis on the arrays that are mapped only. */
  | "legacyVectorized";

const methods: readonly string[] = [
  "sequential",
  "sequentialUnrolled",
  "expandDims",
  "broadcastAll",
  "legacyVectorized",
] satisfies readonly VmapMethod[];

/** Options of `pureCallback`. */
export interface PureCallbackOptions {
  /** How `vmap` calls the function; without it, `vmap` refuses. */
  readonly vmapMethod?: VmapMethod | undefined;
}

/** Parameters of a call for its results. */
export interface PureCallbackParams {
  readonly callback: HostFunction;
  readonly results: readonly ShapedArray[];
  /** Structure of what the function gives. */
  readonly structure: TreeDef;
  readonly vmapMethod: VmapMethod | null;
}

const noDerivative =
  "nothing is known of the function but its values; give it a derivative with customJvp or customVjp";

/** Call a function of the host for its results, which depend on its operands alone. */
export const pureCallbackP: PrimitiveOf<number, PureCallbackParams> = defineMultiPrimitive<
  number,
  PureCallbackParams
>("pure_callback", {
  abstractEval: (_, { results }) => results,
  jvp: absent(noDerivative),
  transpose: absent(noDerivative),
  batch: { kind: "rule", apply: batchCallback },
  lower: {
    kind: "callback",
    effect: false,
    apply: (operands, { callback, structure, results }) =>
      resultsOf(callback(operands), structure, results),
  },
});

/**
 * What `f` gives for the values of `args`, when the program that this is part of runs: how code
 * that is not made of the library's operations becomes part of one.
 *
 * `results` describes what `f` gives, by `ShapeDtypeStruct`s or by arrays of those types. `f` gets
 * arrays with values, and gives arrays or, for a scalar, a number. It must be pure, since it may be
 * called more than once, or not at all if nobody reads its results. It is called on the cpu device,
 * and must not change what it is given.
 *
 * @throws MissingRuleError under differentiation, where `f` needs `customJvp` or `customVjp` around
 * it, and under `vmap` without `vmapMethod`. When it runs: TreeError, ShapeError or DTypeError if `f`
 * gives something else than `results` say; DeviceError on webgpu, which is read later.
 *
 * @example
 * const sinc = (x) => pureCallback((v) => Math.sin(v.item()) / v.item(), x, [x]);
 * jit(sinc)(1); // 0.84147098
 */
export function pureCallback<const Args extends readonly unknown[], Out>(
  f: (...args: GivenArgs<Args>) => unknown,
  results: Out,
  args: Args,
  options: PureCallbackOptions = {},
): MapLeaves<Out, ArrayLike | ShapeDtypeStruct, NDArray> {
  checkFunction(f, where);
  checkOptions(where, options, ["vmapMethod"]);
  const { vmapMethod } = options;
  if (vmapMethod !== undefined && !methods.includes(vmapMethod)) {
    throw new ArgumentError(
      `${where}: vmapMethod must be one of ${methods.join(", ")}, got ${describe(vmapMethod)}; "sequential" suits every function`,
    );
  }
  if (!Array.isArray(args)) {
    throw new ArgumentError(
      `${where}: the arguments must be a list, got ${describe(args)}; pass pureCallback(f, results, [x, y])`,
    );
  }
  const given = flattenArrays(args, where, "argument ");
  const wanted = flattenDescribed([results], where);
  const [structure] = wanted.treeDef.children; // of the list made above
  const outs = bindMany(pureCallbackP, given.arrays, {
    callback: hostFunction(
      f as AnyFunction,
      given.treeDef,
      given.arrays.map(() => array),
    ),
    results: wanted.avals.map((aval) => aval.strong()),
    structure: structure as TreeDef,
    vmapMethod: vmapMethod ?? null,
  });
  return unflatten(structure as TreeDef, outs) as MapLeaves<
    Out,
    ArrayLike | ShapeDtypeStruct,
    NDArray
  >; // of the structure of `results`
}

/** What a function gave, as arrays of the types it was to give. */
function resultsOf(
  tree: unknown,
  structure: TreeDef,
  wanted: readonly ShapedArray[],
): readonly NDArray[] {
  const { leaves, treeDef } = flatten(tree);
  checkStructure(structure, treeDef, `${where}: what the function gives`);
  return wanted.map((aval, i) => {
    const leaf = leaves[i];
    const x = typeof leaf === "number" || typeof leaf === "boolean" ? numberAs(leaf, aval) : leaf;
    if (x instanceof DeviceArray && x.aval.strong() === aval) return x.over(aval, x.layout);
    const place = pathOf(structure, i);
    const advice = ArrayBuffer.isView(leaf)
      ? "wrap it with np.array"
      : "convert it, or describe what the function gives";
    throw new (isOfDtype(x, aval) ? ShapeError : DTypeError)(
      `${where}: what the function gives${place === "" ? "" : ` at ${place}`} must be ${aval}, got ${describe(leaf)}; ${advice}`,
    );
  });
}

function isOfDtype(x: unknown, { dtype }: ShapedArray): boolean {
  return x instanceof NDArray && x.dtype === dtype;
}

/** A number as a scalar of a dtype, where it is one of its values. */
function numberAs(value: number | boolean, { ndim, dtype }: ShapedArray): NDArray | null {
  if (ndim > 0 || (dtype === "bool") !== (typeof value === "boolean")) return null;
  const fits = dtype === "bool" || isFloat(dtype) || Number.isInteger(value);
  return fits ? scalarArray(Number(value), dtype) : null;
}

function batchCallback(
  operands: readonly NDArray[],
  dims: readonly (number | null)[],
  params: PureCallbackParams,
  { size }: BatchAxis,
): readonly [readonly NDArray[], readonly (number | null)[]] {
  const { vmapMethod, results } = params;
  const front = operands.map((x, i) => {
    const dim = dims[i] ?? null;
    return dim === null ? x : moveAxis(x, dim, 0);
  });
  const isMapped = (i: number): boolean => dims[i] != null;
  const outDims = results.map(() => 0);
  if (vmapMethod === null) {
    throw new MissingRuleError(
      `vmap: pureCallback has no batching rule unless it is told how to call the function; pass vmapMethod, "sequential" to call it once for each lane`,
    );
  }
  if (vmapMethod === "sequential" || vmapMethod === "sequentialUnrolled") {
    const [, stacked] = scan(
      (_: null, lanes: readonly NDArray[]) => {
        let next = 0;
        const all = front.map((x, i) => (isMapped(i) ? (lanes[next++] as NDArray) : x)); // one for each mapped
        return [null, bindMany(pureCallbackP, all, params)];
      },
      null,
      front.filter((_, i) => isMapped(i)),
      { unroll: vmapMethod === "sequentialUnrolled" },
    );
    return [stacked, outDims];
  }
  const called = front.map((x, i) => {
    if (isMapped(i) || vmapMethod === "legacyVectorized") return x;
    if (vmapMethod === "expandDims") return expandDims(x, [0]);
    return broadcastInDim(
      x,
      [size, ...x.shape],
      x.shape.map((_, axis) => axis + 1),
    );
  });
  const batched = results.map(({ shape, dtype }) => shapedArray([size, ...shape], dtype));
  return [bindMany(pureCallbackP, called, { ...params, results: batched }), outDims];
}
