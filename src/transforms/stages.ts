import { DeviceArray } from "../core/array.ts";
import type { Cost, Executable } from "../core/backend.ts";
import { printJaxpr } from "../core/print-jaxpr.ts";
import { flatten, unflatten } from "../core/pytree.ts";
import type { NDArray } from "../core/value.ts";
import type { JitCache, Staged } from "./jit-cache.ts";
import { structOf } from "./shape-struct.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** Arguments of a stage: each an array or a number, or a `ShapeDtypeStruct` in its place. */
export type StageArgs<Args extends readonly unknown[]> = { [I in keyof Args]: unknown };

/** A jitted function, and the stages of its way to a compiled program. */
export interface Jitted<Args extends readonly unknown[], Out> {
  (...args: PassedArgs<Args>): Given<Out>;
  /** The program that the function is on arguments of these types. */
  trace(...args: StageArgs<Args>): Traced<Args, Out>;
  /** The kernels that a call with such arguments runs. */
  lower(...args: StageArgs<Args>): Lowered<Args, Out>;
  /** Shapes and dtypes of the result, as `evalShape` gives them. */
  evalShape(...args: StageArgs<Args>): unknown;
}

/** A compiled program as a function, for arguments of the types it was lowered for. */
export type Compiled<Args extends readonly unknown[], Out> = (
  ...args: PassedArgs<Args>
) => Given<Out>;

/** A staged program: what the function is on arguments of certain types. */
export class Traced<Args extends readonly unknown[] = readonly unknown[], Out = unknown> {
  private readonly cache: JitCache;
  private readonly staged: Staged;
  private readonly device: string | undefined;

  constructor(cache: JitCache, staged: Staged, device: string | undefined) {
    this.cache = cache;
    this.staged = staged;
    this.device = device;
  }

  /** The program, in JAX's form. */
  get jaxpr(): string {
    return printJaxpr(this.staged.program);
  }

  /** Shapes and dtypes of the result: a tree of `ShapeDtypeStruct`. */
  get outInfo(): unknown {
    return outInfoOf(this.staged);
  }

  /** The program as kernels. */
  lower(): Lowered<Args, Out> {
    return new Lowered(this.cache, this.staged, this.device);
  }

  /** The program, in JAX's form. */
  toString(): string {
    return this.jaxpr;
  }
}

/** A program as kernels: what it was staged to, what it became, and what it costs. */
export class Lowered<Args extends readonly unknown[] = readonly unknown[], Out = unknown> {
  private readonly cache: JitCache;
  private readonly staged: Staged;
  private readonly executable: Executable<NDArray>;

  constructor(cache: JitCache, staged: Staged, device: string | undefined) {
    this.cache = cache;
    this.staged = staged;
    this.executable = cache.compile(staged, device);
  }

  /** The staged program, in JAX's form. */
  get jaxpr(): string {
    return printJaxpr(this.staged.program);
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

  /** Shapes and dtypes of the result: a tree of `ShapeDtypeStruct`. */
  get outInfo(): unknown {
    return outInfoOf(this.staged);
  }

  /**
   * The program as a function that never stages. Static arguments are passed as they were.
   *
   * It throws TreeError, ShapeError, DTypeError or ArgumentError for arguments unlike those it
   * was lowered for.
   */
  compile(): Compiled<Args, Out> {
    const { cache, staged } = this;
    return (...args) => cache.callStaged(staged, args) as Given<Out>; // rebuilt from what the function returned
  }

  /** The staged program, its kernels, and their shaders where there are any. */
  toString(): string {
    const { shaders } = this;
    return [this.jaxpr, this.kernels, ...(shaders === "" ? [] : [shaders])].join("\n\n");
  }
}

/** The device of the first array among the leaves of the arguments that lies on one. */
function deviceOf(args: readonly unknown[]): string | undefined {
  const placed = flatten(args).leaves.find((x) => x instanceof DeviceArray && x.buffer !== null);
  return placed instanceof DeviceArray ? placed.device : undefined;
}

function outInfoOf({ program, outDef }: Staged): unknown {
  return unflatten(
    outDef,
    program.jaxpr.outvars.map((atom) => structOf(atom.aval)),
  );
}

/** A function together with the stages of its programs. */
export function stagesOf<Args extends readonly unknown[], Out>(
  call: (...args: PassedArgs<Args>) => Given<Out>,
  cache: JitCache,
): Jitted<Args, Out> {
  return Object.assign(call, {
    trace: (...args: StageArgs<Args>) =>
      new Traced<Args, Out>(cache, cache.stagedFor(args), deviceOf(args)),
    lower: (...args: StageArgs<Args>) =>
      new Lowered<Args, Out>(cache, cache.stagedFor(args), deviceOf(args)),
    evalShape: (...args: StageArgs<Args>) => outInfoOf(cache.stagedFor(args)),
  });
}
