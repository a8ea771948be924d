import { readFileSync } from "node:fs";
import {
  type ArrayLike,
  checkpoint,
  customJvp,
  customVjp,
  debug,
  effectsBarrier,
  grad,
  hessian,
  jacfwd,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  vmap,
} from "udiff";
import { expect } from "vitest";

let log: [tag: string, value: unknown][] = [];

/** The calls that a program makes, in order. */
export async function callsOf(
  run: () => unknown,
): Promise<readonly (readonly [string, unknown])[]> {
  log = [];
  run();
  await effectsBarrier();
  return log;
}

const note = (tag: string, ...xs: readonly ArrayLike[]): void => {
  for (const x of xs) {
    debug.callback.ordered((name: string, v: NDArray) => log.push([name, v.js()]), tag, x);
  }
};

function f(x: NDArray): NDArray {
  note("x", x);
  const y = x.mul(2);
  note("y", y);
  return np.sin(y);
}

/** Made when they are wanted, on the default device. */
const xs = (): NDArray => np.array([0, 1, 2]);
const six = (): NDArray => np.arange(6).astype("float32").reshape([2, 3]);

function scanned(z: NDArray, reverse = false): NDArray {
  const body = (c: NDArray, x: NDArray): [NDArray, NDArray] => {
    note("c", c);
    return [np.sin(c).add(x), c.mul(x)];
  };
  return lax.scan(body, z, xs(), { reverse })[0];
}

const sumScan = (z: NDArray): NDArray => scanned(z);

const loop = (z: NDArray): NDArray =>
  lax.whileLoop(
    (c: NDArray) => {
      note("t", c);
      return c.less(3);
    },
    (c: NDArray) => {
      note("b", c);
      return c.add(1);
    },
    z,
  );

const turns = (n: NDArray): NDArray =>
  lax.whileLoop(
    (c: NDArray) => c.less(n),
    (c: NDArray) => {
      note("c", c);
      return c.add(1);
    },
    np.float32(0),
  );

const pairs = (n: NDArray): NDArray =>
  lax.whileLoop(
    ([i]: readonly NDArray[]) => (i as NDArray).less(2),
    ([i, c]: readonly NDArray[]) => {
      note("c", c as NDArray);
      return [(i as NDArray).add(1), (c as NDArray).mul(2)];
    },
    [np.float32(0), n],
  )[1] as NDArray;

const branches = [
  (x: NDArray): NDArray => {
    note("a", x);
    return np.sin(x);
  },
  (x: NDArray): NDArray => {
    note("b", x);
    return x.mul(2);
  },
];
const choose = (i: ArrayLike, x: NDArray): NDArray => lax.switch(i, branches, x);

const kept = (c: NDArray, x: NDArray): [NDArray, null] => {
  note("c", c);
  return [np.sin(c.mul(x)), null];
};

const square = customJvp((x: NDArray): NDArray => {
  note("f", x);
  return x.mul(x);
}).defJvp(([x]: readonly [NDArray], [t]: readonly [NDArray]): [NDArray, NDArray] => {
  note("p", x);
  note("t", t);
  return [square(x), x.mul(2).mul(t)];
});

const cube = customVjp((x: NDArray): NDArray => {
  note("f", x);
  return x.pow(3);
}).defVjp(
  (x: NDArray): [NDArray, NDArray] => {
    note("fwd", x);
    return [x.pow(3), x];
  },
  (x: NDArray, ct: NDArray): [NDArray] => {
    note("bwd", ct);
    return [x.mul(x).mul(3).mul(ct)];
  },
);

function pushedTwice(g: (x: NDArray) => NDArray): void {
  const [, push] = linearize(g, 3);
  push(1);
  push(2);
}

/** Programs with the names that `generate/callbacks.py` gives them; they run on the default device. */
export const callbackPrograms: Readonly<Record<string, () => unknown>> = {
  eager: () => f(np.float32(1)),
  jit: () => jit(f)(1),
  jvp: () => jvp(f, [1], [1]),
  grad: () => grad(f)(1),
  "jit of grad": () => jit(grad(f))(1),
  "grad of jit": () => grad(jit(f))(1),
  hessian: () => hessian(f)(1),
  linearize: () => linearize(f, 1)[1](1),
  linearTranspose: () =>
    linearTranspose((x: NDArray) => {
      note("x", x);
      return x.mul(2);
    }, 1)(1),
  vmap: () => vmap(f)(xs()),
  "jit of vmap": () => jit(vmap(f))(xs()),
  "vmap of grad": () => vmap(grad(f))(xs()),
  "vmap of vmap": () => vmap(vmap(f))(six()),
  "vmap by axis 1": () => vmap(f, { inAxes: 1 })(six()),
  "vmap of what is not mapped": () =>
    vmap((x: NDArray) => {
      note("k", 1);
      return x;
    })(xs()),
  "dead code": () =>
    jit((x: NDArray) => {
      note("x", x.mul(3));
      return np.float32(1);
    })(1),
  "twice the same": () =>
    jit((x: NDArray) => {
      note("x", x, x);
      return x;
    })(1),
  scan: () => sumScan(np.float32(0.5)),
  "scan reversed": () => scanned(np.float32(0.5), true),
  "jit of scan": () => jit(sumScan)(0.5),
  "grad of scan": () => grad(sumScan)(0.5),
  "jit of grad of scan": () => jit(grad(sumScan))(0.5),
  "vmap of scan": () => vmap(sumScan)(np.array([0, 1])),
  "jvp of scan": () => jvp(sumScan, [0.5], [1]),
  "dead scan": () =>
    jit((x: NDArray) => {
      sumScan(x);
      return np.float32(1);
    })(0.5),
  while: () => loop(np.float32(0.5)),
  "jit of while": () => jit(loop)(0.5),
  "jvp of while": () => jvp(loop, [0.5], [1]),
  "linearize of while": () => linearize(loop, 0.5)[0],
  "jacfwd of while": () => jacfwd(loop)(0.5),
  "vmap of while by turns": () => vmap(turns)(np.array([1, 2, 3])),
  "vmap of while": () => vmap(pairs)(np.array([1, 2, 3])),
  cond: () => choose(1, np.float32(0.5)),
  "jit of cond": () => jit(choose)(np.int32(0), 0.5),
  "grad of cond": () => grad((x: NDArray) => choose(0, x))(0.5),
  "vmap of cond": () => vmap((x: NDArray) => choose(1, x))(xs()),
  "vmap of cond by index": () => vmap(choose)(np.array([0, 1, 1], { dtype: "int32" }), xs()),
  checkpoint: () => checkpoint(f)(1),
  "grad of checkpoint": () => grad(checkpoint(f))(1),
  "jit of grad of checkpoint": () => jit(grad(checkpoint(f)))(1),
  "grad of scan of checkpoint": () =>
    grad((z: NDArray) => lax.scan(checkpoint(kept), z, np.array([1, 2, 3]))[0])(0.5),
  customJvp: () => square(3),
  "jvp of customJvp": () => jvp(square, [3], [1]),
  "grad of customJvp": () => grad(square)(3),
  "jit of grad of customJvp": () => jit(grad(square))(3),
  "grad of jit of customJvp": () => grad(jit(square))(3),
  "linearize of customJvp": () => pushedTwice(square),
  "linearize of jit of customJvp": () => pushedTwice(jit(square)),
  customVjp: () => cube(2),
  "grad of customVjp": () => grad(cube)(2),
  "jit of grad of customVjp": () => jit(grad(cube))(2),
  "grad of jit of customVjp": () => grad(jit(cube))(2),
};

interface Answers {
  readonly effects: Readonly<Record<string, readonly (readonly [string, unknown])[]>>;
  readonly mapped: Readonly<Record<string, { readonly calls: unknown; readonly out: unknown }>>;
}

/** What JAX does. */
export const callbackAnswers = JSON.parse(
  readFileSync(new URL("values/callbacks.json", import.meta.url), "utf8"),
) as Answers;

/** What the calls of a program must be, up to rounding. */
export function expectedCalls(name: string): readonly unknown[] {
  const near = (value: unknown): unknown =>
    typeof value === "number" ? expect.closeTo(value, 5) : value;
  return (callbackAnswers.effects[name] ?? []).map(([tag, value]) => [tag, near(value)]);
}
