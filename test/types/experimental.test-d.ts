import { type ArrayLike, type NDArray, numpy as np } from "udiff";
import { jet } from "udiff/experimental";
import {
  cheapestColouring,
  jacobianSparsity,
  type SparseMatrix,
  type SparsityPattern,
  sparseJacobian,
} from "udiff/sparse";
import { expectTypeOf, test } from "vitest";

declare const x: NDArray;

test("a jet has a list of terms at each leaf of the result", () => {
  const [out, terms] = jet((v: NDArray) => np.sin(v), [0.5], [[1, 0]]);
  expectTypeOf(out).toEqualTypeOf<NDArray>();
  expectTypeOf(terms).toEqualTypeOf<NDArray[]>();
  const f = (p: { a: NDArray; b: NDArray[] }, n: NDArray) => ({ y: p.a.mul(n), z: [n] as const });
  const [, series] = jet(f, [{ a: x, b: [1] }, x], [{ a: [x, 1], b: [[x, x]] }, [x, 0]]);
  expectTypeOf(series).toEqualTypeOf<{ y: NDArray[]; z: readonly [NDArray[]] }>();
});

test("series must be lists at the leaves of each argument", () => {
  const f = (v: NDArray): NDArray => v;
  // @ts-expect-error the term of an array stands in a list
  jet(f, [x], [x]);
  // @ts-expect-error one entry for each argument
  jet(f, [x], [[x], [x]]);
  // @ts-expect-error no such option
  jet(f, [x], [[x]], { factorial: true });
});

test("a sparse Jacobian takes the arguments of the function, and gives a matrix beside its aux", () => {
  const f = (p: { a: NDArray }, v: NDArray): NDArray => p.a.mul(v);
  expectTypeOf(sparseJacobian(f)).parameters.toEqualTypeOf<[p: { a: ArrayLike }, v: ArrayLike]>();
  expectTypeOf(sparseJacobian(f, { argnums: [0, 1] })({ a: x }, 2)).toEqualTypeOf<SparseMatrix>();
  const g = (v: NDArray): readonly [NDArray, { n: string }] => [v, { n: "a" }];
  expectTypeOf(sparseJacobian(g, { hasAux: true })(x)).toEqualTypeOf<
    [SparseMatrix, { n: string }]
  >();
  expectTypeOf(jacobianSparsity(f)({ a: x }, x)).toEqualTypeOf<SparsityPattern>();
  expectTypeOf(
    cheapestColouring(jacobianSparsity(f)({ a: x }, x)).colours,
  ).toEqualTypeOf<Int32Array>();
  // @ts-expect-error as many arguments as the function has
  sparseJacobian(f)(x);
  // @ts-expect-error no such mode
  sparseJacobian(f, { mode: "both" });
  // @ts-expect-error places are two lists
  sparseJacobian(f, { sparsity: { rows: [0] } });
});
