import type { TypedArray } from "../../core/dtype.ts";
import type { ConvParams, RoutineParams } from "../../core/routines.ts";
import { contiguousStrides } from "../../core/shape.ts";
import { multiplyPacked, newPanels, type Panels, pack } from "../matrix-product.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { type ConvPart, convParts, scratch, selectTaps, spread } from "./conv-parts.ts";
import { arithmeticOf, storeSums, sumsFor } from "./dot.ts";

/** Elements of a tile of windows, so that it stays in the cache beside the weights. */
const tileSize = 2 ** 16;

/** Up to this many outputs in a group, windows are read where they lie. */
const fewRows = 2;

/**
 * Convolution of N C spatial... with O I spatial...; see `lax.convGeneralDilated`.
 *
 * Windows of some results at a time are laid side by side and multiplied with the weights of a
 * group; sums run over features, then over the window in row-major order, padding included. The
 * gaps of a dilated input are no elements: taps that meet them are left out.
 */
export const conv: CpuRoutine<RoutineParams["conv"]> = ([x, w], [out], params) => {
  if (x === undefined || w === undefined || out === undefined) return; // as defined
  const input = rowMajor(x);
  const weights = rowMajor(w);
  const { dtype, shape } = out.aval;
  const [features = 0, ...extents] = x.aval.shape.slice(1);
  const [inputs = 0, ...window] = w.aval.shape.slice(1);
  const [batch = 0, outputs = 0, ...results] = shape;
  const { featureGroupCount, batchGroupCount } = params;
  const groups = Math.max(featureGroupCount, batchGroupCount);
  const rows = outputs / groups;
  const [plane, positions, allTaps] = [count(extents), count(results), count(window)];
  const arithmetic = arithmeticOf(x.aval.dtype, dtype);
  const direct = rows <= fewRows && arithmetic !== "integer";
  const sums = sumsFor(dtype, out.data);
  for (const part of convParts(window, results, params)) {
    const { taps } = part;
    const depth = inputs * taps.length;
    const layout: Layout = { plane, taps: taps.length, inputs, rows };
    const chosen = taps.length === allTaps ? weights : selectTaps(weights, taps, allTaps);
    const kernels = Array.from({ length: groups }, (_, group) => {
      const panels = newPanels(arithmetic, rows, depth);
      pack(panels, { data: chosen, offset: group * rows * depth, step: depth, depthStep: 1 });
      return panels;
    });
    const most = part.places === null ? positions : part.places.length;
    const width = Math.min(most, Math.max(16, 4 * Math.floor(tileSize / (4 * depth + 1))));
    const tile = newPanels(arithmetic, width, depth);
    const totals = new Float64Array(width);
    const addresses = new Int32Array(width * taps.length);
    const found = part.places === null ? null : scratch(rows * width, sums);
    for (let first = 0; first < most; first += width) {
      const columns = Math.min(width, most - first);
      findElements(addresses, part, first, columns, results, extents, window, params);
      for (let n = 0; n < batch; n++) {
        kernels.forEach((kernel, group) => {
          const image = batchGroupCount > 1 ? group * batch + n : n;
          const channel = featureGroupCount > 1 ? group * inputs : 0;
          const at = (image * features + channel) * plane;
          const outAt = (n * outputs + group * rows) * positions;
          const [to, toAt, step] =
            found === null ? [sums, outAt + first, positions] : [found, 0, columns];
          if (direct) {
            const kernelAt = group * rows * depth;
            addWindows(
              { totals, columns, addresses },
              { data: input, at },
              { data: chosen, at: kernelAt },
              { data: to, at: toAt },
              step,
              layout,
            );
          } else {
            gatherWindows(tile, columns, input, at, addresses, layout);
            multiplyPacked(kernel, { ...tile, count: columns }, to, toAt, step);
          }
          if (found === null || part.places === null) return;
          spread(found, rows, columns, sums, outAt, positions, part.places, first);
        });
      }
    }
  }
  storeSums(sums, dtype, out.data);
};

/** Elements of a plane and of a window; inputs and outputs of a group. */
interface Layout {
  readonly plane: number;
  readonly taps: number;
  readonly inputs: number;
  readonly rows: number;
}

/** Memory from an element on. */
interface Place {
  readonly data: TypedArray;
  readonly at: number;
}

/** Results of one group of few outputs, added up in `totals` without laying out the windows. */
function addWindows(
  { totals, columns, addresses }: Columns,
  { data: input, at }: Place,
  { data: weights, at: kernelAt }: Place,
  { data: out, at: outAt }: Place,
  step: number,
  { plane, taps, inputs, rows }: Layout,
): void {
  let next = kernelAt; // weights are taken in the order in which they lie
  for (let row = 0; row < rows; row++) {
    totals.fill(0);
    for (let channel = 0; channel < inputs; channel++) {
      const from = at + channel * plane;
      for (let tap = 0; tap < taps; tap++) {
        const weight = weights[next++] as number; // rows * inputs * taps of them
        addTap(totals, columns, input, from, weight, addresses, tap * columns);
      }
    }
    for (let j = 0; j < columns; j++) out[outAt + row * step + j] = totals[j] as number; // a total for each
  }
}

/** Results that are computed together: their totals, and the elements that each tap meets. */
interface Columns {
  readonly totals: Float64Array;
  readonly columns: number;
  readonly addresses: Int32Array;
}

function addTap(
  totals: Float64Array,
  columns: number,
  input: TypedArray,
  from: number,
  weight: number,
  addresses: Int32Array,
  entry: number,
): void {
  for (let j = 0; j < columns; j++) {
    const address = addresses[entry + j] as number; // one for each tap and column
    const value = address < 0 ? 0 : (input[from + address] as number); // inside its plane
    totals[j] = (totals[j] as number) + weight * value; // a total for each column
  }
}

function count(extents: readonly number[]): number {
  return extents.reduce((product, extent) => product * extent, 1);
}

/**
 * Write, for each tap of a part and each of its results from `first` on, the position in a plane
 * of the element that the tap meets, or -1 for padding: tap by tap, `columns` entries each.
 */
function findElements(
  addresses: Int32Array,
  { taps, places }: ConvPart,
  first: number,
  columns: number,
  results: readonly number[],
  extents: readonly number[],
  window: readonly number[],
  { windowStrides, padding, lhsDilation, rhsDilation }: ConvParams,
): void {
  const steps = contiguousStrides(extents);
  const resultSteps = contiguousStrides(results);
  const windowSteps = contiguousStrides(window);
  addresses.fill(0);
  // Every list has one entry for each spatial axis.
  extents.forEach((extent, axis) => {
    const stride = windowStrides[axis] as number;
    const spacing = lhsDilation[axis] as number;
    const low = (padding[axis] as readonly [number, number])[0];
    taps.forEach((tap, t) => {
      const k = Math.floor(tap / (windowSteps[axis] as number)) % (window[axis] as number);
      const shift = k * (rhsDilation[axis] as number) - low;
      for (let j = 0; j < columns; j++) {
        const entry = t * columns + j;
        const address = addresses[entry] as number; // within taps * columns
        if (address < 0) continue;
        const position = places === null ? first + j : (places[first + j] as number);
        const result =
          Math.floor(position / (resultSteps[axis] as number)) % (results[axis] as number);
        const place = (result * stride + shift) / spacing; // an integer, as parts are made
        const inside = place >= 0 && place < extent;
        addresses[entry] = inside ? address + place * (steps[axis] as number) : -1;
      }
    });
  });
}

/** Lay the windows of `columns` results side by side as panels of vectors over feature and tap. */
function gatherWindows(
  { data: to, depth }: Panels,
  columns: number,
  input: TypedArray,
  at: number,
  addresses: Int32Array,
  { plane, inputs, taps }: Layout,
): void {
  for (let channel = 0; channel < inputs; channel++) {
    const base = at + channel * plane;
    for (let tap = 0; tap < taps; tap++) {
      const row = 4 * (channel * taps + tap);
      const entry = tap * columns;
      for (let j = 0; j < columns; j++) {
        const address = addresses[entry + j] as number; // one for each tap and column
        const value = address < 0 ? 0 : (input[base + address] as number); // inside its plane
        to[(j >> 2) * 4 * depth + row + (j & 3)] = value;
      }
    }
  }
}
