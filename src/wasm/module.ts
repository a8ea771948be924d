import { type Code, typeBytes, unsigned } from "./code.ts";

/** Bytes of a page, the unit of a memory's size. */
export const pageBytes = 65_536;

/**
 * A binary module with one memory of `pages` pages, exported as `memory`, and functions without
 * results, exported under their names.
 */
export function encodeModule(
  pages: number,
  functions: Readonly<Record<string, Code>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const types = entries.map(([, { params }]) => [
    0x60,
    ...vector(params.map((type) => [typeBytes[type]])),
    0, // no results
  ]);
  const exports = entries.map(([name], i) => [...nameBytes(name), 0x00, ...unsigned(i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, types),
    ...section(
      3,
      entries.map((_, i) => unsigned(i)),
    ),
    ...section(5, [[0x00, ...unsigned(pages)]]), // without a maximum
    ...section(7, [[...nameBytes("memory"), 0x02, 0x00], ...exports]),
    ...section(
      10,
      entries.map(([, code]) => code.encode()),
    ),
  ]);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
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
