import type { Kernel } from "./kernel.ts";
import type { Nests, Sink } from "./nest.ts";

/** A kernel whose arithmetic is machine code. */
export interface CompiledLoops {
  /** Run loops that both have elements. */
  run(nests: Nests, sinks: readonly Sink[]): void;
}

/** Compiles a kernel, or gives null where it has no compiled form or the engine refuses. */
export type KernelCompiler = (kernel: Kernel) => CompiledLoops | null;
