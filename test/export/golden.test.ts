import { exportStableHLO } from "udiff/export";
import { expect, test } from "vitest";
import { programs } from "./programs.ts";

test.each(Object.entries(programs))("the text of %s is the golden one", async (name, program) => {
  const call = program.f as (...args: readonly unknown[]) => unknown;
  const { text } = exportStableHLO(call, program.options)(...program.args);
  await expect(text).toMatchFileSnapshot(`golden/${name}.mlir`);
});
