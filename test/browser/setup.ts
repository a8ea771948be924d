import { initWebGPU } from "udiff/webgpu";

await initWebGPU();
