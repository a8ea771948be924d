import "../runtime/install.ts";

export { clearCaches } from "./caches.ts";
export { checkingLeaks } from "./checking-leaks.ts";
export type { CheckpointOptions, SavedResidual } from "./checkpoint.ts";
export {
  checkpoint,
  checkpoint as remat,
  printSavedResiduals,
  savedResiduals,
} from "./checkpoint.ts";
export { checkpointName } from "./checkpoint-name.ts";
export * as checkpointPolicies from "./checkpoint-policies.ts";
export type { CheckpointPolicy } from "./checkpoint-primitive.ts";
export type { CustomJvp } from "./custom-jvp.ts";
export { customJvp, SymbolicZero } from "./custom-jvp.ts";
export type { CustomVjp, DefVjpOptions } from "./custom-vjp.ts";
export { CustomVjpPrimal, closureConvert, customGradient, customVjp } from "./custom-vjp.ts";
export { customVjpPrimalTreeValues, zeroFromPrimal } from "./custom-vjp-values.ts";
export type { CustomVmap } from "./custom-vmap.ts";
export { customVmap } from "./custom-vmap.ts";
export type { Backward, FwdAndBwdOptions } from "./fwd-and-bwd.ts";
export { fwdAndBwd } from "./fwd-and-bwd.ts";
export { hvp, vhp } from "./hessian-products.ts";
export { hessian, jacfwd, jacobian, jacrev } from "./jacobian.ts";
export { jit } from "./jit.ts";
export type { JitOptions } from "./jit-arguments.ts";
export { jvp } from "./jvp.ts";
export type { Pushforward } from "./linearize.ts";
export { linearize, linearTranspose } from "./linearize.ts";
export type { MakeJaxprOptions } from "./make-jaxpr.ts";
export { evalShape, makeJaxpr, StagedProgram } from "./make-jaxpr.ts";
export { disableJit, ensureCompileTimeEval, numpyDtypePromotion } from "./modes.ts";
export type { NamedCallOptions } from "./named-scope.ts";
export { namedCall, namedScope } from "./named-scope.ts";
export { scope } from "./scope.ts";
export { ShapeDtypeStruct } from "./shape-struct.ts";
export type { GradOptions } from "./signatures.ts";
export type { Compiled, Jitted } from "./stages.ts";
export { Lowered, Traced } from "./stages.ts";
export type { Pullback } from "./vjp.ts";
export { grad, valueAndGrad, vjp } from "./vjp.ts";
export type { Axes, VmapOptions } from "./vmap.ts";
export { vmap } from "./vmap.ts";
