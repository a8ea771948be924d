import "../runtime/install.ts";

export * as special from "./special.ts";
