import { installEvaluator } from "../core/trace.ts";
import { cpuDevice } from "../cpu/device.ts";
import { registerDevice } from "./devices.ts";
import { eagerEvaluator } from "./eager.ts";

registerDevice(cpuDevice);
installEvaluator(eagerEvaluator);
