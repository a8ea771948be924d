import { lane, laneStores, memory, type Plain, plain } from "./instructions.ts";

/** Types of locals, parameters and results. */
export type ValueType = "i32" | "f64" | "v128";

/** Bytes of the types. */
export const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/** Body of a function, written instruction after instruction; calls can be chained. */
export class Code {
  readonly params: readonly ValueType[];
  private readonly locals: ValueType[] = [];
  private readonly bytes: number[] = [];
  private target: number[] = this.bytes;

  constructor(params: readonly ValueType[]) {
    this.params = params;
  }

  /** A new local, zero at first; its number. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.params.length + this.locals.length - 1;
  }

  /** Run `write` with what it writes going to `bytes` instead. */
  within(bytes: number[], write: () => void): this {
    const { target } = this;
    this.target = bytes;
    write();
    this.target = target;
    return this;
  }

  /** Write what was written elsewhere. */
  insert(bytes: readonly number[]): this {
    for (const byte of bytes) this.target.push(byte);
    return this;
  }

  /** Push a local or a parameter. */
  get(local: number): this {
    return this.write(0x20, ...unsigned(local));
  }

  /** Pop into a local. */
  set(local: number): this {
    return this.write(0x21, ...unsigned(local));
  }

  /** Push an integer. */
  i32(value: number): this {
    return this.write(0x41, ...signed(value));
  }

  /** Push a double. */
  f64(value: number): this {
    return this.write(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Push a vector of the 16 bytes of an array. */
  vector(elements: Int32Array | Float32Array | Float64Array): this {
    return this.write(0xfd, 0x0c, ...new Uint8Array(elements.buffer));
  }

  /** An instruction on what is on the stack. */
  op(name: Plain): this {
    return this.write(...plain[name]);
  }

  /** An instruction on one lane of a vector. */
  lane(name: keyof typeof lane, index: number): this {
    return this.write(...lane[name], index);
  }

  /** The bytes of two vectors in the order given; 16 and up are those of the second. */
  shuffle(bytes: readonly number[]): this {
    return this.write(0xfd, 0x0d, ...bytes);
  }

  /** Load from, or store to, `offset` bytes after the address on the stack. */
  at(name: keyof typeof memory, offset = 0): this {
    const [opcode, alignment] = memory[name];
    return this.write(...opcode, alignment, ...unsigned(offset));
  }

  /** Store one lane in the same way. */
  laneAt(name: keyof typeof laneStores, index: number, offset = 0): this {
    const [opcode, alignment] = laneStores[name];
    return this.write(...opcode, alignment, ...unsigned(offset), index);
  }

  /** Call the function of this number; imports come first. */
  call(index: number): this {
    return this.write(0x10, ...unsigned(index));
  }

  /** Add to a local; `amount` pushes what. */
  increase(local: number, amount: () => void): this {
    this.get(local);
    amount();
    return this.op("i32.add").set(local);
  }

  /** Run `body` where the integer on the stack is not zero. */
  when(body: () => void): this {
    this.write(0x04, 0x40); // without results
    body();
    return this.write(0x0b);
  }

  /** Run `body`, then again for as long as the integer that `goesOn` pushes is not zero. */
  loop(body: () => void, goesOn: () => void): this {
    this.write(0x03, 0x40); // without results
    body();
    goesOn();
    return this.write(0x0d, 0x00, 0x0b); // back while it holds
  }

  /** Run `body`, which must run once at least, until the local `counter` has come to `limit`. */
  countTo(counter: number, limit: number, body: () => void): this {
    this.i32(0).set(counter);
    return this.loop(
      () => {
        body();
        this.increase(counter, () => this.i32(1));
      },
      () => this.get(counter).get(limit).op("i32.lt_u"),
    );
  }

  /** The body as it stands in the code section. */
  encode(): readonly number[] {
    const locals = this.locals.flatMap((type) => [1, typeBytes[type]]);
    const content = [...unsigned(this.locals.length), ...locals];
    return [...unsigned(content.length + this.bytes.length + 1), ...content, ...this.bytes, 0x0b];
  }

  private write(...bytes: readonly number[]): this {
    this.target.push(...bytes);
    return this;
  }
}

/** Push the address of the element at `index` (null: the first one) of a row. */
export function pushAddress(code: Code, row: number, index: number | null, width: number): void {
  code.get(row);
  if (index === null) return;
  code.get(index);
  if (width > 1) code.i32(width === 8 ? 3 : 2).op("i32.shl");
  code.op("i32.add");
}

/** An integer from 0 in seven bits a byte, lowest first (LEB128). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** An integer of 32 bits with a sign, in the same way. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -0x40 || rest >= 0x40) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}
