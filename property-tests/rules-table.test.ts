import { expect, test } from "vitest";
import { primitives } from "../src/primitives.ts";

/** One line for each primitive: the kinds of its rules. */
const table = Object.values(primitives)
  .map(({ name, rules }) => {
    const { jvp, transpose, batch, lower } = rules;
    return [name, jvp.kind, transpose.kind, batch.kind, lower.kind]
      .map((s, i) => s.padEnd(i === 0 ? 24 : 11))
      .join(" ");
  })
  .sort();

test("the table of primitives by rule kind", () => {
  const head = ["primitive", "jvp", "transpose", "batch", "lower"]
    .map((s, i) => s.padEnd(i === 0 ? 24 : 11))
    .join(" ");
  process.stdout.write(`${[head, ...table].join("\n")}\n`);
  expect(table.length).toBeGreaterThan(120);
});

test("rules that are absent say why", () => {
  const reasons = Object.values(primitives).flatMap(({ name, rules }) =>
    Object.entries(rules).flatMap(([rule, value]) =>
      typeof value === "object" && value !== null && "kind" in value && value.kind === "absent"
        ? [`${name} ${rule}: ${String((value as unknown as { reason: string }).reason)}`]
        : [],
    ),
  );
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(20);
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    const rule = reason.split(" ")[1] ?? "";
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  expect(Object.fromEntries([...counts].sort())).toMatchInlineSnapshot(`
    {
      "batch:": 2,
      "dce:": 6,
      "jvp:": 12,
      "lower:": 9,
      "partialEval:": 6,
      "transpose:": 2,
    }
  `);
});
