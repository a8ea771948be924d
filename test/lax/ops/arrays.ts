import "../../../src/runtime/install.ts";
import { shapedArray } from "../../../src/core/aval.ts";
import { type DType, hostArray } from "../../../src/core/dtype.ts";
import { literalValue } from "../../../src/core/number.ts";
import { getEvaluator } from "../../../src/core/trace.ts";
import type { NDArray } from "../../../src/core/value.ts";
import { full } from "../../../src/lax/ops/broadcast.ts";
import { jvp } from "../../../src/transforms/jvp.ts";

/** An array of the given elements in row-major order, rounded and wrapped as literals are. */
export function array(
  dtype: DType,
  data: readonly number[],
  shape: readonly number[] = [data.length],
): NDArray {
  const host = hostArray(dtype, data.length);
  data.forEach((x, i) => {
    host[i] = literalValue(x, dtype);
  });
  return getEvaluator().upload(host, shapedArray(shape, dtype));
}

/** A float32 vector. */
export function floats(...data: number[]): NDArray {
  return array("float32", data);
}

/** An int32 vector. */
export function ints(...data: number[]): NDArray {
  return array("int32", data);
}

/** The elements in row-major order. */
export function values(x: NDArray): number[] {
  return Array.from(x.dataSync());
}

/** Derivative of an elementwise function of `xs` by argument `wrt`, as an array. */
export function slope(f: (...xs: NDArray[]) => NDArray, xs: readonly NDArray[], wrt = 0): NDArray {
  const x = xs[wrt] as NDArray;
  const inner = (y: NDArray) => f(...xs.map((other, i) => (i === wrt ? y : other)));
  return jvp(inner, [x], [full(x.shape, 1, x.dtype)])[1];
}
