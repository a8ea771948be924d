import { Code } from "./code.ts";
import { encodeModule, pageBytes } from "./module.ts";

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

/** Largest block at a time: panels of the left side, of the right side, elements of depth. */
const most = { left: 64, right: 128, depth: 256 } as const;

/** Bytes of an element of depth of one panel, and of a row of a tile. */
const panelBytes = 32;

const leftBytes = most.left * most.depth * panelBytes;
const rightBytes = most.right * most.depth * panelBytes;
const sumBytes = 4 * most.left * most.right * panelBytes;

/** Below so many products a call costs more than it gains. */
const fewProducts = 3000;

/**
 * Products of panels on SIMD instructions.
 *
 * Each sum runs over the depth in ascending order, from 0, in one double: the same numbers, to
 * the bit, as the loops in JavaScript give. Everything goes through one memory of fixed size, made
 * at the first product. Where the engine has no SIMD, or a page may not compile, it is always
 * false.
 */
export function panelProduct(engine: typeof WebAssembly | undefined): PanelProduct {
  let kernel: Kernel | null | undefined; // undefined: not yet asked for
  return (left, right, to) => {
    if (left.count * right.count * left.depth < fewProducts) return false;
    kernel ??= kernel === null ? null : compile(engine);
    if (kernel === null) return false;
    for (let column = 0; column < right.count; column += 4 * most.right) {
      for (let row = 0; row < left.count; row += 4 * most.left) {
        multiplyBlock(kernel, left, row, right, column, to);
      }
    }
    return true;
  };
}

/** The compiled loops, and their memory as doubles. */
interface Kernel {
  readonly run: (leftPanels: number, rightPanels: number, depth: number) => void;
  readonly memory: Float64Array;
}

function compile(engine: typeof WebAssembly | undefined): Kernel | null {
  if (engine === undefined) return null;
  const pages = Math.ceil((leftBytes + rightBytes + sumBytes) / pageBytes);
  try {
    const module = new engine.Module(
      encodeModule({ kind: "own", pages }, 0, { run: productCode() }),
    );
    const { run, memory } = new engine.Instance(module).exports;
    return {
      run: run as Kernel["run"], // as the module says
      memory: new Float64Array((memory as WebAssembly.Memory).buffer), // as the module says
    };
  } catch {
    return null; // refused: by the engine, which lacks SIMD, or by the page's policy
  }
}

/** Products of at most a block of rows and columns, the depth in pieces whose sums go on. */
function multiplyBlock(
  { run, memory }: Kernel,
  left: FloatPanels,
  row: number,
  right: FloatPanels,
  column: number,
  to: Destination,
): void {
  const rows = Math.min(4 * most.left, left.count - row);
  const columns = Math.min(4 * most.right, right.count - column);
  const [leftPanels, rightPanels] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  const sums = (leftBytes + rightBytes) / 8;
  memory.fill(0, sums, sums + 16 * leftPanels * rightPanels);
  for (let k = 0; k < left.depth; k += most.depth) {
    const depth = Math.min(most.depth, left.depth - k);
    copyPanels(memory, 0, left, row, leftPanels, k, depth);
    copyPanels(memory, leftBytes / 8, right, column, rightPanels, k, depth);
    run(leftPanels, rightPanels, depth);
  }
  for (let i = 0; i < rows; i++) {
    const from = sums + i * 4 * rightPanels;
    to.data.set(memory.subarray(from, from + columns), to.at + (row + i) * to.rowStep + column);
  }
}

/** Elements `k` to `k + depth` of panels from that of vector `first` on. */
function copyPanels(
  memory: Float64Array,
  at: number,
  { data, depth: whole }: FloatPanels,
  first: number,
  panels: number,
  k: number,
  depth: number,
): void {
  for (let panel = 0; panel < panels; panel++) {
    const from = (first + 4 * panel) * whole + 4 * k;
    memory.set(data.subarray(from, from + 4 * depth), at + 4 * depth * panel);
  }
}

/**
 * For each right panel and each left one: the tile of four rows and four columns, eight registers
 * of two sums, loaded, increased by the products of `depth` elements and stored.
 */
function productCode(): Code {
  const code = new Code(["i32", "i32", "i32"]);
  const [leftPanels, rightPanels, depth] = [0, 1, 2];
  const [i, j, k] = [code.local("i32"), code.local("i32"), code.local("i32")];
  const [a, b, tile, nextRow] = [
    code.local("i32"),
    code.local("i32"),
    code.local("i32"),
    code.local("i32"),
  ];
  const columns = [code.local("v128"), code.local("v128")];
  const element = code.local("v128");
  const rows = [0, 1, 2, 3];
  const totals = rows.map(() => columns.map(() => code.local("v128")));
  const eachTotal = (visit: (total: number, half: number) => void): void => {
    code.get(tile).set(b); // the address of the row at hand; b is free here
    rows.forEach((row) => {
      totals[row]?.forEach(visit);
      if (row < 3) code.increase(b, () => code.get(nextRow));
    });
  };
  code.get(rightPanels).i32(panelBytes).op("i32.mul").set(nextRow);
  code.countTo(j, rightPanels, () => {
    code.i32(0).set(a);
    code.i32(leftBytes + rightBytes);
    code.get(j).i32(panelBytes).op("i32.mul").op("i32.add").set(tile);
    code.countTo(i, leftPanels, () => {
      eachTotal((total, half) =>
        code
          .get(b)
          .at("v128.load", 16 * half)
          .set(total),
      );
      code.get(j).get(depth).op("i32.mul").i32(panelBytes).op("i32.mul");
      code.i32(leftBytes).op("i32.add").set(b);
      code.countTo(k, depth, () => {
        columns.forEach((column, half) => {
          code
            .get(b)
            .at("v128.load", 16 * half)
            .set(column);
        });
        rows.forEach((row) => {
          code
            .get(a)
            .at("v128.load64_splat", 8 * row)
            .set(element);
          totals[row]?.forEach((total, half) => {
            code
              .get(total)
              .get(element)
              .get(columns[half] as number); // two halves
            code.op("f64x2.mul").op("f64x2.add").set(total);
          });
        });
        code.increase(a, () => code.i32(panelBytes));
        code.increase(b, () => code.i32(panelBytes));
      });
      eachTotal((total, half) =>
        code
          .get(b)
          .get(total)
          .at("v128.store", 16 * half),
      );
      code.increase(tile, () => code.get(nextRow).i32(4).op("i32.mul"));
    });
  });
  return code;
}
