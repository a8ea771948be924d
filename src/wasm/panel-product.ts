import { encodeModule, pageBytes } from "./module.ts";
import { doubleProduct, panelBytes, singleProduct } from "./panel-code.ts";

/** Vectors of floats in panels of four, element by element, the last one filled up with zeros. */
export interface FloatPanels {
  readonly count: number;
  readonly depth: number;
  readonly data: Float32Array | Float64Array;
}

/** Where the products of a left vector go; `rowStep` elements on, those of the next one. */
export interface Destination {
  readonly data: Float32Array | Float64Array;
  readonly at: number;
  readonly rowStep: number;
}

/** Products of all pairs of vectors, or false where they are better done, or must be, elsewhere. */
export type PanelProduct = (left: FloatPanels, right: FloatPanels, to: Destination) => boolean;

/**
 * Largest block at a time: panels of the left side, of the right side, elements of depth. Sums of
 * singles are those of pieces of so many elements, added up.
 */
const most = { left: 64, right: 128, depth: 256 } as const;

const leftBytes = most.left * most.depth * panelBytes.double;
const rightBytes = most.right * most.depth * panelBytes.double;
const sumBytes = 4 * most.left * most.right * panelBytes.double;

/** Below so many products a call costs more than it gains. */
const fewProducts = 3000;

/**
 * Products of panels on SIMD instructions.
 *
 * Sums run over the depth in ascending order, from 0. Of doubles, or into doubles, each is one sum
 * in a double: the same numbers, to the bit, as the loops in JavaScript give. Of singles into
 * singles, each piece of 256 elements has a sum in single precision, with fused multiplications
 * where the engine has them, and the sums of the pieces are added. Everything goes through one
 * memory of fixed size, made at the first product. Where the engine has no SIMD, or a page may not
 * compile, it is always false.
 */
export function panelProduct(engine: typeof WebAssembly | undefined): PanelProduct {
  let kernel: Kernel | null | undefined; // undefined: not yet asked for
  return (left, right, to) => {
    if (left.count * right.count * left.depth < fewProducts) return false;
    if (kernel === undefined) kernel = compile(engine, true) ?? compile(engine, false);
    if (kernel === null) return false;
    const { data } = to;
    const isSingle = [data, left.data, right.data].every((x) => x instanceof Float32Array);
    const loops = isSingle ? kernel.single : kernel.double;
    for (let column = 0; column < right.count; column += 4 * most.right) {
      for (let row = 0; row < left.count; row += 4 * most.left) {
        multiplyBlock(loops, left, row, right, column, to);
      }
    }
    return true;
  };
}

/** Compiled loops, and the memory as numbers of their kind. */
interface Loops {
  readonly run: (leftPanels: number, rightPanels: number, depth: number) => void;
  readonly memory: Float32Array | Float64Array;
  /** Columns that the loops take at a time. */
  readonly columns: number;
}

interface Kernel {
  readonly single: Loops;
  readonly double: Loops;
}

function compile(engine: typeof WebAssembly | undefined, fused: boolean): Kernel | null {
  if (engine === undefined) return null;
  const pages = Math.ceil((leftBytes + rightBytes + sumBytes) / pageBytes);
  try {
    const codes = {
      single: singleProduct(leftBytes, leftBytes + rightBytes, fused),
      double: doubleProduct(leftBytes, leftBytes + rightBytes),
    };
    const module = new engine.Module(encodeModule({ kind: "own", pages }, 0, codes));
    const { single, double, memory } = new engine.Instance(module).exports;
    const { buffer } = memory as WebAssembly.Memory; // as the module says, here and below
    return {
      single: {
        run: single as Loops["run"],
        memory: new Float32Array(buffer),
        columns: 8,
      },
      double: {
        run: double as Loops["run"],
        memory: new Float64Array(buffer),
        columns: 4,
      },
    };
  } catch {
    return null; // refused: by the engine, which lacks SIMD, or by the page's policy
  }
}

/** Products of at most a block of rows and columns, the depth in pieces whose sums go on. */
function multiplyBlock(
  { run, memory, columns: together }: Loops,
  left: FloatPanels,
  row: number,
  right: FloatPanels,
  column: number,
  to: Destination,
): void {
  const rows = Math.min(4 * most.left, left.count - row);
  const columns = Math.min(4 * most.right, right.count - column);
  const [leftPanels, rightPanels] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  const width = memory.BYTES_PER_ELEMENT;
  const rowLength = together * Math.ceil(columns / together);
  const sums = (leftBytes + rightBytes) / width;
  memory.fill(0, sums, sums + 4 * leftPanels * rowLength);
  for (let k = 0; k < left.depth; k += most.depth) {
    const depth = Math.min(most.depth, left.depth - k);
    copyPanels(memory, 0, left, row, leftPanels, k, depth);
    copyPanels(memory, leftBytes / width, right, column, rightPanels, k, depth);
    run(leftPanels, rowLength / together, depth);
  }
  for (let i = 0; i < rows; i++) {
    const from = sums + i * rowLength;
    to.data.set(memory.subarray(from, from + columns), to.at + (row + i) * to.rowStep + column);
  }
}

/** Elements `k` to `k + depth` of panels from that of vector `first` on. */
function copyPanels(
  memory: Float32Array | Float64Array,
  at: number,
  { data, depth: whole }: FloatPanels,
  first: number,
  panels: number,
  k: number,
  depth: number,
): void {
  if (depth === whole) {
    const from = first * whole;
    memory.set(data.subarray(from, from + 4 * depth * panels), at);
    return;
  }
  for (let panel = 0; panel < panels; panel++) {
    const from = (first + 4 * panel) * whole + 4 * k;
    memory.set(data.subarray(from, from + 4 * depth), at + 4 * depth * panel);
  }
}
