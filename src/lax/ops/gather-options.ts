import { asArray } from "../../core/array.ts";
import { type DType, dtypeInfo, integerRange } from "../../core/dtype.ts";
import { literalValue } from "../../core/number.ts";
import { checkOptions } from "../../core/options.ts";
import type {
  GatherDimensionNumbers,
  GatherParams,
  ScatterDimensionNumbers,
  ScatterParams,
} from "../../core/routines.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { asIndices, type IndexModeName, indexMode } from "./indices.ts";
import { operands } from "./shared.ts";

/** Parameters of a scatter primitive: all of the routine's but the operation, which it stands for. */
export type ScatterSettings = Omit<ScatterParams, "op">;

/** Dimension numbers of a gather; without batching axes they may be left out. */
export type GatherDims = Pick<
  GatherDimensionNumbers,
  "offsetDims" | "collapsedSliceDims" | "startIndexMap"
> &
  Partial<GatherDimensionNumbers>;

/** Options of a gather. */
export interface GatherOptions {
  readonly dimensionNumbers: GatherDims;
  /** Extents of a window along each axis of the operand. */
  readonly sliceSizes: readonly number[];
  /** By default "promiseInBounds". */
  readonly mode?: IndexModeName | undefined;
  /** By default NaN, the smallest signed or the largest unsigned integer, or true. */
  readonly fillValue?: number | boolean | null | undefined;
  readonly uniqueIndices?: boolean | undefined;
  readonly indicesAreSorted?: boolean | undefined;
}

/** Dimension numbers of a scatter; without batching axes they may be left out. */
export type ScatterDims = Pick<
  ScatterDimensionNumbers,
  "updateWindowDims" | "insertedWindowDims" | "scatterDimsToOperandDims"
> &
  Partial<ScatterDimensionNumbers>;

/** Options of a scatter. */
export interface ScatterOptions {
  readonly dimensionNumbers: ScatterDims;
  /** By default "fillOrDrop". */
  readonly mode?: IndexModeName | undefined;
  readonly uniqueIndices?: boolean | undefined;
  readonly indicesAreSorted?: boolean | undefined;
}

const gatherOptions = [
  "dimensionNumbers",
  "sliceSizes",
  "mode",
  "fillValue",
  "uniqueIndices",
  "indicesAreSorted",
];
const scatterOptions = ["dimensionNumbers", "mode", "uniqueIndices", "indicesAreSorted"];

/** What stands where a window of `dtype` was outside: a value no computation is likely to give. */
function defaultFill(dtype: DType): number {
  const { kind } = dtypeInfo[dtype];
  if (kind === "float") return NaN;
  if (kind === "key") return 2 ** 32 - 1;
  const [smallest, largest] = integerRange(dtype);
  return kind === "int" ? smallest : largest;
}

function fillOf(dtype: DType, value: number | boolean | null): number {
  return value === null ? defaultFill(dtype) : literalValue(Number(value), dtype);
}

/** Operands and parameters of a gather, checked and completed. */
export function gatherArguments(
  x: ArrayLike,
  indices: ArrayLike,
  options: GatherOptions,
): readonly [NDArray, NDArray, GatherParams] {
  checkOptions("lax.gather", options, gatherOptions);
  const array = asArray(x, "lax.gatherArguments");
  const { dimensionNumbers: dims, sliceSizes, fillValue } = options;
  const mode = indexMode("gather", options.mode ?? "promiseInBounds");
  const params: GatherParams = {
    dimensionNumbers: {
      offsetDims: dims.offsetDims,
      collapsedSliceDims: dims.collapsedSliceDims,
      startIndexMap: dims.startIndexMap,
      operandBatchingDims: dims.operandBatchingDims ?? [],
      startIndicesBatchingDims: dims.startIndicesBatchingDims ?? [],
    },
    sliceSizes,
    mode,
    fillValue: mode === "fillOrDrop" ? fillOf(array.dtype, fillValue ?? null) : 0,
    uniqueIndices: options.uniqueIndices ?? false,
    indicesAreSorted: options.indicesAreSorted ?? false,
  };
  return [array, asIndices("gather", indices), params];
}

/** Operands and parameters of a scatter, checked and completed. */
export function scatterArguments(
  op: string,
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): readonly [NDArray, NDArray, NDArray, ScatterSettings] {
  checkOptions(`lax.${op}`, options, scatterOptions);
  const [array, values] = operands(op, [x, updates]) as [NDArray, NDArray]; // as many as were given
  const { dimensionNumbers: dims } = options;
  const settings: ScatterSettings = {
    dimensionNumbers: {
      updateWindowDims: dims.updateWindowDims,
      insertedWindowDims: dims.insertedWindowDims,
      scatterDimsToOperandDims: dims.scatterDimsToOperandDims,
      operandBatchingDims: dims.operandBatchingDims ?? [],
      scatterIndicesBatchingDims: dims.scatterIndicesBatchingDims ?? [],
    },
    mode: indexMode(op, options.mode ?? "fillOrDrop"),
    uniqueIndices: options.uniqueIndices ?? false,
    indicesAreSorted: options.indicesAreSorted ?? false,
  };
  return [array, asIndices(op, indices), values, settings];
}
