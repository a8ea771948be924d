import { initWebGPU } from "udiff/webgpu";
import { useSoftwareDriver } from "../support/graphics.ts";

useSoftwareDriver();
await initWebGPU();
