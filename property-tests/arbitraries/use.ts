import type { NDArray } from "udiff";
import type { Input } from "./inputs.ts";

/** One well-formed application of a primitive, on operands drawn at random. */
export interface Use {
  readonly inputs: readonly Input[];
  readonly f: (...xs: NDArray[]) => NDArray | readonly NDArray[];
  /** Why derivatives are not compared with differences, where they are not. */
  readonly notSmooth?: string;
  /** Why second derivatives are not tried, where they are not. */
  readonly onlyOnce?: string;
  /** Why the use is not mapped over an axis, where it is not. */
  readonly notMapped?: string;
  /** Why it cannot run on a device without float64, where it cannot. */
  readonly needsFloat64?: string;
  /** Why it cannot run on a device that is read later, where it cannot. */
  readonly needsHost?: string;
  /** Why forward mode is not tried, where it is not. */
  readonly reverseOnly?: string;
  /** Why reverse mode is not tried, where it is not. */
  readonly forwardOnly?: string;
}
