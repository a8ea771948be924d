export * as linalg from "./sparse/linalg.ts";
