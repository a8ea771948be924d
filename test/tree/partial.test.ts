import { expect, test } from "vitest";
import { ArgumentError } from "../../src/core/errors.ts";
import { flattenLike } from "../../src/core/pytree.ts";
import * as tree from "../../src/tree/index.ts";

const join = (a: number, b: number, c: string) => `${a} ${b} ${c}`;

test("a Partial is a function with its first arguments in place", () => {
  const partial = tree.Partial(join, 1, 2);
  expect(partial("x")).toBe("1 2 x");
  expect(partial).toBeInstanceOf(Function);
  expect(partial.func).toBe(join);
  expect(partial.args).toEqual([1, 2]);
});

test("its arguments are its leaves, and its function is structure", () => {
  const scale = (p: { w: number[] }, x: number) => (p.w[0] ?? 0) * x;
  const partial = tree.Partial(scale, { w: [3] });
  expect(tree.leaves(partial)).toEqual([3]);
  expect(String(tree.structure([partial]))).toMatch(/^\[Partial<#\d+>\(\{w: \[\*\]\}\)\]$/);
  const doubled = tree.map((x) => Number(x) * 2, partial as unknown) as typeof partial;
  expect(doubled(10)).toBe(60);
  expect(tree.structure(doubled)).toBe(tree.structure(partial));
  const other = tree.Partial((p: { w: number[] }, x: number) => scale(p, x), { w: [3] });
  expect(tree.structure(other)).not.toBe(tree.structure(partial));
  expect(flattenLike(tree.structure(partial), doubled, [])).toBe(true);
  expect(flattenLike(tree.structure(partial), other, [])).toBe(false);
  expect(flattenLike(tree.structure(partial), scale, [])).toBe(false);
});

test("a Partial of a Partial has one function and all the arguments", () => {
  const partial = tree.Partial(tree.Partial(join, 1), 2);
  expect(partial.func).toBe(join);
  expect(tree.leaves(partial)).toEqual([1, 2]);
  expect(partial("x")).toBe("1 2 x");
});

test("only functions can be called later", () => {
  expect(() => tree.Partial(3 as unknown as () => 0)).toThrow(ArgumentError);
});
