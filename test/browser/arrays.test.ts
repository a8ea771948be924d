import "../webgpu/arrays.test.ts";
