/** Base of every error this library throws on purpose. */
export class UdiffError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Shapes, axes or extents do not fit. */
export class ShapeError extends UdiffError {}

/** Dtypes do not fit, or an operation is not defined on one. */
export class DTypeError extends UdiffError {}

/** An argument that is neither of the right kind nor in the right range. */
export class ArgumentError extends UdiffError {}

/** Pytrees do not have the structure that is required. */
export class TreeError extends UdiffError {}

/** A traced value was asked for numbers that it does not have yet. */
export class ConcretizationError extends UdiffError {}

/** A tracer outlived the transformation that made it. */
export class TracerLeakError extends UdiffError {}

/** A primitive has no rule for the transformation that met it; the message says why. */
export class MissingRuleError extends UdiffError {}

/** A device is absent, lost, out of memory, or not able to do what was asked. */
export class DeviceError extends UdiffError {}

/** A NaN, or an infinity, where `debugNans` or `debugInfs` allow none. */
export class NonFiniteError extends UdiffError {
  /** Name of the primitive that gave it, as jaxprs print it. */
  readonly primitive: string;
  /** The line of the user's program that it comes from; null if the engine does not tell. */
  readonly line: string | null;

  constructor(message: string, primitive: string, line: string | null) {
    super(message);
    this.primitive = primitive;
    this.line = line;
  }
}

/** A fault of this library rather than of its caller; please report it. */
export class InternalError extends UdiffError {
  constructor(message: string) {
    super(`${message}; this is a fault of udiff, please report it`);
  }
}
