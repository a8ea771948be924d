import type { ReduceOp } from "./primitive.ts";
import type { NDArray } from "./value.ts";

/**
 * Signatures of the routines: named work that is not one loop nest.
 *
 * They stand in core because primitives name them and every executor implements them; the
 * interpreter's implementations in `cpu/routines` are the reference the others are tested against.
 * Operands are those of the primitive, results are row-major and do not overlap them.
 */
export interface RoutineParams {
  /** Fill the result, then copy strided parts of operands to strided places: pad, concatenate. */
  readonly assemble: AssembleParams;
  /** Operands x, then one int32 scalar for each axis; starts are clamped. */
  readonly dynamicSlice: { readonly sliceSizes: readonly number[] };
  /** Operands x, update, then one int32 scalar for each axis; starts are clamped. */
  readonly dynamicUpdateSlice: object;
  /** Operands x and int32 indices. */
  readonly gather: GatherParams;
  /** Operands x, int32 indices and updates, applied window by window in the order of the indices. */
  readonly scatter: ScatterParams;
  readonly dot: DotParams;
  readonly conv: ConvParams;
  /** Operand x; padding holds the identity of `op`. */
  readonly reduceWindow: WindowParams & { readonly op: ReduceOp };
  /** Operands source and x: each source element goes to the first winner of its window. */
  readonly selectAndScatterAdd: WindowParams & { readonly select: "ge" | "le" };
  /** Operands t and x: for each window, the element of t at the first winner of x. */
  readonly selectAndGatherAdd: WindowParams & { readonly select: "ge" | "le" };
  /** Operands of one shape, sorted together along `dimension` by the first `numKeys`; stable. */
  readonly sort: { readonly dimension: number; readonly numKeys: number };
  /** Results values and int32 indices: the `k` largest in descending order. */
  readonly topK: { readonly k: number; readonly axis: number };
  /** int32 position of the first largest or smallest element; the first NaN wins. */
  readonly argReduce: { readonly op: "max" | "min"; readonly axis: number };
  readonly cumulative: CumulativeParams;
  /** Lower factors of symmetric matrices in the last two axes; NaN where not positive definite. */
  readonly cholesky: object;
  /** Operands a [..., n, n] and b [..., n, m]: solve op(a) x = b, or x op(a) = b. */
  readonly triangularSolve: TriangularSolveParams;
  /**
   * Results lu (L below the diagonal, whose own is ones, U on and above it), int32 pivots (the row
   * exchanged with row i) and the int32 permutation they amount to.
   */
  readonly lu: object;
  /** Operand int32 pivots [..., k]: the permutation of `permutationSize` rows they amount to. */
  readonly pivotsToPermutation: { readonly permutationSize: number };
  /** Results a (R on and above the diagonal, reflectors below it) and the factors tau [..., k]. */
  readonly geqrf: object;
  /** The same with the largest column next; results a, the int32 order of the columns, and tau. */
  readonly geqp3: object;
  /** Operands a [..., m, n] and tau [..., k]: the first n columns of the product of reflectors. */
  readonly householderProduct: object;
  /** Results eigenvectors, as columns, and eigenvalues, ascending; one triangle is read. */
  readonly eigh: { readonly lower: boolean };
  /** Results singular values, descending, and with `computeUv` u and vᵀ. */
  readonly svd: { readonly fullMatrices: boolean; readonly computeUv: boolean };
  /**
   * Operands the diagonals below (from element 1 on), on and above (but for the last element),
   * each [..., n], and b [..., n, m]; NaN where elimination with pivots meets a zero.
   */
  readonly tridiagonalSolve: object;
  /** Reinterpret keys as pairs of uint32 along a new last axis, or such pairs as keys. */
  readonly words: object;
  /** Operands the words of a key and the exponent of each draw. */
  readonly randomGamma: { readonly logSpace: boolean };
  /** Operands the words of a key, the number and the mean of each draw. */
  readonly randomPoisson: object;
  /**
   * Operands the words of keys [...batch], numbers of trials and chances, both [...batch, ...draw]:
   * those of one key are drawn together.
   */
  readonly randomBinomial: object;
  /** Any operands and results: what a function of the host gives for the operands. */
  readonly callback: CallbackParams;
}

/** Name of a routine. */
export type RoutineName = keyof RoutineParams;

/** A function of the host. */
export interface CallbackParams {
  /** Name of the primitive that calls it, for messages. */
  readonly name: string;
  /** Whether the calls themselves count: as many as the program says, in its order. */
  readonly effect: boolean;
  /** Takes arrays that can be read at once, gives as many as there are results, of their types. */
  call(operands: readonly NDArray[]): readonly NDArray[];
}

/** Parts of operands and where they go. */
export interface AssembleParams {
  /** Operand of rank 0 that fills the result first; null if the parts cover it. */
  readonly fill: number | null;
  readonly parts: readonly AssemblePart[];
}

/** Elements `starts[i] + k*steps[i]` of an operand, `counts[i]` of them, to `to[i] + k*toSteps[i]`. */
export interface AssemblePart {
  readonly operand: number;
  readonly starts: readonly number[];
  readonly counts: readonly number[];
  readonly steps: readonly number[];
  readonly to: readonly number[];
  readonly toSteps: readonly number[];
}

/** What happens to an index outside: see JAX's `GatherScatterMode`. */
export type IndexMode = "clip" | "fillOrDrop" | "promiseInBounds";

/** Axes of a gather, named as in XLA. */
export interface GatherDimensionNumbers {
  readonly offsetDims: readonly number[];
  readonly collapsedSliceDims: readonly number[];
  readonly startIndexMap: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly startIndicesBatchingDims: readonly number[];
}

/** Parameters of a gather. */
export interface GatherParams {
  readonly dimensionNumbers: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  readonly mode: IndexMode;
  /** What windows outside hold under `fillOrDrop`; already a value of the dtype. */
  readonly fillValue: number;
  readonly uniqueIndices: boolean;
  readonly indicesAreSorted: boolean;
}

/** Axes of a scatter, named as in XLA. */
export interface ScatterDimensionNumbers {
  readonly updateWindowDims: readonly number[];
  readonly insertedWindowDims: readonly number[];
  readonly scatterDimsToOperandDims: readonly number[];
  readonly operandBatchingDims: readonly number[];
  readonly scatterIndicesBatchingDims: readonly number[];
}

/** How a scatter combines an element with its update. */
export type ScatterOp = "set" | "add" | "sub" | "mul" | "min" | "max";

/** Parameters of a scatter. */
export interface ScatterParams {
  readonly op: ScatterOp;
  readonly dimensionNumbers: ScatterDimensionNumbers;
  readonly mode: IndexMode;
  readonly uniqueIndices: boolean;
  readonly indicesAreSorted: boolean;
}

/** Axes of a product: pairs of contracted and of batch axes, operand by operand. */
export interface DotParams {
  readonly contract: readonly [readonly number[], readonly number[]];
  readonly batch: readonly [readonly number[], readonly number[]];
}

/** Parameters of a convolution whose operands are in the order N C spatial..., O I spatial.... */
export interface ConvParams {
  readonly windowStrides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly lhsDilation: readonly number[];
  readonly rhsDilation: readonly number[];
  readonly featureGroupCount: number;
  readonly batchGroupCount: number;
}

/** Windows over all axes of an operand. */
export interface WindowParams {
  readonly windowDimensions: readonly number[];
  readonly windowStrides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly baseDilation: readonly number[];
  readonly windowDilation: readonly number[];
}

/** Parameters of a running reduction along one axis. */
export interface CumulativeParams {
  readonly op: "add" | "mul" | "max" | "min" | "logaddexp";
  readonly axis: number;
  readonly reverse: boolean;
}

/** Parameters of a triangular solve. */
export interface TriangularSolveParams {
  readonly leftSide: boolean;
  readonly lower: boolean;
  readonly transposeA: boolean;
  readonly unitDiagonal: boolean;
}
