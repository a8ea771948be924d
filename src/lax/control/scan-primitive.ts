import { type BatchAxis, defineHigherOrder } from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import { batchJaxpr } from "../../transforms/jaxpr-rules.ts";
import { closure } from "./bodies.ts";
import { byRole, type ScanParams, scanAvals } from "./scan-shape.ts";
import { partialScan, shrinkScan } from "./scan-split.ts";
import { jvpScan, linearizeScan } from "./scan-tangents.ts";
import { transposeScan } from "./scan-transpose.ts";

/** Loop of known length: a carry, and slices of stacked inputs that become slices of results. */
export const scanP = defineHigherOrder<ScanParams>("scan", {
  abstractEval: scanAvals,
  jvp: {
    kind: "rule",
    apply: (primals, tangents, params) => jvpScan(bindScan, primals, tangents, params),
  },
  linearize: {
    kind: "rule",
    apply: (primals, tangents, params) => linearizeScan(bindScan, primals, tangents, params),
  },
  transpose: {
    kind: "rule",
    positions: null,
    apply: (cts, operands, params) => transposeScan(bindScan, cts, operands, params),
  },
  batch: { kind: "rule", apply: batchScan },
  lower: { kind: "control", form: (params) => ({ kind: "scan", ...params }) },
  partialEval: { kind: "rule", apply: partialScan },
  dce: { kind: "rule", apply: shrinkScan },
  bodies: ({ body }) => [body],
  host: null,
});

/** Run a loop under the current trace. */
export function bindScan(operands: readonly NDArray[], params: ScanParams): readonly NDArray[] {
  return bindMany(scanP, operands, params);
}

function batchScan(
  operands: readonly NDArray[],
  dims: readonly (number | null)[],
  params: ScanParams,
  axis: BatchAxis,
): readonly [readonly NDArray[], readonly (number | null)[]] {
  const { body, carry } = params;
  const [constDims, initDims, xsDims] = byRole(params, dims);
  const front = (flag: boolean): number | null => (flag ? 0 : null);
  const at = (flags: readonly boolean[]): (number | null)[] => [
    ...constDims,
    ...flags.map(front),
    ...xsDims.map((dim) => front(dim !== null)),
  ];
  const ofCarry = closure(
    initDims.map((dim) => dim !== null),
    (flags) => batchJaxpr(body, at(flags), axis).outs.slice(0, carry),
  );
  const { program, outs } = batchJaxpr(body, at(ofCarry), axis, ofCarry);
  const [cs, init, xs] = byRole(params, operands);
  const results = bindScan(
    [
      ...cs,
      ...init.map((x, i) => (ofCarry[i] ? putAxis(x, initDims[i] ?? null, 0, axis.size) : x)),
      ...xs.map((x, i) => (xsDims[i] == null ? x : putAxis(x, xsDims[i], 1, axis.size))),
    ],
    { ...params, body: program },
  );
  return [results, outs.map((flag, i) => (flag ? (i < carry ? 0 : 1) : null))];
}
