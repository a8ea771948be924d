import { type DType, dtypeInfo } from "../core/dtype.ts";
import { literalValue } from "../core/number.ts";
import type { ReduceOp } from "../core/primitive.ts";
import type { Expr } from "../core/scalar.ts";
import { contiguousView, type View } from "../core/view.ts";
import { identity } from "../kernel/identity.ts";
import { type Kernel, nodesOf, type Output } from "../kernel/kernel.ts";
import { correctedSum, lostInSum } from "./accumulate.ts";
import type { NumberAssembler } from "./number-assembler.ts";
import { fewElements, NotFew, pointsOf, positionIn, sizeOf } from "./number-values.ts";
import { scalarFunction } from "./spell.ts";

/** The register of element `position` of the value that a slot reads. */
export type SlotElement = (slot: number, position: number) => number;

/**
 * Write a kernel of few points as operations on numbers, point by point; the registers of the
 * elements of each output.
 */
export function kernelOnNumbers(
  kernel: Kernel,
  element: SlotElement,
  to: NumberAssembler,
): number[][] {
  if (sizeOf(kernel.space) > fewElements) throw new NotFew();
  if (kernel.outputs.some(({ dtype }) => dtypeInfo[dtype].words !== 1)) throw new NotFew();
  return new KernelWriter(kernel, element, to).outputs();
}

type Several = (point: readonly number[], totals: readonly number[]) => number[];

/** Some of the outputs, by number, and what writes them. */
interface Group {
  readonly numbers: readonly number[];
  readonly write: Several;
}

class KernelWriter {
  private readonly kernel: Kernel;
  private readonly element: SlotElement;
  private readonly to: NumberAssembler;
  private readonly views: readonly View[];
  /** What was written already: equal operations on equal registers are one. */
  private readonly known = new Map<string, number>();
  private readonly numbers = new Map<Expr, number>();

  constructor(kernel: Kernel, element: SlotElement, to: NumberAssembler) {
    this.kernel = kernel;
    this.element = element;
    this.to = to;
    this.views = kernel.loads.map(({ map }) =>
      map.kind === "view" ? map.view : contiguousView(kernel.space),
    );
  }

  outputs(): number[][] {
    const { space, parallel, stages, outputs } = this.kernel;
    const results = outputs.map((): number[] => []);
    const inner = pointsOf(space.slice(parallel));
    const first = inner[0] ?? [];
    const terms = stages.map(({ value }) => this.several([value]));
    const group = (isWhole: boolean): Group => {
      const numbers = outputs.flatMap(({ view }, i) => ((view !== null) === isWhole ? [i] : []));
      const roots = numbers.map((i) => (outputs[i] as Output).value); // numbers of outputs
      return { numbers, write: this.several(roots) };
    };
    const [each, whole] = [group(false), group(true)];
    for (const outer of pointsOf(space.slice(0, parallel))) {
      const totals: number[] = [];
      stages.forEach(({ op, dtype }, k) => {
        const write = terms[k] as Several; // one for each stage
        const values = inner.flatMap((rest) => write([...outer, ...rest], totals));
        totals.push(total(op, dtype, values, this.to));
      });
      // Results are as many as outputs, and written values as many as the roots.
      each.write([...outer, ...first], totals).forEach((register, k) => {
        (results[each.numbers[k] as number] as number[]).push(register);
      });
      if (whole.numbers.length === 0) continue;
      for (const rest of inner) {
        const point = [...outer, ...rest];
        whole.write(point, totals).forEach((register, k) => {
          const number = whole.numbers[k] as number;
          const position = positionIn((outputs[number] as Output).view as View, point);
          (results[number] as number[])[position] = register;
        });
      }
    }
    return results;
  }

  /** Writes expressions at a point, given the totals of the stages; gives their registers. */
  private several(roots: readonly Expr[]): Several {
    const nodes = nodesOf(roots);
    return (point, totals) => {
      const at = new Map<Expr, number>();
      for (const node of nodes) at.set(node, this.node(node, at, point, totals));
      return roots.map((root) => at.get(root) as number); // every root is a node
    };
  }

  private node(
    node: Expr,
    at: ReadonlyMap<Expr, number>,
    point: readonly number[],
    totals: readonly number[],
  ): number {
    switch (node.kind) {
      case "slot": {
        const position = positionIn(this.views[node.slot] as View, point); // one for each load
        return this.once(`slot ${node.slot} ${position}`, () => this.element(node.slot, position));
      }
      case "const":
        return this.once(`node ${this.numberOf(node)}`, () => this.to.register(node.value));
      case "index": {
        const index = point[node.axis] as number; // an axis of the loop
        return this.once(`index ${index}`, () => this.to.register(index));
      }
      case "stage":
        return totals[node.stage] as number; // an earlier one
      default: {
        const operands = node.args.map((arg) => at.get(arg) as number); // operands come first
        const key = `node ${this.numberOf(node)} ${operands}`;
        return this.once(key, () => this.to.operation(node, operands));
      }
    }
  }

  private numberOf(node: Expr): number {
    const number = this.numbers.get(node) ?? this.numbers.size;
    this.numbers.set(node, number);
    return number;
  }

  private once(key: string, write: () => number): number {
    const register = this.known.get(key) ?? write();
    this.known.set(key, register);
    return register;
  }
}

/** A reduction in the order given, as `accumulate.ts` computes it. */
function total(op: ReduceOp, dtype: DType, terms: readonly number[], to: NumberAssembler): number {
  const isFloat = dtypeInfo[dtype].kind === "float";
  if (op === "add" && dtype === "float64") {
    let [sum, error] = [to.zero, to.zero];
    for (const term of terms) {
      error = to.double("add", error, to.call(lostInSum, sum, term));
      sum = to.double("add", sum, term);
    }
    return to.call(correctedSum, sum, error);
  }
  if (isFloat && (op === "add" || op === "mul")) {
    const start = op === "add" ? to.zero : to.register(1);
    const sum = terms.reduce((a, b) => to.double(op, a, b), start);
    return rounded(sum, dtype, to);
  }
  const combine = scalarFunction(op, dtype, dtype);
  return terms.reduce((a, b) => to.call(combine, a, b), to.register(identity(op, dtype)));
}

/** A double rounded to a dtype of floats. */
export function rounded(register: number, dtype: DType, to: NumberAssembler): number {
  if (dtype === "float64") return register;
  return dtype === "float32"
    ? to.round(register)
    : to.call((x) => literalValue(x, dtype), register, to.zero);
}
