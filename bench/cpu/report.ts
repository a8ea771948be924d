/** Writes what was measured into docs/performance.md, and the plot beside it. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Plot from "@observablehq/plot";
import { writePlot } from "../../examples/plots.ts";
import type { Part } from "./parts.ts";

/** One case: milliseconds by library, words where it fails. */
export interface Line {
  readonly title: string;
  readonly unit: "us" | "ms";
  readonly times: Readonly<Record<string, number | string>>;
}

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const peers = ["jax-js", "tfjs"] as const;

/** Write the table and the plot. */
export function writeReport(lines: readonly Line[], parts: readonly Part[], machine: string): void {
  writeFileSync(`${docs}performance.md`, `${text(lines, parts, machine)}\n`);
  const points = lines.flatMap(({ title, times }) =>
    peers.flatMap((library) => {
      const [peer, own] = [times[library], times.udiff];
      return typeof peer === "number" && typeof own === "number"
        ? [{ title, library, ratio: peer / own }]
        : [];
    }),
  );
  writePlot(`${docs}performance.svg`, {
    width: 720,
    height: 60 + 22 * lines.length,
    marginLeft: 300,
    style: { background: "white" },
    x: { type: "log", label: "how many times udiff's time it takes →", grid: true },
    y: { label: null, domain: lines.map(({ title }) => title) },
    color: { legend: false, domain: [...peers], range: ["#d97706", "#2563eb"] },
    marks: [
      Plot.ruleX([1]),
      Plot.dot(points, { x: "ratio", y: "title", fill: "library", r: 4 }),
      ...peers.map((library, i) =>
        Plot.text([library], {
          text: (name: string) => name,
          fill: () => library,
          frameAnchor: "top-right",
          dy: 14 * i,
        }),
      ),
    ],
  });
}

function text(lines: readonly Line[], parts: readonly Part[], machine: string): string {
  return [
    "# Performance on the cpu",
    "",
    "`npm run bench` writes this page. Each library runs in a process of its own; every result is",
    "checked against plain JavaScript in float64 before it is timed; the libraries take turns, and",
    "the table has the median of the turns. In brackets: how many times udiff's time a peer takes.",
    "Times differ from machine to machine, ratios less.",
    "",
    `Measured on ${machine}.`,
    "jax-js 0.1.25 and TensorFlow.js 4.22 run on WebAssembly. The latter has no compiled functions:",
    "where the others are jitted, it runs the operations.",
    "",
    "| case | unit | udiff | jax-js | TensorFlow.js |",
    "|---|---|---:|---:|---:|",
    ...lines.map(row),
    "",
    "![how many times udiff's time the others take](performance.svg)",
    "",
    "## The parts of a call",
    "",
    "The least of 25 turns each.",
    "",
    "| part | us |",
    "|---|---:|",
    ...parts.map(({ part, us }) => `| ${part} | ${digits(us)} |`),
  ].join("\n");
}

function row({ title, unit, times }: Line): string {
  const scale = unit === "us" ? 1000 : 1;
  const own = times.udiff;
  const cell = (library: string): string => {
    const time = times[library];
    if (typeof time !== "number") return time ?? "-";
    const value = digits(scale * time);
    if (library === "udiff" || typeof own !== "number") return value;
    return `${value} (${digits(time / own)})`;
  };
  return `| ${title} | ${unit} | ${["udiff", ...peers].map(cell).join(" | ")} |`;
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}
