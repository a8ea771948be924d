import { DeviceArray } from "../core/array.ts";
import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { DeviceError } from "../core/errors.ts";
import type { CallbackParams } from "../core/routines.ts";
import { getEvaluator } from "../core/trace.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Compiled, Dispatch, Limits, StepContext } from "./step.ts";
import { storageBytes, storageOf } from "./storage.ts";
import { decode } from "./transfer.ts";

/** Invocations of a workgroup. */
const workgroup = 64;
/** Turns of a loop of unknown length that the log has room for, within the words below. */
const turns = 1024;
const mostWords = 2 ** 22;

/** A function of the host that a program calls, and the types of what it is called with. */
interface Site {
  readonly avals: readonly ShapedArray[];
  readonly params: CallbackParams;
}

/**
 * Calls of functions of the host, written down on the device while a program runs: a word that
 * counts the words in use, then for each call the number of its site and the words of its operands.
 * The host reads all of it after the run.
 */
export class Log {
  /** The value of the program that is its memory. */
  readonly value: number;
  private readonly sites: Site[] = [];
  private exact = 1;
  private guessed = 0;

  constructor(value: number) {
    this.value = value;
  }

  /**
   * A new site, reached `times` times in each run; in loops of unknown length that is for one turn
   * of each. Gives its number.
   */
  site(
    params: CallbackParams,
    avals: readonly ShapedArray[],
    times: number,
    isOpen: boolean,
  ): number {
    const words = times * (1 + avals.reduce((sum, aval) => sum + wordsOf(aval), 0));
    if (isOpen) this.guessed += words * turns;
    else this.exact += words;
    return this.sites.push({ avals, params }) - 1;
  }

  /** Type of its memory. */
  get aval(): ShapedArray {
    return shapedArray([this.exact + Math.min(this.guessed, mostWords)], "uint32");
  }

  /** @throws DeviceError if the device cannot bind it whole. */
  check(name: string, { maxStorageBufferBindingSize: most }: Limits): void {
    const bytes = storageBytes(this.aval);
    if (bytes <= most) return;
    throw new DeviceError(
      `${name}: what its debug callbacks show in one run must fit ${most} bytes on webgpu, got ${bytes}; show less, or run on the cpu device`,
    );
  }

  /** Empties the log. */
  emitStart(context: StepContext): Compiled {
    const shader = new Shader(context);
    const log = shader.value(this.value, "read_write");
    return alone(shader.dispatch("begin the log", [1, 1, 1], [1, 1, 1], [`${log}[0] = 0u;`]));
  }

  /** Writes down a call at a site, with operands that lie row-major in memory. */
  emitCall(site: number, operands: readonly number[], context: StepContext): Compiled {
    const dispatches: Dispatch[] = [];
    const { size } = this.aval;
    let offset = 2; // behind the count and the site
    for (const value of operands) {
      const aval = context.aval(value);
      const words = wordsOf(aval);
      if (words > 0) {
        const shader = new Shader(context);
        const log = shader.value(this.value, "read_write");
        const from = shader.value(value, "read");
        const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
        const isPair = storageOf(aval.dtype).word === "vec2u";
        dispatches.push(
          shader.dispatch("log operand", [workgroup, 1, 1], workgroups, [
            `let i = ${number} * ${workgroup}u + lid;`,
            `let at = ${log}[0] + ${offset}u + i;`,
            `if (i >= ${words}u || at >= ${size}u) { return; }`,
            `${log}[at] = ${isPair ? `${from}[i / 2u][i % 2u]` : `bitcast<u32>(${from}[i])`};`,
          ]),
        );
      }
      offset += words;
    }
    const shader = new Shader(context);
    const log = shader.value(this.value, "read_write");
    // Once it is full it stays so, and what comes after is lost, which the host will see.
    dispatches.push(
      shader.dispatch(
        "log call",
        [1, 1, 1],
        [1, 1, 1],
        [
          `let used = ${log}[0];`,
          `if (used >= ${size}u) { return; }`,
          `if (used + 1u < ${size}u) { ${log}[used + 1u] = ${site}u; }`,
          `${log}[0] = used + ${offset - 1}u;`,
        ],
      ),
    );
    return { dispatches, scratch: [] };
  }

  /** Do the calls of a run. @throws DeviceError in the end if some were lost. */
  call(memory: DeviceArray, name: string): void {
    const words = memory.dataSync() as Uint32Array<ArrayBuffer>; // of its type
    const end = (words[0] as number) + 1; // the count
    let at = 1;
    let calls = 0;
    while (at < end) {
      const site = this.sites[words[at] as number];
      const size = site?.avals.reduce((sum, aval) => sum + wordsOf(aval), 1) ?? 1;
      if (site === undefined || at + size > words.length) break;
      let from = at + 1;
      const operands = site.avals.map((aval) => {
        const count = wordsOf(aval);
        const x = arrayOf(words.slice(from, from + count), aval);
        from += count;
        return x;
      });
      site.params.call(operands);
      calls++;
      at += size;
    }
    if (end <= words.length) return;
    throw new DeviceError(
      `${name}: what debug callbacks show in a loop of unknown length must fit the ${words.length * 4} bytes of the log on webgpu, got more than the first ${calls} calls; show less, use a loop of known length, or run on the cpu device`,
    );
  }
}

function wordsOf(aval: ShapedArray): number {
  return aval.size === 0 || aval.dtype === "float0" ? 0 : storageBytes(aval) / 4;
}

function arrayOf(words: Uint32Array<ArrayBuffer>, aval: ShapedArray): DeviceArray {
  if (aval.dtype === "float0") return new DeviceArray(aval, null, null, 0);
  return getEvaluator().upload(decode(words.buffer, aval), aval, "cpu") as DeviceArray; // arrays of devices are these
}

function alone(dispatch: Dispatch): Compiled {
  return { dispatches: [dispatch], scratch: [] };
}
