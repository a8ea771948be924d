import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { denseText, numberText } from "./constants.ts";
import { tensorType } from "./tensor-types.ts";

/** A value of the module: its name, such as `%3` or `%3#1`, and its type. */
export interface Ref {
  readonly name: string;
  readonly aval: ShapedArray;
}

/** What writing a function asks of the module around it. */
export interface ModuleContext {
  /** Write a program in place; gives its results. */
  inline(emitter: Emitter, program: ClosedJaxpr, operands: readonly Ref[]): readonly Ref[];
  /** The private function that a program is, or null where programs are written in place. */
  functionFor(program: ClosedJaxpr, name: string): string | null;
  /** The name of the argument that holds a large constant; null for one to be written out. */
  heldConstant(x: NDArray): string | null;
  /** Sizes of the mesh by axis, in order. */
  readonly mesh: ReadonlyMap<string, number>;
  readonly precision: string;
  /** A number for a collective. */
  nextChannel(): number;
}

/** Writes the lines of one function. Constants come first, each once; regions may read them. */
export class Emitter {
  readonly module: ModuleContext;
  readonly lines: string[] = [];
  private constantLines: string[] = [];
  private constants = new Map<string, string>();
  private arrays = new Map<NDArray, string>();
  private constantCount = 0;
  private next = 0;
  private depth = 2;
  /** Axes of the mesh over which code here is written for one device. */
  manualAxes: ReadonlySet<string> = new Set();

  constructor(module: ModuleContext) {
    this.module = module;
  }

  /** All lines, constants first. */
  text(): string[] {
    return [...this.constantLines, ...this.lines];
  }

  /** A name that was not used. */
  newName(): string {
    return `%${this.next++}`;
  }

  /** One line at the present depth. */
  line(text: string): void {
    this.lines.push("  ".repeat(this.depth) + text);
  }

  /** Lines inside a region. */
  nested(body: () => void): void {
    this.depth++;
    body();
    this.depth--;
  }

  /** Lines of a region that may not read what is outside: it gets constants of its own. */
  isolated(body: () => void): void {
    const outer = [this.constantLines, this.constants, this.arrays] as const;
    [this.constantLines, this.constants, this.arrays] = [[], new Map(), new Map()];
    const start = this.lines.length;
    this.nested(body);
    this.lines.splice(start, 0, ...this.constantLines);
    [this.constantLines, this.constants, this.arrays] = outer;
  }

  /** An operation of one result of type `aval`; `text` is all after the equals sign. */
  value(text: string, aval: ShapedArray): Ref {
    const name = this.newName();
    this.line(`${name} = ${text}`);
    return { name, aval };
  }

  /** The results of an operation of several, whose text is given. */
  values(text: string, avals: readonly ShapedArray[]): readonly Ref[] {
    const name = this.newName();
    this.line(avals.length === 1 ? `${name} = ${text}` : `${name}:${avals.length} = ${text}`);
    return resultsOf(name, avals);
  }

  /** `op %a, %b : type`, all of one type. */
  alike(op: string, operands: readonly Ref[], aval: ShapedArray): Ref {
    return this.value(`${op} ${names(operands)} : ${tensorType(aval)}`, aval);
  }

  /** `op %a, %b<suffix> : (types) -> type`. */
  typed(op: string, operands: readonly Ref[], suffix: string, aval: ShapedArray): Ref {
    return this.value(`${op} ${names(operands)}${suffix} : ${signature(operands, [aval])}`, aval);
  }

  /** An array of one repeated number. */
  splat(value: number, dtype: DType, shape: readonly number[] = []): Ref {
    const aval = shapedArray(shape, dtype);
    return {
      name: this.constant(`dense<${numberText(value, dtype)}> : ${tensorType(aval)}`),
      aval,
    };
  }

  /** A concrete array. */
  array(x: NDArray): Ref {
    const isOutside = this.manualAxes.size === 0;
    let name = this.arrays.get(x) ?? (isOutside ? this.module.heldConstant(x) : null);
    if (name === null) {
      name = this.constant(denseText(x.dataSync(), x.aval));
      this.arrays.set(x, name);
    }
    return { name, aval: x.aval };
  }

  /** A constant of any type, by its attribute. */
  constant(dense: string): string {
    let name = this.constants.get(dense);
    if (name === undefined) {
      name = `%c${this.constantCount++}`;
      this.constants.set(dense, name);
      this.constantLines.push(`    ${name} = stablehlo.constant ${dense}`);
    }
    return name;
  }

  /** `stablehlo.compare`, giving bool. */
  compare(direction: string, x: Ref, y: Ref, kind: string): Ref {
    return this.typed(
      `stablehlo.compare ${direction},`,
      [x, y],
      `, ${kind}`,
      x.aval.withDtype("bool"),
    );
  }

  /** A choice, element by element. */
  select(which: Ref, x: Ref, y: Ref): Ref {
    const text = `stablehlo.select ${names([which, x, y])} : ${tensorType(which.aval)}, ${tensorType(x.aval)}`;
    return this.value(text, x.aval);
  }

  /** The same elements under another shape. */
  reshape(x: Ref, aval: ShapedArray): Ref {
    return this.typed("stablehlo.reshape", [x], "", aval);
  }

  /** Elements repeated along new axes. */
  broadcast(x: Ref, dims: readonly number[], aval: ShapedArray): Ref {
    return this.typed("stablehlo.broadcast_in_dim", [x], `, dims = [${dims.join(", ")}]`, aval);
  }

  /** A program in place. */
  inline(program: ClosedJaxpr, operands: readonly Ref[]): readonly Ref[] {
    return this.module.inline(this, program, operands);
  }

  /** What `body` computes, staged and written in place. */
  compose(
    operands: readonly Ref[],
    body: (xs: readonly NDArray[]) => readonly NDArray[],
  ): readonly Ref[] {
    const program = stage(
      body,
      operands.map(({ aval }) => aval),
    );
    return this.inline(program, operands);
  }

  /**
   * An operation in the generic form with regions, each of which returns what it is given:
   * `"op"(%a) <{attributes}> ({ ^bb0(...): ... }) : (types) -> types`.
   */
  withRegions(
    op: string,
    operands: readonly Ref[],
    attributes: string,
    regions: readonly Region[],
    outs: readonly ShapedArray[],
  ): readonly Ref[] {
    const name = this.newName();
    const head = outs.length === 1 ? name : `${name}:${outs.length}`;
    const list = attributes === "" ? "" : ` <{${attributes}}>`;
    this.line(`${head} = "${op}"(${names(operands)})${list} ({`);
    regions.forEach(({ inputs, body }, i) => {
      if (i > 0) this.line("}, {");
      const block = inputs.map((aval) => ({ name: this.newName(), aval }));
      if (block.length > 0) this.line(`^bb0(${block.map(declared).join(", ")}):`);
      this.nested(() => this.line(returned("stablehlo.return", body(block))));
    });
    this.line(`}) : ${signature(operands, outs)}`);
    return resultsOf(name, outs);
  }
}

/** A block of an operation: what it is given, and what it returns. */
export interface Region {
  readonly inputs: readonly ShapedArray[];
  readonly body: (inputs: readonly Ref[]) => readonly Ref[];
}

/** The results of an operation by its name. */
export function resultsOf(name: string, avals: readonly ShapedArray[]): readonly Ref[] {
  if (avals.length === 1) return [{ name, aval: avals[0] as ShapedArray }]; // there is one
  return avals.map((aval, i) => ({ name: `${name}#${i}`, aval }));
}

/** Names of values as operands are listed: `%a, %b`. */
export function names(refs: readonly Ref[]): string {
  return refs.map(({ name }) => name).join(", ");
}

/** Types of values as they are listed: `tensor<f32>, tensor<2xf32>`. */
export function typesOf(refs: readonly Ref[]): string {
  return refs.map(({ aval }) => tensorType(aval)).join(", ");
}

/** A value with its type, as arguments are declared: `%a: tensor<f32>`. */
export function declared({ name, aval }: Ref): string {
  return `${name}: ${tensorType(aval)}`;
}

/** `return %a, %b : types`, or the bare word where there is nothing. */
export function returned(word: string, refs: readonly Ref[]): string {
  return refs.length === 0 ? word : `${word} ${names(refs)} : ${typesOf(refs)}`;
}

/** `(types) -> type`, with several results in parentheses. */
export function signature(operands: readonly Ref[], outs: readonly ShapedArray[]): string {
  const results = outs.map(tensorType);
  const right = results.length === 1 ? results[0] : `(${results.join(", ")})`;
  return `(${typesOf(operands)}) -> ${right}`;
}
