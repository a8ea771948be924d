import fc from "fast-check";
import { expect, test } from "vitest";
import { IndexSets } from "../../src/sparse/index-sets.ts";

const size = 40;
const lists = fc.array(fc.array(fc.nat(size - 1), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 6,
});

const sorted = (list: Iterable<number>): number[] => [...new Set(list)].sort((a, b) => a - b);

test("unions of sets are those of their members, in order", () => {
  fc.assert(
    fc.property(lists, (all) => {
      const sets = new IndexSets(size);
      const single = sets.singletons(0, size);
      const made = all.map((list) => sets.unionOf(list.map((i) => single[i] as number)));
      const expected = all.map(sorted);
      expect(made.map((set) => [...sets.members(set)])).toEqual(expected);
      const inTurn = made.reduce((a, b) => sets.union(a, b), IndexSets.empty);
      expect([...sets.members(inTurn)]).toEqual(sorted(all.flat()));
      expect([...sets.members(sets.unionOf(made))]).toEqual(sorted(all.flat()));
      expect([...sets.members(made[0] as number)]).toEqual(expected[0]);
    }),
  );
});

test("a union with a part is the whole itself", () => {
  const sets = new IndexSets(100);
  const whole = sets.unionOf(sets.singletons(0, 100));
  const part = sets.unionOf([sets.union(3, 5), 70]);
  expect(sets.union(part, whole)).toBe(whole);
  expect(sets.union(whole, part)).toBe(whole);
  expect(sets.unionOf([part, whole, 2])).toBe(whole);
  expect([sets.size(IndexSets.empty), sets.size(part), sets.size(whole)]).toEqual([0, 3, 100]);
});
