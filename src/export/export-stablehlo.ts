import type { ShapedArray } from "../core/aval.ts";
import { byteWidth } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkMesh, type Division, divisionOf, type Mesh } from "../core/partition-spec.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import type { TreeDef } from "../core/pytree.ts";
import { stage } from "../core/stage.ts";
import { specsOf } from "../lax/control/shard-map.ts";
import { type AnyFunction, callFlat, checkFunction, pathOf } from "../transforms/flatten.ts";
import type { DescribedArgs } from "../transforms/make-jaxpr.ts";
import { flattenDescribed } from "../transforms/shape-struct.ts";
import { describeLeaves, describeTree, type ExportDescription } from "./description.ts";
import { writeModule } from "./module.ts";
import { safetensors } from "./safetensors.ts";

/** Options of `exportStableHLO`. */
export interface ExportOptions {
  /** Devices the program is divided among; one without it. */
  readonly mesh?: Mesh | undefined;
  /** One entry for each argument: a spec, or a tree of specs that begins as the argument does. */
  readonly inShardings?: readonly unknown[] | undefined;
  /** A spec, or a tree of specs that begins as the result does. */
  readonly outShardings?: unknown;
  /** Whether jitted functions stay functions of the module, the default, or are written in place. */
  readonly jit?: "functions" | "inline" | undefined;
  /** Arrays of more bytes than this, which the function closes over, go to a side file. */
  readonly sideFileOver?: number | undefined;
  /** Precision of products on devices that have several. */
  readonly precision?: "DEFAULT" | "HIGH" | "HIGHEST" | undefined;
}

/** A program as StableHLO. */
export class Exported {
  /** The module as text. */
  readonly text: string;
  /** Names, trees and divisions: what goes into the JSON file beside the text. */
  readonly description: ExportDescription;
  /** Large constants as safetensors; null if there are none. */
  readonly constants: Uint8Array | null;

  /** Made by `exportStableHLO`. */
  constructor(text: string, description: ExportDescription, constants: Uint8Array | null) {
    this.text = text;
    this.description = description;
    this.constants = constants;
  }

  /** The module as text. */
  toString(): string {
    return this.text;
  }
}

const optionNames = ["mesh", "inShardings", "outShardings", "jit", "sideFileOver", "precision"];

/**
 * Function that gives the program which `f` is on arguments of these types as StableHLO, for XLA
 * and whatever else reads it. `f` may be any composition of transforms.
 *
 * Arguments are arrays, numbers, or `ShapeDtypeStruct`s. With a `mesh`, specs say how arguments
 * and results are divided; XLA's partitioner finds the rest.
 *
 * @throws MissingRuleError for a primitive that StableHLO cannot say, DTypeError for a dtype
 * without a form; ShapeError and ArgumentError for specs that do not fit.
 */
export function exportStableHLO<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options: ExportOptions = {},
): (...args: DescribedArgs<Args>) => Exported {
  const where = "exportStableHLO";
  checkFunction(f, where);
  checkOptions(where, options, optionNames);
  checkChoice("jit", options.jit, ["functions", "inline"]);
  checkChoice("precision", options.precision, ["DEFAULT", "HIGH", "HIGHEST"]);
  const mesh = options.mesh === undefined ? null : checkMesh(options.mesh, where);
  if (mesh === null && (options.inShardings !== undefined || options.outShardings !== undefined)) {
    throw new ArgumentError(
      `${where}: shardings need a mesh, got none; pass { mesh: { data: 4 } }`,
    );
  }
  return (...args) => {
    const { avals, treeDef } = flattenDescribed(args, where);
    const { program, outDef } = stageAll(f as AnyFunction, treeDef, avals, where);
    const outAvals = program.jaxpr.outvars.map(({ aval }) => aval);
    const inDivisions = divisionsOf(options.inShardings, treeDef, avals, mesh, "argument ");
    const outDivisions = divisionsOf(options.outShardings, outDef, outAvals, mesh, "the result");
    const name = identifierOf(f.name);
    const made = writeModule(program, {
      name,
      mesh: mesh ?? new Map(),
      inDivisions,
      outDivisions,
      keepsFunctions: options.jit !== "inline",
      precision: options.precision ?? "DEFAULT",
      isLarge: (aval) => aval.size * byteWidth(aval.dtype) > (options.sideFileOver ?? Infinity),
    });
    const description: ExportDescription = {
      format: "udiff-stablehlo-1",
      name,
      inputs: describeLeaves(treeDef, avals, inDivisions, argumentName),
      outputs: describeLeaves(outDef, outAvals, outDivisions, (path) => `out${path}`),
      constants: made.constants.map((tensor) => ({
        name: tensor.name,
        dtype: tensor.dtype,
        shape: tensor.shape,
      })),
      inTree: describeTree(treeDef),
      outTree: describeTree(outDef),
      mesh: options.mesh ?? null,
      numPartitions: [...(mesh?.values() ?? [])].reduce((product, n) => product * n, 1),
    };
    const side = made.constants.length === 0 ? null : safetensors(made.constants);
    return new Exported(made.text, description, side);
  };
}

function stageAll(
  f: AnyFunction,
  treeDef: TreeDef,
  avals: readonly ShapedArray[],
  where: string,
): { readonly program: ClosedJaxpr; readonly outDef: TreeDef } {
  let outDef: TreeDef | null = null;
  const program = stage((inputs) => {
    const result = callFlat(f, treeDef, inputs, { where });
    outDef = result.treeDef;
    return result.arrays;
  }, avals);
  return { program, outDef: outDef as unknown as TreeDef }; // the function ran
}

/** What each leaf is divided by; null where nothing was said of any. */
function divisionsOf(
  shardings: unknown,
  treeDef: TreeDef,
  avals: readonly ShapedArray[],
  mesh: ReadonlyMap<string, number> | null,
  what: string,
): readonly (Division | null)[] {
  if (shardings === undefined) return avals.map(() => null);
  const where = `exportStableHLO: ${what === "argument " ? "inShardings" : "outShardings"}`;
  return specsOf(shardings, treeDef, where).map((spec, i) => {
    const aval = avals[i] as ShapedArray; // one for each leaf
    return divisionOf(spec, aval.shape, mesh, `exportStableHLO: ${what}${pathOf(treeDef, i)}`);
  });
}

/** `[0].w` as `arg0.w`. */
function argumentName(path: string): string {
  return path.replace(/^\[(\d+)\]/, "arg$1");
}

/** A name as MLIR takes it after `@`. */
export function identifierOf(name: string): string {
  const text = name.replace(/[^A-Za-z0-9_]/g, "_");
  return /^[A-Za-z_]/.test(text) ? text : `f${text}`;
}

function checkChoice(name: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value as string)) return;
  throw new ArgumentError(
    `exportStableHLO: ${name} must be one of ${allowed.map((x) => JSON.stringify(x)).join(", ")}, got ${String(value)}; leave it out for ${JSON.stringify(allowed[0])}`,
  );
}
