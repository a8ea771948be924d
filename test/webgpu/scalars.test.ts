import { expect, test } from "vitest";
import { scalarOps } from "./scalar-cases.ts";
import { scalarProblems } from "./scalar-laws.ts";

test.each(scalarOps)("%s is what the cpu computes", async (op) => {
  expect(await scalarProblems(op, ["float32", "uint8", "bool"])).toEqual([]);
});
