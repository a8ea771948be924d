import { checkDtype, type DType } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { dotGeneral } from "../lax/ops/dot.ts";
import { reshape, transpose } from "../lax/ops/layout.ts";
import {
  contractionPath,
  type Extents,
  type Formula,
  keptLabels,
  type Path,
  parseFormula,
} from "./einsum-formula.ts";
import { diagonal } from "./matrices.ts";
import { promote, stretch, toArray } from "./promote.ts";

/** Options of `einsum`. */
export interface EinsumOptions {
  /** Dtype in which sums accumulate, and of the result. */
  preferredElementType?: DType | undefined;
}

/** An operand with a label for each axis. */
interface Term {
  readonly array: NDArray;
  readonly labels: readonly string[];
}

/**
 * Sum of products of elements, by a formula such as `"ij,jk->ik"`.
 *
 * Each letter labels an axis; letters that are not in the result are summed over, letters that
 * stand twice in one operand take its diagonal. `...` stands for further axes, which broadcast.
 * Without `->` the result has the letters that occur once. Operands are multiplied in pairs, in
 * the order with the fewest multiplications.
 *
 * @throws ArgumentError if the formula does not fit the operands; ShapeError if extents differ.
 */
export function einsum(
  formula: string,
  ...args: readonly [...ArrayLike[], EinsumOptions] | readonly ArrayLike[]
): NDArray {
  const [operands, options] = takeOptions(args);
  checkOptions("numpy.einsum", options, ["preferredElementType"]);
  const preferred = options?.preferredElementType;
  const dtype = preferred === undefined ? undefined : checkDtype(preferred, "numpy.einsum");
  const arrays = promote("numpy.einsum", operands);
  const read = parseFormula(
    formula,
    arrays.map((x) => x.ndim),
  );
  const extents = extentsOf(read, arrays);
  const terms = arrays.map((array, i) => ({ array, labels: read.inputs[i] as string[] })); // one each
  return contractAll(terms, read, extents, dtype);
}

/** The order in which `einsum` multiplies pairs, and a line of text that tells it. */
export function einsumPath(
  formula: string,
  ...operands: readonly ArrayLike[]
): [path: Path, description: string] {
  const arrays = operands.map((x) => toArray("numpy.einsumPath", x));
  const read = parseFormula(
    formula,
    arrays.map((x) => x.ndim),
  );
  const path = contractionPath(read, extentsOf(read, arrays));
  return [path, `${formula}: ${path.map(([i, j]) => `(${i},${j})`).join(" ")}`];
}

function takeOptions(
  args: readonly (ArrayLike | EinsumOptions)[],
): readonly [ArrayLike[], EinsumOptions | undefined] {
  const isOperand = (x: ArrayLike | EinsumOptions): x is ArrayLike =>
    typeof x !== "object" || x instanceof NDArray || Array.isArray(x);
  const last = args.at(-1);
  const options = last === undefined || isOperand(last) ? undefined : last;
  const operands = options === undefined ? args : args.slice(0, -1);
  if (operands.length > 0 && operands.every(isOperand)) return [[...operands], options];
  throw new ArgumentError(
    "numpy.einsum: a formula and operands are required, got none, or something else between them; pass arrays, then options",
  );
}

/** Extent of each label; 1 gives way to what another operand has. */
function extentsOf({ inputs }: Formula, arrays: readonly NDArray[]): Extents {
  const extents = new Map<string, number>();
  inputs.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const extent = arrays[i]?.shape[axis] ?? 1; // the formula fits the ranks
      const known = extents.get(label) ?? 1;
      if (known !== 1 && extent !== 1 && known !== extent) {
        throw new ShapeError(
          `numpy.einsum: axes of one label must have one extent, got ${known} and ${extent} for ${label.startsWith(".") ? "an ellipsis" : label}; check the formula`,
        );
      }
      extents.set(label, known === 1 ? extent : known);
    });
  });
  return extents;
}

function contractAll(
  operands: readonly Term[],
  formula: Formula,
  extents: Extents,
  dtype: DType | undefined,
): NDArray {
  const { output } = formula;
  const terms = operands.map((term) => withoutRepeats(term, extents));
  for (const [i, j] of contractionPath(formula, extents)) {
    const lists = terms.map(({ labels }) => labels);
    const kept = keptLabels(lists, output, i, j);
    const [a, b] = [terms[i] as Term, terms[j] as Term]; // positions of terms
    terms.splice(j, 1);
    terms.splice(i, 1);
    terms.push(contractPair(a, b, kept, extents, dtype));
  }
  const [last] = terms as [Term]; // one is left
  const summed = sumLabels(last, (label) => !output.includes(label));
  const order = output.map((label) => summed.labels.indexOf(label));
  return stretch(
    transpose(summed.array, order),
    output.map((label) => extents.get(label) ?? 1),
  );
}

/** A term in which each label stands once: repeated ones take the diagonal. */
function withoutRepeats(term: Term, extents: Extents): Term {
  let { array, labels } = term;
  for (const label of new Set(labels)) {
    while (labels.indexOf(label) !== labels.lastIndexOf(label)) {
      const [i, j] = [labels.indexOf(label), labels.lastIndexOf(label)];
      const extent = extents.get(label) ?? 1;
      const whole = stretch(array, array.shape.with(i, extent).with(j, extent));
      array = diagonal(whole, { axis1: i, axis2: j });
      labels = [...labels.filter((_, axis) => axis !== i && axis !== j), label];
    }
  }
  return { array, labels };
}

/** A term summed over the labels that are `gone`. */
function sumLabels({ array, labels }: Term, gone: (label: string) => boolean): Term {
  const axes = labels.flatMap((label, axis) => (gone(label) ? [axis] : []));
  if (axes.length === 0) return { array, labels };
  return { array: reduceSum(array, axes), labels: labels.filter((label) => !gone(label)) };
}

/** A term without axes of extent 1 whose label is longer elsewhere. */
function withoutUnits({ array, labels }: Term, extents: Extents): Term {
  const stays = (axis: number): boolean =>
    array.shape[axis] !== 1 || extents.get(labels[axis] ?? "") === 1;
  if (labels.every((_, axis) => stays(axis))) return { array, labels };
  return {
    array: reshape(
      array,
      array.shape.filter((_, axis) => stays(axis)),
    ),
    labels: labels.filter((_, axis) => stays(axis)),
  };
}

/** Product of two terms, summed over labels that nobody needs any more. */
function contractPair(
  x: Term,
  y: Term,
  kept: readonly string[],
  extents: Extents,
  dtype: DType | undefined,
): Term {
  const [p, q] = [withoutUnits(x, extents), withoutUnits(y, extents)];
  const a = sumLabels(p, (label) => !kept.includes(label) && !q.labels.includes(label));
  const b = sumLabels(q, (label) => !kept.includes(label) && !a.labels.includes(label));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => kept.includes(label));
  const summed = shared.filter((label) => !kept.includes(label));
  const axes = (term: Term, labels: readonly string[]): number[] =>
    labels.map((label) => term.labels.indexOf(label));
  const array = dotGeneral(a.array, b.array, {
    contract: [axes(a, summed), axes(b, summed)],
    batch: [axes(a, batch), axes(b, batch)],
    preferredElementType: dtype,
  });
  const free = (term: Term): string[] => term.labels.filter((label) => !shared.includes(label));
  return { array, labels: [...batch, ...free(a), ...free(b)] };
}
