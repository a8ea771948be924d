import { expect, test } from "vitest";
import { importsOf, readSources, type Sources } from "../support/source.ts";

/**
 * Which folders each folder of src may import from, besides itself. Types count.
 *
 * Index files are in no row: they may import anything, and no other file may import them.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  kernel: ["core"],
  "lax/ops": ["core"],
  transforms: ["core", "lax/ops"],
  cpu: ["core", "kernel"],
  wasm: ["core", "kernel"],
  webgpu: ["core", "kernel"],
  "lax/control": ["core", "lax/ops", "transforms"],
  taylor: ["core", "lax/ops", "lax/control", "transforms"],
  sparse: ["core", "lax/ops", "lax/control", "transforms", "numpy"],
  runtime: ["core", "kernel"],
  tree: ["core"],
  numpy: ["core", "lax/ops", "lax/control", "transforms"],
  linalg: ["core", "lax/ops", "lax/control", "transforms", "numpy"],
  random: ["core", "lax/ops", "lax/control", "transforms", "numpy"],
  nn: ["core", "lax/ops", "lax/control", "transforms", "numpy", "random"],
  scipy: ["core", "lax/ops", "lax/control", "transforms", "numpy", "linalg", "nn"],
  ops: ["core", "lax/ops", "lax/control", "transforms", "numpy"],
  ode: ["core", "lax/ops", "lax/control", "transforms", "numpy"],
  extend: ["core", "lax/ops", "transforms"],
  debug: ["core", "lax/ops", "lax/control", "transforms"],
  export: ["core", "lax/ops", "lax/control", "transforms", "registry"],
  testing: ["index"],
};

/** What single files may import beyond the row of their folder. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  "src/runtime/install.ts": ["cpu", "wasm"],
  // Tables of rules by primitive, which the compiler holds against the registry.
  "src/taylor/rules.ts": ["registry"],
  "src/sparse/rules.ts": ["registry"],
};

/** The one file that knows every primitive: it may import anything, index files may import it. */
const registry = "src/primitives.ts";

/** The packages that src may import; they are optional peers, and imported only when asked for. */
const packages: Readonly<Record<string, readonly string[]>> = { webgpu: ["webgpu"] };

/** The folder of `file` as the table names it; "index" for index files, undefined if unknown. */
function layerOf(file: string): string | undefined {
  if (file === registry) return "registry";
  if (/^src\/(?:[^/]+|[^/]+\/index\.ts)$/.test(file)) return "index";
  return Object.keys(allowed).find((folder) => file.startsWith(`src/${folder}/`));
}

/** One line for each import that the table forbids. */
function forbiddenImports(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const from = layerOf(file);
    if (from === undefined) return [`${file} is in no folder of the table`];
    const paths = importsOf(file, text).filter((to) => {
      const layer = layerOf(to);
      if (!to.startsWith("src/")) return !(packages[from] ?? []).includes(to);
      if (from === "index" || from === "registry") return layer === undefined;
      const may = [from, ...(allowed[from] ?? []), ...(exceptions[file] ?? [])];
      return layer === undefined || !may.includes(layer);
    });
    return paths.map((to) => `${file} -> ${to}`);
  });
}

/** One line for each import of a file that does not exist. */
function danglingImports(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(file, text)
      .filter((to) => to.startsWith("src/") && !sources.has(to))
      .map((to) => `${file} -> ${to}`),
  );
}

/** One line for each import that closes a cycle: the files from the first back to itself. */
function importCycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(" -> "));
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const to of importsOf(file, sources.get(file) ?? "")) if (sources.has(to)) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of sources.keys()) visit(file);
  return found;
}

const sources = readSources("src");

test("folders import only what they may", () => {
  expect(forbiddenImports(sources)).toEqual([]);
});

test("every import names a file that exists", () => {
  expect(danglingImports(sources)).toEqual([]);
});

test("no file imports itself through others, type imports included", () => {
  expect(importCycles(sources)).toEqual([]);
});

test("an import against the layers is seen in each of its forms", () => {
  const wrong = new Map([
    ["src/core/a.ts", 'import type { K } from "../kernel/k.ts";'],
    ["src/core/b.ts", 'export * from "../kernel/k.ts";'],
    ["src/core/c.ts", 'const k = await import("../kernel/k.ts");'],
    ["src/core/d.ts", 'export type K = import("../kernel/k.ts").K;'],
    ["src/core/e.ts", 'declare module "../kernel/k.ts" { interface K {} }'],
    ["src/core/f.ts", 'import "node:fs";'],
    ["src/cpu/g.ts", 'import { spell } from "../wasm/spell.ts";'],
    ["src/nn/h.ts", 'import { sum } from "../numpy/index.ts";'],
    ["src/numpy/i.ts", 'import { all } from "../primitives.ts";'],
    ["src/shiny/j.ts", ""],
  ]);
  expect(forbiddenImports(wrong)).toEqual([
    "src/core/a.ts -> src/kernel/k.ts",
    "src/core/b.ts -> src/kernel/k.ts",
    "src/core/c.ts -> src/kernel/k.ts",
    "src/core/d.ts -> src/kernel/k.ts",
    "src/core/e.ts -> src/kernel/k.ts",
    "src/core/f.ts -> node:fs",
    "src/cpu/g.ts -> src/wasm/spell.ts",
    "src/nn/h.ts -> src/numpy/index.ts",
    "src/numpy/i.ts -> src/primitives.ts",
    "src/shiny/j.ts is in no folder of the table",
  ]);
});

test("imports along the layers are let through", () => {
  const right = new Map([
    ["src/index.ts", 'export * as numpy from "./numpy/index.ts"; import "./runtime/install.ts";'],
    ["src/primitives.ts", 'import { condP } from "./lax/control/cond.ts";'],
    ["src/runtime/install.ts", 'import { cpu } from "../cpu/backend.ts";'],
    ["src/lax/control/cond.ts", 'import { neg } from "../ops/arith.ts";'],
    ["src/testing/allclose.ts", 'import { numpy } from "../index.ts";'],
    ["src/webgpu/device.ts", 'const dawn = await import("webgpu");'],
  ]);
  expect(forbiddenImports(right)).toEqual([]);
});

test("a cycle is seen, also one made of types alone", () => {
  const wrong = new Map([
    ["src/core/a.ts", 'import { b } from "./b.ts";'],
    ["src/core/b.ts", 'import { c } from "./c.ts";'],
    ["src/core/c.ts", 'import type { A } from "./a.ts";'],
    ["src/core/d.ts", 'import { c } from "./c.ts";'],
  ]);
  expect(importCycles(wrong)).toEqual([
    "src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts",
  ]);
});
