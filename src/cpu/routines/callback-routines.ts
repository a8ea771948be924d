import type { CpuRoutines } from "../routine.ts";
import { callback } from "./callback.ts";

/** Work that the host does. */
export const callbackRoutines = { callback } satisfies CpuRoutines;
