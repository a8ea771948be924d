export type { CloseOptions } from "./allclose.ts";
export { allclose, assertAllclose } from "./allclose.ts";
export type { BatchCheckOptions } from "./check-batching.ts";
export { checkBatching } from "./check-batching.ts";
export { checkDevices } from "./check-devices.ts";
export type { GradCheckOptions, GradMode } from "./check-grads.ts";
export { checkGrads, checkJvp, checkVjp } from "./check-grads.ts";
export type { Tolerance } from "./tolerances.ts";
export { gradientTolerance, unitRoundoff, valueTolerance } from "./tolerances.ts";
