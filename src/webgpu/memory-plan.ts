import type { Program } from "../kernel/program.ts";
import { type Place, placesFor, type Span } from "./arena.ts";
import type { CompiledFlow } from "./compile-flow.ts";
import type { Binding } from "./step.ts";

/** A result that a program gives back, in memory of its own. */
export interface Result {
  readonly value: number;
  /** Bytes of its piece of memory. */
  readonly size: number;
  /** Input whose memory it takes over, if that may be given away; else null. */
  readonly donor: number | null;
}

/** Which memory the bindings of a program use. */
export interface MemoryPlan {
  /** The temporary that a binding is, by `temporaryKey`. */
  readonly places: ReadonlyMap<string, Place>;
  readonly results: readonly Result[];
  /** Inputs and constants that are bound as memory. */
  readonly given: readonly number[];
  /** Inputs whose memory nobody needs after the run. */
  readonly donors: readonly number[];
}

/** Name of the temporary that a binding of a unit may be. */
export function temporaryKey(unit: number, binding: Binding): string | null {
  if (binding.kind === "scratch") return `s${unit}:${binding.scratch}`;
  return binding.kind === "value" ? `v${binding.value}` : null;
}

/**
 * Plan the memory of a program from what its dispatches bind. A unit is a step's dispatches.
 *
 * Temporaries share memory where no dispatch lies between the first that binds one and the last
 * that binds the other. What a loop does not make anew in each turn is in use all through the loop.
 * `filled` are inputs and constants whose memory the program makes itself;
 * `sizeOf` gives the size of the piece of memory that so many bytes, or a value, take.
 */
export function planMemory(
  { values, outputs }: Program,
  { units, guards, loops }: Pick<CompiledFlow, "units" | "guards" | "loops">,
  filled: ReadonlySet<number>,
  donated: readonly boolean[],
  sizeOf: { bytes(bytes: number): number; value(value: number): number },
): MemoryPlan {
  const seen = new Set(outputs.map(({ value }) => value));
  const escapes = [...seen].filter((value) => values[value]?.origin.kind === "step");
  const spans = new Map<string, Span>();
  const given = new Set<number>();
  const uses = new Map<number, Span>();
  const starts = [0];
  for (const { dispatches } of units) starts.push((starts.at(-1) as number) + dispatches.length); // not empty
  const startOf = (unit: number): number => starts[unit] as number; // one for each unit and the end
  /** When a value is in use because a unit uses it at a position. */
  const span = (value: number, unit: number, at: number): readonly [number, number] => {
    let [first, last] = [at, at];
    const isStep = values[value]?.origin.kind === "step";
    for (const loop of loops) {
      if (unit < loop.first || unit > loop.last) continue;
      if (isStep && value >= loop.own.from && value < loop.own.to) continue;
      first = Math.min(first, startOf(loop.first));
      last = Math.max(last, startOf(loop.last + 1) - 1);
    }
    return [first, last];
  };
  let at = 0;
  units.forEach(({ dispatches, scratch }, unit) => {
    const guard = guards[unit] ?? null;
    for (const { bindings: own } of dispatches) {
      const bindings: readonly Binding[] =
        guard === null ? own : [...own, { kind: "value", value: guard.value, access: "read" }];
      for (const binding of bindings) {
        const key = temporaryKey(unit, binding);
        if (key === null) continue;
        if (binding.kind === "scratch") {
          const bytes = scratch[binding.scratch] as number; // numbered by the step
          spans.set(
            key,
            extended(spans.get(key), [at, at], () => sizeOf.bytes(bytes)),
          );
        }
        if (binding.kind !== "value") continue;
        const { value } = binding;
        const use = span(value, unit, at);
        const found = extended(uses.get(value), use, () => sizeOf.value(value));
        uses.set(value, found);
        const isMade = values[value]?.origin.kind === "step" || filled.has(value);
        if (!isMade) given.add(value);
        else if (!seen.has(value) || filled.has(value)) spans.set(key, found);
      }
      at++;
    }
  });
  const found = placesFor([...spans.values()]);
  const places = new Map([...spans.keys()].map((key, i) => [key, found[i] as Place])); // one each

  const donors = values.flatMap(({ origin }, value) =>
    origin.kind === "input" && donated[origin.index] === true && !seen.has(value) ? [value] : [],
  );
  const firstUse = (value: number): number => uses.get(value)?.first ?? 0;
  const waiting = [...donors];
  const inputOf = (value: number): number => {
    const origin = values[value]?.origin;
    return origin?.kind === "input" ? origin.index : -1;
  };
  const results = escapes
    .sort((a, b) => firstUse(a) - firstUse(b))
    .map((value): Result => {
      const size = sizeOf.value(value);
      // No dispatch may bind memory for reading and for writing.
      const position = waiting.findIndex(
        (donor) => sizeOf.value(donor) === size && (uses.get(donor)?.last ?? -1) < firstUse(value),
      );
      const [donor] = position < 0 ? [] : waiting.splice(position, 1);
      return { value, size, donor: donor === undefined ? null : inputOf(donor) };
    });
  return { places, results, given: [...given], donors: donors.map(inputOf) };
}

function extended(
  span: Span | undefined,
  [first, last]: readonly [number, number],
  size: () => number,
): Span {
  if (span === undefined) return { first, last, size: size() };
  return { ...span, first: Math.min(span.first, first), last: Math.max(span.last, last) };
}
