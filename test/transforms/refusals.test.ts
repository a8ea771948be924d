import {
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  evalShape,
  fwdAndBwd,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  ShapeDtypeStruct,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

// Wrong uses, one line of answer for each. After each of them the next call must work.

const x = np.array([1, 2, 3]);
const i32 = np.array(Int32Array.of(1, 2, 3));
const square = (v: NDArray): NDArray => np.sum(v.mul(v));

// biome-ignore lint/suspicious/noExplicitAny: calls below are wrong on purpose
const wrong = (f: any): any => f;

/** What each call throws: its class and message. */
function refusals(calls: Readonly<Record<string, () => unknown>>): string {
  const lines = Object.entries(calls).map(([name, call]) => {
    let answer = "nothing was thrown";
    try {
      call();
    } catch (error) {
      answer = `${(error as Error).name}: ${(error as Error).message}`;
    }
    expect(grad(square)(x).js(), name).toEqual([2, 4, 6]);
    expect(jit(vmap((v: NDArray) => v.add(1)))(x).js(), name).toEqual([2, 3, 4]);
    return `${name}\n  ${answer}`;
  });
  return lines.join("\n");
}

test("what a traced value is asked that it cannot answer", () => {
  const traced =
    (f: (v: NDArray) => unknown, v: NDArray = x) =>
    () =>
      jit(wrong(f))(v);
  const scalar = np.float32(2);
  expect(
    refusals({
      "a condition": traced((v) => (wrong(v) > 1 ? v : v.neg()), scalar),
      "a sum of JavaScript": traced((v) => wrong(v) + 1, scalar),
      "a loop of JavaScript": traced((v) => {
        for (let i = 0; i < wrong(v); i++) v = v.add(1);
        return v;
      }, scalar),
      item: traced((v) => v.item(), scalar),
      js: traced((v) => v.js()),
      dataSync: traced((v) => v.dataSync()),
      "a typed array of it": traced((v) => Float32Array.from(wrong(v))),
      "Math.max": traced((v) => Math.max(wrong(v), 1), scalar),
      JSON: traced((v) => JSON.stringify(v)),
      "as a size": traced((v) => np.zeros([wrong(v)]), scalar),
      "as a shape": traced((v) => np.reshape(x, [wrong(v), -1]), scalar),
      "as an end": traced((v) => np.arange(wrong(v)), scalar),
      "as an index": traced((v) => x.slice(wrong(v)), scalar),
      "as an axis": traced((v) => np.sum(x, { axis: wrong(v) }), scalar),
      "as a bound of a slice": traced((v) => lax.slice(x, [0], [wrong(v)]), scalar),
      "as a float start": traced((v) => lax.dynamicSlice(x, [v], [1]), scalar),
      "as a float index": traced((v) => np.take(x, v), scalar),
      "as a mask": traced((v) => x.slice(v), x.greater(1)),
      nonzero: traced((v) => np.nonzero(v)),
      unique: traced((v) => np.unique(v)),
      "in the body of vmap": () => vmap(wrong((v: NDArray) => (wrong(v) > 1 ? v : v.neg())))(x),
      "as a static argument": traced(
        (v) =>
          jit(
            wrong((w: NDArray, n: number) => w.mul(n)),
            { staticArgnums: 1 },
          )(x, wrong(v)),
        scalar,
      ),
    }),
  ).toMatchInlineSnapshot(`
    "a condition
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    a sum of JavaScript
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    a loop of JavaScript
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    item
      ConcretizationError: item: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    js
      ConcretizationError: js: a traced float32[3] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    dataSync
      ConcretizationError: dataSync: a traced float32[3] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    a typed array of it
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    Math.max
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    JSON
      ConcretizationError: js: a traced float32[3] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    as a size
      ArgumentError: numpy.zeros: extents must be integers from 0, got an array, float32[] on axis 0; round it, and pass a plain number rather than an array
    as a shape
      ArgumentError: numpy.reshape: extents must be integers from 0, got an array, float32[] on axis 0; round it, and pass a plain number rather than an array
    as an end
      ConcretizationError: numpy.arange: a bound must be known when the program is staged, got a traced float32[]; pass a plain number, or declare the argument static
    as an index
      DTypeError: slice: integer or bool indices are required, got float32[]; pass np.int32(3) for a number, or declare the argument static
    as an axis
      ArgumentError: numpy.sum: an axis must be an integer, got an array, float32[]; count axes from 0, or from the last with -1
    as a bound of a slice
      ArgumentError: lax.slice: starts, limits and strides must be integers, got [0] to [Traced<float32[]>] of float32[3]; round them, or call lax.dynamicSlice with traced starts
    as a float start
      DTypeError: lax.dynamicSlice: integer indices are required, got float32[]; pass np.int32(3) for a number, or declare the argument static
    as a float index
      DTypeError: lax.gather: integer indices are required, got float32[]; pass np.int32(3) for a number, or declare the argument static
    as a mask
      ConcretizationError: slice: a mask must be concrete, since it decides the shape, got a traced bool[3]; use numpy.where(mask, x, y), or numpy.nonzero(mask, { size })
    nonzero
      ConcretizationError: numpy.nonzero: the number of results depends on the values, got a traced float32[3]; pass { size }
    unique
      ConcretizationError: numpy.unique: the number of results depends on the values, got a traced bool[3]; pass { size }
    in the body of vmap
      ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static
    as a static argument
      ArgumentError: jit: static argument 1 must not be an array, got float32[]; pass it as an ordinary argument"
  `);
});

test("functions that give what no transform can take", () => {
  const later = wrong(async (v: NDArray) => v);
  const text = wrong(() => "text");
  expect(
    refusals({
      "a promise from jit": () => jit(later)(x),
      "from vmap": () => vmap(later)(x),
      "from jvp": () => jvp(later, [x], [x]),
      "from vjp": () => vjp(later, x),
      "from linearize": () => linearize(later, x),
      "from jacrev": () => jacrev(later)(x),
      "from makeJaxpr": () => makeJaxpr(later)(x),
      "from evalShape": () => evalShape(later, x),
      "from valueAndGrad": () => valueAndGrad(later)(wrong(x)),
      "from linearTranspose": () => linearTranspose(later, x)(wrong(x)),
      "text from jit": () => jit(text)(),
      "text from vmap": () => vmap(wrong((_: NDArray) => "text"))(x),
      "text from vjp": () =>
        vjp(
          wrong((_: NDArray) => ({ a: "text" })),
          x,
        ),
      "nothing for a gradient": () => grad(wrong((_: NDArray) => undefined))(x),
      "a shape of one for a gradient": () => grad((v: NDArray) => v.slice(":1"))(x),
      "a bool for a gradient": () => grad((v: NDArray) => np.all(v.greater(0)))(x),
      "integers for jacrev": () => jacrev((v: NDArray) => v.astype("int32"))(x),
    }),
  ).toMatchInlineSnapshot(`
    "a promise from jit
      ArgumentError: jit: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from vmap
      ArgumentError: vmap: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from jvp
      ArgumentError: jvp: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from vjp
      ArgumentError: vjp: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from linearize
      ArgumentError: linearize: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from jacrev
      ArgumentError: jacrev: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from makeJaxpr
      ArgumentError: makeJaxpr: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from evalShape
      ArgumentError: evalShape: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from valueAndGrad
      ArgumentError: valueAndGrad: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    from linearTranspose
      ArgumentError: linearTranspose: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument
    text from jit
      DTypeError: jit: the result must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them
    text from vmap
      DTypeError: vmap: the result must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them
    text from vjp
      DTypeError: vjp: the result.a must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them
    nothing for a gradient
      ShapeError: grad: the function must return one scalar, got a result of structure undefined; return one array, or use jacrev, or hasAux for what goes along
    a shape of one for a gradient
      ShapeError: grad: the function must return a scalar, got float32[1]; sum it, or use jacrev or vjp
    a bool for a gradient
      DTypeError: grad: the function must return a float, got bool[]; convert it with astype before it is lost
    integers for jacrev
      DTypeError: jacrev: the function must return floats, got int32[3]; use jacfwd, or convert with astype"
  `);
});

test("arguments of transforms that do not fit", () => {
  const two = (v: NDArray, w: NDArray): NDArray => np.sum(v.mul(w));
  expect(
    refusals({
      "argnums out of range": () => grad(wrong(two), { argnums: 2 })(x, x),
      "argnums from the end": () => grad(wrong(two), { argnums: -3 })(x, x),
      "argnums with a fraction": () => grad(wrong(two), { argnums: 0.5 })(x, x),
      "argnums with a name": () => grad(wrong(two), { argnums: wrong("v") })(x, x),
      "an integer for jacfwd": () => jacfwd(square)(i32),
      "an integer for hessian": () => hessian(square)(i32),
      "a bool for grad": () => grad(square)(x.greater(1)),
      "a tree with an integer": () =>
        grad((p: { w: NDArray; n: NDArray }) => np.sum(p.w))({ w: x, n: i32 }),
      "too few tangents": () => jvp(two, [x, x], wrong([x])),
      "a tangent of an integer": () => jvp(wrong(two), [x, i32], [x, i32]),
      "a tangent of another structure": () =>
        jvp((p: { w: NDArray }) => p.w, [{ w: x }], wrong([{ v: x }])),
      "too many tangents for linearize": () => wrong(linearize(two, x, x)[1])(x),
      "a cotangent with another dtype": () => vjp(square, x)[1](np.float64(1)),
      "a cotangent that is text": () => vjp(square, x)[1](wrong("one")),
      "argnums missing": () => fwdAndBwd(square, wrong({}))[0](x),
      "inAxes as text": () => vmap(square, { inAxes: wrong("0") })(x),
      "inAxes with a fraction": () => vmap(square, { inAxes: 0.5 })(x),
      "inAxes of another structure": () =>
        vmap((p: { w: NDArray }) => p.w, { inAxes: [{ v: 0 }] })({ w: x }),
      "outAxes of another structure": () => vmap((v: NDArray) => v, { outAxes: [0, 0] })(x),
      "outAxes out of range": () => vmap((v: NDArray) => v, { outAxes: 1 })(x),
      "a scalar mapped": () => vmap(square)(np.float32(1)),
      "axisSize that differs": () => vmap(square, { axisSize: 4 })(x),
      "a negative axisSize": () => vmap(() => x, { axisSize: -1 })(),
      "text for jit": () => jit(wrong(square))("text"),
      "a list of text for jit": () => jit(wrong((v: unknown) => v))(["a", "b"]),
      "a typed array for jit": () => jit(wrong(square))(new Float32Array(3)),
      "a bigint for jit": () => jit(wrong(square))(3n),
      "a static position that is not there": () => jit(square, { staticArgnums: 3 })(x),
      "a static list": () => jit(wrong(two), { staticArgnums: 1 })(x, [1, 2]),
      "text for evalShape": () => evalShape(square, wrong("text")),
      "a shape that is none": () => evalShape(square, new ShapeDtypeStruct([-1], "float32")),
      "a dtype that is none": () => evalShape(square, new ShapeDtypeStruct([1], wrong("float31"))),
      "a size that is none": () => makeJaxpr(square, { axisEnv: [["i", -1]] })(x),
      "floats to integers": () => linearTranspose((v: NDArray) => v.astype("int32"), x)(i32),
      "a bool for linearTranspose": () => linearTranspose((v: NDArray) => v, x.greater(1)),
      "too few constants": () => closureConvert((v: NDArray) => v, x)[0](),
    }),
  ).toMatchInlineSnapshot(`
    "argnums out of range
      ArgumentError: grad: argnums 2 requires at least 3 positional arguments, got 2; pass them, or change argnums
    argnums from the end
      ArgumentError: grad: argnums -3 requires at least 3 positional arguments, got 2; pass them, or change argnums
    argnums with a fraction
      ArgumentError: grad: argnums must be integers, got 0.5; number the arguments from 0
    argnums with a name
      ArgumentError: grad: argnums must be an integer or a list of them, got the string "v"; number the arguments from 0
    an integer for jacfwd
      DTypeError: jacfwd: argument 0 must be a float to be differentiated by, got int32[3]; convert it with astype, or leave it out of argnums
    an integer for hessian
      DTypeError: hessian: argument 0 must be a float to be differentiated by, got int32[3]; convert it with astype, or leave it out of argnums
    a bool for grad
      DTypeError: grad: argument 0 must be a float to be differentiated by, got bool[3]; convert it with astype, leave it out of argnums, or set allowInt
    a tree with an integer
      DTypeError: grad: argument 0.n must be a float to be differentiated by, got int32[3]; convert it with astype, leave it out of argnums, or set allowInt
    too few tangents
      TreeError: jvp: tangents must have the structure [*, *], got [*]; pass 2 entries instead of 1
    a tangent of an integer
      DTypeError: jvp: tangents[1] must have the dtype of float0[3], got int32[3]; convert it with astype
    a tangent of another structure
      TreeError: jvp: tangents must have the structure {w: *} at [0], got {v: *}; add w and drop v
    too many tangents for linearize
      TreeError: linearize: tangent must have the structure [*, *], got [*]; pass 2 entries instead of 1
    a cotangent with another dtype
      DTypeError: vjp: the cotangent must have the dtype of float32[], got float64[]; convert it with astype
    a cotangent that is text
      DTypeError: vjp: the cotangent must be an array, a number or a boolean, got the string "one"; pass other things as static arguments or close over them
    argnums missing
      ArgumentError: fwdAndBwd: argnums must be an integer or a list of them, got undefined; number the arguments from 0
    inAxes as text
      ArgumentError: vmap: inAxes of argument [0] must be an integer or null, got the string "0"; name an axis by its number
    inAxes with a fraction
      ArgumentError: vmap: inAxes of argument [0] must be an integer or null, got number 0.5; name an axis by its number
    inAxes of another structure
      TreeError: vmap: inAxes must be a prefix of the structure {w: *} at [0], got {v: 0}; add w and drop v
    outAxes of another structure
      TreeError: vmap: outAxes must be a prefix of the structure *, got [0, 0]; pass a single leaf there
    outAxes out of range
      ShapeError: vmap: outAxes of the result requires an array of at least 2 axes, got axis 1 of float32[3]; use null to share it
    a scalar mapped
      ShapeError: vmap: inAxes of argument [0] requires an array of at least 1 axes, got axis 0 of float32[]; use null to share it
    axisSize that differs
      ShapeError: vmap: mapped axes must have one size, got argument [0] has 3 (float32[3]) and axisSize 4; choose other inAxes
    a negative axisSize
      ArgumentError: vmap: axisSize must be an integer from 0, got number -1; count the slices
    text for jit
      DTypeError: jit: argument [0] must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them
    a list of text for jit
      DTypeError: jit: argument [0][0] must be an array, a number or a boolean, got the string "a"; pass other things as static arguments or close over them
    a typed array for jit
      DTypeError: jit: argument [0] must be an array, a number or a boolean, got an instance of Float32Array; wrap it with np.array
    a bigint for jit
      DTypeError: jit: argument [0] must be an array, a number or a boolean, got bigint 3; pass other things as static arguments or close over them
    a static position that is not there
      ArgumentError: jit: argnums 3 requires at least 4 positional arguments, got 1; pass them, or change argnums
    a static list
      ArgumentError: jit: static argument 1 must be a primitive, a function, or an object with hash() and equals(), got an instance of Array; pass its parts one by one, or give it those methods
    text for evalShape
      DTypeError: evalShape: argument [0] must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them
    a shape that is none
      ArgumentError: ShapeDtypeStruct: extents must be integers from 0, got -1 on axis 0; round it, and pass a plain number rather than an array
    a dtype that is none
      DTypeError: ShapeDtypeStruct: a dtype is required, got float31; use one of bool, uint8, uint16, uint32, int8, int16, int32, bfloat16, float16, float32, float64
    a size that is none
      ArgumentError: makeJaxpr: the size of axis "i" must be an integer from 0, got -1; write axisEnv as [[name, size]]
    floats to integers
      DTypeError: linearTranspose: the function must map floats to floats or integers to integers, got float32[3] to int32[3]; convert outside it
    a bool for linearTranspose
      DTypeError: linearTranspose: float or integer arguments are required, got bool[3]; convert with astype
    too few constants
      ArgumentError: closureConvert: 1 arguments and 0 constants are required, got 0; pass ...args, ...consts"
  `);
});

test("custom rules that break their promises", () => {
  const f = (v: NDArray): NDArray => v.mul(2);
  const withJvp = (rule: (p: [NDArray], t: [NDArray]) => unknown) => () =>
    jvp(customJvp(f).defJvp(wrong(rule)), [x], [x]);
  const withVjp =
    (bwd: (r: null, ct: NDArray) => unknown, fwd: unknown = (v: NDArray) => [f(v), null]) =>
    () =>
      grad((v: NDArray) => np.sum(customVjp(f).defVjp(wrong(fwd), wrong(bwd))(v)))(x);
  let kept: NDArray = x;
  const closed = customJvp((v: NDArray) => v.mul(kept)).defJvp(
    wrong(([v]: [NDArray], [t]: [NDArray]) => [v, t]),
  );
  expect(
    refusals({
      "no jvp rule": () => customJvp(f)(x),
      "no vjp rule": () => customVjp(f)(x),
      "no pair": withJvp(([v]) => v),
      "another shape of the result": withJvp(([v], [t]) => [v.slice(0), t]),
      "another shape of the tangent": withJvp(([v], [t]) => [v, t.slice(0)]),
      "another dtype of the tangent": withJvp(([v], [t]) => [v, t.astype("float16")]),
      "another dtype of the result, under jit": () =>
        jvp(
          jit((v: NDArray) =>
            customJvp(f).defJvp(
              wrong(([w]: [NDArray], [t]: [NDArray]) => [w.astype("float16"), t.astype("float16")]),
            )(v),
          ),
          [x],
          [x],
        ),
      "another structure under jit": () =>
        jvp(
          jit((v: NDArray) =>
            customJvp(f).defJvp(
              wrong(([w]: [NDArray], [t]: [NDArray]) => [
                [w, w],
                [t, t],
              ]),
            )(v),
          ),
          [x],
          [x],
        ),
      "another shape from fwd under jit": () =>
        vjp(
          jit((v: NDArray) =>
            customVjp(f).defVjp(
              wrong((w: NDArray) => [w.slice(0), null]),
              wrong((_: null, ct: NDArray) => [ct]),
            )(v),
          ),
          x,
        ),
      "a rule that is not linear": () =>
        grad((v: NDArray) =>
          np.sum(customJvp(f).defJvp(wrong(([w]: [NDArray], [t]: [NDArray]) => [w, np.sin(t)]))(v)),
        )(x),
      "no pair from fwd": withVjp(
        () => [x],
        (v: NDArray) => v,
      ),
      "no list from bwd": withVjp((_, ct) => ct),
      "two cotangents": withVjp((_, ct) => [ct, ct]),
      "a cotangent of another shape": withVjp((_, ct) => [ct.slice(":1")]),
      "a cotangent of another dtype": withVjp((_, ct) => [ct.astype("float16")]),
      "forward mode of a vjp rule": () =>
        jvp(
          customVjp(f).defVjp(
            wrong((v: NDArray) => [v, null]),
            wrong((_: null, ct: NDArray) => [ct]),
          ),
          [x],
          [x],
        ),
      "a traced nondiff argument": () =>
        jit((v: NDArray) =>
          customVjp((a: NDArray, b: NDArray) => a.mul(b), { nondiffArgnums: 1 }).defVjp(
            wrong((a: NDArray) => [a, null]),
            wrong((_: NDArray, __: null, ct: NDArray) => [ct]),
          )(x, v),
        )(x),
      "a rule that closes over what is differentiated": () =>
        grad((v: NDArray) => {
          kept = v;
          return np.sum(jit((w: NDArray) => closed(w))(x));
        })(x),
      "a gradient without a function": () =>
        grad((v: NDArray) => np.sum(wrong(customGradient(wrong(f)))(v)))(x),
    }),
  ).toMatchInlineSnapshot(`
    "no jvp rule
      MissingRuleError: customJvp: f has no rule; define it with defJvp before the first call
    no vjp rule
      MissingRuleError: customVjp: f has no rule; define it with defVjp before the first call
    no pair
      ArgumentError: f: the jvp rule must return [out, tangentOut], got float32[3]; return a list of two
    another shape of the result
      ShapeError: f: the jvp rule, tangentOut must have the shape of float32[], got float32[3]; return one of that shape
    another shape of the tangent
      ShapeError: f: the jvp rule, tangentOut must have the shape of float32[3], got float32[]; return one of that shape
    another dtype of the tangent
      DTypeError: f: the jvp rule, tangentOut must have the dtype of float32[3], got float16[3]; convert it with astype
    another dtype of the result, under jit
      DTypeError: f: the jvp rule, result 0 must have the dtype of float32[3], got float16[3]; convert it with astype
    another structure under jit
      TreeError: f: the jvp rule: the result must have the structure *, got [*, *]; pass a single leaf there
    another shape from fwd under jit
      ShapeError: f: the forward rule, result 0 must have the shape of float32[3], got float32[]; return one of that shape
    a rule that is not linear
      ArgumentError: transpose: a linear function is required, got sin, which is not linear in its operands; use vjp to differentiate it, or mend the custom rule that applied it to a tangent
    no pair from fwd
      ArgumentError: f: the forward rule must return [out, residuals], got float32[3]; return a list of two
    no list from bwd
      TreeError: f: the backward rule must return a list with one cotangent for each of 1 arguments, got float32[3]; use null for zero
    two cotangents
      TreeError: f: the backward rule must return a list with one cotangent for each of 1 arguments, got 2 entries; use null for zero
    a cotangent of another shape
      ShapeError: f: the backward rule, cotangent [0] must have the shape of float32[3], got float32[1]; return one of that shape
    a cotangent of another dtype
      DTypeError: f: the backward rule, cotangent [0] must have the dtype of float32[3], got float16[3]; convert it with astype
    forward mode of a vjp rule
      MissingRuleError: jvp: custom_vjp_call has no jvp rule: the function has a custom reverse-mode rule only; use grad, vjp or jacrev, or define it with customJvp
    a traced nondiff argument
      TracerLeakError: anonymous: arguments in nondiffArgnums must not be traced, got float32[3]; make it an ordinary argument and give it a null cotangent
    a rule that closes over what is differentiated
      ArgumentError: customJvp: anonymous must not close over a value that is differentiated, for its rule does not know it; pass the value as an argument
    a gradient without a function
      ArgumentError: customGradient: f must return [out, ct => cts], got float32[3]; return a list of two"
  `);
});

test("input of arrays and trees that is none", () => {
  expect(
    refusals({
      ragged: () => np.array([[1, 2], [3]]),
      "ragged deep down": () =>
        np.array([
          [[1], [2]],
          [[3], 4],
        ] as never),
      text: () => np.array(wrong(["a"])),
      "a hole": () => np.array(wrong([1, undefined])),
      "an unknown dtype": () => np.zeros([2], { dtype: wrong("float31") }),
      "a dtype of 64 bits": () => np.array([1], { dtype: wrong("int64") }),
      "a BigInt64Array": () => np.array(wrong(new BigInt64Array(1))),
      "an unknown dtype for astype": () => x.astype(wrong("complex64")),
      "shapes that do not broadcast": () => x.add(np.ones([2])),
      "an axis out of range": () => np.sum(x, { axis: 1 }),
      "an unknown option": () => np.sum(x, wrong({ axes: 0 })),
      "an option that is none": () => np.sum(x, wrong(0)),
      "a list for an array": () => np.sin(wrong([1, 2])),
      "trees that differ": () =>
        tree.map((a: NDArray, b: NDArray) => a.add(b), { a: x }, wrong({ b: x })),
      "numbers for a key": () => random.uniform(wrong(x), [2]),
      "a key for a number": () => np.sin(random.key(0)),
    }),
  ).toMatchInlineSnapshot(`
    "ragged
      ShapeError: numpy.array: lists must be rectangular, got 1 entries at [1] where [0] has 2; pad or cut it
    ragged deep down
      ShapeError: numpy.array: lists must be rectangular, got a single value at [1][1] where [0][0] has a list; pad or cut it
    text
      ArgumentError: numpy.array: numbers, booleans, arrays or lists of them are required, got a string at [0]; convert it first
    a hole
      ArgumentError: numpy.array: numbers, booleans, arrays or lists of them are required, got nothing at [1]; convert it first
    an unknown dtype
      DTypeError: numpy.zeros: a dtype is required, got float31; use one of bool, uint8, uint16, uint32, int8, int16, int32, bfloat16, float16, float32, float64
    a dtype of 64 bits
      DTypeError: numpy.array: a dtype is required, got int64; the nearest supported one is int32
    a BigInt64Array
      DTypeError: numpy.array: a typed array of a known dtype is required, got BigInt64Array; convert it, for example to Int32Array
    an unknown dtype for astype
      DTypeError: numpy.astype: a dtype is required, got complex64; the nearest supported one is float32
    shapes that do not broadcast
      ShapeError: numpy.add: shapes must agree from the last axis on, or be 1 where they differ, got [3] and [2]; reshape or slice one of them
    an axis out of range
      ShapeError: numpy.sum: axis must be within the 1 axes of the array, got 1; use one from -1 to 0
    an unknown option
      ArgumentError: numpy.sum: unknown option "axes"; the names allowed are axis, keepdims, initial, where, dtype
    an option that is none
      ArgumentError: numpy.sum: options must be a plain object, got 0; the names allowed are axis, keepdims, initial, where, dtype
    a list for an array
      ArgumentError: numpy.sin: an array is required, got a list; wrap it in numpy.array
    trees that differ
      TreeError: tree.map: tree 2 must begin with the structure {a: *}, got {b: *}; add a and drop b
    numbers for a key
      DTypeError: random.uniform: a random key, or uint32 words of shape [..., 2], is required, got float32[3]; make one with random.key(seed)
    a key for a number
      DTypeError: numpy.sin: a dtype of numbers is required, got key<fry>; it has no floating-point form"
  `);
});
