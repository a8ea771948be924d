import { type NDArray, numpy as np } from "udiff";
import { odeint } from "udiff/experimental";
import { expectTypeOf, test } from "vitest";

const ts = np.array([0, 1]);

test("odeint gives a tree like the starting point, with arrays at every leaf", () => {
  expectTypeOf(odeint((y) => y.neg(), 1, ts)).toEqualTypeOf<NDArray>();
  const path = odeint(
    ({ x, v }, t, { k }, [damping]) => {
      expectTypeOf(t).toEqualTypeOf<NDArray>();
      return { x: v, v: x.mul(k).sub(v.mul(damping)) };
    },
    { x: 0, v: 1 },
    ts,
    [{ k: -1 }, [0.5]] as const,
    { rtol: 1e-5 },
  );
  expectTypeOf(path).toEqualTypeOf<{ x: NDArray; v: NDArray }>();
});

test("what is unlike the starting point, and unknown options, are type errors", () => {
  // @ts-expect-error: the derivative has another structure than the state
  odeint((y: NDArray) => [y], 1, ts);
  // @ts-expect-error: further arguments are a list
  odeint((y) => y, 1, ts, { rtol: 1e-5 });
  // @ts-expect-error: there is no such option
  odeint((y) => y, 1, ts, [], { tolerance: 1e-5 });
  // @ts-expect-error: there is no such way to differentiate
  odeint((y) => y, 1, ts, [], { adjoint: "forward" });
});
