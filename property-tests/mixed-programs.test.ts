import fc from "fast-check";
import {
  grad,
  jit,
  jvp,
  linearize,
  makeJaxpr,
  type NDArray,
  numpy as np,
  tree,
  vjp,
  vmap,
} from "udiff";
import { expect, test, vi } from "vitest";
import { checkJaxpr } from "../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../src/core/eval-jaxpr.ts";
import { input, operand } from "./arbitraries/inputs.ts";
import { type MixedProgram, mixedProgram } from "./arbitraries/mixed-programs.ts";

// Values of these programs jump, so laws here are exact, or about types alone.

vi.setConfig({ testTimeout: 60_000 });

const runs = process.env.UDIFF_LAWS === "long" ? 400 : 10;

/** Check a law on random programs and arguments; the program is in the message. */
function holds(law: (p: MixedProgram, xs: NDArray[]) => void): void {
  const cases = mixedProgram.chain((p) =>
    fc.tuple(
      fc.constant(p),
      fc.tuple(
        ...p.shapes.map((shape, i) =>
          operand(input(shape)).map((x) => {
            const dtype = p.dtypes[i] ?? "float32";
            // Multiples of 1/64 for floats, up to 128 for integers.
            return dtype.includes("float")
              ? x.astype(dtype)
              : x.mul(64).astype("int32").astype(dtype);
          }),
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(cases, ([p, xs]) => {
      try {
        law(p, xs);
      } catch (error) {
        const inputs = p.shapes.map((s, i) => `${p.dtypes[i]}[${s}]`).join(" ");
        throw new Error(`${inputs}: ${p.text}`, { cause: error });
      }
    }),
    { numRuns: runs },
  );
}

/** The very bits and types: -0 and 0 differ, NaN is NaN. */
function sameBits(actual: unknown, expected: unknown, what = "result"): void {
  const got = tree.leaves(actual) as NDArray[];
  const want = tree.leaves(expected) as NDArray[];
  expect(got.map((x) => `${x.aval}`)).toEqual(want.map((x) => `${x.aval}`));
  got.forEach((x, i) => {
    const [a, b] = [x.dataSync(), (want[i] as NDArray).dataSync()];
    for (let k = 0; k < b.length; k++) {
      if (!Object.is(a[k], b[k])) {
        throw new Error(`${what} ${i}, ${x.aval}, element ${k}: ${a[k]} instead of ${b[k]}`);
      }
    }
  });
}

test("jit changes no bit of programs over several dtypes, nor of their derivatives", () => {
  holds((p, xs) => {
    sameBits(jit(p.f)(...xs), p.f(...xs));
    const push = (...ys: NDArray[]): unknown => pushed(p, ys);
    sameBits(jit(push)(...xs), push(...xs), "tangent");
  });
});

test("programs over several dtypes mapped are loops, bit for bit", () => {
  holds((p, xs) => {
    const axes = xs.map((x, i) => (i + x.ndim) % (x.ndim + 1));
    const others = xs.map((x) => np.flip(x));
    const rows = vmap(p.f, { inAxes: axes })(
      ...xs.map((x, i) => np.stack([x, others[i] as NDArray], { axis: axes[i] as number })),
    );
    const want = tree.map((a: NDArray, b: NDArray) => np.stack([a, b]), p.f(...xs), p.f(...others));
    sameBits(rows, want);
  });
});

/** Values and tangents of a program along tangents of ones. */
function pushed(p: MixedProgram, xs: readonly NDArray[]): unknown {
  const floats = xs.map((x) => x.dtype.includes("float"));
  const ys = xs.filter((_, i) => floats[i]);
  return jvp(
    onFloats(p, xs),
    ys,
    ys.map((y) => np.onesLike(y)),
  );
}

/** The program as a function of its float arguments, the others fixed. */
function onFloats(p: MixedProgram, xs: readonly NDArray[]) {
  return (...ys: NDArray[]): NDArray[] => {
    let next = 0;
    return p.f(...xs.map((x) => (x.dtype.includes("float") ? (ys[next++] as NDArray) : x)));
  };
}

test("staged programs over several dtypes are well formed after every transform", () => {
  holds((p, xs) => {
    const staged = makeJaxpr(p.f)(...xs);
    checkJaxpr(staged);
    sameBits([...evalJaxpr(staged, xs)], p.f(...xs));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => pushed(p, ys))(...xs));
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => gradients(p, ys))(...xs));
    checkJaxpr(
      makeJaxpr(vmap((...ys: NDArray[]) => gradients(p, ys)))(...xs.map((x) => np.stack([x, x]))),
    );
    checkJaxpr(makeJaxpr((...ys: NDArray[]) => jit(p.f)(...ys))(...xs));
  });
});

/** Gradients of a scalar made of the float results, by all arguments. */
function gradients(p: MixedProgram, xs: readonly NDArray[]): unknown {
  const loss = (...ys: NDArray[]): NDArray =>
    p.f(...ys).reduce((sum, y) => sum.add(np.sum(y.astype("float32"))), np.float32(0));
  const argnums = xs.map((_, i) => i);
  return grad(loss, { argnums, allowInt: true })(...xs);
}

test("gradients have the dtypes of arguments, float0 for integers", () => {
  holds((p, xs) => {
    const got = gradients(p, xs) as NDArray[];
    got.forEach((g, i) => {
      const x = xs[i] as NDArray;
      const dtype = x.dtype.includes("float") ? x.dtype : "float0";
      expect(`${g.dtype}[${g.shape}]`).toBe(`${dtype}[${x.shape}]`);
    });
    sameBits(jit((...ys: NDArray[]) => gradients(p, ys))(...xs), got, "gradient");
  });
});

test("linearised programs over several dtypes push what jvp pushes, bit for bit", () => {
  holds((p, xs) => {
    const f = onFloats(p, xs);
    const ys = xs.filter((x) => x.dtype.includes("float"));
    const ts = ys.map((y) => np.onesLike(y));
    const [outs, tangents] = jvp(f, ys, ts);
    const [values, push] = linearize(f, ...ys);
    sameBits(values, outs);
    sameBits(push(...ts), tangents, "tangent");
    sameBits(vjp(f, ...ys)[0], outs);
  });
});
