import type { GatherParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { loadMoved, movedDtype, movedNumberText } from "./moved.ts";
import { addressText, coordinateLines, sumText, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { windowStartLines } from "./window-starts.ts";

/** Windows of the operand; unless they are filled, those outside move inside. */
export const gather: RoutineEmitter<GatherParams> = ({ operands, results, params }, context) => {
  const [x, indices] = operands as [Reference, Reference]; // as the primitive says
  const [out] = results as [number];
  const { dimensionNumbers: dims, sliceSizes, mode, fillValue } = params;
  const { dtype, shape, size } = context.aval(out);
  const sequence = new Sequence(context);
  if (size === 0) return sequence.compiled;
  const shader = new Shader(context);
  shader.value(out, "read_write");
  const windowAxes = sliceSizes
    .map((_, axis) => axis)
    .filter(
      (axis) => !dims.collapsedSliceDims.includes(axis) && !dims.operandBatchingDims.includes(axis),
    );
  const moved = movedDtype(dtype);
  const write = (lines: string[]): string => {
    const places = coordinateLines("e", shape, "c", lines);
    const batch = places.filter((_, axis) => !dims.offsetDims.includes(axis));
    const { starts, inside } = windowStartLines(
      shader,
      {
        indices,
        shape: x.aval.shape,
        sizes: sliceSizes,
        map: dims.startIndexMap,
        batching: [dims.operandBatchingDims, dims.startIndicesBatchingDims],
        movesInside: mode !== "fillOrDrop",
      },
      batch,
      lines,
    );
    const from = starts.map((start, axis) => {
      const window = windowAxes.indexOf(axis);
      const within = window < 0 ? "0u" : (places[dims.offsetDims[window] as number] as string); // its axis
      return sumText(start, within);
    });
    const text = loadMoved(shader, context, x.value, dtype, addressText(viewOf(x), from));
    if (inside.length === 0) return text;
    const fill = movedNumberText(shader, "fill", fillValue, dtype);
    lines.push(`var value: ${storageOf(moved).value} = ${fill};`);
    lines.push(`if (${inside.join(" && ")}) { value = ${text}; }`);
    return "value";
  };
  writeElements(sequence, "gather", shader, out, write, { dtype: moved });
  return sequence.compiled;
};
