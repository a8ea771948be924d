import type { ShapedArray } from "../core/aval.ts";
import type { Division } from "../core/partition-spec.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import { elementBytes } from "./constants.ts";
import { declared, Emitter, type ModuleContext, type Ref, returned } from "./emitter.ts";
import { writeProgram } from "./program.ts";
import type { NamedTensor } from "./safetensors.ts";
import { divisionText, meshText } from "./sharding.ts";
import { physical, tensorType } from "./tensor-types.ts";

/** How a module is to be written. */
export interface ModuleForm {
  readonly name: string;
  readonly mesh: ReadonlyMap<string, number>;
  readonly inDivisions: readonly (Division | null)[];
  readonly outDivisions: readonly (Division | null)[];
  readonly keepsFunctions: boolean;
  readonly precision: string;
  /** Whether a constant of this type goes to the side file. */
  readonly isLarge: (aval: ShapedArray) => boolean;
}

/** A module, and the constants that are arguments of its main function after the inputs. */
export interface WrittenModule {
  readonly text: string;
  readonly constants: readonly NamedTensor[];
}

/** Write a program as the main function of a module, and what it calls as private functions. */
export function writeModule(program: ClosedJaxpr, form: ModuleForm): WrittenModule {
  return new ModuleWriter(form).write(program);
}

class ModuleWriter implements ModuleContext {
  readonly mesh: ReadonlyMap<string, number>;
  readonly precision: string;
  private readonly form: ModuleForm;
  private readonly functions = new Map<ClosedJaxpr, string>();
  private readonly names = new Set<string>(["main"]);
  private readonly texts: string[] = [];
  private readonly held = new Map<NDArray, string>();
  private readonly withLarge = new Map<ClosedJaxpr, boolean>();
  private channels = 0;

  constructor(form: ModuleForm) {
    this.form = form;
    this.mesh = form.mesh;
    this.precision = form.precision;
  }

  write(program: ClosedJaxpr): WrittenModule {
    const emitter = new Emitter(this);
    const inputs = program.jaxpr.invars.map(
      ({ aval }, i): Ref => ({
        name: `%arg${i}`,
        aval: physical(aval),
      }),
    );
    const outs = writeProgram(emitter, program, inputs);
    const constants = [...this.held].map(([x, name]): Ref => ({ name, aval: physical(x.aval) }));
    const args = [...inputs, ...constants].map(
      (ref, i) => declared(ref) + attributes(this.form.inDivisions[i] ?? null),
    );
    const results = outs.map(
      ({ aval }, i) => tensorType(aval) + attributes(this.form.outDivisions[i] ?? null),
    );
    const main = functionText("public @main", args, results, emitter, outs);
    const partitions = [...this.mesh.values()].reduce((product, extent) => product * extent, 1);
    const lines = [
      `module @${this.form.name} attributes {mhlo.num_partitions = ${partitions} : i32, mhlo.num_replicas = 1 : i32} {`,
      ...(this.mesh.size === 0 ? [] : [`  ${meshText(this.mesh)}`]),
      ...main,
      ...this.texts,
      "}",
    ];
    return { text: `${lines.join("\n")}\n`, constants: [...this.held].map(tensorOf) };
  }

  inline(emitter: Emitter, program: ClosedJaxpr, operands: readonly Ref[]): readonly Ref[] {
    return writeProgram(emitter, program, operands);
  }

  functionFor(program: ClosedJaxpr, name: string): string | null {
    if (!this.form.keepsFunctions || this.holdsLarge(program)) return null;
    const known = this.functions.get(program);
    if (known !== undefined) return known;
    const own = this.freshName(name);
    this.functions.set(program, own);
    const emitter = new Emitter(this);
    const inputs = program.jaxpr.invars.map(
      ({ aval }, i): Ref => ({
        name: `%arg${i}`,
        aval: physical(aval),
      }),
    );
    const outs = writeProgram(emitter, program, inputs);
    const results = outs.map(({ aval }) => tensorType(aval));
    const text = functionText(`private @${own}`, inputs.map(declared), results, emitter, outs);
    for (const line of text) this.texts.push(line);
    return own;
  }

  heldConstant(x: NDArray): string | null {
    if (!this.form.isLarge(x.aval)) return null;
    let name = this.held.get(x);
    if (name === undefined) {
      name = `%const${this.held.size}`;
      this.held.set(x, name);
    }
    return name;
  }

  nextChannel(): number {
    return ++this.channels;
  }

  /** Whether a program, or one inside it, has a constant that is an argument of the main function. */
  private holdsLarge(program: ClosedJaxpr): boolean {
    let found = this.withLarge.get(program);
    if (found === undefined) {
      found =
        program.consts.some((x) => this.form.isLarge(x.aval)) ||
        program.jaxpr.eqns.some(
          ({ prim: { rules }, params }) =>
            rules.order === "higher" && rules.bodies(params).some((body) => this.holdsLarge(body)),
        );
      this.withLarge.set(program, found);
    }
    return found;
  }

  private freshName(name: string): string {
    const base = name.replace(/[^A-Za-z0-9_]/g, "_") || "f";
    const start = /^[A-Za-z_]/.test(base) ? base : `f${base}`;
    let own = start;
    for (let i = 1; this.names.has(own); i++) own = `${start}_${i}`;
    this.names.add(own);
    return own;
  }
}

function attributes(division: Division | null): string {
  return division === null
    ? ""
    : ` {sdy.sharding = #sdy.sharding<@mesh, ${divisionText(division)}>}`;
}

function functionText(
  head: string,
  args: readonly string[],
  results: readonly string[],
  emitter: Emitter,
  outs: readonly Ref[],
): string[] {
  const type = results.length === 0 ? "" : ` -> (${results.join(", ")})`;
  return [
    `  func.func ${head}(${args.join(", ")})${type} {`,
    ...emitter.text(),
    `    ${returned("return", outs)}`,
    "  }",
  ];
}

function tensorOf([x, name]: readonly [NDArray, string]): NamedTensor {
  const { dtype, shape } = physical(x.aval);
  return { name: name.slice(1), dtype, shape, bytes: elementBytes(x.dataSync(), dtype) };
}
