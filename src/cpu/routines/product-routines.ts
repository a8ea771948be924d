import type { CpuRoutines } from "../routine.ts";
import { conv } from "./conv.ts";
import { dot } from "./dot.ts";

/** Products over axes and convolutions. */
export const productRoutines = { dot, conv } satisfies CpuRoutines;
