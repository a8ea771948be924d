import type { Shader } from "../shader.ts";
import type { KeyBits } from "./order-keys.ts";

/** One key of each position of each column, a u32. */
export interface OrderingKey {
  readonly bits: KeyBits;
  /** Append the lines that give the key at the named position and column; gives its text. */
  write(shader: Shader, column: string, position: string, lines: string[]): string;
}

/** A stable pass over columns: their positions in the order of one key. */
export interface OrderingPass {
  readonly count: number;
  readonly extent: number;
  readonly key: OrderingKey;
  /** Scratch that holds the positions as ordered so far, null as they come. */
  readonly before: number | null;
}
