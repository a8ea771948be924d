import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";

/** Keys as pairs of uint32 along a new last axis, or such pairs as keys. */
export const words: RoutineEmitter<RoutineParams["words"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // one of each, as the primitives say
  const [out] = step.results as [number];
  const sequence = new Sequence(context);
  const shader = new Shader(context);
  const { dtype, shape } = context.aval(out);
  const view = viewOf(x);
  writeElements(sequence, "words", shader, out, (lines) => {
    const places = coordinateLines("e", shape, "c", lines);
    if (dtype === "key<fry>") {
      const word = (which: string): string =>
        shader.load(x.value, "uint32", addressText(view, [...places, which]));
      return `vec2u(${word("0u")}, ${word("1u")})`;
    }
    const which = places.pop() as string; // the axis of the words
    const pair = shader.load(x.value, "key<fry>", addressText(view, places));
    return `${pair}[${which}]`;
  });
  return sequence.compiled;
};
