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
  /** All of one kind. */
  readonly results: readonly PassResult[];
  /** Whether rows are so short that steps of one vector are best. */
  readonly isShort: boolean;
}

/** Bytes of the addresses of a pass: for each leaf and each result an address and a row's step. */
export const addressBytes = 8;

/** Vectors that one step of cheap arithmetic takes; those of a sum have totals of their own. */
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
export function passCode(pass: Pass, table: number, imports: Import[]): Code {
  const { leaves, results, isShort } = pass;
  const code = new Code(["i32", "i32"]);
  const [rows, count] = [0, 1];
  const on = new LaneWriter(code, imports);
  const index = code.local("i32");
  const addresses = [...leaves, ...results].map(() => code.local("i32"));
  const roots = results.map(({ value }) => value);
  const isAcross = results.some(({ kind }) => kind === "across");
  const parts = nodesOf(roots).length < 8 && !isShort ? mostParts : 1;
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
    const leaf = leaves[at] as PassLeaf; // they are the leaves of the expressions
    const address = addresses[at] as number; // one for each
    return leaf.step === "each"
      ? loadEach(on, dtype, address, index, offset)
      : loadOne(on, dtype, leaf.step === "row" ? 1 : 0, address);
  };
  /** What a step does; at the end of a row that is reduced, with what lies beyond left out. */
  const writeStep = (atEnd: boolean): number[] => {
    const bytes: number[] = [];
    for (let part = 0; part < parts; part++) {
      for (const [node, value] of made) if (levelOf(value) === 2) made.delete(node);
      on.steps(bytes, () => {
        for (const node of nodesOf(roots)) {
          if (!made.has(node)) made.set(node, write(node, 4 * part));
        }
      });
      const put = (): void => {
        results.forEach((result, i) => {
          const value = made.get(result.value) as Value; // every root is a node
          const address = addresses[leaves.length + i] as number; // one for each
          const dtype = result.value.dtype as LaneDType; // as above
          if (result.kind === "store") store(on, dtype, value, address, index, 4 * part);
          else if (result.kind === "across") totals[i]?.add(value, part);
          else if (atEnd) totals[i]?.addInside(value, index, count, 4 * part, part);
          else totals[i]?.add(value, part);
        });
      };
      on.steps(bytes, () => code.within(bytes, put));
    }
    return bytes;
  };
  const step = writeStep(false);
  const lastStep = results.some(({ kind }) => kind === "along") ? writeStep(true) : null;
  const endOfRow: number[] = [];
  on.steps(endOfRow, () => {
    code.within(endOfRow, () => {
      results.forEach(({ kind }, i) => {
        if (kind === "along") totals[i]?.storeAlong(addresses[leaves.length + i] as number); // as above
      });
    });
  });
  const begin = (): void => {
    addresses.forEach((address, i) => {
      code.i32(table + addressBytes * i).at("i32.load");
      code.set(address);
    });
  };
  /** Run `body` for each row, its addresses moving from one to the next. */
  const eachRow = (body: () => void): void => {
    const left = code.local("i32");
    code.get(rows).set(left);
    code.loop(
      () => {
        code.insert(on.parts[1]);
        body();
        addresses.forEach((address, i) => {
          code.increase(address, () => code.i32(table + addressBytes * i + 4).at("i32.load"));
        });
        code.get(left).i32(1).op("i32.sub").set(left);
      },
      () => code.get(left),
    );
  };
  /** Run `body` for each step along a row while the index is below what `push` pushes. */
  const eachStep = (body: () => void, push: () => void): void => {
    code.loop(
      () => {
        body();
        code.increase(index, () => code.i32(4 * parts));
      },
      () => {
        code.get(index);
        push();
        code.op("i32.lt_s");
      },
    );
  };
  const pushCount = (): void => {
    code.get(count);
  };
  begin();
  code.insert(on.parts[0]);
  if (isAcross) {
    code.i32(0).set(index);
    // Totals of a few places stay in registers while the rows pass; their address does not move.
    const move = (name: "loadAcross" | "storeAcross"): void => {
      totals.forEach((total, i) => {
        total?.[name](addresses[leaves.length + i] as number, index); // one for each
      });
    };
    eachStep(() => {
      move("loadAcross");
      eachRow(() => code.insert(step));
      move("storeAcross");
      begin();
    }, pushCount);
  } else {
    eachRow(() => {
      for (const total of totals) total?.startRow();
      code.i32(0).set(index);
      if (lastStep === null) {
        eachStep(() => code.insert(step), pushCount);
        return;
      }
      const pushWhole = (): void => {
        code
          .get(count)
          .i32(4 * parts - 1)
          .op("i32.sub");
      };
      pushWhole();
      code.i32(0).op("i32.gt_s");
      code.when(() => eachStep(() => code.insert(step), pushWhole));
      code.get(index).get(count).op("i32.lt_s");
      code.when(() => code.insert(lastStep));
      code.insert(endOfRow);
    });
  }
  return code;
}

function constantOf(on: LaneWriter, dtype: LaneDType, value: number): Value {
  if (dtype === "float64") return on.double(value);
  if (dtype === "float32") return [on.float(value)];
  return [on.integer(dtype === "bool" ? -value : value)];
}
