import type { ShapedArray } from "../core/aval.ts";
import type { Params, Primitive } from "../core/primitive.ts";
import { currentTrace, switchTrace, Trace, withTrace } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import type { ConcreteArray, NDArray } from "../core/value.ts";
import type { Jets } from "./jet-rule.ts";
import { type ExpansionScope, propagate } from "./propagate.ts";
import { isZero, type Series, zeroSeries } from "./terms.ts";

/** Value with a series that is not zero, which may be computed only once it is asked for. */
export class JetTracer extends Tracer {
  override readonly owner: JetTrace;
  readonly primal: NDArray;
  private known: Series | null = null;
  private readonly compute: () => Series;

  constructor(owner: JetTrace, primal: NDArray, compute: () => Series) {
    super();
    this.owner = owner;
    this.primal = primal;
    this.compute = compute;
  }

  get series(): Series {
    this.known ??= this.compute();
    return this.known;
  }

  override get aval(): ShapedArray {
    return this.primal.aval;
  }

  override concrete(): ConcreteArray | null {
    return this.primal.concrete();
  }

  override toString(): string {
    return `Traced<${this.primal}>`;
  }
}

/** Carries the first `order` coefficients of a series along with values; rules run under `inner`. */
export class JetTrace extends Trace {
  override readonly kind = "Taylor expansion";
  readonly order: number;
  private readonly inner: Trace;

  constructor(order: number, inner: Trace) {
    super();
    this.order = order;
    this.inner = inner;
  }

  override axisSize(name: string): number | null {
    return this.inner.axisSize(name);
  }

  override namedAxes(): readonly (string | number)[] {
    return this.inner.namedAxes();
  }

  override get isStaging(): boolean {
    return this.inner.isStaging;
  }

  /** A value with a series: itself where that is zero. */
  join(primal: NDArray, series: Series): NDArray {
    return isZero(series) ? primal : new JetTracer(this, primal, () => series);
  }

  /** A value whose series is computed under the enclosing trace if anything needs it. */
  joinLazily(primal: NDArray, compute: () => Series): NDArray {
    return new JetTracer(this, primal, () => withTrace(this.inner, compute));
  }

  /** Value and series; what belongs to other traces is constant. */
  split(x: NDArray): readonly [NDArray, Series] {
    return this.owns(x) ? [x.primal, x.series] : [x, zeroSeries(x, this.order)];
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    const saved = switchTrace(this.inner);
    try {
      if (!operands.some((x) => this.owns(x))) return this.inner.process(prim, operands, params);
      const values = operands.map((x) => (this.owns(x) ? x.primal : x));
      const [outs, series] = propagate(
        prim,
        values,
        () => operands.map((x) => this.split(x)[1]),
        params,
        { order: this.order, run: runJets, within: withinTrace },
      );
      return outs.map((out, i) => this.join(out, series[i] ?? zeroSeries(out, this.order)));
    } finally {
      switchTrace(saved);
    }
  }

  private owns(x: NDArray): x is JetTracer {
    return x.owner === this;
  }
}

/** Propagate series of `order` terms through `f`, under the current trace. */
export function runJets(
  f: (xs: readonly NDArray[]) => readonly NDArray[],
  values: readonly NDArray[],
  series: readonly Series[],
  order: number,
): Jets {
  return withinTrace(order, (scope) => {
    const outs = f(values.map((x, i) => scope.join(x, series[i] ?? zeroSeries(x, order))));
    const jets = outs.map((x) => scope.split(x));
    return [jets.map(([x]) => x), jets.map(([, s]) => s)];
  });
}

/** Run `body` under a trace of its own, which joins and splits its values. */
function withinTrace<T>(order: number, body: (scope: ExpansionScope) => T): T {
  const trace = new JetTrace(order, currentTrace());
  try {
    return withTrace(trace, () => body(trace));
  } finally {
    trace.alive = false;
  }
}
