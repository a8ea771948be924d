import "../runtime/install.ts";

export type { KernelTime } from "../core/backend.ts";
export { Profile, profile } from "./profile.ts";
