/** Types of locals, parameters and results. */
export type ValueType = "i32" | "f64" | "v128";

/** Bytes of the types. */
export const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };

/** Instructions without immediates, by the names of the specification. */
const plain = {
  "i32.lt_u": [0x49],
  "i32.add": [0x6a],
  "i32.mul": [0x6c],
  "f64x2.add": [0xfd, 0xf0, 0x01],
  "f64x2.mul": [0xfd, 0xf2, 0x01],
} as const;

/** Loads and stores, and the power of two that their address is aligned to at best. */
const memory = {
  "v128.load": [0x00, 4],
  "v128.load64_splat": [0x0a, 3],
  "v128.store": [0x0b, 4],
} as const;

/** Body of a function, written instruction after instruction; calls can be chained. */
export class Code {
  readonly params: readonly ValueType[];
  private readonly locals: ValueType[] = [];
  private readonly bytes: number[] = [];

  constructor(params: readonly ValueType[]) {
    this.params = params;
  }

  /** A new local, zero at first; its number. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.params.length + this.locals.length - 1;
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

  /** An instruction on what is on the stack. */
  op(name: keyof typeof plain): this {
    return this.write(...plain[name]);
  }

  /** Load from, or store to, `offset` bytes after the address on the stack. */
  at(name: keyof typeof memory, offset = 0): this {
    const [opcode, alignment] = memory[name];
    return this.write(0xfd, opcode, alignment, ...unsigned(offset));
  }

  /** Add to a local; `amount` pushes what. */
  increase(local: number, amount: () => void): this {
    this.get(local);
    amount();
    return this.op("i32.add").set(local);
  }

  /** Run `body`, which must run once at least, until the local `counter` has come to `limit`. */
  countTo(counter: number, limit: number, body: () => void): this {
    this.i32(0).set(counter).write(0x03, 0x40); // loop without results
    body();
    this.increase(counter, () => this.i32(1));
    this.get(counter).get(limit).op("i32.lt_u");
    return this.write(0x0d, 0x00, 0x0b); // back while it holds
  }

  /** The body as it stands in the code section. */
  encode(): readonly number[] {
    const locals = this.locals.flatMap((type) => [1, typeBytes[type]]);
    const body = [...unsigned(this.locals.length), ...locals, ...this.bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }

  private write(...bytes: readonly number[]): this {
    this.bytes.push(...bytes);
    return this;
  }
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
