import { debug, grad, jit, lax, type NDArray, numpy as np, vmap } from "udiff";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    lines.push(line);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("values stand where the format names them", () => {
  const v = np.array([1, 2.5]);
  debug.print("{} and {1} and {x} {{}}", v, true, { x: np.int32(3) });
  debug.print("{x:.3f} {x:.2e} {:.1f}", 2.26, { x: 1234.5 });
  debug.print("{}", { w: v, list: [1, "a{b}"], none: null });
  debug.print("nothing");
  expect(lines).toEqual([
    "[1.  2.5] and True and 3 {}",
    "1234.500 1.23e+03 2.3",
    "{w: [1.  2.5], list: [1.0, a{b}], none: null}",
    "nothing",
  ]);
});

test("lines appear when the program runs: for each lane, turn and branch taken", () => {
  const f = jit((v: NDArray): NDArray => {
    debug.print("x {}", v);
    const [c] = lax.scan(
      (s: NDArray, i: NDArray) => {
        debug.print("s {s} i {i}", { s, i });
        return [s.add(i), null] as const;
      },
      v,
      np.arange(2),
    );
    return lax.cond(
      c.greater(1.5),
      (a: NDArray) => {
        debug.print("large {}", a);
        return a;
      },
      (a: NDArray) => {
        debug.print("small {}", a);
        return a.mul(2);
      },
      c,
    );
  });
  expect(lines).toEqual([]);
  f(0);
  expect(lines).toEqual(["x 0.0", "s 0.0 i 0", "s 0.0 i 1", "small 1.0"]);
  lines = [];
  grad(f)(1);
  expect(lines).toEqual(["x 1.0", "s 1.0 i 0", "s 1.0 i 1", "large 2.0"]);
  lines = [];
  vmap((v: NDArray) => {
    debug.print("{} {}", v, 7);
    return v;
  })(np.array([1, 2]));
  expect(lines).toEqual(["1.0 7.0", "2.0 7.0"]);
});

test("a format that does not fit its values is refused when it is traced", () => {
  const x = np.arange(2);
  const bad: readonly (() => void)[] = [
    () => debug.print("a {}"),
    () => debug.print("a {}", 1, 2),
    () => debug.print("{x}", { y: 1 }),
    () => debug.print("{x}", { x: 1, y: 1 }),
    () => debug.print(`x = ${1}`, { x: 1 }),
    () => debug.print("{x:.2f}", { x }),
    () => debug.print("{:>5}", 1),
    () => debug.print("{", 1),
    () => debug.print("}", 1),
    () => debug.print(3 as never),
  ];
  const messages = bad.map((f) => {
    try {
      f();
    } catch (error) {
      return String(error);
    }
    return "nothing";
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "ArgumentError: debug.print: a value must be given for each field, got none for {}; pass it behind the format",
      "ArgumentError: debug.print: a field must stand for each value, got none for argument 1; write {} or {name} in the format, which is no template string",
      "ArgumentError: debug.print: a value must be given for each field, got none for {x}; pass it as a property of the last argument",
      "ArgumentError: debug.print: a field must stand for each value, got none for y; write {} or {name} in the format, which is no template string",
      "ArgumentError: debug.print: a field must stand for each value, got none for x; write {} or {name} in the format, which is no template string",
      "ArgumentError: debug.print: a field with digits must be a scalar, got int32[2] for {x:.2f}; print it whole",
      "ArgumentError: debug.print: a field may ask for digits as .3f or .3e, got ">5"; format the value in debug.callback",
      "ArgumentError: debug.print: braces must come in pairs around a name, got "{"; write {{ or }} for a brace",
      "ArgumentError: debug.print: braces must come in pairs around a name, got "}"; write {{ or }} for a brace",
      "ArgumentError: debug.print: a format must be a string, got number 3; pass debug.print("{}", value)",
    ]
  `);
  expect(lines).toEqual([]);
});
