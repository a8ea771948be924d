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

/** Up to so many operands, every order is tried. */
const mostToSearch = 5;

/**
 * An order of contractions: the one with the fewest multiplications, up to five operands; beyond,
 * step by step the pair whose result grows least beside its operands.
 */
export function contractionPath({ inputs, output }: Formula, extents: Extents): Path {
  const terms = inputs.map((labels) => [...new Set(labels)]);
  return terms.length > mostToSearch
    ? greedyPath(terms, output, extents)
    : cheapestPath(terms, output, extents).path;
}

/** All pairs of positions in a list. */
function pairsOf(count: number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, k) => [i, i + 1 + k] as const),
  ).flat();
}

function sizeOf(labels: readonly string[], extents: Extents): number {
  return labels.reduce((n, label) => n * (extents.get(label) ?? 1), 1);
}

/** Multiplications that a pair takes: one for each value of all its labels. */
function workOf(a: readonly string[], b: readonly string[], extents: Extents): number {
  return sizeOf([...new Set([...a, ...b])], extents);
}

/** The terms once a pair is contracted; the result comes last. */
function contracted(
  terms: readonly (readonly string[])[],
  output: readonly string[],
  [i, j]: readonly [number, number],
): (readonly string[])[] {
  const rest = terms.filter((_, k) => k !== i && k !== j);
  return [...rest, keptLabels(terms, output, i, j)];
}

function cheapestPath(
  terms: readonly (readonly string[])[],
  output: readonly string[],
  extents: Extents,
): { readonly work: number; readonly path: Path } {
  let best: { work: number; path: Path } = { work: terms.length < 2 ? 0 : Infinity, path: [] };
  for (const pair of pairsOf(terms.length)) {
    const [a, b] = pair.map((i) => terms[i] ?? []) as [readonly string[], readonly string[]]; // a pair
    const rest = cheapestPath(contracted(terms, output, pair), output, extents);
    const work = workOf(a, b, extents) + rest.work;
    if (work < best.work) best = { work, path: [pair, ...rest.path] };
  }
  return best;
}

function greedyPath(
  operands: readonly (readonly string[])[],
  output: readonly string[],
  extents: Extents,
): Path {
  let terms = operands;
  const path: (readonly [number, number])[] = [];
  while (terms.length > 1) {
    const ranked = pairsOf(terms.length).map((pair) => {
      const [a, b] = pair.map((i) => terms[i] ?? []) as [readonly string[], readonly string[]]; // a pair
      const made = sizeOf(keptLabels(terms, output, ...pair), extents);
      const growth = made - sizeOf(a, extents) - sizeOf(b, extents);
      return { pair, growth, work: workOf(a, b, extents) };
    });
    const best = ranked.reduce((p, q) =>
      q.growth < p.growth || (q.growth === p.growth && q.work < p.work) ? q : p,
    );
    path.push(best.pair);
    terms = contracted(terms, output, best.pair);
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
