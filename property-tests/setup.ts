/**
 * How often each law is tried: enough to catch a plain mistake in `npm test`, many more in the
 * project `slow`, which sets UDIFF_LAWS. A law may ask for another count at its own `assert`.
 */
import fc from "fast-check";

fc.configureGlobal({ numRuns: process.env.UDIFF_LAWS === "long" ? 300 : 25 });
