import { debug, lax, type NDArray, numpy as np, pureCallback, type VmapMethod } from "udiff";
import { input } from "./arbitraries/inputs.ts";
import type { Use } from "./arbitraries/use.ts";

/** First word of what is printed by these uses; `setup.ts` keeps it off the screen. */
export const silenced = "[use of debug.print]";

const nothing = (..._: unknown[]): void => {};

/** `x` with what it shows on the way, by whatever shows it. */
const shown = (show: (x: NDArray) => void): Use[] => [
  {
    inputs: [input([3])],
    f(x) {
      show(x);
      const y = np.sin(x);
      show(y.mul(2));
      return y;
    },
  },
  {
    inputs: [input([], "bool"), input([2, 3])],
    f(p, xs) {
      const body = (c: NDArray, x: NDArray): [NDArray, NDArray] => {
        show(c);
        const next = lax.cond(
          p,
          (a: NDArray) => {
            show(a);
            return np.sin(a).add(c);
          },
          (a: NDArray) => a.mul(c),
          x,
        );
        return [next, np.cos(c)];
      };
      return lax.scan(body, np.onesLike(np.sum(xs, { axis: 0 })), xs);
    },
  },
];

/** Uses of `debug.callback`. */
export const effects: readonly Use[] = shown((x) => debug.callback(nothing, x, { name: "x" }));

/** Uses of `debug.print`. */
export const lines: readonly Use[] = shown((x) => debug.print(`${silenced} {}`, x));

/** One function, so that programs that call it are equal. */
const onHost = (a: NDArray, b: NDArray): NDArray[] => [a.add(b), np.sin(b).mul(np.onesLike(a))];

const methods: readonly VmapMethod[] = [
  "sequential",
  "sequentialUnrolled",
  "expandDims",
  "broadcastAll",
  "legacyVectorized",
];

/** Uses of `pureCallback`: every way to map it, on operands of one shape. */
export const hostFunctions: readonly Use[] = methods.flatMap((vmapMethod): Use[] =>
  [[3], [2, 3]].map((shape) => ({
    inputs: [input(shape), input(shape)],
    f: (x, y) => pureCallback(onHost, [x, y], [x, y], { vmapMethod }),
    notSmooth: "no derivative is known of it",
    needsHost: "its results are wanted before the device can be read",
  })),
);
