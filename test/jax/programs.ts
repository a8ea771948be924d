import * as udiff from "udiff";
import { type LibraryFunction, programs } from "./encoding.ts";

/** What the programs use of an array; a tracer has the same. */
interface Value {
  mul(y: Operand): Value;
  pow(y: Operand): Value;
  slice(...parts: unknown[]): Value;
  at(...index: unknown[]): { set(u: Value): Value; add(u: Value): Value; max(u: Value): Value };
}
type Operand = Value | number;
type Call = (...args: unknown[]) => Value;
type Unary = (x: Value) => Value;

const {
  numpy: np,
  lax,
  nn,
  linalg,
  grad,
  hessian,
} = udiff as unknown as {
  numpy: Readonly<Record<string, Call>>;
  lax: Readonly<Record<string, Call>>;
  nn: Readonly<Record<string, Call>>;
  linalg: Readonly<Record<string, Call>>;
  grad(f: (...xs: Value[]) => unknown): (...xs: unknown[]) => Value;
  hessian(f: (...xs: Value[]) => unknown, options: unknown): (...xs: Value[]) => Value[][];
};

// Called when a test runs, so that a missing function fails that test alone.
function of(space: () => Readonly<Record<string, Call>>): Readonly<Record<string, Call>> {
  return new Proxy({} as Record<string, Call>, {
    get: (_, name: string) => {
      const f = space()?.[name];
      if (f === undefined) throw new Error(`the library has no ${name}`);
      return f;
    },
  });
}
const n = of(() => np) as Record<string, Call>;
const l = of(() => lax) as Record<string, Call>;
const act = of(() => nn) as Record<string, Call>;
const alg = of(() => linalg) as Record<string, Call>;

function call(space: Record<string, Call>, name: string, ...args: unknown[]): Value {
  return (space[name] as Call)(...args);
}

function define(name: string, f: (...xs: Value[]) => unknown): void {
  programs.set(name, f as LibraryFunction);
}

/** `f` differentiated `order` times. */
function derivative(f: Unary, order: number): Unary {
  return order === 0 ? f : (x) => grad(derivative(f, order - 1))(x);
}

define("sumCummax", (x) => call(n, "sum", call(l, "cummax", x)));
define("maxPool", (x) => call(l, "reduceWindow", x, -Infinity, l.max, [3], [1], "VALID"));
define("sortDot", (x) => call(n, "dot", call(n, "sort", x), call(n, "array", [1, 2, 3])));
define("maximumZero", (x) => call(n, "maximum", x, 0));
define("whereSqrt", (x) => call(n, "where", call(n, "greater", x, 0), call(n, "sqrt", x), 0));
define("whereSafeSqrt", (x) => {
  const positive = call(n, "greater", x, 0);
  return call(n, "where", positive, call(n, "sqrt", call(n, "where", positive, x, 1)), 0);
});
for (const exponent of [0, 1, 2, 3]) {
  const power: Unary = (x) => x.pow(exponent);
  define(`power${exponent}`, power);
  define(`power${exponent}Second`, derivative(power, 1));
  define(`power${exponent}Third`, derivative(power, 2));
}
define("powerHalf", (x) => x.pow(0.5));
define("sqrtTimesZero", (x) => call(n, "sqrt", x).mul(0));
define(
  "sincSecond",
  derivative((x) => call(n, "sinc", x), 1),
);
define("sumCumprod", (x) => call(n, "sum", call(n, "cumprod", x)));
define("normZero", (x) => call(alg, "norm", x));
define(
  "reciprocalSixth",
  derivative((x) => call(n, "divide", 1, x), 5),
);
define("stopGradientProduct", (x) =>
  call(n, "sin", x).mul(call(n, "cos", call(l, "stopGradient", x))),
);
define("perturbation", (x) => x.mul(grad((y) => call(n, "add", x, y))(1)));

const twice: Readonly<Record<string, Unary>> = {
  absSecond: (x) => call(n, "abs", x),
  reluSecond: (x) => call(act, "relu", x),
  softplusSecond: (x) => call(act, "softplus", x),
  logisticSecond: (x) => call(act, "sigmoid", x),
  tanhSecond: (x) => call(n, "tanh", x),
  expm1Second: (x) => call(n, "expm1", x),
};
for (const [name, f] of Object.entries(twice)) define(name, derivative(f, 1));
define("powSecondBoth", (x, y) => {
  const blocks = hessian((a, b) => (a as Value).pow(b as Value), { argnums: [0, 1] })(x, y);
  return call(n, "stack", blocks.flat());
});

define("readScalar", (x, i) => x.slice(i));
define("readArray", (x, i) => x.slice(i));
define("atSet", (x, i, u) => x.at(i).set(u as Value));
define("atSetTwice", (x, i, u) => x.at(i).set(u as Value));
define("atAdd", (x, i, u) => x.at(i).add(u as Value));
define("atMax", (x, i, u) => x.at(i).max(u as Value));
