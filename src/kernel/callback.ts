import { DeviceError } from "../core/errors.ts";
import type { Eqn, LowerRule, Params } from "../core/primitive.ts";
import type { CallbackParams } from "../core/routines.ts";
import type { Reference, Step } from "./program.ts";

/** The step of an equation that calls a function of the host. */
export function callbackStep(
  { prim, params }: Eqn,
  { effect, apply }: Extract<LowerRule<number, Params>, { kind: "callback" }>,
  operands: readonly Reference[],
  results: readonly number[],
): Step {
  const call: CallbackParams = {
    name: prim.name,
    effect,
    call: (arrays) => apply(arrays, params),
  };
  return { kind: "routine", name: "callback", params: call, operands, results, epilogue: null };
}

/** The error for a callback whose results are wanted before its operands can be read. */
export function callbackNeedsValues(name: string, device: string): DeviceError {
  return new DeviceError(
    `${name}: a device whose arrays can be read at once is required, got ${device}; run the function on the cpu device, or await x.data(), compute outside of the function and pass the result in`,
  );
}
