import { expect, test } from "vitest";
import { programs } from "../export/programs.ts";
import { Batch } from "./batch.ts";

test("the programs whose text is golden give on XLA what they give here", () => {
  const batch = new Batch();
  for (const [name, { f, args, options }] of Object.entries(programs)) {
    batch.add(name, f, args, { scale: 20, ...options });
  }
  console.log(`test:xla: ${batch.size} golden programs`);
  expect(batch.run()).toEqual([]);
});
