import { isFloat } from "../../core/dtype.ts";
import { DTypeError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import { checkOptions } from "../../core/options.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import type { NDArray } from "../../core/value.ts";
import { checkLike } from "../../transforms/custom-arguments.ts";
import {
  avalsOf,
  checkFunction,
  type FlatArrays,
  flattenArrays,
  flattenResult,
  pathOf,
  splitAux,
} from "../../transforms/flatten.ts";
import { transposeJaxpr } from "../../transforms/jaxpr-rules.ts";
import type { Given } from "../../transforms/signatures.ts";
import { inAvals, type StagedBody, stageBody } from "./bodies.ts";
import { bindLinearSolve } from "./linear-solve-primitive.ts";
import { withUnreadInputs } from "./shared-constants.ts";

/** A linear function of trees. */
export type Matvec<B> = (x: Given<B>) => Given<B>;

/** From a linear function and a right-hand side to a solution, `[x, aux]` with `hasAux`. */
export type LinearSolver<B> = (matvec: Matvec<B>, b: Given<B>) => unknown;

/** Options of `customLinearSolve`. */
export interface LinearSolveOptions<B> {
  /** Solves the transposed equation, given the transpose of `matvec`. */
  readonly transposeSolve?: LinearSolver<B> | undefined;
  /** Whether `matvec` is its own transpose, so that `solve` solves the transposed equation. */
  readonly symmetric?: boolean | undefined;
  /** Whether `solve` gives `[x, aux]`, of which `x` is differentiated. */
  readonly hasAux?: boolean | undefined;
}

const where = "lax.customLinearSolve";

/**
 * The solution `x` of `matvec(x) = b` that `solve(matvec, b)` finds, differentiated by what it
 * solves rather than by how.
 *
 * `matvec` is linear, from trees like `b` to trees like `b`. Its derivative by what it closes over
 * counts; `solve` itself is never differentiated, so it may loop as it likes. Reverse mode needs
 * `transposeSolve` or `symmetric`.
 *
 * @throws TreeError, ShapeError or DTypeError if `matvec` or a solver gives something unlike `b`.
 */
export function customLinearSolve<B>(
  matvec: Matvec<B>,
  b: B,
  solve: LinearSolver<B>,
  options?: LinearSolveOptions<B> & { readonly hasAux?: false | undefined },
): Given<B>;
export function customLinearSolve<B>(
  matvec: Matvec<B>,
  b: B,
  solve: LinearSolver<B>,
  options: LinearSolveOptions<B> & { readonly hasAux: true },
): [Given<B>, unknown];
export function customLinearSolve<B>(
  matvec: Matvec<B>,
  b: B,
  solve: LinearSolver<B>,
  options: LinearSolveOptions<B> = {},
): Given<B> | [Given<B>, unknown] {
  checkFunction(matvec, where);
  checkFunction(solve, where);
  checkOptions(where, options, ["transposeSolve", "symmetric", "hasAux"]);
  const { transposeSolve, symmetric = false, hasAux = false } = options;
  if (transposeSolve !== undefined) checkFunction(transposeSolve, `${where}: transposeSolve`);
  const side = flattenArrays(b, where, "b");
  side.arrays.forEach((x, i) => {
    if (isFloat(x.dtype)) return;
    throw new DTypeError(
      `${where}: b${pathOf(side.treeDef, i)} must be a float, got ${x.aval}; convert it with astype`,
    );
  });
  const avals = avalsOf(side.arrays);
  const build = (xs: readonly NDArray[]): Given<B> => unflatten(side.treeDef, xs) as Given<B>; // like `b`
  const forward = stageBody(
    (xs) => flattenLike(matvec(build(xs)), side, "what matvec gives"),
    avals,
  );
  let auxDef: TreeDef | null = null;
  const solver = (
    f: LinearSolver<B>,
    apply: Matvec<B>,
    what: string,
    withAux: boolean,
  ): StagedBody =>
    stageBody((xs) => {
      const result = f(apply, build(xs));
      if (!withAux) return flattenLike(result, side, what);
      const [x, aux] = splitAux(result, `${where}: solve`);
      const flat = flattenArrays(aux, where, "the aux");
      auxDef = flat.treeDef;
      return [...flattenLike(x, side, what), ...flat.arrays];
    }, avals);
  const solved = solver(solve, matvec, "what solve gives", hasAux);
  const structure = auxDef as TreeDef | null;
  const fixed = inAvals(forward.program).slice(0, forward.consts.length);
  const isInput = [...fixed.map(() => false), ...avals.map(() => true)];
  const all = avals.map(() => true);
  const backward =
    transposeSolve === undefined
      ? null
      : transposeJaxpr(forward.program, isInput, all, all).program;
  const back =
    transposeSolve === undefined || backward === null
      ? null
      : solver(
          transposeSolve,
          (x) => build(evalJaxpr(backward, [...forward.consts, ...flattenLike(x, side, "x")])),
          "what transposeSolve gives",
          false,
        );
  const parts = [forward.consts, solved.consts, back?.consts ?? []];
  /** A program that reads part `own` of the constants, as one of all of them. */
  const shared = ({ jaxpr, consts }: StagedBody["program"], own: number): StagedBody["program"] => {
    const before = avalsOf(parts.slice(0, own).flat());
    const after = avalsOf(parts.slice(own + 1).flat());
    const count = parts[own]?.length ?? 0;
    return withUnreadInputs(withUnreadInputs({ jaxpr, consts }, count, after), 0, before);
  };
  const program = shared(solved.program, 1);
  const withoutAux = {
    ...program,
    jaxpr: { ...program.jaxpr, outvars: program.jaxpr.outvars.slice(0, avals.length) },
  };
  const isSymmetric = symmetric && back === null;
  const outs = bindLinearSolve([...parts.flat(), ...side.arrays], {
    matvec: shared(forward.program, 0),
    vecmat: isSymmetric
      ? shared(forward.program, 0)
      : backward === null
        ? null
        : shared(backward, 0),
    solve: program,
    transposeSolve: isSymmetric ? withoutAux : back === null ? null : shared(back.program, 2),
    consts: parts.flat().length,
  });
  const x = build(outs.slice(0, avals.length));
  return structure === null ? x : [x, unflatten(structure, outs.slice(avals.length))];
}

/** A result of the structure and types of the right-hand side. */
function flattenLike(result: unknown, side: FlatArrays, what: string): readonly NDArray[] {
  const { arrays, treeDef } = flattenResult(result, { where });
  checkStructure(side.treeDef, treeDef, `${where}: ${what}`);
  arrays.forEach((x, i) => {
    const like = side.arrays[i] as NDArray; // as many, by the structures
    checkLike(x, like.aval, () => `${where}: ${what}${pathOf(side.treeDef, i)}`);
  });
  return arrays;
}
