/**
 * Writes src/kernel/elementary/float32.ts: the functions of float32 as straight JavaScript, out of
 * the same texts that compiled kernels are written from. Run: npx tsx scripts/float32-functions.ts
 */
import { writeFileSync } from "node:fs";
import { float32Source } from "../test/kernel/elementary/text-lanes.ts";

writeFileSync(new URL("../src/kernel/elementary/float32.ts", import.meta.url), float32Source());
