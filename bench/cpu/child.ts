/** A process with one library: makes cases ready, checks their results, and times them when told. */
import { type CaseName, type Contender, cases, type Ready } from "./cases.ts";

/** What the parent asks for. */
export type Order =
  | { readonly kind: "prepare"; readonly name: CaseName }
  /** Run for so many milliseconds. */
  | { readonly kind: "sample"; readonly ms: number };

/** What a process answers: the import, a check passed or failed, or milliseconds of one run. */
export type Answer =
  | { readonly kind: "started"; readonly importMs: number }
  | { readonly kind: "ready" }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "time"; readonly ms: number };

const library = process.argv[2] ?? "";
const begin = performance.now();
const { contender } = (await import(`./${library}.ts`)) as { contender: Contender };
answer({ kind: "started", importMs: performance.now() - begin });

let ready: Ready | null = null;

process.on("message", (order: Order) => {
  act(order).then(answer, (error: unknown) => answer({ kind: "failed", why: String(error) }));
});

function answer(message: Answer): void {
  process.send?.(message);
}

async function act(order: Order): Promise<Answer> {
  if (order.kind === "prepare") return prepare(order.name);
  if (ready === null) throw new Error("bench: no case is ready");
  return { kind: "time", ms: await sample(ready, order.ms) };
}

async function prepare(name: CaseName): Promise<Answer> {
  ready = null;
  const make = contender[name];
  if (make === null) return { kind: "missing" };
  const { expected, inputs, tolerance } = cases[name];
  const given = inputs();
  const made = make(given);
  const wrong = difference(await made.read(), expected(given), tolerance);
  if (wrong !== null) return { kind: "failed", why: `WRONG: ${wrong}` };
  await sample(made, 200); // engines compile what runs often
  ready = made;
  return { kind: "ready" };
}

/** Milliseconds of one run, from as many as fit into `ms`. */
async function sample({ run }: Ready, ms: number): Promise<number> {
  const start = performance.now();
  let [runs, batch] = [0, 1];
  for (;;) {
    for (let i = 0; i < batch; i++) {
      const pending = run();
      if (pending !== undefined) await pending;
    }
    runs += batch;
    const passed = performance.now() - start;
    if (passed >= ms) return passed / runs;
    batch = Math.max(1, Math.min(runs, Math.floor((runs * (ms - passed)) / passed)));
  }
}

/** The first element that is off by more than the tolerance; null if there is none. */
function difference(
  got: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
  [relative, absolute]: readonly [number, number],
): string | null {
  if (got.length !== expected.length) return `${got.length} results of ${expected.length}`;
  for (const [k, values] of expected.entries()) {
    if (got[k]!.length !== values.length) return `result ${k} has ${got[k]!.length} elements`;
    for (let i = 0; i < values.length; i++) {
      const error = Math.abs(got[k]![i]! - values[i]!);
      // Not `>`: NaN is wrong too.
      if (!(error <= absolute + relative * Math.abs(values[i]!))) {
        return `result ${k}, element ${i} is ${got[k]![i]} instead of ${values[i]}`;
      }
    }
  }
  return null;
}
