import {
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jit,
  lax,
  type NDArray,
  nn,
  numpy as np,
  ShapeDtypeStruct,
  tree,
  vmap,
} from "udiff";
import {
  batchRule,
  bind1,
  definePrimitive,
  linear,
  noParams,
  type PrimitiveOf,
  transposeRule,
} from "udiff/extend";
import {
  cheapestColouring,
  colouring,
  jacobianSparsity,
  type SparseMatrix,
  SparsityPattern,
  sparseJacobian,
} from "udiff/sparse";
import { assertAllclose } from "udiff/testing";
import { describe, expect, test } from "vitest";

const vector = (n: number): NDArray => np.sin(np.arange(n).astype("float64"));
const close = { rtol: 1e-12, atol: 1e-12 };

/** Second differences, nothing beyond the ends. */
const laplacian = (u: NDArray): NDArray => {
  const wide = np.pad(u, 1);
  return wide
    .slice([0, u.size])
    .sub(u.mul(2))
    .add(wide.slice([2, u.size + 2]));
};

/** Burgers' equation with viscosity. */
const burgers = (u: NDArray): NDArray => {
  const wide = np.pad(u, 1);
  const [left, right] = [wide.slice([0, u.size]), wide.slice([2, u.size + 2])];
  return right
    .sub(u.mul(2))
    .add(left)
    .mul(0.1)
    .sub(u.mul(right.sub(left)));
};

/** Identity that tells how many tangents or cotangents go through it at once. */
function counted(sizes: number[]): (x: NDArray) => NDArray {
  const prim: PrimitiveOf<1, object> = definePrimitive<1>("counted", {
    abstractEval: ([x]) => x,
    jvp: linear,
    transpose: transposeRule((ct) => [bind1(prim, ct, noParams)]),
    batch: batchRule(([x], [d], _, { size }) => {
      sizes.push(size);
      return [bind1(prim, x, noParams), d];
    }),
    lower: { kind: "compose", apply: ([x]) => [x as NDArray] },
  });
  return (x) => bind1(prim, x, noParams);
}

/** The pattern as rows of dots and crosses. */
function drawing(pattern: SparsityPattern): string[] {
  const [m, n] = pattern.shape;
  const rows = Array.from({ length: m }, () => new Array<string>(n).fill("."));
  const { cols } = pattern;
  pattern.rows.forEach((i, k) => {
    (rows[i] as string[])[cols[k] as number] = "x";
  });
  return rows.map((row) => row.join(""));
}

const patternOf = (f: (x: NDArray) => unknown, ...shape: number[]): string[] =>
  drawing(jacobianSparsity(f)(new ShapeDtypeStruct(shape, "float32")));

describe("passes", () => {
  test.each([
    ["the Laplacian", laplacian],
    ["Burgers' equation", burgers],
  ])("%s on 1000 points takes three", (_, f) => {
    const x = vector(1000);
    const sparsity = jacobianSparsity(f)(x);
    expect(sparsity.size).toBe(2998);
    expect(cheapestColouring(sparsity).count).toBe(3);
    for (const mode of ["forward", "reverse"] as const) {
      const sizes: number[] = [];
      const identity = counted(sizes);
      sparseJacobian((u: NDArray) => f(identity(u)), { sparsity, mode })(x);
      expect(sizes).toEqual([3]);
    }
    const small = vector(30);
    assertAllclose(sparseJacobian(f)(small).toDense(), jacfwd(f)(small), close);
  });

  test("a sum takes one, in reverse mode, and what one number decides one in forward mode", () => {
    const sum = jacobianSparsity((x: NDArray) => np.sum(np.sin(x)))(vector(50));
    expect(cheapestColouring(sum)).toMatchObject({ by: "rows", count: 1 });
    const spread = jacobianSparsity((x: NDArray) => x.mul(np.arange(50)))(0.5);
    expect(cheapestColouring(spread)).toMatchObject({ by: "columns", count: 1 });
  });

  test("a band around a ring takes one more where the ends do not fit", () => {
    const ring = (u: NDArray): NDArray => np.roll(u, 1).add(np.roll(u, -1)).sub(u);
    const count = (n: number): number => cheapestColouring(jacobianSparsity(ring)(vector(n))).count;
    expect([count(9), count(10)]).toEqual([3, 4]);
    expect(count(11)).toBeLessThanOrEqual(5);
  });

  test("a grid of five-point stars takes one colour more than the star has points, at most", () => {
    const grid = (u: NDArray): NDArray => {
      const w = np.pad(u, 1);
      const [n, m] = u.shape as [number, number];
      const at = (i: number, j: number): NDArray => w.slice([i, n + i], [j, m + j]);
      return at(0, 1).add(at(2, 1)).add(at(1, 0)).add(at(1, 2)).sub(u.mul(4));
    };
    const pattern = jacobianSparsity(grid)(new ShapeDtypeStruct([12, 12], "float32"));
    const { count } = cheapestColouring(pattern);
    expect(count).toBeGreaterThanOrEqual(5);
    expect(count).toBeLessThanOrEqual(6);
  });

  test("colours tell their lines apart, and an arrow has no two alike", () => {
    const arrow = (x: NDArray): NDArray =>
      x
        .mul(x.slice([0, 1]))
        .add(0)
        .at(0)
        .set(np.sum(x));
    for (const f of [arrow, burgers, laplacian, (x: NDArray) => np.cumsum(x)]) {
      const pattern = jacobianSparsity(f)(vector(12));
      for (const by of ["columns", "rows"] as const) {
        const { colours, count } = colouring(pattern, by);
        const { rows, cols } = pattern;
        const [line, across] = by === "columns" ? [cols, rows] : [rows, cols];
        const met = new Set<string>();
        line.forEach((i, k) => {
          met.add(`${colours[i]} ${across[k]}`);
        });
        expect(met.size).toBe(pattern.size);
        expect(Math.max(...colours) + 1).toBe(count);
      }
    }
    expect(cheapestColouring(jacobianSparsity(arrow)(vector(12))).count).toBe(12);
  });
});

describe("patterns", () => {
  test("x times zero depends on x, the sign of x does not", () => {
    expect(patternOf((x) => x.mul(0), 2)).toEqual(["x.", ".x"]);
    expect(patternOf((x) => np.sign(x).add(lax.stopGradient(x)), 2)).toEqual(["..", ".."]);
  });

  test("movement follows each element", () => {
    expect(patternOf((x) => x.reshape([2, 2]).T.ravel(), 4)).toEqual([
      "x...",
      "..x.",
      ".x..",
      "...x",
    ]);
    expect(
      patternOf((x) => np.concatenate([x.slice([1, 3]), np.zeros(1), x.slice([0, 1])]), 3),
    ).toEqual([".x.", "..x", "...", "x.."]);
    expect(patternOf((x) => np.take(x, np.array(Int32Array.of(2, 0, 2))), 3)).toEqual([
      "..x",
      "x..",
      "..x",
    ]);
    expect(
      patternOf(
        (x) =>
          np
            .zeros(3)
            .at(np.array(Int32Array.of(2, 2, 0)))
            .add(x),
        3,
      ),
    ).toEqual(["..x", "...", "xx."]);
  });

  test("constants choose, values do not", () => {
    const mask = np.array([true, false]);
    expect(patternOf((x) => np.where(mask, x.slice([0, 2]), x.slice([2, 4])), 4)).toEqual([
      "x...",
      "...x",
    ]);
    expect(patternOf((x) => np.where(np.greater(x, 0), x, np.flip(x)), 2)).toEqual(["xx", "xx"]);
    expect(patternOf((x) => np.take(x, np.argmax(x)).add(x.slice(0)), 3)).toEqual(["xxx"]);
  });

  test("reductions, products and windows", () => {
    expect(patternOf((x) => np.sum(x.reshape([2, 2]), { axis: 1 }), 4)).toEqual(["xx..", "..xx"]);
    expect(patternOf((x) => np.cumsum(x), 3)).toEqual(["x..", "xx.", "xxx"]);
    expect(patternOf((x) => np.matmul(x.reshape([2, 2]), np.ones([2, 1])), 4)).toEqual([
      "xx..",
      "..xx",
    ]);
    expect(patternOf((x) => np.convolve(x, np.array([1, 2])), 3)).toEqual([
      "x..",
      "xx.",
      ".xx",
      "..x",
    ]);
    expect(patternOf((x) => np.sort(x.reshape([2, 2]), { axis: 1 }), 4)).toEqual([
      "xx..",
      "xx..",
      "..xx",
      "..xx",
    ]);
  });

  test("loops of known length and branches known by constants are followed", () => {
    const shifts = (x: NDArray): NDArray =>
      lax.foriLoop(0, 2, (i, c: NDArray) => c.add(np.roll(c, 1).mul(i.add(1))), x);
    expect(patternOf(shifts, 4)).toEqual(["x.xx", "xx.x", "xxx.", ".xxx"]);
    const place = (x: NDArray): NDArray =>
      lax.foriLoop(
        0,
        2,
        (i, c: NDArray) => c.at(i).mul(lax.dynamicIndexInDim(x, i, { keepdims: false })),
        np.ones(3),
      );
    expect(patternOf(place, 3)).toEqual(["x..", ".x.", "..."]);
    expect(
      patternOf(
        (x) =>
          lax.cond(
            true,
            () => x,
            () => np.flip(x),
          ),
        2,
      ),
    ).toEqual(["x.", ".x"]);
    const summed = (x: NDArray): NDArray =>
      lax.cond(
        np.sum(x).greater(0),
        () => x,
        () => np.flip(x),
      );
    expect(patternOf(summed, 2)).toEqual(["xx", "xx"]);
  });

  test("custom rules decide", () => {
    const mixing = customJvp((x: NDArray) => x).defJvp(([x]: [NDArray], [t]: [NDArray]) => [
      x,
      t.add(np.flip(t)),
    ]);
    expect(patternOf((x) => mixing(x), 2)).toEqual(["xx", "xx"]);
    expect(patternOf((x) => nn.relu(x), 2)).toEqual(["x.", ".x"]);
    const clipped = customVjp((x: NDArray) => x).defVjp(
      (x: NDArray) => [x, null],
      (_: null, ct: NDArray) => [np.clip(np.roll(ct, 1), -1, 1)],
    );
    const f = (x: NDArray): NDArray => clipped(x.mul(2));
    expect(patternOf(f, 3)).toEqual([".x.", "..x", "x.."]);
    assertAllclose(
      sparseJacobian(f)(vector(3)).toDense(),
      np.eye(3, 3, { k: 1, dtype: "float64" }).at(2, 0).set(1).mul(2),
      close,
    );
  });

  test("a program that is jitted, mapped or checked is seen through", () => {
    const rows = (x: NDArray): NDArray =>
      vmap(jit((v: NDArray) => np.sum(v).mul(v)))(x.reshape([2, 2])).ravel();
    expect(patternOf(rows, 4)).toEqual(["xx..", "xx..", "..xx", "..xx"]);
  });
});

test("arguments and results may be trees, and argnums in any order", () => {
  const f = (a: { u: NDArray; v: NDArray }, b: NDArray) => [a.u.mul(b), np.sum(a.v)];
  const args = [{ u: vector(2), v: vector(3) }, vector(2)] as const;
  const first = sparseJacobian(f)(...args);
  expect(drawing(first.pattern)).toEqual(["x....", ".x...", "..xxx"]);
  const both = sparseJacobian(f, { argnums: [1, 0] })(...args);
  expect(drawing(both.pattern)).toEqual(["x.x....", ".x.x...", "....xxx"]);
  const [byB, byA] = jacfwd(f, { argnums: [1, 0] })(...args)[0] as unknown as [
    NDArray,
    { u: NDArray; v: NDArray },
  ];
  assertAllclose(
    both.toDense().slice([0, 2]),
    np.concatenate([byB, byA.u, byA.v], { axis: 1 }),
    close,
  );
});

test("the matrix multiplies vectors from either side", () => {
  const f = (x: NDArray): NDArray => burgers(x).slice([0, 5]);
  const found = sparseJacobian(f)(vector(6));
  const dense = jacfwd(f)(vector(6));
  const [x, y] = [vector(6).add(1), vector(5).add(2)];
  expect(String(found)).toBe("SparseMatrix(float64[14], SparsityPattern(5x6, 14 of 30))");
  assertAllclose(found.matvec(x), np.matmul(dense, x), close);
  assertAllclose(found.vecmat(y), np.matmul(y, dense), close);
});

test("a gradient has a sparse Jacobian, which is the Hessian", () => {
  const rosenbrock = (x: NDArray): NDArray => {
    const [a, b] = [x.slice([0, -1]), x.slice([1, x.size])];
    return np.sum(
      np
        .square(b.sub(a.mul(a)))
        .mul(100)
        .add(np.square(a.sub(1))),
    );
  };
  const x = vector(20);
  const found = sparseJacobian(grad(rosenbrock))(x);
  expect(cheapestColouring(found.pattern).count).toBe(3);
  assertAllclose(found.toDense(), hessian(rosenbrock)(x), close);
});

test("under jit the pattern is found once; maps and gradients go through", () => {
  let calls = 0;
  const f = (x: NDArray): NDArray => {
    calls++;
    return burgers(x);
  };
  const run = jit((x: NDArray) => sparseJacobian(f)(x));
  const first = run(vector(8));
  const after = calls;
  const second = run(vector(8).add(1));
  expect(calls).toBe(after);
  assertAllclose(first.toDense(), jacfwd(burgers)(vector(8)), close);
  assertAllclose(second.toDense(), jacfwd(burgers)(vector(8).add(1)), close);
  const stacked = vmap((x: NDArray) => sparseJacobian(burgers)(x))(
    np.stack([vector(8), vector(8).add(1)]),
  );
  expect((stacked as unknown as SparseMatrix).values.shape).toEqual([2, 22]);
  const norm = (x: NDArray): NDArray => np.sum(np.square(sparseJacobian(burgers)(x).values));
  const plain = (x: NDArray): NDArray => np.sum(np.square(jacfwd(burgers)(x)));
  assertAllclose(grad(norm)(vector(6)), grad(plain)(vector(6)), close);
  expect(tree.leaves(first)).toHaveLength(1);
});

test("aux comes along", () => {
  const f = (x: NDArray): readonly [NDArray, NDArray] => [x.mul(x), np.sum(x)];
  const [matrix, aux] = sparseJacobian(f, { hasAux: true })(np.array([1, 2]));
  expect([matrix.values.js(), aux.item()]).toEqual([[2, 4], 3]);
});

describe("patterns of the user", () => {
  const x = vector(4);
  const dense = jacfwd(laplacian)(x);

  test("may be places, a matrix, or a pattern", () => {
    const pattern = jacobianSparsity(laplacian)(x);
    const matrix = dense.notEqual(0);
    const places = { rows: pattern.rows, cols: Array.from(pattern.cols) };
    for (const sparsity of [pattern, matrix, matrix.js() as boolean[][], places]) {
      const found = sparseJacobian(laplacian, { sparsity })(x);
      expect(found.pattern.equals(pattern)).toBe(true);
      assertAllclose(found.toDense(), dense, close);
    }
  });

  test("save the tracing, so that values may decide", () => {
    const f = (v: NDArray): NDArray => (Number(v.slice(0)) > -1 ? v.mul(2) : v);
    expect(() => sparseJacobian(f)(x)).toThrow("traced");
    expect(sparseJacobian(f, { sparsity: np.eye(4) })(x).values.js()).toEqual([2, 2, 2, 2]);
  });

  test("are one class, with its transpose", () => {
    const pattern = new SparsityPattern([2, 3], Int32Array.of(0, 2, 3), Int32Array.of(0, 2, 1));
    expect(drawing(pattern)).toEqual(["x.x", ".x."]);
    expect(drawing(pattern.transpose())).toEqual(["x.", ".x", "x."]);
    expect(String(pattern)).toBe("SparsityPattern(2x3, 3 of 6)");
    expect(pattern.equals(pattern.transpose().transpose())).toBe(true);
    expect(pattern.equals(pattern.transpose())).toBe(false);
  });
});

test("a loop of unknown length has a sparse Jacobian in forward mode", () => {
  const f = (x: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => np.sum(c).less(20),
      (c: NDArray) => c.mul(c),
      x,
    );
  const found = sparseJacobian(f)(np.array([2, 1.5]));
  assertAllclose(found.toDense(), jacfwd(f)(np.array([2, 1.5])));
});

test("nothing in or out gives an empty matrix", () => {
  expect(sparseJacobian((x: NDArray) => x)(np.zeros(0)).toDense().shape).toEqual([0, 0]);
  const still = sparseJacobian((x: NDArray) => np.sign(x))(np.ones(3));
  expect([still.values.size, still.toDense().js()]).toEqual([0, np.zeros([3, 3]).js()]);
});

test("mistakes are named", () => {
  const f = (x: NDArray): NDArray => x;
  const x = np.ones(2);
  const messageOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return (error as Error).message;
    }
    return "no error";
  };
  expect(
    [
      () => sparseJacobian("f" as never),
      () => sparseJacobian(f, { sparse: true } as never),
      () => sparseJacobian(f, { mode: "both" as never }),
      () => sparseJacobian(f)(np.arange(2)),
      () => jacobianSparsity(f)(np.arange(2)),
      () => sparseJacobian((y: NDArray) => np.argmax(y))(x),
      () => sparseJacobian((y: NDArray) => y.astype("float64"))(x),
      () => sparseJacobian(f, { sparsity: np.eye(3) })(x),
      () => sparseJacobian(f, { sparsity: { rows: [0, 2], cols: [0, 0] } })(x),
      () => sparseJacobian(f, { sparsity: { rows: [0], cols: [0, 1] } })(x),
      () => sparseJacobian(f, { sparsity: 3 as never })(x),
      () => sparseJacobian(f, { argnums: 1 })(x),
      () => sparseJacobian(f)(x).matvec(np.ones(3)),
      () =>
        jacobianSparsity((y: NDArray) => y.sub(np.sum(y)))(
          new ShapeDtypeStruct([20000], "float32"),
        ),
      () =>
        sparseJacobian(
          (y: NDArray) =>
            lax.whileLoop(
              (c: NDArray) => np.sum(c).less(1),
              (c: NDArray) => c.mul(2),
              y,
            ),
          { mode: "reverse" },
        )(x),
    ].map(messageOf),
  ).toMatchInlineSnapshot(`
    [
      "sparseJacobian: a function is required, got the string "f"; pass the function itself, not its result",
      "sparseJacobian: unknown option "sparse"; the names allowed are argnums, hasAux, sparsity, mode",
      "sparseJacobian: mode must be "forward" or "reverse", got "both"; leave it out for the cheaper one",
      "sparseJacobian: argument 0 must be a float to be differentiated by, got int32[2]; convert it with astype, or leave it out of argnums",
      "jacobianSparsity: the function must return floats, got int32[2]; convert with astype, or leave it out",
      "sparseJacobian: the function must return floats, got int32[]; convert with astype, or leave it out",
      "sparseJacobian: argument and result must be of one dtype, got float32[2] and float64[2]; convert one with astype",
      "sparseJacobian: sparsity must fit a Jacobian of 2 rows and 2 columns, got float32[3,3]; count the numbers of the result and of the argument",
      "sparseJacobian: sparsity must fit a Jacobian of 2 rows and 2 columns, got the place [2, 0]; count the numbers of the result and of the argument",
      "sparseJacobian: sparsity must be a SparsityPattern, a matrix, or { rows, cols } of one length, got an instance of Object; jacobianSparsity finds it",
      "sparseJacobian: sparsity must be a SparsityPattern, a matrix, or { rows, cols } of one length, got number 3; jacobianSparsity finds it",
      "sparseJacobian: argnums 1 requires at least 2 positional arguments, got 1; pass them, or change argnums",
      "SparseMatrix.matvec: a vector of 2 elements is required, got float32[3]; ravel it",
      "sparsity: at most 2^27 places can be held, got 400000000; the Jacobian is not sparse, so take products with it by jvp or vjp",
      "transpose: while has no transpose rule: its number of turns is not known beforehand; use lax.scan, lax.foriLoop with static bounds, or forward mode (jvp, jacfwd)",
    ]
  `);
});
