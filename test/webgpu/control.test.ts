import { grad, jit, jvp, lax, type NDArray, numpy as np, setDefaultDevice, vmap } from "udiff";
import { gpuDevice, initWebGPU } from "udiff/webgpu";
import { afterAll, expect, test } from "vitest";
import { agrees, type Compared } from "../../property-tests/webgpu/agree.ts";

afterAll(async () => {
  setDefaultDevice("cpu");
  await initWebGPU();
});

/** Run on webgpu as the default device; what is read afterwards may wait. */
function onGpu<T>(body: () => T): T {
  setDefaultDevice("webgpu");
  try {
    return body();
  } finally {
    setDefaultDevice("cpu");
  }
}

/** Eager and jitted, against the cpu. */
async function bothAgree(f: Compared, xs: readonly NDArray[]): Promise<void> {
  await agrees(f, xs);
  await agrees(jit(f) as Compared, xs);
}

const halve = (x: NDArray): NDArray =>
  lax.whileLoop(
    (c: NDArray) => np.max(c).greater(1),
    (c: NDArray) => c.mul(0.5).add(0.0625),
    x,
  );

test("a carry that is another carry of the turn before is not overwritten too early", async () => {
  const xs = [np.array([1, 2, 3]), np.array([4, 5, 6]), np.array([7, 8, 9])];
  await bothAgree((a, b, c) => {
    const turn = ([x, y, z]: NDArray[], _: null): [NDArray[], NDArray] => [
      [y as NDArray, z as NDArray, x as NDArray],
      x as NDArray,
    ];
    return lax.scan(turn, [a, b, c], null, { length: 4 });
  }, xs);
});

test("slices that share words with their neighbours are read and written alone", async () => {
  for (const reverse of [false, true]) {
    for (const dtype of ["int8", "bool", "int16", "float16", "int32"] as const) {
      const xs = np.arange(15).sub(3).reshape([5, 3]).astype(dtype);
      await bothAgree(
        (x) =>
          lax.scan(
            (c: NDArray, row: NDArray) => [np.where(row.equal(2), row, c), np.flip(row)] as const,
            np.zeros([3], { dtype }),
            x,
            { reverse },
          ),
        [xs],
      );
    }
  }
});

test("loops without turns, with one, over numbers and over views agree with the cpu", async () => {
  const sum = (c: NDArray, x: NDArray) => [c.add(x), c] as const;
  const start = np.array([1, 2]);
  await bothAgree((c) => lax.scan(sum, c, np.zeros([0, 2])), [start]);
  await bothAgree((c) => lax.scan(sum, c, np.ones([1, 2])), [start]);
  await bothAgree((c) => lax.scan(sum, c, np.full([3, 2], 0.5)), [start]);
  await bothAgree(
    (c, x) => lax.scan(sum, c, x.transpose()),
    [start, np.arange(6).reshape([2, 3]).astype("float32")],
  );
  await bothAgree(
    (x) => lax.scan((_: null, y: NDArray) => [null, [y, np.float32(2)]] as const, null, x),
    [start],
  );
});

test("loops in branches in loops in loops of unknown length agree with the cpu", async () => {
  const program = (x: NDArray, n: NDArray): unknown =>
    lax.scan(
      (c: NDArray, i: NDArray) => {
        const next = lax.cond(
          np.equal(np.remainder(i, 2), 0),
          (y: NDArray) =>
            lax.scan(
              (d: NDArray, k: NDArray) => [np.sin(d).add(k), d] as const,
              y,
              np.arange(3).astype("float32"),
            )[0],
          (y: NDArray) => lax.cond(y.sum().greater(0), halve, (z: NDArray) => z.sub(1), y.add(4)),
          c,
        );
        return [next, next.mul(2)] as const;
      },
      x,
      np.arange(4).add(n),
    );
  await bothAgree(program as Compared, [np.array([0.5, 3]), np.array(0).astype("int32")]);
  await bothAgree(program as Compared, [np.array([-9, 3]), np.array(1).astype("int32")]);
});

test("a loop of unknown length in another one has its own number of turns each time", async () => {
  const program = (x: NDArray): unknown =>
    lax.whileLoop(
      ([i]: NDArray[]) => (i as NDArray).less(5),
      ([i, y]: NDArray[]) => [
        (i as NDArray).add(1),
        halve((y as NDArray).add((i as NDArray).mul(3).astype("float32"))),
      ],
      [np.array(0).astype("int32"), x],
    );
  await bothAgree(program as Compared, [np.array([2, 1])]);
});

test("the branch that is not taken is not run, even if it would never end", async () => {
  const forever = (x: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.equal(c).all(),
      (c: NDArray) => c.add(1),
      x,
    );
  const f = (p: NDArray, x: NDArray): NDArray => lax.cond(p, (y: NDArray) => y.mul(2), forever, x);
  await bothAgree(f, [np.array(true), np.array([1, 2])]);
  const g = grad((x: NDArray) =>
    lax.cond(
      x.greater(0),
      (y: NDArray) => np.log(y),
      (y: NDArray) => y,
      x,
    ),
  );
  await bothAgree(g as Compared, [np.float32(-1)]);
  await bothAgree(g as Compared, [np.float32(4)]);
});

test("derivatives through loops agree with the cpu", async () => {
  const loss = (w: NDArray, xs: NDArray): NDArray => {
    const [last, ys] = lax.scan(
      (s: NDArray, x: NDArray) => {
        const next = np.tanh(np.matmul(w, s).add(x));
        return [next, next.mul(s).sum()] as const;
      },
      np.zeros([3]),
      xs,
    );
    return last.sum().add(np.sum(ys));
  };
  const w = np.array([
    [0.5, 0.25, -0.5],
    [0, 1, 0.125],
    [-0.75, 0.5, 0.25],
  ]);
  const xs = np.arange(12).reshape([4, 3]).astype("float32").mul(0.0625);
  await bothAgree(grad(loss, { argnums: [0, 1] }) as Compared, [w, xs]);
  await bothAgree((x) => jvp(halve, [x], [np.ones([2])]), [np.array([3, 7])]);
});

test("lanes of a mapped loop end each in their own turn", async () => {
  await bothAgree(vmap(halve) as Compared, [np.array([[1], [2.5], [40], [0]])]);
});

test("what is called for while a loop is pending waits for it, and reads in any order", async () => {
  const [x, doubled, y, later] = onGpu(() => {
    const count = lax.whileLoop(
      ([i]: NDArray[]) => (i as NDArray).less(300),
      ([i, sum]: NDArray[]) => [(i as NDArray).add(1), (sum as NDArray).add(i as NDArray)],
      [np.array(0).astype("int32"), np.array([0, 1]).astype("int32")],
    );
    const sum = count[1] as NDArray;
    const twice = sum.mul(2);
    const again = halve(twice.astype("float32"));
    return [sum, twice, again, np.array([1, 2]).add(np.array([3, 4]))];
  }) as [NDArray, NDArray, NDArray, NDArray];
  const read = [later.data(), y.data(), x.data(), doubled.data()];
  x.dispose();
  const [l, h, s, d] = await Promise.all(read);
  expect([...(l ?? [])]).toEqual([4, 6]);
  expect([...(s ?? [])]).toEqual([44_850, 44_851]);
  expect([...(d ?? [])]).toEqual([89_700, 89_702]);
  expect(Math.max(...((h ?? []) as Float32Array))).toBeLessThanOrEqual(1);
});

test("donated memory is not written to before a pending loop has read it", async () => {
  const add = jit((a: NDArray) => a.add(1), { donateArgnums: [0] });
  const values = onGpu(() => {
    const x = np.array([64, 3]).add(np.array([0, 1]));
    const slow = halve(x);
    const next = add(x);
    return [slow, next, halve(next)];
  });
  const read = await Promise.all(values.map((x) => x.data()));
  const expected = [np.array([64, 4]), np.array([65, 5])];
  expect([...(read[0] ?? [])]).toEqual([...halve(expected[0] as NDArray).dataSync()]);
  expect([...(read[1] ?? [])]).toEqual([65, 5]);
  expect([...(read[2] ?? [])]).toEqual([...halve(expected[1] as NDArray).dataSync()]);
});

test("bodies are recorded, not retraced, and shaders and costs are known", () => {
  let traced = 0;
  const f = jit((x: NDArray) =>
    lax.scan(
      (c: NDArray, y: NDArray) => {
        traced++;
        return [c.add(y), c] as const;
      },
      np.float32(0),
      x,
    ),
  );
  onGpu(() => {
    f(np.arange(50).astype("float32"));
    const before = traced;
    f(np.arange(50).astype("float32"));
    expect(traced).toBe(before);
    const stage = f.lower(np.arange(50).astype("float32"));
    expect(stage.shaders).toContain("take slice");
    expect(stage.cost.kernels).toBeGreaterThan(2);
  });
});

test("what depends on a pending loop rejects when the device is lost", async () => {
  const [x, y] = onGpu(() => {
    const loop = halve(np.array([1e30, 3]).add(np.array([1, 1])));
    return [loop, loop.add(1)];
  }) as [NDArray, NDArray];
  const results = [x.data(), y.data()].map((read) =>
    read.then(
      () => "it did not reject",
      (error: Error) => `${error.name}: ${error.message}`,
    ),
  );
  gpuDevice().destroy();
  for (const message of await Promise.all(results)) {
    expect(message).toMatch(/^DeviceError: webgpu: the device was lost/);
  }
  await initWebGPU();
});
