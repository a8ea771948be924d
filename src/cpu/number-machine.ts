import { width } from "./number-code.ts";
import { copyRun, type Place } from "./place.ts";
import type { ScalarFunction } from "./spelling.ts";

/**
 * Runs scalar operations, loops and choices over numbers in registers.
 *
 * One function with one switch: loops of a million turns run here, and pages may forbid code that
 * is made from text. Its labels are literals, which engines make a table of.
 */
export class NumberMachine {
  /** The registers. */
  readonly values: Float64Array;
  private readonly code: Int32Array;
  private readonly functions: readonly ScalarFunction[];
  private readonly places: readonly Place[];

  constructor(
    code: readonly number[],
    registers: readonly number[],
    functions: readonly ScalarFunction[],
    places: readonly Place[],
  ) {
    this.code = Int32Array.from(code);
    this.values = Float64Array.from(registers);
    this.functions = functions;
    this.places = places;
  }

  run(): void {
    const { code, values, functions, places } = this;
    // The assembler has numbered registers, functions and places: all reads are in range.
    let at = 0;
    while (at < code.length) {
      const out = code[at + 1] as number;
      const a = code[at + 2] as number;
      const b = code[at + 3] as number;
      const next = at + width;
      switch (code[at] as number) {
        // call
        case 0: {
          const f = functions[code[at + 5] as number] as ScalarFunction;
          const z = values[code[at + 4] as number] as number;
          values[out] = f(values[a] as number, values[b] as number, z);
          break;
        }
        case 1:
          values[out] = Math.fround((values[a] as number) + (values[b] as number));
          break;
        case 2:
          values[out] = Math.fround((values[a] as number) - (values[b] as number));
          break;
        case 3:
          values[out] = Math.fround((values[a] as number) * (values[b] as number));
          break;
        case 4:
          values[out] = Math.fround((values[a] as number) / (values[b] as number));
          break;
        case 5:
          values[out] = (values[a] as number) + (values[b] as number);
          break;
        case 6:
          values[out] = (values[a] as number) - (values[b] as number);
          break;
        case 7:
          values[out] = (values[a] as number) * (values[b] as number);
          break;
        case 8:
          values[out] = (values[a] as number) / (values[b] as number);
          break;
        case 9:
          values[out] = ((values[a] as number) + (values[b] as number)) | 0;
          break;
        case 10:
          values[out] = ((values[a] as number) - (values[b] as number)) | 0;
          break;
        case 11:
          values[out] = (values[a] as number) < (values[b] as number) ? 1 : 0;
          break;
        case 12:
          values[out] = (values[a] as number) <= (values[b] as number) ? 1 : 0;
          break;
        case 13:
          values[out] = (values[a] as number) > (values[b] as number) ? 1 : 0;
          break;
        case 14:
          values[out] = (values[a] as number) >= (values[b] as number) ? 1 : 0;
          break;
        case 15:
          values[out] = values[a] === values[b] ? 1 : 0;
          break;
        case 16:
          values[out] = values[a] !== values[b] ? 1 : 0;
          break;
        // select
        case 17:
          values[out] = values[values[a] !== 0 ? b : (code[at + 4] as number)] as number;
          break;
        case 18:
          values[out] = -(values[a] as number);
          break;
        // move
        case 19:
          values[out] = values[a] as number;
          break;
        // jump
        case 20:
          at = out;
          continue;
        // jumpIfZero
        case 21:
          at = values[a] === 0 ? out : next;
          continue;
        // nextUp
        case 22: {
          const index = (values[a] as number) + 1;
          values[a] = index;
          at = index < (values[b] as number) ? out : next;
          continue;
        }
        // nextDown
        case 23: {
          const index = (values[a] as number) - 1;
          values[a] = index;
          at = index >= 0 ? out : next;
          continue;
        }
        // branch
        case 24:
          at = next + width * Math.max(0, Math.min(values[a] as number, b));
          continue;
        // load
        case 25: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Float32Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 26: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Float64Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 27: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Int32Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 28: {
          const { data, offset } = places[b] as Place;
          values[out] = data[offset + address(code, at, values, a)] as number;
          break;
        }
        // store
        case 29: {
          const { data, offset } = places[b] as Place;
          (data as Float32Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 30: {
          const { data, offset } = places[b] as Place;
          (data as Float64Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 31: {
          const { data, offset } = places[b] as Place;
          (data as Int32Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 32: {
          const { data, offset } = places[b] as Place;
          data[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // moveRow
        case 33: {
          const { data, offset } = places[b] as Place;
          const row = places[out] as Place;
          row.data = data;
          row.offset = offset + address(code, at, values, a);
          break;
        }
        // copyRow
        case 34: {
          const { data, offset } = places[b] as Place;
          const row = places[out] as Place;
          const to = offset + address(code, at, values, a);
          copyRun(row.data, row.offset, data, to, code[at + 5] as number);
          break;
        }
        // clamp
        case 35:
          values[out] = Math.max(0, Math.min(values[a] as number, b));
          break;
        // scaleAdd
        case 36:
          values[out] = (values[a] as number) * (code[at + 4] as number) + (values[b] as number);
          break;
        // round
        default:
          values[out] = Math.fround(values[a] as number);
      }
      at = next;
    }
  }
}

/** Element that a load or store at `at` speaks of, relative to its place. */
function address(code: Int32Array, at: number, values: Float64Array, index: number): number {
  return (code[at + 4] as number) + (values[index] as number) * (code[at + 5] as number);
}
