import { lax, linalg, type NDArray, numpy as np, scipy } from "udiff";
import { expectTypeOf, test } from "vitest";

const x = np.eye(2);

test("options decide how many results there are", () => {
  expectTypeOf(linalg.svd(x)).toEqualTypeOf<[u: NDArray, s: NDArray, vt: NDArray]>();
  expectTypeOf(linalg.svd(x, { computeUv: false })).toEqualTypeOf<NDArray>();
  expectTypeOf(linalg.qr(x)).toEqualTypeOf<[q: NDArray, r: NDArray]>();
  expectTypeOf(linalg.qr(x, { mode: "r" })).toEqualTypeOf<NDArray>();
  expectTypeOf(lax.linalg.qr(x, { pivoting: true })[2]).toEqualTypeOf<NDArray>();
  expectTypeOf(scipy.linalg.eigh(x, { eigvalsOnly: true })).toEqualTypeOf<NDArray>();
  expectTypeOf(scipy.linalg.lu(x, { permuteL: true })).toEqualTypeOf<[pl: NDArray, u: NDArray]>();
  expectTypeOf(np.polyfit(x, x, 1)).toEqualTypeOf<NDArray>();
  expectTypeOf(np.polyfit(x, x, 1, { cov: true })).toEqualTypeOf<[p: NDArray, cov: NDArray]>();
});

test("names that are no choice are refused", () => {
  // @ts-expect-error there is no such mode
  linalg.qr(x, { mode: "economic" });
  // @ts-expect-error there is no such norm
  linalg.norm(x, { ord: "frobenius" });
  // @ts-expect-error without pivoting there is no third factor
  lax.linalg.qr(x)[2];
});
