import "../runtime/install.ts";

export type { SegmentOptions } from "./segments.ts";
export { segmentMax, segmentMin, segmentProd, segmentSum } from "./segments.ts";
