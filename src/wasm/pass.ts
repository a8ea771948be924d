import type { ReduceOp } from "../core/primitive.ts";
import type { Expr } from "../core/scalar.ts";
import { nodesOf } from "../kernel/kernel.ts";
import { Code } from "./code.ts";
import { isLaneDType, type LaneDType, type Value } from "./lane-dtypes.ts";
import { type Import, LaneWriter, levelOf } from "./lane-writer.ts";
import { operation } from "./operations.ts";
import { Totals } from "./totals.ts";
import { loadEach, loadOne, store } from "./transfers.ts";

/** How a leaf moves: one element for all, one for each row, or another at each step along a row. */
export type Step = "same" | "row" | "each";

/** A leaf of the expressions of a pass: memory from an address on, row after row. */
export interface PassLeaf {
  readonly node: Exclude<Expr, { kind: "op" | "const" }>;
  readonly step: Step;
}

/**
 * What becomes of a value: stored element by element; reduced along each row to one total; or
 * added to totals that lie side by side, one for each place in a row.
 */
export type PassResult =
  | { readonly kind: "store"; readonly value: Expr }
  | { readonly kind: "along" | "across"; readonly value: Expr; readonly op: ReduceOp };

/** A loop over rows and along them. */
export interface Pass {
  readonly leaves: readonly PassLeaf[];
  readonly results: readonly PassResult[];
}

/** Bytes of the addresses of a pass: for each leaf and each result an address and a row's step. */
export const addressBytes = 8;

/** What may be read or written after the last element of a row: steps are of whole vectors. */
export const overrun = 128;

/** Rows of cheap arithmetic are reduced in as many interleaved parts, which hides latency. */
const mostParts = 4;

/** Why expressions cannot be compiled, or null if they can. */
export function unsupported(roots: readonly Expr[]): string | null {
  for (const { dtype } of nodesOf(roots)) {
    if (!isLaneDType(dtype)) return `${dtype} has no form on lanes`;
  }
  return null;
}

/** Leaves of some expressions. */
export function leavesOf(roots: readonly Expr[]): PassLeaf["node"][] {
  return nodesOf(roots).flatMap((node) =>
    node.kind === "op" || node.kind === "const" ? [] : [node],
  );
}

/**
 * Code of a pass: a function of the number of rows and of elements along them, each one at least.
 * Its addresses lie in memory from `table` on; functions that it calls are added to `imports`.
 */
export function passCode({ leaves, results }: Pass, table: number, imports: Import[]): Code {
  const code = new Code(["i32", "i32"]);
  const [rows, count] = [0, 1];
  const on = new LaneWriter(code, imports);
  const index = code.local("i32");
  const addresses = [...leaves, ...results].map(() => code.local("i32"));
  const roots = results.map(({ value }) => value);
  const isAlong = results.some(({ kind }) => kind === "along");
  const parts = isAlong && nodesOf(roots).length < 8 ? mostParts : 1;
  const totals = results.map((result) =>
    result.kind === "store"
      ? null // dtypes are those of lanes: see `unsupported`
      : new Totals(on, result.op, result.value.dtype as LaneDType, parts),
  );
  const made = new Map<Expr, Value>();
  const write = (node: Expr, offset: number): Value => {
    if (node.kind === "op") {
      const operands = node.args.map((arg) => made.get(arg) as Value); // operands come first
      return operation(on, node, operands);
    }
    const dtype = node.dtype as LaneDType; // as above
    if (node.kind === "const") return constantOf(on, dtype, node.value);
    const at = leaves.findIndex((leaf) => leaf.node === node);
    const { step } = leaves[at] as PassLeaf; // they are the leaves of the expressions
    const address = addresses[at] as number; // one for each
    return step === "each"
      ? loadEach(on, dtype, address, index, offset)
      : loadOne(on, dtype, step === "row" ? 1 : 0, address);
  };
  for (let part = 0; part < parts; part++) {
    for (const [node, value] of made) if (levelOf(value) === 2) made.delete(node);
    for (const node of nodesOf(roots)) {
      if (!made.has(node)) made.set(node, write(node, 4 * part));
    }
    code.within(on.parts[2], () => {
      results.forEach((result, i) => {
        const value = made.get(result.value) as Value; // every root is a node
        const address = addresses[leaves.length + i] as number; // one for each
        if (result.kind === "along") totals[i]?.addAlong(value, index, count, 4 * part, part);
        else if (result.kind === "across") totals[i]?.addAcross(value, address, index);
        else store(on, result.value.dtype as LaneDType, value, address, index, 4 * part); // as above
      });
    });
  }
  const endOfRow: number[] = [];
  on.within(endOfRow, () => {
    code.within(endOfRow, () => {
      results.forEach(({ kind }, i) => {
        if (kind === "along") totals[i]?.storeAlong(addresses[leaves.length + i] as number); // as above
      });
    });
  });
  addresses.forEach((address, i) => {
    code
      .i32(table + addressBytes * i)
      .at("i32.load")
      .set(address);
  });
  code.insert(on.parts[0]);
  const row = (): void => {
    code.insert(on.parts[1]);
    if (isAlong) for (const total of totals) total?.startRow();
    code.i32(0).set(index);
    code.loop(
      () => {
        code.insert(on.parts[2]);
        code.increase(index, () => code.i32(4 * parts));
      },
      () => code.get(index).get(count).op("i32.lt_s"),
    );
    code.insert(endOfRow);
    addresses.forEach((address, i) => {
      code.increase(address, () => code.i32(table + addressBytes * i + 4).at("i32.load"));
    });
    code.get(rows).i32(1).op("i32.sub").set(rows);
  };
  code.loop(row, () => code.get(rows));
  return code;
}

function constantOf(on: LaneWriter, dtype: LaneDType, value: number): Value {
  if (dtype === "float64") return on.double(value);
  if (dtype === "float32") return [on.float(value)];
  return [on.integer(dtype === "bool" ? -value : value)];
}
