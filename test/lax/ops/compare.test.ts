import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { mul } from "../../../src/lax/ops/arith.ts";
import { fullLike, reduceSum } from "../../../src/lax/ops/broadcast.ts";
import {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  eq,
  ge,
  gt,
  le,
  lt,
  ne,
  select,
  selectN,
} from "../../../src/lax/ops/compare.ts";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";
import { sqrt } from "../../../src/lax/ops/transcendental.ts";
import { jvp } from "../../../src/transforms/jvp.ts";
import { grad } from "../../../src/transforms/vjp.ts";
import { vmap } from "../../../src/transforms/vmap.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

const bools = (...data: number[]) => array("bool", data);

describe("comparisons", () => {
  it("give bool, false beside NaN except for ne, and 0 equal to -0", () => {
    const x = floats(1, 2, NaN, 0, -Infinity);
    const y = floats(2, 2, NaN, -0, Infinity);
    expect(eq(x, y).dtype).toBe("bool");
    expect(values(eq(x, y))).toEqual([0, 1, 0, 1, 0]);
    expect(values(ne(x, y))).toEqual([1, 0, 1, 0, 1]);
    expect(values(lt(x, y))).toEqual([1, 0, 0, 0, 1]);
    expect(values(le(x, y))).toEqual([1, 1, 0, 1, 1]);
    expect(values(gt(x, y))).toEqual([0, 0, 0, 0, 0]);
    expect(values(ge(x, y))).toEqual([0, 1, 0, 1, 0]);
  });

  it("compare unsigned integers as such, and bools", () => {
    expect(values(gt(array("uint32", [4e9]), array("uint32", [1])))).toEqual([1]);
    expect(values(lt(bools(0, 1), bools(1, 1)))).toEqual([1, 0]);
  });

  it("take a number for a whole operand, and are strict about arrays", () => {
    expect(values(gt(floats(-1, 1), 0))).toEqual([0, 1]);
    expect(values(lt(0, ints(-1, 1)))).toEqual([0, 1]);
    expect(() => lt(floats(1), ints(1))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.lt: operands must share a dtype, got float32[1] and int32[1]; convert one with lax.convertElementType]`,
    );
    expect(() => eq(floats(1, 2), floats(1))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lax.eq: operands must share a shape, got float32[2] and float32[1]; broadcast first, or use numpy, which does]`,
    );
    expect(() => eq(ints(1), 0.5)).toThrow("literal 0.5");
  });

  it("have no derivative", () => {
    const [, t] = jvp((x: NDArray) => gt(x, 0), [floats(1)], [floats(1)]);
    expect(t.dtype).toBe("float0");
  });
});

describe("bitwise operations", () => {
  it("work on the bits of integers and the truth of bools", () => {
    expect(values(bitwiseAnd(ints(12, -1), ints(10, 7)))).toEqual([8, 7]);
    expect(values(bitwiseOr(ints(12, -8), ints(10, 7)))).toEqual([14, -1]);
    expect(values(bitwiseXor(ints(12, -1), ints(10, 7)))).toEqual([6, -8]);
    expect(values(bitwiseNot(ints(0, -1)))).toEqual([-1, 0]);
    expect(values(bitwiseNot(array("uint8", [0, 1])))).toEqual([255, 254]);
    expect(values(bitwiseNot(bools(0, 1)))).toEqual([1, 0]);
    expect(values(bitwiseXor(bools(0, 1, 1), bools(1, 1, 0)))).toEqual([1, 0, 1]);
  });

  it("refuse floats by the public name", () => {
    expect(() => bitwiseAnd(floats(1), floats(1))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.bitwiseAnd: a bool or a signed integer or an unsigned integer dtype is required, got float32[1]; convert with lax.convertElementType]`,
    );
  });
});

describe("select", () => {
  it("chooses by element or for the whole", () => {
    expect(values(select(bools(1, 0), floats(1, 2), floats(3, 4)))).toEqual([1, 4]);
    expect(values(select(true, floats(1, 2), floats(3, 4)))).toEqual([1, 2]);
    expect(values(select(bools(1, 0), floats(NaN, 2), 0))).toEqual([NaN, 0]);
    expect(values(select(bools(1, 0), -0, floats(1, 1)))).toEqual([-0, 1]);
  });

  it("sends derivatives to the case chosen", () => {
    const c = bools(1, 0);
    const f = (x: NDArray, y: NDArray) => reduceSum(select(c, mul(x, x), mul(y, 3)), [0]);
    const [gx, gy] = grad(f, { argnums: [0, 1] })(floats(2, 3), floats(4, 5));
    expect(values(gx)).toEqual([4, 0]);
    expect(values(gy)).toEqual([0, 3]);
    const onlyOne = (x: NDArray) => select(c, x, floats(7, 7));
    expect(values(slope(onlyOne, [floats(1, 1)]))).toEqual([1, 0]);
  });

  it("does not shield an infinite derivative of the other case", () => {
    const f = (x: NDArray) => select(gt(x, 0), sqrt(x), fullLike(x, 0));
    expect(values(slope(f, [floats(0)]))).toEqual([0]);
    expect(values(grad((x: NDArray) => reduceSum(f(x), [0]))(floats(0)))).toEqual([NaN]);
  });

  it("refuses a predicate that is not bool, and shapes that do not fit", () => {
    expect(() => select(floats(1), floats(1), floats(2))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.select: a bool predicate is required, got float32[1]; compare it with lax.ne(pred, 0)]`,
    );
    expect(() => select(bools(1, 0), floats(1), floats(2))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lax.selectN: \`which\` must be a scalar or have the shape of the cases, got bool[2] for float32[1]; broadcast first, or call numpy.where]`,
    );
    expect(() => select(bools(1), floats(1), ints(2))).toThrow("share a dtype");
  });
});

describe("selectN", () => {
  const cases = [0, 1, 2, 3, 4].map((k) => floats(k, k, k, k, k, k, k));

  it("takes the case of that number, the first or last one beyond the ends", () => {
    const which = ints(-7, 0, 1, 2, 3, 4, 9);
    expect(values(selectN(which, ...cases))).toEqual([0, 0, 1, 2, 3, 4, 4]);
    expect(values(selectN(which, ...cases.slice(0, 3)))).toEqual([0, 0, 1, 2, 2, 2, 2]);
  });

  it("takes the only case there is, and the false one first of two", () => {
    expect(values(selectN(bools(1, 0), floats(5, 6)))).toEqual([5, 6]);
    expect(values(selectN(bools(1, 0), floats(5, 6), floats(7, 8)))).toEqual([7, 6]);
  });

  it("keeps the weak type only if all cases are weak", () => {
    expect(selectN(true, 1, 2).weakType).toBe(true);
    expect(selectN(bools(1), 1, floats(2)).weakType).toBe(false);
  });

  it("routes cotangents where each case was taken, out of range too", () => {
    const which = ints(-7, 0, 1, 2, 3, 4, 9);
    const f = (...xs: NDArray[]) => reduceSum(selectN(which, ...xs), [0]);
    const grads = grad(f, { argnums: [0, 1, 2] })(...cases.slice(0, 3)) as unknown as NDArray[];
    expect(grads.map(values)).toEqual([
      [1, 1, 0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, 1, 1, 1, 1],
    ]);
  });

  it("maps over the choice, the cases, or both", () => {
    const x = array("float32", [1, 2, 3, 4], [2, 2]);
    const y = floats(10, 20);
    const byRow = vmap((c: NDArray) => select(c, y, floats(0, 0)));
    expect(values(byRow(bools(1, 0)))).toEqual([10, 20, 0, 0]);
    const byColumn = vmap((v: NDArray) => select(bools(1, 0), v, y), { inAxes: 1 });
    expect(values(byColumn(x))).toEqual([1, 20, 2, 20]);
    const both = vmap((c: NDArray, v: NDArray) => select(c, v, y));
    expect(values(both(bools(0, 1), x))).toEqual([10, 20, 3, 4]);
  });

  it("chooses among random keys by both their words", () => {
    const a = wrapKeyData(array("uint32", [1, 2, 3, 4], [2, 2]));
    const b = wrapKeyData(array("uint32", [5, 6, 7, 8], [2, 2]));
    expect(values(keyData(select(bools(1, 0), a, b)))).toEqual([1, 2, 7, 8]);
    expect(values(keyData(select(false, a, b)))).toEqual([5, 6, 7, 8]);
  });

  it("refuses more than two cases of a bool, other integers, and nothing to choose from", () => {
    expect(() => selectN(bools(1), floats(1), floats(2), floats(3))).toThrow("at most 2 cases");
    expect(() => selectN(array("int8", [1]), floats(1), floats(2))).toThrow("bool or int32");
    expect(() => selectN(ints(0))).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: lax.selectN: at least one case is required, got none; pass the arrays to choose from]`,
    );
  });
});
