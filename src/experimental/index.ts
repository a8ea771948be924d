import "../runtime/install.ts";

export type { OdeintOptions } from "../ode/odeint.ts";
export { odeint } from "../ode/odeint.ts";
