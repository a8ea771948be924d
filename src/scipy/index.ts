import "../runtime/install.ts";

export * as linalg from "./linalg.ts";
export * as sparse from "./sparse.ts";
export * as special from "./special.ts";
export * as stats from "./stats.ts";
