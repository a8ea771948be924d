import { type DType, jvp, type NDArray, vjp } from "udiff";
import { expect, test } from "vitest";
import { type Call, functions } from "./functions.ts";
import {
  type ArrayFunction,
  distance,
  numbers,
  numericJacobian,
  Points,
  tolerance,
} from "./points.ts";

const names = Object.keys(functions);

test("all functions that the Python library differentiates are here", () => {
  expect(names.length).toBe(102);
});

/** `f` with its results in one list, whether it has one or several. */
const listed =
  (f: ArrayFunction) =>
  (...xs: NDArray[]): NDArray[] => {
    const result = f(...xs);
    return Array.isArray(result) ? (result as NDArray[]) : [result as NDArray];
  };

function argumentsOf({ args }: Call, dtype: DType): NDArray[] {
  const points = new Points(args.length);
  return args.map(([shape, domain], i) => points.array(shape, domain, dtype, i));
}

test.each(names)("%s: forward and reverse mode are what differences say", (name) => {
  for (const call of functions[name] ?? []) {
    const f = listed(call.f);
    const jacobian = numericJacobian(call.f, argumentsOf(call, "float64"));
    for (const dtype of ["float64", "float32"] as const) {
      const xs = argumentsOf(call, dtype);
      const points = new Points(7);
      const directions = xs.map((x) => points.array(x.shape, [-2, 2], dtype));
      const [ys, forward] = jvp(f, xs, directions);
      const t = numbers(directions);
      const pushed = jacobian.map((row) =>
        row.reduce((sum, d, i) => sum + d * (t[i] as number), 0),
      );
      expect(distance(numbers(forward), pushed)).toBeLessThan(tolerance[dtype]);
      expect(forward.map((y) => y.aval)).toEqual(ys.map((y) => y.aval.strong()));

      const cts = ys.map((y) => points.array(y.shape, [-2, 2], dtype));
      const reverse = vjp(f, ...xs)[1](cts);
      expect(reverse.map((ct) => ct.shape)).toEqual(xs.map((x) => x.shape));
      expect(reverse.map((ct) => ct.dtype)).toEqual(xs.map(() => dtype));
      const ct = numbers(cts);
      const pulled = t.map((_, i) =>
        jacobian.reduce((sum, row, j) => sum + (row[i] as number) * (ct[j] as number), 0),
      );
      expect(distance(numbers(reverse), pulled)).toBeLessThan(tolerance[dtype]);
    }
  }
});
