import type { ShapedArray } from "../core/aval.ts";

/** What a shader sees as one of its numbered bindings of group 0. */
export type Binding =
  /** The words of a value of the program, laid out as `storage.ts` says, row-major. */
  | { readonly kind: "value"; readonly value: number; readonly access: Access }
  /** Memory of a step alone, which its dispatches hand to one another; contents undefined at first. */
  | { readonly kind: "scratch"; readonly scratch: number; readonly access: Access }
  /** The numbers that the program is given instead of arrays: `array<u32>`, bits by position. */
  | { readonly kind: "scalars" }
  /** Words that never change: `array<u32>`. */
  | { readonly kind: "data"; readonly words: Uint32Array<ArrayBuffer> };

/** Whether a shader reads a binding only. */
export type Access = "read" | "read_write";

/** One shader over its bindings. */
export interface Dispatch {
  /** What it does, for messages and profiles: "softmax", "dot". A few words, no line break. */
  readonly label: string;
  /** WGSL with the entry point `main`. Equal text is compiled once. */
  readonly code: string;
  /** In the order of their numbers. */
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [number, number, number];
}

/** What a step of a program becomes. */
export interface Compiled {
  readonly dispatches: readonly Dispatch[];
  /** Bytes of each piece of scratch memory. */
  readonly scratch: readonly number[];
}

/** What the emitters know of the program and the device. */
export interface StepContext {
  /** Type of a value of the program. */
  aval(value: number): ShapedArray;
  /** The name scope that a value comes from, if it has one. */
  scope?(value: number): string | undefined;
  /** Position in the block of scalars of a value that is one number everywhere, else null. */
  scalar(value: number): number | null;
  /** Whether programs like this one come with many shapes, so that shaders take them as data. */
  readonly varies: boolean;
  readonly limits: Limits;
  readonly features: Features;
}

/** Limits that shape what is emitted. */
export interface Limits {
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

/** Optional features that shape what is emitted. */
export interface Features {
  /** Whether shaders run on the host's processor, whose caches are all the memory it has nearby. */
  readonly processor: boolean;
  /** Whether the invocations of a subgroup can add up, and know which of them they are in. */
  readonly subgroups: boolean;
  /** From how many elements on one invocation of an elementwise kernel computes four of them. */
  readonly quadsFrom: number;
}

/** Whether no shader binds more than the device allows. */
export function fitsBindings(
  dispatches: readonly Dispatch[],
  { maxStorageBuffersPerShaderStage }: Limits,
): boolean {
  return dispatches.every(({ bindings }) => bindings.length <= maxStorageBuffersPerShaderStage);
}
