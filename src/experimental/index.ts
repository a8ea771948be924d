import "../runtime/install.ts";

export type { JetOptions, SeriesOf } from "../taylor/jet.ts";
export { jet } from "../taylor/jet.ts";
