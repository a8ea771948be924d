import { experimental, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";

const { odeint } = experimental;

const ts = np.array([0, 1]);
const decay = (y: NDArray): NDArray => y.neg();

/** What a call that the types forbid is answered with. */
function refusal(...args: readonly unknown[]): string {
  try {
    (odeint as (...args: readonly unknown[]) => unknown)(...args);
  } catch (error) {
    return String(error);
  }
  return "no error";
}

test("a function that gives something unlike the state is refused, naming the place", () => {
  const given = [
    refusal((y: NDArray) => [y], 1, ts),
    refusal(() => ({ a: [1, np.zeros([2])] }), { a: [1, 2] }, ts),
    refusal((y: NDArray) => y.mul(np.float64(1)), np.float32(1), ts),
    refusal(() => "text", 1, ts),
    refusal(async () => 1, 1, ts),
    refusal(3, 1, ts),
  ];
  expect(given).toMatchInlineSnapshot(`
    [
      "TreeError: odeint: what func gives must have the structure *, got [*]; pass a single leaf there",
      "ShapeError: odeint: what func gives.a[1] must have the shape of y0, expected float32[], got float32[2]; give back a derivative for each element",
      "DTypeError: odeint: what func gives must have a dtype that y0 can hold, expected float32[], got float64[]; convert it with astype, or start from that dtype",
      "DTypeError: odeint: func: the result must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them",
      "ArgumentError: odeint: func: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument",
      "ArgumentError: odeint: a function is required, got number 3; pass the function itself, not its result",
    ]
  `);
});

test("a state that is not of floats, and times that are no vector of numbers, are refused", () => {
  const given = [
    refusal(decay, np.array([1, 2]).astype("int32"), ts),
    refusal(decay, { a: "text" }, ts),
    refusal(decay, 1, [0, 1]),
    refusal(decay, 1, np.array(0)),
    refusal(decay, 1, np.zeros([0])),
    refusal(decay, 1, np.array([false, true])),
    refusal(decay, 1, ts, { rtol: 1e-3 }),
    refusal(decay, 1, ts, ["text"]),
  ];
  expect(given).toMatchInlineSnapshot(`
    [
      "DTypeError: odeint: y0 must be a float, got int32[2]; convert it with astype",
      "DTypeError: odeint: y0.a must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them",
      "ArgumentError: odeint: an array is required, got a list; wrap it in numpy.array",
      "ShapeError: odeint: ts must be a vector of one time or more, got float32[]; pass np.array([...])",
      "ShapeError: odeint: ts must be a vector of one time or more, got float32[0]; pass np.array([...])",
      "DTypeError: odeint: ts must be numbers, got bool[2]; convert them with astype",
      "ArgumentError: odeint: args must be a list of further arguments of func, got an instance of Object; pass [] before the options",
      "DTypeError: odeint: argument [0] must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them",
    ]
  `);
});

test("options that make no sense are refused", () => {
  const options = [
    { rtol: -1 },
    { atol: "text" },
    { hmax: 0 },
    { mxstep: 1.5 },
    { adjoint: "forward" },
    { adjoint: "direct" },
    { rtoll: 1 },
  ];
  expect(options.map((option) => refusal(decay, 1, ts, [], option))).toMatchInlineSnapshot(`
    [
      "ArgumentError: odeint: rtol must be a number from 0, got number -1; leave it out for the default",
      "ArgumentError: odeint: atol must be a number from 0, got the string "text"; leave it out for the default",
      "ArgumentError: odeint: hmax must be a number above 0, got number 0; leave it out for no bound",
      "ArgumentError: odeint: mxstep must be an integer above 0, got number 1.5; leave it out for no bound",
      "ArgumentError: odeint: adjoint must be "backward" or "direct", got the string "forward"; leave it out for the first",
      "ArgumentError: odeint: adjoint "direct" needs a bound of the steps between two times, got number Infinity; pass mxstep, or leave adjoint out",
      "ArgumentError: odeint: unknown option "rtoll"; the names allowed are rtol, atol, mxstep, hmax, adjoint",
    ]
  `);
});
