import type { CpuRoutines } from "../routine.ts";
import { gather } from "./gather.ts";
import { scatter } from "./scatter.ts";

/** Reading and writing at computed indices. */
export const gatherRoutines = { gather, scatter } satisfies CpuRoutines;
