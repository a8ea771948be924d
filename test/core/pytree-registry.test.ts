import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, expect, test } from "vitest";
import { ArgumentError, TreeError } from "../../src/core/errors.ts";
import { flatten, flattenLike, unflatten } from "../../src/core/pytree.ts";
import { keystr, leavesWithPath } from "../../src/core/pytree-path.ts";
import {
  registerDataclass,
  registerPytreeNode,
  registerPytreeWithKeys,
  registerStatic,
} from "../../src/core/pytree-registry.ts";

const structure = (tree: unknown) => flatten(tree).treeDef;
const paths = (tree: unknown) => leavesWithPath(tree).map(([path]) => keystr(path));

class Pair {
  readonly first: unknown;
  readonly second: unknown;
  readonly label: string;
  constructor(first: unknown, second: unknown, label = "") {
    this.first = first;
    this.second = second;
    this.label = label;
  }
}

class Special extends Pair {}

class Named {
  readonly parts: ReadonlyMap<string, unknown>;
  constructor(parts: ReadonlyMap<string, unknown>) {
    this.parts = parts;
  }
}

class Layer {
  w: unknown;
  b: unknown;
  readonly activation: string;
  private constructor(w: unknown, b: unknown, activation: string) {
    this.w = w;
    this.b = b;
    this.activation = activation;
  }
  static of(w: unknown, b: unknown, activation: string): Layer {
    return new Layer(w, b, activation);
  }
  describe(): string {
    return `${this.w} ${this.activation}`;
  }
}

class Mode {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

class Config {
  readonly depth: number;
  constructor(depth: number) {
    this.depth = depth;
  }
}

beforeAll(() => {
  registerPytreeNode(Pair, {
    flatten: ({ first, second, label }) => [[first, second], label],
    unflatten: (label, [first, second]) => new Pair(first, second, label),
  });
  registerPytreeWithKeys(Named, {
    flattenWithKeys: ({ parts }) => [[...parts], null],
    unflatten: (_, children) => new Named(new Map(children.map((child, i) => [`${i}`, child]))),
  });
  registerDataclass(Layer, { dataFields: ["w", "b"], metaFields: ["activation"] });
  registerStatic(Mode);
  registerStatic(Config, { equals: (a, b) => a.depth === b.depth });
});

test("instances of a registered class are taken apart and rebuilt", () => {
  const pair = new Pair(1, [2, 3], "p");
  const { leaves, treeDef } = flatten({ pair });
  expect(leaves).toEqual([1, 2, 3]);
  expect(String(treeDef)).toBe('{pair: Pair<"p">(*, [*, *])}');
  const { pair: back } = unflatten(treeDef, ["x", "y", "z"]) as { pair: Pair };
  expect(back).toBeInstanceOf(Pair);
  expect(back).toEqual(new Pair("x", ["y", "z"], "p"));
});

test("a subclass of a registered class is a leaf", () => {
  const special = new Special(1, 2);
  expect(flatten([special]).leaves).toEqual([special]);
});

test("aux is part of the structure", () => {
  expect(structure(new Pair(1, 2, "p"))).toBe(structure(new Pair(3, 4, "p")));
  expect(structure(new Pair(1, 2, "p"))).not.toBe(structure(new Pair(1, 2, "q")));
});

test("aux is compared by Object.is: NaN is itself, and 0 is not -0", () => {
  class Scaled {
    readonly x: unknown;
    readonly scale: unknown;
    constructor(x: unknown, scale: unknown) {
      this.x = x;
      this.scale = scale;
    }
  }
  registerPytreeNode(Scaled, {
    flatten: ({ x, scale }) => [[x], scale],
    unflatten: (scale, [x]) => new Scaled(x, scale),
  });
  const of = (scale: unknown) => structure(new Scaled(1, scale));
  expect(of(Number.NaN)).toBe(of(Number.NaN));
  expect(of(0)).not.toBe(of(-0));
  expect(of(1)).not.toBe(of("1"));
  const f = () => 0;
  expect(of(f)).toBe(of(f));
  expect(of({})).not.toBe(of({}));
  expect(unflatten(of(-0), [1])).toEqual(new Scaled(1, -0));
});

test("static classes have no leaves and are compared by identity or by their equals", () => {
  const mode = new Mode("train");
  expect(flatten([mode, 1]).leaves).toEqual([1]);
  expect(unflatten(structure([mode, 1]), [2])).toEqual([mode, 2]);
  expect(structure(mode)).toBe(structure(mode));
  expect(structure(mode)).not.toBe(structure(new Mode("train")));
  expect(structure(new Config(3))).toBe(structure(new Config(3)));
  expect(structure(new Config(3))).not.toBe(structure(new Config(4)));
});

test("a dataclass keeps its prototype, its methods and its meta fields", () => {
  const layer = Layer.of(1, [2], "relu");
  const { leaves, treeDef } = flatten(layer);
  expect(leaves).toEqual([1, 2]);
  const back = unflatten(treeDef, [10, 20]) as Layer;
  expect(back).toBeInstanceOf(Layer);
  expect(back.describe()).toBe("10 relu");
  expect(back.b).toEqual([20]);
  expect(structure(Layer.of(5, [6], "relu"))).toBe(treeDef);
  expect(structure(Layer.of(5, [6], "tanh"))).not.toBe(treeDef);
  expect(paths(layer)).toEqual([".w", ".b[0]"]);
});

test("keys name the children in paths and are part of the structure", () => {
  const named = new Named(
    new Map([
      ["left", 1],
      ["right hand", 2],
    ]),
  );
  expect(paths([named])).toEqual(["[0].left", '[0]["right hand"]']);
  expect(String(structure(named))).toBe('Named(left: *, "right hand": *)');
  const other = new Named(
    new Map([
      ["left", 1],
      ["right", 2],
    ]),
  );
  expect(structure(other)).not.toBe(structure(named));
  expect(paths(new Pair(1, 2))).toEqual(["[0]", "[1]"]);
});

test("flattenLike goes by class, aux, keys and number of children", () => {
  const out: unknown[] = [];
  const pair = structure(new Pair(1, [2], "p"));
  expect(flattenLike(pair, new Pair(5, [6], "p"), out)).toBe(true);
  expect(out).toEqual([5, 6]);
  expect(flattenLike(pair, new Pair(5, [6], "q"), out)).toBe(false);
  expect(flattenLike(pair, new Pair(5, 6, "p"), out)).toBe(false);
  expect(flattenLike(pair, new Special(5, [6], "p"), out)).toBe(false);
  expect(flattenLike(pair, [5, [6]], out)).toBe(false);
  const named = structure(new Named(new Map([["a", 1]])));
  expect(flattenLike(named, new Named(new Map([["a", 2]])), out)).toBe(true);
  expect(flattenLike(named, new Named(new Map([["b", 2]])), out)).toBe(false);
  expect(flattenLike(named, new Named(new Map()), out)).toBe(false);
  expect(flattenLike(structure(new Config(3)), new Config(3), out)).toBe(true);
  expect(flattenLike(structure(new Config(3)), new Config(4), out)).toBe(false);
});

test("a class registered late ends being a leaf at once", () => {
  class Late {
    readonly x: unknown;
    constructor(x: unknown) {
      this.x = x;
    }
  }
  const late = new Late(1);
  const before = structure(late);
  expect(flattenLike(before, late, [])).toBe(true);
  registerDataclass(Late, { dataFields: ["x"] });
  expect(flattenLike(before, late, [])).toBe(false);
  expect(flatten(late).leaves).toEqual([1]);
});

test("a Map can be registered, by a class of its own", () => {
  // Registrations last: Map itself stays a leaf for the other tests.
  class Table extends Map<string, unknown> {}
  registerPytreeWithKeys(Table, {
    flattenWithKeys: (map) => [
      [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
      [...map.keys()].sort(),
    ],
    unflatten: (keys, children) => new Table(keys.map((key, i) => [key, children[i]])),
    equals: (a, b) => a.length === b.length && a.every((key, i) => key === b[i]),
  });
  const map = new Table([
    ["w", 1],
    ["b", 2],
  ]);
  const { leaves, treeDef } = flatten(map);
  expect(leaves).toEqual([2, 1]);
  expect(unflatten(treeDef, leaves)).toEqual(map);
  expect(
    structure(
      new Table([
        ["b", 0],
        ["w", 0],
      ]),
    ),
  ).toBe(treeDef);
  expect(paths(map)).toEqual([".b", ".w"]);
});

test("a class is registered once, and what is built in never", () => {
  const rules = { flatten: () => [[], 0] as const, unflatten: () => new Pair(0, 0) };
  expect(() => registerPytreeNode(Pair, rules)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: registerPytreeNode: a class can be registered once, got Pair again; drop one of the calls]`,
  );
  expect(() => registerStatic(Array)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: registerPytreeNode: a class of your own is required, got Array; wrap the value in one]`,
  );
  expect(() => registerStatic(Object)).toThrow(ArgumentError);
  expect(() => registerStatic(Function)).toThrow(ArgumentError);
  expect(() => registerStatic({} as typeof Mode)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: registerPytreeNode: a class is required, got a value of type object; pass the class itself]`,
  );
  class Twice {
    a = 1;
  }
  expect(() =>
    registerDataclass(Twice, { dataFields: ["a"], metaFields: ["a"] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: registerDataclass: each field must be named once, got a twice; a field is data or meta]`,
  );
});

test("rules that give the wrong thing are refused by name", () => {
  class Wrong {}
  registerPytreeNode(Wrong, {
    flatten: () => "ab" as unknown as [unknown[], number],
    unflatten: () => new Wrong(),
  });
  expect(() => flatten([new Wrong()])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: pytree: flatten of Wrong must return [children, aux] with an array of children; correct the rules given to registerPytreeNode]`,
  );
  class Few {}
  registerPytreeNode(Few, {
    flatten: () => [[1, 2], 0] as const,
    unflatten: () => new Few(),
    keys: () => ["a"],
  });
  expect(() => flatten([new Few()])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: pytree: keys of Few must name each of its 2 children, got 1; correct the rules given to registerPytreeNode]`,
  );
});

test("a class that makes new nodes without end is refused", () => {
  class Endless {}
  registerPytreeNode(Endless, {
    flatten: () => [[new Endless()], 0] as const,
    unflatten: () => new Endless(),
  });
  expect(() => flatten(new Endless())).toThrow(TreeError);
});

test("structures that hold a user's object are let go with it", async () => {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  const held = new WeakRef(structure([new Mode("gone")]));
  for (let i = 0; i < 20 && held.deref() !== undefined; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(held.deref()).toBeUndefined();
});
