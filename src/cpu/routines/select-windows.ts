import { isFloat } from "../../core/dtype.ts";
import type { RoutineParams, WindowParams } from "../../core/routines.ts";
import { type CpuRoutine, type HostOperand, rowMajor } from "../routine.ts";
import { storeSums } from "./dot.ts";
import { walkWindows } from "./window-walk.ts";

type SelectParams = WindowParams & { readonly select: "ge" | "le" };

/** Each element of the source to the first winner of its window; see `lax.selectAndScatterAdd`. */
export const selectAndScatterAdd: CpuRoutine<RoutineParams["selectAndScatterAdd"]> = (
  [source, x],
  [out],
  params,
) => {
  if (source === undefined || x === undefined || out === undefined) return; // as defined
  const data = rowMajor(source);
  const { dtype } = out.aval;
  const narrow = isFloat(dtype) && dtype !== "float64";
  const sums = narrow ? new Float64Array(out.data.length) : out.data;
  forEachWinner(x, source.aval.shape, params, (position, winner) => {
    if (winner < 0) return;
    sums[winner] = (sums[winner] as number) + (data[position] as number); // both are in range
  });
  if (dtype === "float32") out.data.set(sums);
  else storeSums(sums, dtype, out.data);
};

/** For each window, the element of t at the first winner of x; see `lax.selectAndGatherAdd`. */
export const selectAndGatherAdd: CpuRoutine<RoutineParams["selectAndGatherAdd"]> = (
  [t, x],
  [out],
  params,
) => {
  if (t === undefined || x === undefined || out === undefined) return; // as defined
  const data = rowMajor(t);
  forEachWinner(x, out.aval.shape, params, (position, winner) => {
    if (winner >= 0) out.data[position] = data[winner] as number; // a position in x, shaped like t
  });
};

/**
 * Call `use` with the position of each window's result and that of its winner in `x`, or -1 if the
 * window holds padding alone. An element loses to the one before it unless that is not above it.
 */
function forEachWinner(
  x: HostOperand,
  results: readonly number[],
  params: SelectParams,
  use: (position: number, winner: number) => void,
): void {
  const data = rowMajor(x);
  const width = results.at(-1) ?? 1;
  const best = new Float64Array(width);
  const winners = new Int32Array(width);
  const sign = params.select === "ge" ? 1 : -1;
  walkWindows(x.aval.shape, results, params, {
    begin: () => winners.fill(-1),
    visit(first, limit, every, address, step) {
      for (let j = first, at = address; j < limit; j += every, at += step) {
        const value = sign * (data[at] as number); // the walk stays inside; j is below width
        if ((winners[j] as number) >= 0 && (best[j] as number) >= value) continue;
        best[j] = value;
        winners[j] = at;
      }
    },
    end(position) {
      for (let j = 0; j < width; j++) use(position + j, winners[j] as number); // as above
    },
  });
}
