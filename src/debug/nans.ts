import { ArgumentError } from "../core/errors.ts";
import { recordingLines } from "../core/origin.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import { checkFunction, checkSynchronous } from "../transforms/flatten.ts";
import { NanTrace, type Sought } from "./nan-trace.ts";

/**
 * What `f` returns, unless one of its operations gives a NaN: then an error says which, what it was
 * given, and which line of the program called it.
 *
 * Compiled programs are looked at as a whole, and run again equation by equation where they give a
 * NaN, loops turn by turn; callbacks are not called again. A NaN that does not reach a result of a
 * compiled program is not seen. Functions are traced anew, to remember their lines, and everything
 * is slower. On the cpu device only.
 *
 * @throws NonFiniteError at the first NaN; ArgumentError inside of a transformation, or if `f` is
 * asynchronous; DeviceError for arrays that cannot be read at once.
 *
 * @example
 * debugNans(() => jit((x) => np.log(x).mul(2))(-1)); // got NaN from log ...
 */
export function debugNans<T>(f: () => T): T {
  return looking(f, { nans: true, infs: false }, "debugNans");
}

/**
 * As `debugNans`, for infinities: the error is about the first operation that gives one. Inside of
 * one another both look for both.
 */
export function debugInfs<T>(f: () => T): T {
  return looking(f, { nans: false, infs: true }, "debugInfs");
}

function looking<T>(f: () => T, sought: Sought, where: string): T {
  checkFunction(f, where);
  const around = currentTrace();
  if (!around.isOutermost) {
    throw new ArgumentError(
      `${where}: a call outside of transformations is required, got one inside of ${around.kind}; put it around the call of the transformed function`,
    );
  }
  const outer = around instanceof NanTrace ? around.sought : { nans: false, infs: false };
  const trace = new NanTrace({
    nans: sought.nans || outer.nans,
    infs: sought.infs || outer.infs,
  });
  const result = recordingLines(() => withTrace(trace, f));
  checkSynchronous(result, where);
  return result;
}
