import type { Cost, Executable } from "../core/backend.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { printJaxpr } from "../core/print-jaxpr.ts";
import type { NDArray } from "../core/value.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** A compiled program to look at: what it was staged to, what it became, and what it costs. */
export class Lowered {
  private readonly program: ClosedJaxpr;
  private readonly executable: Executable<NDArray>;

  constructor(program: ClosedJaxpr, executable: Executable<NDArray>) {
    this.program = program;
    this.executable = executable;
  }

  /** The staged program, in JAX's form. */
  get jaxpr(): string {
    return printJaxpr(this.program);
  }

  /** The kernels and routines it runs, in order. */
  get kernels(): string {
    return this.executable.toString();
  }

  /** What the kernels are compiled from: WGSL on webgpu; empty on devices that compile no text. */
  get shaders(): string {
    return this.executable.shaders ?? "";
  }

  /** Kernels, bytes read and written, and scalar operations of one run. */
  get cost(): Cost {
    return this.executable.cost;
  }

  /** The staged program, its kernels, and their shaders where there are any. */
  toString(): string {
    const { shaders } = this;
    return [this.jaxpr, this.kernels, ...(shaders === "" ? [] : [shaders])].join("\n\n");
  }
}

/** A jitted function; `lower` shows what a call with these arguments compiles to. */
export interface Jitted<Args extends readonly unknown[], Out> {
  (...args: PassedArgs<Args>): Given<Out>;
  lower(...args: PassedArgs<Args>): Lowered;
}

/** A function together with the way to look at its programs. */
export function stagesOf<Args extends readonly unknown[], Out>(
  call: (...args: PassedArgs<Args>) => Given<Out>,
  lower: (args: readonly unknown[]) => Lowered,
): Jitted<Args, Out> {
  return Object.assign(call, { lower: (...args: PassedArgs<Args>) => lower(args) });
}
