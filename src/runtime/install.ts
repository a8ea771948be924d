import { installEvaluator } from "../core/trace.ts";
import { cpuDevice, installCpuRoutines } from "../cpu/device.ts";
import { installKernelCompiler } from "../cpu/kernel-runner.ts";
import { installFastProduct } from "../cpu/matrix-product.ts";
import { callbackRoutines } from "../cpu/routines/callback-routines.ts";
import { decompositionRoutines } from "../cpu/routines/decomposition-routines.ts";
import { gatherRoutines } from "../cpu/routines/gather-routines.ts";
import { productRoutines } from "../cpu/routines/product-routines.ts";
import { reductionRoutines } from "../cpu/routines/reduction-routines.ts";
import { samplingRoutines } from "../cpu/routines/sampling-routines.ts";
import { sliceRoutines } from "../cpu/routines/slice-routines.ts";
import { sortingRoutines } from "../cpu/routines/sorting-routines.ts";
import { triangularRoutines } from "../cpu/routines/triangular-routines.ts";
import { windowRoutines } from "../cpu/routines/window-routines.ts";
import { wordRoutines } from "../cpu/routines/word-routines.ts";
import { scalarFunction } from "../cpu/spell.ts";
import { kernelCompiler } from "../wasm/kernel-compiler.ts";
import { panelProduct } from "../wasm/panel-product.ts";
import { registerDevice } from "./devices.ts";
import { eagerEvaluator } from "./eager.ts";

for (const routines of [
  productRoutines,
  decompositionRoutines,
  gatherRoutines,
  reductionRoutines,
  samplingRoutines,
  sliceRoutines,
  sortingRoutines,
  triangularRoutines,
  windowRoutines,
  wordRoutines,
  callbackRoutines,
]) {
  installCpuRoutines(routines);
}
installFastProduct(panelProduct(globalThis.WebAssembly));
installKernelCompiler(kernelCompiler(globalThis.WebAssembly, scalarFunction));
registerDevice(cpuDevice);
installEvaluator(eagerEvaluator);
