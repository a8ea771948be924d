import type { ShapedArray } from "../core/aval.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { sameShape } from "../core/shape.ts";
import type { NDArray } from "../core/value.ts";
import { flattenArrays } from "../transforms/flatten.ts";
import type { ExportDescription, TreeDescription } from "./description.ts";
import type { Env, ImportContext, Reader } from "./import-context.ts";
import { elementwiseReaders } from "./import-elementwise.ts";
import { regionReaders } from "./import-regions.ts";
import { structureReaders } from "./import-structure.ts";
import { type Block, type ParsedFunction, parseModule, unsupported } from "./parser.ts";

const readers: ReadonlyMap<string, Reader> = new Map([
  ...Object.entries(elementwiseReaders),
  ...Object.entries(structureReaders),
  ...Object.entries(regionReaders),
]);

/** A program that was imported: takes arrays, or trees of them, and gives what it computes. */
export type ImportedProgram = (...args: readonly unknown[]) => unknown;

/**
 * Function that the main function of a StableHLO module is, of arrays to a list of arrays; with
 * the description that was exported beside the text, of trees to a tree.
 *
 * Every transform applies to it. It reads what `exportStableHLO` writes for one device, and what
 * JAX writes for programs of the same operations.
 *
 * @throws ArgumentError for what is outside that subset: it names the operation and its line.
 */
export function importStableHLO(
  text: string,
  description: Pick<ExportDescription, "outTree"> | null = null,
): ImportedProgram {
  const functions = parseModule(text);
  const main = functions.get("main");
  if (main === undefined) {
    throw new ArgumentError(
      `importStableHLO: a function main is required, got ${[...functions.keys()].join(", ") || "none"}; pass a whole module`,
    );
  }
  for (const { body } of functions.values()) checkOps(body);
  return (...args) => {
    const { arrays } = flattenArrays(args, "importStableHLO", "argument ");
    checkArguments(main.body.types, arrays);
    const outs = runBlock(functions, main.body, arrays, new Map());
    return description === null ? outs : rebuilt(description.outTree, outs);
  };
}

/** Refuse what cannot be read before anything runs. */
function checkOps({ ops }: Block): void {
  for (const { name, line, regions } of ops) {
    if (!name.endsWith("return") && !readers.has(name)) throw unsupported(line, name);
    regions.forEach(checkOps);
  }
}

function checkArguments(types: readonly ShapedArray[], arrays: readonly NDArray[]): void {
  if (types.length !== arrays.length) {
    throw new ArgumentError(
      `importStableHLO: ${types.length} arrays are required, got ${arrays.length}; pass one for each argument of main`,
    );
  }
  types.forEach((type, i) => {
    const { aval } = arrays[i] as NDArray; // as many
    if (aval.dtype === type.dtype && sameShape(aval.shape, type.shape)) return;
    const Kind = aval.dtype === type.dtype ? ShapeError : DTypeError;
    throw new Kind(`importStableHLO: argument ${i} must be ${type}, got ${aval}; convert it`);
  });
}

function runBlock(
  functions: ReadonlyMap<string, ParsedFunction>,
  block: Block,
  inputs: readonly NDArray[],
  around: Env,
): readonly NDArray[] {
  const env = new Map(around);
  block.inputs.forEach((name, i) => {
    env.set(name, inputs[i] as NDArray); // as many, by the types
  });
  const context: ImportContext = {
    env,
    run: (inner, xs) => runBlock(functions, inner, xs, env),
    call(name, xs, line) {
      const callee = functions.get(name);
      if (callee === undefined) throw unsupported(line, `a call of @${name}, which is not there`);
      return runBlock(functions, callee.body, xs, new Map());
    },
  };
  for (const op of block.ops) {
    const xs = op.operands.map((name) => {
      const x = env.get(name);
      if (x === undefined) throw unsupported(op.line, `${name}, which is not bound`);
      return x;
    });
    if (op.name.endsWith("return")) return xs;
    const outs = (readers.get(op.name) as Reader)(op, xs, context); // checked when it was read
    op.results.forEach((name, i) => {
      env.set(name, outs[i] as NDArray); // one for each result
    });
  }
  return [];
}

/** The tree that a description says, with arrays at its leaves. */
function rebuilt(tree: TreeDescription | string, outs: readonly NDArray[]): unknown {
  if (typeof tree === "number") return outs[tree];
  if (Array.isArray(tree)) return tree.map((child: TreeDescription) => rebuilt(child, outs));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, child]) => [key, rebuilt(child, outs)]),
  );
}
