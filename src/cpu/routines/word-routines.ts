import type { CpuRoutines } from "../routine.ts";
import { words } from "./words.ts";

/** Work on the words of elements. */
export const wordRoutines = { words } satisfies CpuRoutines;
