import fc from "fast-check";
import { expect, test } from "vitest";
import type { DType } from "../src/core/dtype.ts";
import {
  canCast,
  type ElementType,
  elementTypes,
  literalType,
  promoteTypes,
  resultType,
  resultType2,
} from "../src/core/promotion.ts";

const isNumber = ({ dtype }: ElementType) => dtype !== "key<fry>" && dtype !== "float0";
/** Types that promote at all, weak ones of every width included. */
const all = elementTypes.filter(isNumber);
/** Types that operations give: weak ones are what a number can be. */
const usual = all.filter(
  ({ dtype, weakType }) => !weakType || dtype === "int32" || dtype === "float32",
);
const join = (a: ElementType, b: ElementType) =>
  resultType2(a.dtype, a.weakType, b.dtype, b.weakType);

test("promotion is commutative, for every pair", () => {
  for (const a of all) for (const b of all) expect(join(a, b)).toBe(join(b, a));
});

test("promotion is idempotent, but a weak bool becomes a bool", () => {
  for (const a of all) {
    const weakType = a.weakType && a.dtype !== "bool";
    expect(join(a, a)).toEqual({ dtype: a.dtype, weakType });
  }
});

test("promotion of the types that operations give is associative, for every triple", () => {
  expect(usual).toHaveLength(13);
  for (const a of usual) {
    for (const b of usual) {
      for (const c of usual) expect(join(join(a, b), c)).toBe(join(a, join(b, c)));
    }
  }
});

test("weak types of other widths break associativity, since beside a strong type they lose it", () => {
  const weak64: ElementType = { dtype: "float64", weakType: true };
  const int: ElementType = { dtype: "int32", weakType: false };
  expect(join(join(weak64, weak64), int)).toEqual({ dtype: "float32", weakType: true });
  expect(join(weak64, join(weak64, int))).toEqual({ dtype: "float64", weakType: true });
});

test("both operands are below the result", () => {
  for (const a of usual) for (const b of usual) expect(join(a, join(a, b))).toBe(join(a, b));
});

test("a result is weak only if it comes from weak operands, or an integer beside a weak float", () => {
  for (const a of usual) {
    for (const b of usual) {
      if (!join(a, b).weakType) continue;
      expect(a.weakType || b.weakType).toBe(true);
      const strong = [a, b].filter((type) => !type.weakType);
      for (const { dtype } of strong) expect(dtype).toMatch(/^(u?int|bool)/);
    }
  }
});

test("the type of many is the same in every order", () => {
  const types = fc.array(fc.constantFrom(...usual), { minLength: 1, maxLength: 6 });
  const shuffled = types.chain((items) =>
    fc.tuple(
      fc.constant(items),
      fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([items, others]) => {
      expect(resultType(others)).toBe(resultType(items));
    }),
  );
});

test("a strong type that holds both is not widened further, and floats lose nothing", () => {
  const dtypes = usual.filter((type) => !type.weakType).map((type) => type.dtype);
  const isFloat = (dtype: DType) => dtype.includes("float");
  for (const a of dtypes) {
    for (const b of dtypes) {
      const joined = promoteTypes(a, b);
      if (isFloat(a) === isFloat(b) && joined !== "int32") {
        expect(canCast(a, joined) && canCast(b, joined)).toBe(true);
      }
      if (canCast(a, b) && isFloat(a) === isFloat(b)) expect(joined).toBe(b);
    }
  }
});

test("a number never widens its partner: only an integer beside a fraction changes its kind", () => {
  const value = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, Number.NaN, Infinity));
  fc.assert(
    fc.property(value, fc.constantFrom(...usual), (x, partner) => {
      const joined = join(partner, literalType(x, [partner.dtype]));
      const isFloat = partner.dtype.includes("float");
      if (isFloat || (Number.isInteger(x) && partner.dtype !== "bool")) {
        expect(joined).toBe(partner);
      } else {
        const dtype = Number.isInteger(x) ? "int32" : "float32";
        expect(joined).toEqual({ dtype, weakType: true });
      }
    }),
  );
});
