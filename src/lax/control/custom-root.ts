import { ArgumentError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import { checkOptions } from "../../core/options.ts";
import { type Tangent, Zero } from "../../core/primitive.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import { NDArray } from "../../core/value.ts";
import { checkLike } from "../../transforms/custom-arguments.ts";
import { bindCustomJvp } from "../../transforms/custom-jvp-primitive.ts";
import {
  avalsOf,
  checkFunction,
  type FlatArrays,
  flattenArrays,
  flattenResult,
  pathOf,
  splitAux,
} from "../../transforms/flatten.ts";
import { linearizeFlat } from "../../transforms/linearize-flat.ts";
import { type Dual, zeroTangent } from "../../transforms/pushforward.ts";
import type { Given } from "../../transforms/signatures.ts";
import { neg } from "../ops/arith.ts";
import { stageBody } from "./bodies.ts";

/** A function whose root is sought, of trees like the first guess. */
export type RootFunction<X> = (x: Given<X>) => Given<X>;

/** Options of `customRoot`. */
export interface CustomRootOptions {
  /** Whether `solve` gives `[x, aux]`, of which `x` is differentiated. */
  readonly hasAux?: boolean | undefined;
}

const where = "lax.customRoot";

/**
 * The root of `f` that `solve(f, initialGuess)` finds, differentiated by the implicit function
 * theorem rather than through the solver.
 *
 * `f` maps trees like `initialGuess` to such trees, and what it closes over is what the root
 * depends on. `tangentSolve(g, y)` solves `g(x) = y` for a linear `g`, and must itself be linear in
 * `y`: `y.div(g(1))` for scalars, `linalg.solve(jacobian(g)(y), y)` for vectors, or a solver by
 * `customLinearSolve`. The guess has no derivative.
 *
 * @throws TreeError, ShapeError or DTypeError if `f` or a solver gives something unlike the guess.
 */
export function customRoot<X>(
  f: RootFunction<X>,
  initialGuess: X,
  solve: (f: RootFunction<X>, initialGuess: Given<X>) => unknown,
  tangentSolve: (g: RootFunction<X>, y: Given<X>) => unknown,
  options?: { readonly hasAux?: false | undefined },
): Given<X>;
export function customRoot<X>(
  f: RootFunction<X>,
  initialGuess: X,
  solve: (f: RootFunction<X>, initialGuess: Given<X>) => unknown,
  tangentSolve: (g: RootFunction<X>, y: Given<X>) => unknown,
  options: { readonly hasAux: true },
): [Given<X>, unknown];
export function customRoot<X>(
  f: RootFunction<X>,
  initialGuess: X,
  solve: (f: RootFunction<X>, initialGuess: Given<X>) => unknown,
  tangentSolve: (g: RootFunction<X>, y: Given<X>) => unknown,
  options: CustomRootOptions = {},
): Given<X> | [Given<X>, unknown] {
  for (const part of [f, solve, tangentSolve]) checkFunction(part, where);
  checkOptions(where, options, ["hasAux"]);
  const { hasAux = false } = options;
  const guess = flattenArrays(initialGuess, where, "initialGuess");
  const avals = avalsOf(guess.arrays);
  const count = avals.length;
  const build = (xs: readonly NDArray[]): Given<X> => unflatten(guess.treeDef, xs) as Given<X>; // like the guess
  const residual = stageBody((xs) => flattenLike(f(build(xs)), guess, "what f gives"), avals);
  let auxDef: TreeDef | null = null;
  const solver = stageBody((xs) => {
    const result = solve(f, build(xs));
    if (!hasAux) return flattenLike(result, guess, "what solve gives");
    const [x, aux] = splitAux(result, `${where}: solve`);
    const flat = flattenArrays(aux, where, "the aux");
    auxDef = flat.treeDef;
    return [...flattenLike(x, guess, "what solve gives"), ...flat.arrays];
  }, avals);
  const structure = auxDef as TreeDef | null;
  const ofF = residual.consts.length;
  const solveTangent = (g: (xs: readonly NDArray[]) => NDArray[], y: readonly NDArray[]) =>
    flattenLike(
      tangentSolve((x) => build(g(flattenLike(x, guess, "the argument of g"))), build(y)),
      guess,
      "what tangentSolve gives",
    );
  const run = (xs: readonly NDArray[]): readonly NDArray[] =>
    evalJaxpr(solver.program, xs.slice(ofF));
  const jvp = (primals: readonly NDArray[], tangents: readonly Tangent[]): Dual => {
    const outs = bindCustomJvp({ name: "customRoot", fun: run, jvp }, primals);
    const fixed = primals.slice(0, ofF);
    const x = outs.slice(0, count);
    const isWanted = (i: number): boolean => !(tangents[i] instanceof Zero);
    const byFixed = linearizeFlat(
      (values) => ({ arrays: evalJaxpr(residual.program, [...values, ...x]) }),
      fixed,
      isWanted,
    );
    const present = tangents.slice(0, ofF).filter((t) => t instanceof NDArray);
    if (byFixed.results.every((t) => t instanceof Zero)) return [outs, outs.map(zeroTangent)];
    const byRoot = linearizeFlat(
      (values) => ({ arrays: evalJaxpr(residual.program, [...fixed, ...values]) }),
      x,
    );
    const solved = solveTangent((v) => byRoot.push(v), byFixed.push(present));
    return [
      outs,
      outs.map((out, i) => (i < count ? neg(solved[i] as NDArray) : zeroTangent(out))), // as many
    ];
  };
  const outs = bindCustomJvp({ name: "customRoot", fun: run, jvp }, [
    ...residual.consts,
    ...solver.consts,
    ...guess.arrays,
  ]);
  const x = build(outs.slice(0, count));
  return structure === null ? x : [x, unflatten(structure, outs.slice(count))];
}

/** A result of the structure and types of the guess. */
function flattenLike(result: unknown, guess: FlatArrays, what: string): NDArray[] {
  const { arrays, treeDef } = flattenResult(result, { where });
  checkStructure(guess.treeDef, treeDef, `${where}: ${what}`);
  arrays.forEach((x, i) => {
    const like = guess.arrays[i];
    if (like === undefined) throw new ArgumentError(`${where}: ${what} has too many leaves`);
    checkLike(x, like.aval, () => `${where}: ${what}${pathOf(guess.treeDef, i)}`);
  });
  return arrays;
}
