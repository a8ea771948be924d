import "../runtime/install.ts";

export type { OdeintOptions } from "../ode/odeint.ts";
export { odeint } from "../ode/odeint.ts";
export type { JetOptions, PassedSeries, SeriesOf } from "../taylor/jet.ts";
export { jet } from "../taylor/jet.ts";
