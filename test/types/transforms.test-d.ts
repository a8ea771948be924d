import {
  disableJit,
  flattenUtil,
  fwdAndBwd,
  grad,
  hessian,
  hvp,
  jacrev,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  numpy as np,
  numpyDtypePromotion,
  type StagedProgram,
  valueAndGrad,
  vhp,
  vjp,
  vmap,
} from "udiff";
import { expectTypeOf, test } from "vitest";

interface Params {
  w: NDArray;
  b: NDArray[];
}

const loss = (p: Params, x: NDArray): NDArray => np.sum(np.matmul(x, p.w).add(p.b[0] as NDArray));
declare const p: Params;
declare const x: NDArray;

test("a gradient has the type of what it is the gradient by", () => {
  expectTypeOf(grad(loss)(p, x)).toEqualTypeOf<Params>();
  expectTypeOf(grad(loss, { argnums: 1 })(p, x)).toEqualTypeOf<NDArray>();
  expectTypeOf(grad(loss, { argnums: [0, 1] })(p, x)).toEqualTypeOf<[Params, NDArray]>();
  expectTypeOf(grad((v: NDArray) => np.sin(v))(0.5)).toEqualTypeOf<NDArray>();
  expectTypeOf(valueAndGrad(loss)(p, x)).toEqualTypeOf<[NDArray, Params]>();
});

test("aux goes along", () => {
  const f = (v: NDArray): readonly [NDArray, { name: string }] => [np.sum(v), { name: "a" }];
  expectTypeOf(grad(f, { hasAux: true })(x)).toEqualTypeOf<[NDArray, { name: string }]>();
  expectTypeOf(valueAndGrad(f, { hasAux: true })(x)).toEqualTypeOf<
    [[NDArray, { name: string }], NDArray]
  >();
});

test("transformed functions keep parameters and results", () => {
  const f = (a: Params, b: NDArray): { y: NDArray } => ({ y: np.matmul(b, a.w) });
  expectTypeOf(jit(f)(p, x)).toEqualTypeOf<{ y: NDArray }>();
  expectTypeOf(vmap(f)(p, x)).toEqualTypeOf<{ y: NDArray }>();
  expectTypeOf(jvp((v: NDArray) => np.sin(v), [0.5], [1])).toEqualTypeOf<[NDArray, NDArray]>();
  const [out, pull] = vjp(f, p, x);
  expectTypeOf(out).toEqualTypeOf<{ y: NDArray }>();
  expectTypeOf(pull({ y: 1 })[0]).toEqualTypeOf<Params>();
  expectTypeOf(jacrev((v: NDArray) => ({ a: v }))(x)).toEqualTypeOf<{ a: NDArray }>();
  expectTypeOf(hessian((v: NDArray) => np.sum(v))(x)).toEqualTypeOf<NDArray>();
  const h = (a: Params, b: NDArray): NDArray => np.sum(f(a, b).y);
  expectTypeOf(hvp(h, [p, x], [p, x])).toEqualTypeOf<[a: Params, b: NDArray]>();
  expectTypeOf(vhp(h, [p, x], [p, x])).toEqualTypeOf<[a: Params, b: NDArray]>();
});

test("passes and stages have the types of the function", () => {
  const [fwd, bwd] = fwdAndBwd(loss, { argnums: [0, 1] });
  const [value, residuals] = fwd(p, x);
  expectTypeOf(value).toEqualTypeOf<NDArray>();
  expectTypeOf(bwd(residuals, 1)).toEqualTypeOf<[Params, NDArray]>();
  expectTypeOf(fwdAndBwd(loss, { argnums: 0 })[1](residuals, 1)).toEqualTypeOf<Params>();
  expectTypeOf(jit(loss).lower(p, x).compile()(p, 1)).toEqualTypeOf<NDArray>();
  expectTypeOf(flattenUtil.ravelPytree(p)[1](x)).toEqualTypeOf<Params>();
  expectTypeOf(disableJit(() => 3)).toEqualTypeOf<number>();
  expectTypeOf(makeJaxpr(loss, { returnShape: true })(p, x)).toEqualTypeOf<
    [StagedProgram, unknown]
  >();
  expectTypeOf(lax.axisSize("i")).toEqualTypeOf<number>();
});

test("wrong uses do not compile", () => {
  // @ts-expect-error a string is no array
  expectTypeOf(() => grad((v: NDArray) => np.sin(v))("x")).toBeFunction();
  // @ts-expect-error an argument is missing
  expectTypeOf(() => grad(loss)(p)).toBeFunction();
  // @ts-expect-error which arguments to differentiate by must be said
  expectTypeOf(() => fwdAndBwd(loss, {})).toBeFunction();
  // @ts-expect-error there are two modes
  expectTypeOf(() => numpyDtypePromotion("lax", () => x)).toBeFunction();
  // @ts-expect-error the size is known by the axis
  expectTypeOf(() => lax.allGather(x, "i", 3)).toBeFunction();
  // @ts-expect-error the option is called argnums
  expectTypeOf(() => grad(loss, { argnum: 1 })).toBeFunction();
  // @ts-expect-error a gradient needs a scalar, not a tree
  expectTypeOf(() => grad((v: NDArray) => ({ v }))).toBeFunction();
});
