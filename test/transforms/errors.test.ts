import {
  evalShape,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  ShapeDtypeStruct,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);
const square = (v: NDArray): NDArray => np.sum(v.mul(v));

/** The message of what a call throws; afterwards the next call must work as if nothing had been. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(grad(square)(x).js()).toEqual([2, 4, 6]);
    expect(jit(vmap((v: NDArray) => v.add(1)))(x).js()).toEqual([2, 3, 4]);
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "nothing was thrown";
}

// biome-ignore lint/suspicious/noExplicitAny: calls below are wrong on purpose
const wrong = (f: any): any => f;

test("grad refuses what has no gradient", () => {
  expect(refusal(() => grad((v: NDArray) => v.mul(2))(x))).toMatchInlineSnapshot(
    `"ShapeError: grad: the function must return a scalar, got float32[3]; sum it, or use jacrev or vjp"`,
  );
  expect(
    refusal(() => grad((v: NDArray) => np.sum(v))(np.array(Int32Array.of(1, 2)))),
  ).toMatchInlineSnapshot(
    `"DTypeError: grad: argument 0 must be a float to be differentiated by, got int32[2]; convert it with astype, leave it out of argnums, or set allowInt"`,
  );
  expect(refusal(() => grad((v: NDArray) => np.sum(v).astype("int32"))(x))).toMatchInlineSnapshot(
    `"DTypeError: grad: the function must return a float, got int32[]; convert it with astype before it is lost"`,
  );
  expect(refusal(() => grad(wrong((v: NDArray) => [v, v]))(x))).toMatchInlineSnapshot(
    `"ShapeError: grad: the function must return one scalar, got a result of structure [*, *]; return one array, or use jacrev, or hasAux for what goes along"`,
  );
  expect(refusal(() => grad(wrong(async (v: NDArray) => np.sum(v)))(x))).toMatchInlineSnapshot(
    `"ArgumentError: grad: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument"`,
  );
  expect(refusal(() => wrong(grad(square))("x"))).toMatchInlineSnapshot(
    `"DTypeError: grad: argument 0 must be an array, a number or a boolean, got the string "x"; pass other things as static arguments or close over them"`,
  );
  expect(
    refusal(() => wrong(grad(wrong((p: { w: NDArray }) => p.w)))({ w: "seven" })),
  ).toMatchInlineSnapshot(
    `"DTypeError: grad: argument 0.w must be an array, a number or a boolean, got the string "seven"; pass other things as static arguments or close over them"`,
  );
  expect(refusal(() => grad(square, { argnums: 1 })(x))).toMatchInlineSnapshot(
    `"ArgumentError: grad: argnums 1 requires at least 2 positional arguments, got 1; pass them, or change argnums"`,
  );
  expect(refusal(() => grad(wrong(square), { argnums: [0, 0] })(x))).toMatchInlineSnapshot(
    `"ArgumentError: grad: argnums must be distinct, got [0,0]; name each argument once"`,
  );
  expect(refusal(() => grad(wrong(square), wrong({ argnum: 0 })))).toMatchInlineSnapshot(
    `"ArgumentError: grad: unknown option "argnum"; the names allowed are argnums, hasAux, allowInt"`,
  );
  expect(refusal(() => grad(wrong(square), { hasAux: true })(x))).toMatchInlineSnapshot(
    `"TreeError: grad: with hasAux the function must return [out, aux], got float32[]; return exactly two values"`,
  );
  expect(refusal(() => wrong(grad)(3))).toMatchInlineSnapshot(
    `"ArgumentError: grad: a function is required, got number 3; pass the function itself, not its result"`,
  );
});

test("jvp, vjp and linearize refuse tangents and cotangents that do not fit", () => {
  expect(refusal(() => jvp(square, [x], [np.array([1, 2])]))).toMatchInlineSnapshot(
    `"ShapeError: jvp: tangents[0] must have the shape of float32[3], got float32[2]; it stands for a change of that value"`,
  );
  expect(
    refusal(() => jvp(square, [x], [np.array(Float64Array.of(1, 2, 3))])),
  ).toMatchInlineSnapshot(
    `"DTypeError: jvp: tangents[0] must have the dtype of float32[3], got float64[3]; convert it with astype"`,
  );
  expect(refusal(() => jvp(square, [x], wrong([])))).toMatchInlineSnapshot(
    `"TreeError: jvp: tangents must have the structure [*], got []; pass 1 entries instead of 0"`,
  );
  expect(refusal(() => jvp(square, wrong(x), wrong(x)))).toMatchInlineSnapshot(
    `"TreeError: jvp: primals must be a list with one entry for each argument, got float32[3]; write [x] for one argument"`,
  );
  const [, pull] = vjp((v: NDArray) => ({ a: v.mul(2) }), x);
  expect(refusal(() => pull(wrong({ b: x })))).toMatchInlineSnapshot(
    `"TreeError: vjp: the cotangent must have the structure {a: *}, got {b: *}; add a and drop b"`,
  );
  expect(refusal(() => pull({ a: np.array([1, 2]) }))).toMatchInlineSnapshot(
    `"ShapeError: vjp: the cotangent.a must have the shape of float32[3], got float32[2]; it stands for a change of that value"`,
  );
  expect(refusal(() => wrong(pull)(x, x))).toMatchInlineSnapshot(
    `"ArgumentError: vjp: the pullback takes one cotangent with the structure of the result, {a: *}, got 2 arguments; put them in one tree"`,
  );
  const [, push] = linearize(square, x);
  expect(refusal(() => push(np.array([1])))).toMatchInlineSnapshot(
    `"ShapeError: linearize: tangent [0] must have the shape of float32[3], got float32[1]; it stands for a change of that value"`,
  );
  expect(refusal(() => linearTranspose((v: NDArray) => np.sin(v), x)(x))).toMatchInlineSnapshot(
    `"ArgumentError: transpose: a linear function is required, got sin, which is not linear in its operands; use vjp to differentiate it, or mend the custom rule that applied it to a tangent"`,
  );
});

test("vmap refuses axes that do not fit", () => {
  const f = (v: NDArray, w: NDArray): NDArray => v.add(w);
  expect(refusal(() => vmap(f)(x, np.array([1, 2])))).toMatchInlineSnapshot(
    `"ShapeError: vmap: mapped axes must have one size, got argument [0] has 3 (float32[3]), argument [1] has 2 (float32[2]); choose other inAxes"`,
  );
  expect(refusal(() => vmap(f, { inAxes: [0] })(x, x))).toMatchInlineSnapshot(
    `"ArgumentError: vmap: inAxes must have one entry for each argument, got 1 for 2 arguments; use null for those that are not mapped"`,
  );
  expect(refusal(() => vmap(f, { inAxes: 1 })(x, x))).toMatchInlineSnapshot(
    `"ShapeError: vmap: inAxes of argument [0] requires an array of at least 2 axes, got axis 1 of float32[3]; use null to share it"`,
  );
  expect(refusal(() => vmap(f, { inAxes: [null, null] })(x, x))).toMatchInlineSnapshot(
    `"ArgumentError: vmap: at least one argument must be mapped, got none; set inAxes, or give axisSize"`,
  );
  expect(refusal(() => vmap((v: NDArray) => v, { outAxes: null })(x))).toMatchInlineSnapshot(
    `"ArgumentError: vmap: outAxes of the result must be an integer where the result depends on the slice, got null; name the axis to stack along"`,
  );
  expect(
    refusal(() => vmap((v: NDArray) => lax.psum(v, "j"), { axisName: "i" })(x)),
  ).toMatchInlineSnapshot(
    `"ArgumentError: lax.psum: a mapped axis is required, got the name "j", which none has here; call it inside vmap with that axisName"`,
  );
});

test("traced values have no numbers to look at", () => {
  const branch = (v: NDArray): NDArray => (Number(v) > 0 ? v : v.neg());
  expect(refusal(() => jit(branch)(2))).toMatchInlineSnapshot(
    `"ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static"`,
  );
  expect(refusal(() => vmap(branch)(x))).toMatchInlineSnapshot(
    `"ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static"`,
  );
  expect(refusal(() => jit((v: NDArray) => np.nonzero(v))(x))).toMatchInlineSnapshot(
    `"ConcretizationError: numpy.nonzero: the number of results depends on the values, got a traced float32[3]; pass { size }"`,
  );
  expect(grad(branch)(-2).item()).toBe(-1);
});

test("a leaked tracer is named as such", () => {
  let leaked: NDArray | undefined;
  const keep = (v: NDArray): NDArray => {
    leaked = v.mul(2);
    return np.sum(v);
  };
  grad(keep)(x);
  expect(refusal(() => leaked?.add(1))).toMatchInlineSnapshot(
    `"TracerLeakError: a float32[3] traced by differentiation was used after that had ended; return it from the transformed function instead of storing it outside"`,
  );
  jit(keep)(x);
  expect(refusal(() => leaked?.add(1))).toMatchInlineSnapshot(
    `"TracerLeakError: a float32[3] traced by staging was used after that had ended; return it from the transformed function instead of storing it outside"`,
  );
  vmap(keep)(x);
  expect(refusal(() => jit((v: NDArray) => v.add(leaked as NDArray))(x))).toMatchInlineSnapshot(
    `"TracerLeakError: a float32[] traced by vmap was used after that had ended; return it from the transformed function instead of storing it outside"`,
  );
});

test("jit refuses statics that cannot be compared and arrays that were given away", () => {
  const f = (v: NDArray, n: unknown): NDArray => v.mul(Number(n));
  expect(refusal(() => wrong(jit(f, { staticArgnums: 1 }))(x, { n: 2 }))).toMatchInlineSnapshot(
    `"ArgumentError: jit: static argument 1 must be a primitive, a function, or an object with hash() and equals(), got an instance of Object; pass its parts one by one, or give it those methods"`,
  );
  expect(refusal(() => wrong(jit(f, { staticArgnums: 1 }))(x, x))).toMatchInlineSnapshot(
    `"ArgumentError: jit: static argument 1 must not be an array, got float32[3]; pass it as an ordinary argument"`,
  );
  const y = np.array([1, 2, 3]);
  const sum = jit((v: NDArray) => np.sum(v), { donateArgnums: 0 });
  expect(sum(y).item()).toBe(6);
  expect(refusal(() => y.add(1))).toMatchInlineSnapshot(
    `"DeviceError: array: float32[3] was donated to anonymous and cannot be used again; keep a copy, or do not give it away"`,
  );
});

test("a user's exception comes out as it is", () => {
  const mine = new Error("mine");
  const fail = (_?: NDArray): NDArray => {
    throw mine;
  };
  const nested = grad((v: NDArray) => np.sum(vmap(jit(fail))(v)));
  expect(() => nested(x)).toThrow(mine);
  expect(grad(square)(x).js()).toEqual([2, 4, 6]);
  // Caught inside the function, it leaves the trace as it was.
  const careful = (v: NDArray): NDArray => {
    try {
      jit(fail)();
    } catch {}
    return np.sum(v.mul(v));
  };
  expect(grad(careful)(x).js()).toEqual([2, 4, 6]);
});

test("shapes come without computing, from descriptions too", () => {
  const shape = evalShape(
    (v: NDArray) => ({ y: np.matmul(v, v.T) }),
    new ShapeDtypeStruct([3, 5], "float32"),
  );
  expect(String((shape as { y: unknown }).y)).toBe("float32[3,3]");
  expect(jacfwd(square)(x).js()).toEqual(jacrev(square)(x).js());
  expect(hessian(square)(x).js()).toEqual([
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
  ]);
});
