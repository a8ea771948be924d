import { ArgumentError } from "../core/errors.ts";

/** A formula with labels as integers: letters of the user's, then those of an ellipsis. */
export interface Formula {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/**
 * Read `"ij,jk->ik"`. Without an arrow the result has the labels that occur once, in alphabetical
 * order, after the axes of an ellipsis. Axes of an ellipsis get labels of their own, aligned at
 * the last.
 *
 * @throws ArgumentError if it is malformed or does not fit the ranks of the operands.
 */
export function parseFormula(text: string, ranks: readonly number[]): Formula {
  const compact = text.replaceAll(/\s/g, "");
  const [left = "", right, ...more] = compact.split("->");
  const terms = left.split(",");
  if (more.length > 0 || terms.length !== ranks.length) {
    throw malformed(text, `one term for each of ${ranks.length} operands`);
  }
  const widths = terms.map((term, i) => {
    const letters = term.replace("...", "");
    checkTerm(text, letters);
    const rank = ranks[i] as number; // as many as terms
    const extra = rank - letters.length;
    if (extra < 0 || (extra > 0 && !term.includes("..."))) {
      throw malformed(text, `a label for each of the ${rank} axes of operand ${i}`);
    }
    return term.includes("...") ? extra : 0;
  });
  const widest = Math.max(0, ...widths);
  const inputs = terms.map((term, i) => labelsOf(term, widths[i] as number)); // one width a term
  if (right === undefined) return { inputs, output: implicitOutput(inputs, widest) };
  checkTerm(text, right.replace("...", ""));
  const output = labelsOf(right, right.includes("...") ? widest : 0);
  const known = new Set(inputs.flat());
  if (new Set(output).size < output.length || output.some((label) => !known.has(label))) {
    throw malformed(text, "labels of the result that differ and occur on the left");
  }
  return { inputs, output };
}

function malformed(text: string, wanted: string): ArgumentError {
  return new ArgumentError(
    `numpy.einsum: a formula with ${wanted} is required, got ${JSON.stringify(text)}; write for example "ij,jk->ik"`,
  );
}

function checkTerm(text: string, letters: string): void {
  if (!/^[A-Za-z]*$/.test(letters))
    throw malformed(text, "letters, commas, one arrow and ellipses");
}

/** Labels of a term; the axes of its ellipsis are the last `width` ones of all ellipses. */
function labelsOf(term: string, width: number): string[] {
  const [before = "", after = ""] = term.split("...");
  const dots = Array.from({ length: width }, (_, i) => `.${width - i}`);
  return [...before, ...dots, ...after];
}

function implicitOutput(inputs: readonly (readonly string[])[], widest: number): string[] {
  const all = inputs.flat().filter((label) => !label.startsWith("."));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...labelsOf("...", widest), ...once.sort()];
}

/** Extents of the labels of each operand. */
export type Extents = ReadonlyMap<string, number>;

/** The pairs of operands to contract in turn; results go to the end of the list. */
export type Path = readonly (readonly [number, number])[];

/**
 * An order of contractions, chosen step by step: the pair whose result is smallest beside its
 * operands, outer products last. Operands that are only two need no choice.
 */
export function contractionPath(formula: Formula, extents: Extents): Path {
  const terms = formula.inputs.map((labels) => [...new Set(labels)]);
  const path: (readonly [number, number])[] = [];
  const sizeOf = (labels: readonly string[]): number =>
    labels.reduce((n, label) => n * (extents.get(label) ?? 1), 1);
  while (terms.length > 1) {
    let best: readonly [number, number] = [0, 1];
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < terms.length; i++) {
      for (let j = i + 1; j < terms.length; j++) {
        const [a, b] = [terms[i] as string[], terms[j] as string[]]; // positions of terms
        const shares = a.some((label) => b.includes(label));
        const growth = sizeOf(keptLabels(terms, formula.output, i, j)) - sizeOf(a) - sizeOf(b);
        const cost = shares ? growth : growth + 2 ** 53;
        if (cost < lowest) [lowest, best] = [cost, [i, j]];
      }
    }
    const [i, j] = best;
    const made = keptLabels(terms, formula.output, i, j);
    terms.splice(j, 1);
    terms.splice(i, 1);
    terms.push(made);
    path.push(best);
  }
  return path;
}

/** Labels of two terms that the result or another term still needs. */
export function keptLabels(
  terms: readonly (readonly string[])[],
  output: readonly string[],
  i: number,
  j: number,
): string[] {
  const needed = new Set([...output, ...terms.filter((_, k) => k !== i && k !== j).flat()]);
  return [...new Set([...(terms[i] ?? []), ...(terms[j] ?? [])])].filter((l) => needed.has(l));
}
