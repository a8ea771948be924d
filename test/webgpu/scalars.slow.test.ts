import { expect, test } from "vitest";
import { scalarDtypes, scalarOps } from "./scalar-cases.ts";
import { scalarProblems } from "./scalar-laws.ts";

test.each(scalarOps)("%s is what the cpu computes, for every dtype", async (op) => {
  expect(await scalarProblems(op, scalarDtypes)).toEqual([]);
});
