import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, type TypedArray } from "../core/dtype.ts";
import { generousLimits } from "../kernel/fusion-cost.ts";
import type { Device, DeviceExecutable, Program } from "../kernel/program.ts";
import { CpuBuffer } from "./buffer.ts";
import { executableOf } from "./elementwise.ts";
import type { CpuRoutines } from "./routine.ts";

const installed: { -readonly [Name in keyof CpuRoutines]: CpuRoutines[Name] } = {};

/** Make routines known to the cpu device; each family's index file does it once. */
export function installCpuRoutines(routines: CpuRoutines): void {
  Object.assign(installed, routines);
}

/** The cpu device: kernels interpreted over typed arrays. */
export const cpuDevice: Device = {
  name: "cpu",
  // The table's keys are the dtypes.
  dtypes: new Set(Object.keys(dtypeInfo) as DType[]),

  fusion: generousLimits,

  upload(data: TypedArray, aval: ShapedArray): DeviceArray {
    if (aval.ndim === 0 && dtypeInfo[aval.dtype].words === 1) {
      return new DeviceArray(aval, null, null, data[0] as number); // one element
    }
    return new DeviceArray(aval, new CpuBuffer(data, 0, data.byteLength), null, 0);
  },

  compile(program: Program): DeviceExecutable {
    return executableOf(program, installed);
  },

  contiguous(x: DeviceArray): DeviceArray {
    return x.layout === null ? x : cpuDevice.upload(x.dataSync(), x.aval);
  },

  deliver(operands, call): void {
    call(operands);
  },

  async delivered(): Promise<void> {},

  async wait(): Promise<void> {},
};
