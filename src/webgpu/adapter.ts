import { DeviceError } from "../core/errors.ts";

/** What to ask for where no device is given. */
export interface AdapterOptions {
  /** Which of several GPUs. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** Limits the device must have; without them it gets the largest that the adapter has. */
  readonly requiredLimits?: Readonly<Record<string, number>> | undefined;
}

/** Names of `AdapterOptions`. */
export const adapterOptionNames: readonly string[] = ["powerPreference", "requiredLimits"];

/** Limits that are asked for up to what the adapter has: they decide what fits, and cost nothing. */
const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
] as const;

/** Features that are used where they are. */
const wantedFeatures = ["shader-f16", "subgroups", "timestamp-query"];

/**
 * A new device of the browser's or, in Node, of the optional package `webgpu`.
 *
 * @throws DeviceError where there is none, with what to install or to switch on.
 */
export async function requestDevice(options: AdapterOptions): Promise<GPUDevice> {
  const { powerPreference, requiredLimits = {} } = options;
  const gpu = globalThis.navigator?.gpu ?? (await dawn());
  const adapter = await gpu.requestAdapter(
    powerPreference === undefined ? {} : { powerPreference },
  );
  if (adapter === null) throw new DeviceError(`initWebGPU: ${noAdapter()}`);
  const limits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  try {
    return await adapter.requestDevice({
      label: "udiff",
      requiredLimits: { ...limits, ...requiredLimits },
      requiredFeatures: wantedFeatures.filter((name) =>
        adapter.features.has(name),
      ) as GPUFeatureName[], // names that the adapter has
    });
  } catch (error) {
    const asked = Object.entries(requiredLimits).map(([name, value]) => {
      const has = adapter.limits[name as keyof GPUSupportedLimits]; // undefined if it is none
      return `${name} ${value} where the adapter has ${String(has)}`;
    });
    const what = asked.length === 0 ? "" : `, asked for ${asked.join(", ")}`;
    throw new DeviceError(
      `initWebGPU: the adapter gave no device${what}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** What the language of shaders has here beyond its first version. */
export function languageFeatures(): ReadonlySet<string> {
  const gpu = globalThis.navigator?.gpu ?? instance;
  return new Set(gpu?.wgslLanguageFeatures ?? []);
}

function noAdapter(): string {
  return isNode()
    ? "an adapter is required, and Dawn found none; install a Vulkan, Metal or D3D12 driver"
    : "an adapter is required, and the browser has none; update the driver, or switch hardware acceleration on in the settings";
}

/** The instance must stay reachable as long as its devices are used. */
let instance: GPU | null = null;

/** WebGPU in Node. */
async function dawn(): Promise<GPU> {
  if (instance !== null) return instance;
  if (!isNode()) {
    throw new DeviceError(
      "initWebGPU: navigator.gpu is required, and this browser or page has none; use a current Chrome, Edge, Safari or Firefox, serve the page over https or from localhost, and on Linux switch on chrome://flags/#enable-unsafe-webgpu",
    );
  }
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    instance = create([]);
    return instance;
  } catch (error) {
    throw new DeviceError(
      "initWebGPU: the package webgpu is required in Node; install it with npm install webgpu",
      { cause: error },
    );
  }
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }; // absent elsewhere
  return process?.versions?.node !== undefined;
}
