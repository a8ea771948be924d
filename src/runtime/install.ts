import { installEvaluator } from "../core/trace.ts";
import { cpuDevice, installCpuRoutines } from "../cpu/device.ts";
import { gatherRoutines } from "../cpu/routines/gather-routines.ts";
import { reductionRoutines } from "../cpu/routines/reduction-routines.ts";
import { sliceRoutines } from "../cpu/routines/slice-routines.ts";
import { sortingRoutines } from "../cpu/routines/sorting-routines.ts";
import { wordRoutines } from "../cpu/routines/word-routines.ts";
import { registerDevice } from "./devices.ts";
import { eagerEvaluator } from "./eager.ts";

installCpuRoutines(sliceRoutines);
installCpuRoutines(gatherRoutines);
installCpuRoutines(reductionRoutines);
installCpuRoutines(sortingRoutines);
installCpuRoutines(wordRoutines);
registerDevice(cpuDevice);
installEvaluator(eagerEvaluator);
