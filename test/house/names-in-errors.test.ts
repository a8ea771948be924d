import * as udiff from "udiff";
import { expect, test } from "vitest";

const { lax, linalg, nn, numpy, ops, random, scipy, UdiffError } = udiff;

/** Every public function of arrays, with all its names. */
function publicFunctions(): Map<unknown, string[]> {
  const spaces: Record<string, object> = {
    numpy,
    lax,
    linalg,
    nn,
    ops,
    random,
    "scipy.special": scipy.special,
    "scipy.linalg": scipy.linalg,
  };
  for (const [name, module] of Object.entries(scipy.stats)) spaces[`scipy.stats.${name}`] = module;
  const names = new Map<unknown, string[]>();
  for (const [space, module] of Object.entries(spaces)) {
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "function" || /^[A-Z]/.test(name)) continue; // classes, PRNGKey
      names.set(value, [...(names.get(value) ?? []), `${space}.${name}`]);
    }
  }
  return names;
}

/**
 * Functions that are one call of another, or of dtypes, seeds and axis names rather than arrays: an
 * argument of a wrong type is refused in the other's name, or not refused.
 */
const namedOtherwise = new Set([
  ..."ix mgrid ogrid insert".split(" ").map((name) => `numpy.${name}`),
  ..."isscalar tri".split(" ").map((name) => `numpy.${name}`),
  ..."conv convWithGeneralPadding empty pmean axisIndex axisSize broadcastShapes ppermute pshuffle"
    .split(" ")
    .map((name) => `lax.${name}`),
  "nn.cosineDistance",
  "random.clone",
  "scipy.special.softmax",
  "scipy.special.logSoftmax",
]);

/** Densities are exponentials of their logarithms, and so on: refused in the other's name. */
const isPartner = (name: string) => /^scipy\.stats\.\w+\.(pdf|pmf|sf|logcdf|logsf)$/.test(name);

test("what is no array is refused by the function, under the name the user called it by", () => {
  const wrong: string[] = [];
  let count = 0;
  for (const [f, names] of publicFunctions()) {
    if (names.some((name) => namedOtherwise.has(name) || isPartner(name))) continue;
    count++;
    let message = "no error";
    try {
      (f as (...args: unknown[]) => unknown)("text", "text", "text");
    } catch (error) {
      message = error instanceof UdiffError ? error.message : `not ours: ${error}`;
    }
    if (!names.some((name) => message.startsWith(`${name}:`))) {
      wrong.push(`${names.join(", ")} gives: ${message}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(550);
});

test("no message names a module within another", () => {
  const nested: string[] = [];
  for (const [f, names] of publicFunctions()) {
    for (const args of [
      ["text"],
      [
        [1, 2],
        [3, 4],
      ],
      [numpy.ones([2]), "text", "text"],
      [{}],
    ]) {
      try {
        (f as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        const message = error instanceof UdiffError ? error.message : "";
        if (/^(numpy|lax|nn)\.(numpy|lax|nn|scipy|linalg|random|ops)\./.test(message)) {
          nested.push(`${names.join(", ")} gives: ${message}`);
        }
      }
    }
  }
  expect(nested).toEqual([]);
});
