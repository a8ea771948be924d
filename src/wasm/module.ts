import { type Code, typeBytes, unsigned } from "./code.ts";

/** Bytes of a page, the unit of a memory's size. */
export const pageBytes = 65_536;

/** A memory of a module: its own, of so many pages and exported, or one that it is given. */
export type ModuleMemory =
  | { readonly kind: "own"; readonly pages: number }
  | { readonly kind: "given" };

/**
 * A binary module with one memory, called `memory`, and functions without results, exported under
 * their names. It imports `imports` functions of three doubles that give one, `env.f0` and so on;
 * their numbers come before those of its own. A memory that it is given is `env.memory`.
 */
export function encodeModule(
  memory: ModuleMemory,
  imports: number,
  functions: Readonly<Record<string, Code>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const { f64 } = typeBytes;
  const types = [
    [0x60, 3, f64, f64, f64, 1, f64],
    ...entries.map(([, { params }]) => [
      0x60,
      ...vector(params.map((type) => [typeBytes[type]])),
      0, // no results
    ]),
  ];
  const imported = Array.from({ length: imports }, (_, i) => [
    ...nameBytes("env"),
    ...nameBytes(`f${i}`),
    0x00,
    0, // the first type
  ]);
  if (memory.kind === "given") {
    imported.push([...nameBytes("env"), ...nameBytes("memory"), 0x02, 0x00, 0]);
  }
  const exports = entries.map(([name], i) => [...nameBytes(name), 0x00, ...unsigned(imports + i)]);
  if (memory.kind === "own") exports.unshift([...nameBytes("memory"), 0x02, 0x00]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, types),
    ...section(2, imported),
    ...section(
      3,
      entries.map((_, i) => unsigned(i + 1)),
    ),
    ...(memory.kind === "own" ? section(5, [[0x00, ...unsigned(memory.pages)]]) : []), // no maximum
    ...section(7, exports),
    ...section(
      10,
      entries.map(([, code]) => code.encode()),
    ),
  ]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  if (items.length === 0) return [];
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function nameBytes(name: string): number[] {
  const bytes = [...new TextEncoder().encode(name)];
  return [...unsigned(bytes.length), ...bytes];
}
