/**
 * How often each law is tried: enough to catch a plain mistake in `npm test`, many more in the
 * project `slow`, which sets UDIFF_LAWS. A law may ask for another count at its own `assert`.
 *
 * The draws are the same in every run, so that what fails is the change under test; with
 * `UDIFF_SEED=random`, or a number, others are drawn, and fast-check prints the seed of a failure.
 */
import fc from "fast-check";
import { silenced } from "./callback-uses.ts";

const { UDIFF_LAWS: laws, UDIFF_SEED: chosen = "20261124" } = process.env;

fc.configureGlobal({
  numRuns: laws === "long" ? 300 : 25,
  ...(chosen === "random" ? {} : { seed: Number(chosen) }),
});

// Uses of debug.print print at every draw.
const print = console.log;
console.log = (...args: unknown[]) => {
  if (!String(args[0]).startsWith(silenced)) print(...args);
};
