import type { Shader } from "../shader.ts";
import type { Arithmetic } from "./product-arithmetic.ts";
import type { ProductResult } from "./product-result.ts";

/**
 * One operand of a product: for each batch a matrix of factors, `across` its rows (the left
 * operand) or its columns (the right one), and along the depth that is summed over.
 *
 * Texts of places are names of u32.
 */
export interface ProductOperand {
  /** Lines that name, with names that begin with `name`, where a place across in a batch is. */
  across(name: string, place: string, batch: string): readonly string[];
  /** The same for what a place along the depth adds. */
  along(name: string, place: string): readonly string[];
  /** The factor at places that were named; what it gives outside the operand is anything. */
  factor(across: string, along: string, shader: Shader): string;
  /**
   * The factors of four neighbours across, from a multiple of four on, as one vector; null where
   * they are not neighbours in memory. The place named is that of the first.
   */
  readonly quad: ((across: string, along: string, shader: Shader) => string) | null;
  /**
   * Whether the operand has anything at the places that were named: the term of what it has not is
   * left out, whatever the other factor is. Null where it has something everywhere.
   */
  readonly has: ((across: string, along: string) => string) | null;
  /** Whether a factor is where its address says; else finding it takes checks and divisions. */
  readonly isPlain: boolean;
  /** Whether neighbours along the depth are nearer to one another than neighbours across. */
  readonly isDeep: boolean;
}

/**
 * Sums, over a depth, of products of the factors of two operands: for each batch the product of a
 * matrix of `m` rows with one of `n` columns.
 *
 * What is summed for one element of the result is cut into blocks of the depth, each in ascending
 * order; which blocks depends on the extents alone.
 */
export interface Product {
  readonly label: string;
  readonly batches: number;
  readonly m: number;
  readonly n: number;
  readonly depth: number;
  readonly left: ProductOperand;
  readonly right: ProductOperand;
  readonly arithmetic: Arithmetic;
  readonly result: ProductResult;
}
