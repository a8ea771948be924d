import "../runtime/install.ts";

export type { KernelTime } from "../core/backend.ts";
export { callback } from "./callback.ts";
export { print } from "./print.ts";
export { Profile, profile } from "./profile.ts";
