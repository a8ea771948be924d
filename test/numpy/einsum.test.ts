import { ArgumentError, grad, jit, type NDArray, numpy as np, ShapeError, vmap } from "udiff";
import { expect, test } from "vitest";

/** Small integers in a shape: sums of products are exact, whatever their order. */
function numbers(...shape: number[]): NDArray {
  const size = shape.reduce((n, m) => n * m, 1);
  return np.remainder(np.arange(size).mul(7).add(3), 11).astype("float32").reshape(shape);
}

/** The sum over all labels by plain loops, with labels' extents read from the operands. */
function bySums(formula: string, operands: NDArray[]): number[] {
  const [left = "", right = ""] = formula.split("->");
  const terms = left.split(",");
  const extents = new Map<string, number>();
  terms.forEach((term, i) => {
    for (const [axis, label] of [...term].entries())
      extents.set(label, operands[i]?.shape[axis] ?? 0);
  });
  const labels = [...new Set([...right, ...extents.keys()])];
  const size = [...right].reduce((n, label) => n * (extents.get(label) ?? 0), 1);
  const out = new Array<number>(size).fill(0);
  const data = operands.map((x) => x.dataSync());
  const visit = (at: number, index: Map<string, number>): void => {
    const label = labels[at];
    if (label !== undefined) {
      for (let i = 0; i < (extents.get(label) ?? 0); i++) visit(at + 1, index.set(label, i));
      return;
    }
    const flat = (term: string): number =>
      [...term].reduce((n, l) => n * (extents.get(l) ?? 0) + (index.get(l) ?? 0), 0);
    const product = terms.reduce((n, term, i) => n * Number(data[i]?.[flat(term)]), 1);
    out[flat(right)] = Number(out[flat(right)]) + product;
  };
  visit(0, new Map());
  return out;
}

const extents: Record<string, number> = { a: 2, b: 3, c: 4, d: 2, e: 3 };
const operandsOf = (formula: string): NDArray[] =>
  (formula.split("->")[0] ?? "")
    .split(",")
    .map((term) => numbers(...[...term].map((l) => extents[l] ?? 0)));

test.each([
  "ab->ba",
  "ab->",
  "ab->b",
  "aa->a",
  "aa->",
  "aba->b",
  "aab->ab",
  "ab,bc->ac",
  "ab,ab->ab",
  "ab,ab->",
  "a,b->ba",
  "abc,acd->abd",
  "abc,cd->abd",
  "ab,b->a",
  "ab,c->ab",
  "aab,bc->ac",
  "ab,bc,cd->ad",
  "ab,bc,cd,de->ae",
  "ab,cb,db->acd",
  "a,a,a->a",
  "abc,abd,ace->bde",
])("np.einsum(%j) is the sum over its labels, eager and under jit", (formula) => {
  const operands = operandsOf(formula);
  const expected = bySums(formula, operands);
  const f = (...xs: NDArray[]): NDArray => np.einsum(formula, ...xs);
  expect(Array.from(f(...operands).dataSync())).toEqual(expected);
  expect(Array.from(jit(f)(...operands).dataSync())).toEqual(expected);
});

test.each(["ab,bc->ac", "aab,bc->ac", "ab,cb,db->acd"])(
  "the gradient of np.einsum(%j) is that of its sum",
  (formula) => {
    const operands = operandsOf(formula);
    const total = (...xs: NDArray[]): NDArray => np.sum(np.einsum(formula, ...xs));
    const slope = grad(total)(...(operands as [NDArray, ...NDArray[]]));
    const [first, ...rest] = operands as [NDArray, ...NDArray[]];
    // The sum is linear in each operand: its slope is what a unit step changes.
    const flat = first.reshape([first.size]);
    const base = total(first, ...rest).item() as number;
    const steps = Array.from({ length: first.size }, (_, i) => {
      const moved = flat.at(i).add(1).reshape(first.shape);
      return (total(moved, ...rest).item() as number) - base;
    });
    expect(Array.from(slope.dataSync())).toEqual(steps);
  },
);

test("without an arrow, labels that stand once come in alphabetical order", () => {
  const x = numbers(2, 3);
  expect(np.einsum("ba", x).js()).toEqual(x.T.js());
  expect(np.einsum("ij,jk", x, numbers(3, 2)).shape).toEqual([2, 2]);
  expect(np.einsum("ii", numbers(3, 3)).shape).toEqual([]);
});

test("an ellipsis stands for axes that broadcast", () => {
  const x = numbers(4, 2, 3);
  const y = numbers(3, 2);
  expect(np.einsum("...ij,jk->...ik", x, y).js()).toEqual(np.matmul(x, y).js());
  expect(np.einsum("...ij->...ji", x).shape).toEqual([4, 3, 2]);
  expect(np.einsum("...,...->...", numbers(2, 1), numbers(3)).shape).toEqual([2, 3]);
  expect(np.einsum("i...->...", x).js()).toEqual(np.sum(x, { axis: 0 }).js());
});

test("an extent of 1 gives way", () => {
  expect(np.einsum("ij,jk->ik", np.ones([2, 1]), np.ones([3, 2])).js()).toEqual([
    [3, 3],
    [3, 3],
  ]);
});

test("vmap over an operand is a loop", () => {
  const [x, y] = [numbers(3, 2, 4), numbers(4, 2)];
  const mapped = vmap((u: NDArray) => np.einsum("ij,ji->i", u, y))(x);
  const looped = [0, 1, 2].map((i) => np.einsum("ij,ji->i", x.slice(i), y).js());
  expect(mapped.js()).toEqual(looped);
});

test("many operands are multiplied too", () => {
  const formula = "ab,bc,cd,de,ea,ab,bc->ac";
  const operands = operandsOf(formula).map((x) => np.remainder(x, 3));
  expect(Array.from(np.einsum(formula, ...operands).dataSync())).toEqual(bySums(formula, operands));
});

test("a chain is multiplied in the order with the fewest multiplications", () => {
  const [path] = np.einsumPath("ab,bc,c->a", np.ones([9, 9]), np.ones([9, 9]), np.ones([9]));
  expect(path).toEqual([
    [1, 2],
    [0, 1],
  ]);
});

test.each([
  ["ij,jk->il", "labels of the result that differ and occur on the left"],
  ["ij->i->j", "one term for each of 2 operands"],
  ["ij", "one term for each of 2 operands"],
  ["ijk,jk->i", "a label for each of the 2 axes of operand 0"],
  ["i1,jk->i", "letters, commas, one arrow and ellipses"],
  ["ij,jk->ii", "labels of the result that differ"],
])("the formula %j is refused", (formula, message) => {
  expect(() => np.einsum(formula, np.ones([2, 3]), np.ones([3, 2]))).toThrow(ArgumentError);
  expect(() => np.einsum(formula, np.ones([2, 3]), np.ones([3, 2]))).toThrow(message);
});

test("extents that differ, and unknown options, are refused", () => {
  expect(() => np.einsum("ij,jk->ik", np.ones([2, 3]), np.ones([2, 3]))).toThrow(ShapeError);
  expect(() => np.einsum("i->i", np.ones([2]), { path: 1 } as never)).toThrow(
    "preferredElementType",
  );
});
