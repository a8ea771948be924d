import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, type Shape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { reshape } from "../lax/ops/layout.ts";
import { vmap } from "../transforms/vmap.ts";
import { toArray } from "./promote.ts";

/** Options of `vectorize`. */
export interface VectorizeOptions {
  /** Positions of arguments that are passed on as they are. */
  excluded?: readonly number[] | undefined;
  /** Axes of the function's own arguments and results, as in `"(m,n),(n)->(m)"`. */
  signature?: string | undefined;
}

/** Axes named for each argument and for each result. */
interface Signature {
  readonly inputs: readonly (readonly string[])[];
  readonly outputs: readonly (readonly string[])[];
}

/** A function on arrays that may give several. */
export type ArrayFunction<Out extends NDArray | readonly NDArray[]> = (...args: NDArray[]) => Out;

/**
 * A function that broadcasts over the leading axes of its arguments, mapped with `vmap`.
 *
 * Without a signature `f` sees scalars; with one it sees the axes that are named there.
 *
 * @throws ShapeError, on a call, if arguments do not fit the signature or each other.
 */
export function vectorize<Out extends NDArray | readonly NDArray[]>(
  f: ArrayFunction<Out>,
  options?: VectorizeOptions,
): (...args: ArrayLike[]) => Out {
  checkOptions("numpy.vectorize", options, ["excluded", "signature"]);
  const { excluded = [], signature } = options ?? {};
  const axes = signature === undefined ? null : parseSignature(signature);
  return (...args) => {
    const arrays = args.map((x) => toArray("numpy.vectorize", x));
    const mapped = arrays.map((_, i) => i).filter((i) => !excluded.includes(i));
    if (axes !== null && axes.inputs.length !== mapped.length) {
      throw new ArgumentError(
        `numpy.vectorize: as many arguments as the signature has are required, got ${mapped.length} for ${axes.inputs.length}; exclude others`,
      );
    }
    const ranks = mapped.map((_, k) => axes?.inputs[k]?.length ?? 0);
    checkDimensions(axes, mapped, arrays);
    const leads = mapped.map((i, k) => leadOf(arrays[i] as NDArray, ranks[k] as number)); // positions of arguments
    const shape = leads.reduce<Shape>((a, b) => broadcastPair(a, b, "numpy.vectorize"), []);
    return mapOver(f, arrays, mapped, leads, shape);
  };
}

/** Nest one `vmap` for each leading axis; an argument takes part where its axis is not 1. */
function mapOver<Out extends NDArray | readonly NDArray[]>(
  f: ArrayFunction<Out>,
  arrays: readonly NDArray[],
  mapped: readonly number[],
  leads: readonly Shape[],
  shape: Shape,
): Out {
  const takes = mapped.map((_, k) => {
    const lead = leads[k] as Shape; // one for each mapped argument
    const offset = shape.length - lead.length;
    return shape.map((n, axis) => axis >= offset && (lead[axis - offset] !== 1 || n === 1));
  });
  const operands = mapped.map((i, k) => {
    const x = arrays[i] as NDArray; // a position of arguments
    const lead = leads[k] as Shape; // as above
    const offset = shape.length - lead.length;
    const kept = lead.filter((_, axis) => takes[k]?.[axis + offset]);
    return reshape(x, [...kept, ...x.shape.slice(lead.length)]);
  });
  let inner: (...xs: NDArray[]) => Out = (...xs) =>
    f(...arrays.map((x, i) => xs[mapped.indexOf(i)] ?? x));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const inAxes = takes.map((list) => (list[axis] ? 0 : null));
    const size = shape[axis] as number; // an axis of the shape
    const body = inner;
    // vmap passes arrays where it was given arrays, and stacks what it is given back.
    inner = vmap(body as ArrayFunction<NDArray>, {
      inAxes,
      axisSize: size,
    }) as unknown as typeof inner;
  }
  return inner(...operands);
}

function leadOf(x: NDArray, rank: number): Shape {
  if (x.ndim >= rank) return x.shape.slice(0, x.ndim - rank);
  throw new ShapeError(
    `numpy.vectorize: at least ${rank} axes are required by the signature, got ${x.aval}; reshape it`,
  );
}

function checkDimensions(
  axes: Signature | null,
  mapped: readonly number[],
  arrays: readonly NDArray[],
): void {
  const extents = new Map<string, number>();
  axes?.inputs.forEach((names, k) => {
    const shape = arrays[mapped[k] ?? 0]?.shape ?? [];
    names.forEach((name, i) => {
      const extent = shape[shape.length - names.length + i];
      const known = extents.get(name);
      if (extent === undefined) return;
      if (known !== undefined && known !== extent) {
        throw new ShapeError(
          `numpy.vectorize: axes of one name must have one extent, got ${known} and ${extent} for ${name}; check the signature`,
        );
      }
      extents.set(name, extent);
    });
  });
}

function parseSignature(text: string): Signature {
  const list = /^\((\w+(,\w+)*)?\)(,\((\w+(,\w+)*)?\))*$/;
  const [left = "", right = "", ...more] = text.replaceAll(/\s/g, "").split("->");
  if (more.length > 0 || !list.test(left) || !list.test(right)) {
    throw new ArgumentError(
      `numpy.vectorize: a signature such as "(m,n),(n)->(m)" is required, got ${JSON.stringify(text)}; write one pair of parentheses for each array`,
    );
  }
  const read = (side: string): string[][] =>
    [...side.matchAll(/\(([^)]*)\)/g)].map(([, names = ""]) =>
      names === "" ? [] : names.split(","),
    );
  return { inputs: read(left), outputs: read(right) };
}
