import type { ShapedArray } from "./aval.ts";

let nextId = 0;

/** Variable of a jaxpr: bound once, by the inputs or by one equation. Compared by identity. */
export class Var {
  readonly tag = "Var";
  readonly aval: ShapedArray;
  /** Number that no other variable has, to hash by. */
  readonly id: number = nextId++;

  constructor(aval: ShapedArray) {
    this.aval = aval;
  }
}

/** Number written in an equation: a constant of rank 0. Booleans are 0 and 1. */
export class Literal {
  readonly tag = "Literal";
  readonly aval: ShapedArray;
  readonly value: number;

  constructor(value: number, aval: ShapedArray) {
    this.value = value;
    this.aval = aval;
  }
}

/** Operand of an equation. */
export type Atom = Var | Literal;
