/**
 * How the engine is made to say which arrays nobody holds any more.
 *
 * Device memory is small handles to a collector, so it sees no reason to run however much of it
 * lies idle. Dropping large blank array buffers, which take no memory as nobody touches them, is
 * a reason. In a job that does not end, weak references hold what they refer to until a checkpoint
 * of microtasks: Node can run one in between, as code in a context that ends each evaluation with
 * its own. Elsewhere finalizers tell, once the job is over.
 */

/** Bytes of the array buffers that are dropped, and how many at most. */
const pressureBytes = 256 * 1024 * 1024;
const pressureCount = 64;
/** Where nothing tells whether a collection has happened. */
const blindCount = 8;

/** Whether weak references can be asked within a job. */
export function answersAtOnce(): boolean {
  return microtaskCheckpoint() !== null;
}

/**
 * Collect garbage. Gives whether weak references now tell who is dead; if not, finalizers will
 * when the job is over.
 */
export function collectGarbage(): boolean {
  const checkpoint = microtaskCheckpoint();
  if (checkpoint === null) {
    for (let i = 0; i < blindCount; i++) if (!press()) break;
    return false;
  }
  // A reference that was asked holds its target again, so each is asked once.
  const canaries = Array.from({ length: pressureCount }, () => new WeakRef({}));
  checkpoint();
  for (const canary of canaries) {
    const made = press();
    if (canary.deref() === undefined) return true;
    if (!made) return false;
  }
  return false;
}

/** Drop an array buffer; false where the engine refuses to make one. */
function press(): boolean {
  try {
    return new ArrayBuffer(pressureBytes).byteLength > 0;
  } catch {
    return false; // an engine short of address space is collecting already
  }
}

let known: (() => void) | null | undefined;

/** Runs a checkpoint of microtasks within the job, or null where that cannot be done. */
function microtaskCheckpoint(): (() => void) | null {
  if (known === undefined) known = makeCheckpoint();
  return known;
}

/** What Node has and browsers have not, as far as it is used here. */
interface HostGlobals {
  readonly process?: {
    getBuiltinModule?(name: "node:vm"): {
      createContext(globals: object, options: { microtaskMode: "afterEvaluate" }): object;
      readonly Script: new (code: string) => { runInContext(context: object): unknown };
    };
  };
}

function makeCheckpoint(): (() => void) | null {
  try {
    const { process } = globalThis as HostGlobals; // absent in browsers
    const vm = process?.getBuiltinModule?.("node:vm");
    if (vm === undefined) return null;
    const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
    const nothing = new vm.Script("0");
    return () => {
      nothing.runInContext(context);
    };
  } catch {
    return null; // a runtime that looks like Node but is not
  }
}
