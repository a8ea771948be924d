import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { ClosedJaxpr, PrimitiveOf } from "../core/primitive.ts";
import { condP } from "../lax/control/cond-primitive.ts";
import { linearCallP } from "../lax/control/linear-call.ts";
import { customLinearSolveP } from "../lax/control/linear-solve-primitive.ts";
import { scanP } from "../lax/control/scan-primitive.ts";
import { byRole } from "../lax/control/scan-shape.ts";
import { whileP } from "../lax/control/while-primitive.ts";
import { checkpointP } from "../transforms/checkpoint-primitive.ts";
import { customJvpCallP } from "../transforms/custom-jvp-primitive.ts";
import { customVjpCallP } from "../transforms/custom-vjp-primitive.ts";
import { customVmapCallP } from "../transforms/custom-vmap-primitive.ts";
import { jitP } from "../transforms/jit-primitive.ts";
import {
  type Emitter,
  names,
  type Ref,
  resultsOf,
  returned,
  signature,
  typesOf,
} from "./emitter.ts";
import { physical } from "./tensor-types.ts";
import { operand, type Writer, writerOfKeys } from "./writer.ts";

/** The staged body of a call; an equation of a program always has one. */
function bodyOf(program: ClosedJaxpr | null): ClosedJaxpr {
  return program as ClosedJaxpr;
}

/** Call a program by a function of its own, or in place. */
export function writeCall(
  e: Emitter,
  program: ClosedJaxpr,
  name: string,
  operands: readonly Ref[],
): readonly Ref[] {
  const callee = e.module.functionFor(program, name);
  if (callee === null || e.manualAxes.size > 0) return e.inline(program, operands);
  const outs = program.jaxpr.outvars.map(({ aval }) => physical(aval));
  const text = `func.call @${callee}(${names(operands)}) : ${signature(operands, outs)}`;
  if (outs.length > 0) return e.values(text, outs);
  e.line(text);
  return [];
}

function call<P extends object>(
  prim: PrimitiveOf<number, P>,
  body: (params: P) => readonly [ClosedJaxpr | null, string],
): Writer {
  return writerOfKeys(prim, (e, { params, operands }) => {
    const [program, name] = body(params);
    return writeCall(e, bodyOf(program), name, operands);
  });
}

const cond = writerOfKeys(condP, (e, { params: { branches }, operands, outs }) => {
  const [index, ...rest] = operands as readonly [Ref, ...Ref[]]; // the index first
  if (outs.length === 0) return [];
  const low = e.splat(0, "int32");
  const high = e.splat(branches.length - 1, "int32");
  const clamped = e.value(
    `stablehlo.clamp ${names([low, index, high])} : tensor<i32>`,
    shapedArray([], "int32"),
  );
  const regions = branches.map((branch) => ({
    inputs: [],
    body: () => e.inline(branch, rest),
  }));
  return e.withRegions("stablehlo.case", [clamped], "", regions, outs);
});

/** A loop on carried values: the condition and the body see them by new names. */
function writeWhile(
  e: Emitter,
  init: readonly Ref[],
  holds: (carry: readonly Ref[]) => Ref,
  next: (carry: readonly Ref[]) => readonly Ref[],
): readonly Ref[] {
  const avals = init.map(({ aval }) => aval);
  const carry = avals.map((aval) => ({ name: e.newName(), aval }));
  const name = e.newName();
  const bound = carry.map((ref, i) => `${ref.name} = ${operand(init, i).name}`).join(", ");
  const head = init.length === 1 ? name : `${name}:${init.length}`;
  e.line(`${head} = stablehlo.while(${bound}) : ${typesOf(init)}`);
  e.line("cond {");
  e.nested(() => e.line(returned("stablehlo.return", [holds(carry)])));
  e.line("} do {");
  e.nested(() => e.line(returned("stablehlo.return", next(carry))));
  e.line("}");
  return resultsOf(name, avals);
}

const whileLoop = writerOfKeys(whileP, (e, { params, operands }) => {
  const { cond: holds, body, condConsts, bodyConsts } = params;
  const ofCond = operands.slice(0, condConsts);
  const ofBody = operands.slice(condConsts, condConsts + bodyConsts);
  const init = operands.slice(condConsts + bodyConsts);
  if (init.length === 0) return [];
  return writeWhile(
    e,
    init,
    (carry) => operand(e.inline(holds, [...ofCond, ...carry]), 0),
    (carry) => e.inline(body, [...ofBody, ...carry]),
  );
});

/** A loop that counts, reads slices and writes slices. */
const scan = writerOfKeys(scanP, (e, { params, operands, outs }) => {
  const { body, carry, length, reverse } = params;
  const [consts, init, xs] = byRole(params, operands);
  const stacks = outs.slice(carry);
  const empty = stacks.map(({ dtype, shape }) => e.splat(0, dtype, shape));
  if (length === 0) return [...init, ...empty];
  const scalar = shapedArray([], "int32");
  const start = e.splat(0, "int32");
  const results = writeWhile(
    e,
    [start, ...init, ...empty],
    ([i]) => e.compare("LT", i as Ref, e.splat(length, "int32"), "SIGNED"),
    ([i, ...rest]) => {
      const turn = i as Ref; // the counter comes first
      const at = reverse
        ? e.alike("stablehlo.subtract", [e.splat(length - 1, "int32"), turn], scalar)
        : turn;
      const slices = xs.map((x) => readSlice(e, x, at));
      const made = e.inline(body, [...consts, ...rest.slice(0, carry), ...slices]);
      const written = rest
        .slice(carry)
        .map((stack, k) => writeSlice(e, stack, operand(made, carry + k), at));
      const following = e.alike("stablehlo.add", [turn, e.splat(1, "int32")], scalar);
      return [following, ...made.slice(0, carry), ...written];
    },
  );
  return results.slice(1);
});

function placesOf(e: Emitter, aval: ShapedArray, at: Ref): readonly Ref[] {
  return aval.shape.map((_, axis) => (axis === 0 ? at : e.splat(0, "int32")));
}

function readSlice(e: Emitter, x: Ref, at: Ref): Ref {
  const { shape } = x.aval;
  const sizes = [1, ...shape.slice(1)];
  const row = e.typed(
    "stablehlo.dynamic_slice",
    [x, ...placesOf(e, x.aval, at)],
    `, sizes = [${sizes.join(", ")}]`,
    x.aval.withShape(sizes),
  );
  return e.reshape(row, x.aval.withShape(shape.slice(1)));
}

function writeSlice(e: Emitter, stack: Ref, slice: Ref, at: Ref): Ref {
  const row = e.reshape(slice, slice.aval.withShape([1, ...slice.aval.shape]));
  const places = placesOf(e, stack.aval, at);
  return e.typed("stablehlo.dynamic_update_slice", [stack, row, ...places], "", stack.aval);
}

/** Programs that other programs run. */
export const control = {
  cond,
  scan,
  while: whileLoop,
  jit: call(jitP, ({ program, name }) => [program, name]),
  customJvpCall: call(customJvpCallP, ({ program, name }) => [program, name]),
  customVjpCall: call(customVjpCallP, ({ program, name }) => [program, name]),
  customVmapCall: call(customVmapCallP, ({ program, name }) => [program, name]),
  linearCall: call(linearCallP, ({ fun }) => [fun, "linear_call"]),
  customLinearSolve: call(customLinearSolveP, ({ solve }) => [solve, "linear_solve"]),
  checkpoint: call(checkpointP, ({ program }) => [program, "checkpoint"]),
};
