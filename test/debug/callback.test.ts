import {
  debug,
  effectsBarrier,
  grad,
  jit,
  lax,
  linearize,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);

/** What `run` shows, and a function to show with. */
function shown(run: (show: (v: NDArray) => void) => unknown): unknown[] {
  const seen: unknown[] = [];
  run((value) => debug.callback((v) => seen.push(v.js()), value));
  return seen;
}

test("trees, numbers and everything else come as they were given", () => {
  const seen: unknown[] = [];
  const f = jit((v: NDArray) => {
    debug.callback(
      (tree, flag, name, map) => seen.push(tree.list[0]?.js(), flag.js(), name, map),
      { list: [v] },
      true,
      "name",
      new Map([["k", 1]]),
    );
    return v;
  });
  f(x);
  expect(seen).toEqual([[1, 2, 3], true, "name", new Map([["k", 1]])]);
});

test("a program prints its callbacks", () => {
  const log = (_v: NDArray): void => {};
  const f = (v: NDArray): NDArray => {
    debug.callback(log, v);
    debug.print.ordered("v = {v}", { v });
    return v;
  };
  expect(String(makeJaxpr(f)(x))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        debug_callback[callback=log mapped=() ordered=false] a
        debug_print[format=v = {0} mapped=() ordered=true] a
      in (a,) }"
  `);
  expect(String(makeJaxpr(vmap(f))(x))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        debug_callback[callback=log mapped=([operands=(true,) size=3],) ordered=false] a
        debug_print[format=v = {0} mapped=([operands=(true,) size=3],) ordered=true] a
      in (a,) }"
  `);
});

test("a program that only shows runs, inside of others too", () => {
  const seen = shown((show) => {
    const inner = jit((v: NDArray) => show(np.sin(v).mul(0)));
    const outer = jit((v: NDArray) => {
      inner(v);
      return 1;
    });
    outer(x);
    grad((v: NDArray) => {
      inner(v);
      return np.sum(v);
    })(x);
    vmap((v: NDArray) => {
      outer(v);
      return v;
    })(np.stack([x, x]));
  });
  const zeros = [0, 0, 0];
  expect(seen).toEqual([zeros, zeros, zeros, zeros]);
});

test("loops and choices of one result that nobody reads are done for what they show", () => {
  const seen = shown((show) =>
    jit((v: NDArray) => {
      const body = (c: NDArray, w: NDArray): [NDArray, null] => {
        show(c);
        return [c.add(w), null];
      };
      lax.scan(body, np.float32(0), v);
      lax.cond(
        np.sum(v).greater(0),
        (w: NDArray) => {
          show(w.mul(2));
          return w;
        },
        (w: NDArray) => w,
        v,
      );
      lax.whileLoop(
        (c: NDArray) => c.less(2),
        (c: NDArray) => {
          show(c);
          return c.add(1);
        },
        np.float32(1),
      );
      return 1;
    })(x),
  );
  expect(seen).toEqual([0, 1, 3, [2, 4, 6], 1]);
});

test("a mapped axis of no lanes calls nothing", () => {
  const seen = shown((show) =>
    vmap((v: NDArray) => {
      show(v);
      return v;
    })(np.zeros([0, 2])),
  );
  expect(seen).toEqual([]);
});

test("a callback may keep what it gets: later runs leave it as it is", () => {
  const kept: NDArray[] = [];
  const f = jit((v: NDArray) => {
    const y = np.sin(v);
    debug.callback((w) => kept.push(w), y);
    return np.cos(y).mul(y);
  });
  f(x);
  const [first] = kept;
  const before = first?.js();
  f(np.zeros([3]));
  expect(first?.js()).toEqual(before);
});

test("a callback may call the program that it is part of", () => {
  const seen: unknown[] = [];
  const f = jit((v: NDArray): NDArray => {
    const y = np.sin(v).add(1);
    debug.callback((w) => {
      seen.push(w.js());
      if (w.ndim === 1 && seen.length === 1) f(np.zeros([3]));
    }, v);
    return lax.scan((c: NDArray, _: null) => [c.mul(y), null], y, null, { length: 2 })[0];
  });
  const expected = np.sin(x).add(1).pow(3);
  expect(np.allclose(f(x), expected).js()).toBe(true);
  expect(seen).toEqual([
    [1, 2, 3],
    [0, 0, 0],
  ]);
});

test("what a callback throws comes out, and the next call works", () => {
  const error = new Error("from the callback");
  let fail = true;
  const f = jit((v: NDArray) =>
    lax.scan(
      (c: NDArray, w: NDArray) => {
        debug.callback((i) => {
          if (fail && Number(i) === 2) throw error;
        }, w);
        return [c.add(w), c] as const;
      },
      np.float32(0),
      v,
    ),
  );
  expect(() => f(x)).toThrow(error);
  fail = false;
  expect(f(x)[0].js()).toBe(6);
});

test("under staging nothing is called, and the callback runs outside of transformations", () => {
  let calls = 0;
  const f = (v: NDArray): NDArray => {
    debug.callback((w) => {
      calls++;
      expect(grad((u: NDArray) => np.sum(u.mul(u)))(w).js()).toEqual([2, 4, 6]);
    }, v);
    return np.sum(v);
  };
  makeJaxpr(f)(x);
  jit(f).lower(x).compile();
  expect(calls).toBe(0);
  jit(grad(f))(x);
  expect(calls).toBe(1);
});

test("pushing tangents through a loop again does not show its values again", () => {
  const seen: unknown[] = [];
  const f = (v: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.less(4),
      (c: NDArray) => {
        debug.callback((w) => seen.push(w.js()), c);
        return c.mul(2);
      },
      v,
    );
  const [, push] = linearize(f, 1);
  expect(push(1).js()).toBe(4);
  expect(seen).toEqual([1, 2]);
});

test("a function is required", () => {
  expect(() => debug.callback(3 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: debug.callback: a function is required, got number 3; pass the function itself, not its result]`,
  );
});

test("on the cpu there is nothing to wait for", async () => {
  await effectsBarrier();
});

test("joining kernels leaves the order of what is shown", () => {
  const big = np.linspace(0, 1, 4096).reshape([64, 64]);
  const order: unknown[] = [];
  const f = jit((v: NDArray) => {
    const p = np.exp(v);
    debug.callback(() => order.push("p"), p);
    debug.callback(() => order.push("v"), v);
    const q = np.sin(p);
    debug.callback(() => order.push("v again"), v);
    return [q, np.sum(q.mul(p), { axis: 1 })];
  });
  f(big);
  expect(order).toEqual(["p", "v", "v again"]);
});
