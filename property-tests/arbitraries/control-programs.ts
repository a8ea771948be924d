import fc from "fast-check";
import { lax, type NDArray, numpy as np } from "udiff";
import type { Program } from "./programs.ts";
import { show } from "./shown.ts";

/** One step of a body: what it makes of the values at hand, all of one shape. */
interface Step {
  readonly text: string;
  readonly run: (values: readonly NDArray[]) => NDArray;
}

const calm = (x: NDArray): NDArray => np.tanh(x.mul(0.75));

/** The value that a number picks from those at hand. */
const at = (values: readonly NDArray[], k: number): NDArray =>
  values[values.length - 1 - (k % values.length)] as NDArray;

const plain: Readonly<Record<string, (x: NDArray, y: NDArray) => NDArray>> = {
  sin: (x) => np.sin(x),
  add: (x, y) => calm(x.add(y)),
  mul: (x, y) => calm(x).mul(calm(y)),
  div: (x, y) => x.div(np.square(y).add(1)),
  mean: (x, y) => (x.ndim === 0 ? y : y.sub(np.mean(x))),
  show: (x) => show(x),
  where: (x, y) => np.where(x.greater(0.32), x, calm(y)),
};

const pick = fc.nat(1000);

const leaf: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(...Object.keys(plain)), pick, pick)
  .map(([name, j, k]) => ({
    text: name,
    run: (values) =>
      (plain[name] as (x: NDArray, y: NDArray) => NDArray)(at(values, j), at(values, k)),
  }));

/** Steps one after the other; the last value is the result. */
const inOrder =
  (steps: readonly Step[]) =>
  (values: readonly NDArray[]): NDArray => {
    const all = [...values];
    for (const { run } of steps) all.push(run(all));
    return all.at(-1) as NDArray;
  };

const textOf = (steps: readonly Step[]): string => steps.map(({ text }) => text).join("; ");

/** A step with control flow, its bodies made of steps of less depth; `forward` allows while loops. */
function control(depth: number, forward: boolean): fc.Arbitrary<Step> {
  const body = fc.array(step(depth - 1, forward), { minLength: 1, maxLength: 2 });
  const scanned = fc
    .tuple(body, fc.nat(3), fc.boolean(), fc.constantFrom(1, 2), pick, pick, fc.boolean())
    .map(
      ([steps, length, reverse, unroll, j, k, closes]): Step => ({
        text: `scan ${length}${reverse ? " reversed" : ""}${unroll > 1 ? " unrolled" : ""} { ${textOf(steps)} }`,
        run: (values) => {
          const x = at(values, j);
          const xs = lax.sliceInDim(np.stack([x, calm(x), x.neg()]), 0, length);
          const init = at(values, k);
          const turn = (c: NDArray, y: NDArray): [NDArray, NDArray] => {
            const next = inOrder(steps)(closes ? [...values, c, y] : [c, y]);
            return [calm(next), next.add(c)];
          };
          const [last, ys] = lax.scan(turn, init, xs, { reverse, unroll });
          return calm(last.add(np.sum(ys, { axis: 0 })));
        },
      }),
    );
  const chosen = fc.tuple(body, body, pick, fc.boolean()).map(
    ([first, second, j, closes]): Step => ({
      text: `cond { ${textOf(first)} } { ${textOf(second)} }`,
      run: (values) => {
        const x = at(values, j);
        // Far from where the choice changes, differences do not see the other branch.
        const p = np.sum(np.sin(x.mul(0.01))).greater(
          np
            .sum(x)
            .mul(0)
            .sub(10 * (j % 3) - 10.0032),
        );
        return lax.cond(
          p,
          (v: NDArray) => inOrder(first)(closes ? [...values, v] : [v]),
          (v: NDArray) => inOrder(second)(closes ? [...values, v] : [v]),
          x,
        );
      },
    }),
  );
  const counted = fc.tuple(body, fc.nat(3), pick).map(
    ([steps, n, j]): Step => ({
      text: `fori ${n} { ${textOf(steps)} }`,
      run: (values) =>
        lax.foriLoop(0, n, (i, c: NDArray) => inOrder(steps)([c, c.mul(i)]), at(values, j)),
    }),
  );
  const until = fc.tuple(body, fc.nat(3), pick).map(
    ([steps, n, j]): Step => ({
      text: `while ${n} { ${textOf(steps)} }`,
      run: (values) =>
        lax.whileLoop(
          ([i]) => np.less(i as NDArray, n),
          ([i, c]) => [(i as NDArray).add(1), inOrder(steps)([c as NDArray])],
          [np.int32(0) as NDArray, at(values, j)],
        )[1] as NDArray,
    }),
  );
  return forward ? fc.oneof(scanned, chosen, counted, until) : fc.oneof(scanned, chosen, counted);
}

function step(depth: number, forward: boolean): fc.Arbitrary<Step> {
  if (depth === 0) return leaf;
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    { weight: 2, arbitrary: control(depth, forward) },
  );
}

/** A random program with control flow nested up to depth three; with `forward` also while loops. */
export function controlProgram(forward: boolean): fc.Arbitrary<Program> {
  const shape = fc.constantFrom<readonly number[]>([], [], [2], [2, 1]);
  return fc
    .tuple(shape, fc.array(step(3, forward), { minLength: 1, maxLength: 3 }))
    .map(([of, steps]) => ({
      shapes: [of, of],
      text: textOf(steps),
      f: (...xs) => [inOrder(steps)(xs)],
    }));
}
