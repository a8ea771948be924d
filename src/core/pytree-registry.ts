import { ArgumentError, InternalError, TreeError } from "./errors.ts";

/** Name of a child within its container: a property name, or a position. */
export type PathKey = string | number;

/** What a node of a tree is; `null` stands for undefined too. */
export type NodeKind = "leaf" | "null" | "array" | "object" | "custom";

/** How instances of one registered class are taken apart and put together. */
export interface NodeType {
  /** Name of the class, for printing. */
  readonly name: string;
  /** Small integer, different for each registration. */
  readonly id: number;
  readonly flatten: (node: object) => readonly [children: readonly unknown[], aux: unknown];
  readonly unflatten: (aux: unknown, children: readonly unknown[]) => unknown;
  readonly keys: ((node: object) => readonly PathKey[]) | null;
  /** When two aux values are one structure; null for identity. */
  readonly equals: ((a: unknown, b: unknown) => boolean) | null;
}

/** What `registerPytreeNode` has to know of a class; `Aux` is what is no child. */
export interface PytreeNodeRules<T, Aux> {
  /** Children, which are pytrees themselves, and everything else as one value. */
  readonly flatten: (node: T) => readonly [children: readonly unknown[], aux: Aux];
  readonly unflatten: (aux: Aux, children: readonly unknown[]) => T;
  /** Names of the children in their order, for key paths; positions if it is left out. */
  readonly keys?: ((node: T) => readonly PathKey[]) | undefined;
  /** Whether two aux values make one structure; identity, as `Object.is` has it, if left out. */
  readonly equals?: ((a: Aux, b: Aux) => boolean) | undefined;
}

/** A class, private constructors included. */
export interface ClassOf<T> {
  readonly name: string;
  readonly prototype: T;
}

const registry = new Map<unknown, NodeType>();

const noPrototype = {};

/** Prototype last found to be that of a leaf: most leaves of a tree are of one class. */
let leafPrototype: unknown = noPrototype;

/**
 * What a value is within a pytree.
 *
 * Plain objects are those of `{}` or `Object.create(null)`, from any realm. Subclasses of
 * registered classes, of Array among them, are not registered by that.
 */
export function classify(x: unknown): NodeKind {
  if (typeof x !== "object") {
    if (x === undefined) return "null";
    return typeof x === "function" ? classifyFunction(x) : "leaf";
  }
  if (x === null) return "null";
  const prototype: object | null = Object.getPrototypeOf(x);
  if (prototype === Object.prototype) return "object";
  if (prototype === leafPrototype) return "leaf";
  if (prototype === Array.prototype && Array.isArray(x)) return "array";
  return classifyRare(x, prototype);
}

function classifyRare(x: object, prototype: object | null): NodeKind {
  if (prototype === null) return "object";
  if (registry.has(prototype)) return "custom";
  // Array.prototype is an array in every realm; the prototype of a subclass is not.
  if (Array.isArray(prototype)) return Array.isArray(x) ? "array" : "leaf";
  const isForeignRoot =
    Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
  if (isForeignRoot) return "object";
  leafPrototype = prototype;
  return "leaf";
}

function classifyFunction(x: object): NodeKind {
  const prototype: unknown = Object.getPrototypeOf(x);
  if (prototype === Function.prototype) return "leaf";
  return registry.has(prototype) ? "custom" : "leaf";
}

/** Instance of a registered class, taken apart and checked. */
export interface OpenNode {
  readonly type: NodeType;
  readonly children: readonly unknown[];
  readonly aux: unknown;
  /** Names of the children; empty if they have none. */
  readonly keys: readonly PathKey[];
}

const noKeys: readonly PathKey[] = [];

/**
 * Children, aux and keys of an instance of a registered class.
 *
 * @throws TreeError if its rules give something else.
 */
export function openNode(x: object): OpenNode {
  const type = registry.get(Object.getPrototypeOf(x));
  if (type === undefined) throw new InternalError("pytree: a node of a class without rules");
  const parts: unknown = type.flatten(x);
  if (!Array.isArray(parts) || parts.length !== 2 || !Array.isArray(parts[0])) {
    throw new TreeError(
      `pytree: flatten of ${type.name} must return [children, aux] with an array of children; ` +
        "correct the rules given to registerPytreeNode",
    );
  }
  const [children, aux] = parts as [unknown[], unknown]; // checked above
  const keys = type.keys === null ? noKeys : type.keys(x);
  if (type.keys !== null && keys.length !== children.length) {
    throw new TreeError(
      `pytree: keys of ${type.name} must name each of its ${children.length} children, ` +
        `got ${keys.length}; correct the rules given to registerPytreeNode`,
    );
  }
  return { type, children, aux, keys };
}

/**
 * Make instances of a class nodes of pytrees: their children are traversed, and what is in
 * `aux` becomes part of the structure.
 *
 * @throws ArgumentError if the class is registered already, or is Object, Array or Function.
 */
export function registerPytreeNode<T extends object, Aux>(
  Class: ClassOf<T>,
  rules: PytreeNodeRules<T, Aux>,
): void {
  const given: unknown = Class;
  if (typeof given !== "function") {
    throw new ArgumentError(
      `registerPytreeNode: a class is required, got a value of type ${typeof given}; pass the class itself`,
    );
  }
  registerPrototype(Class.prototype, Class.name, rules);
}

/**
 * The same by prototype, for values that no class makes.
 *
 * @throws ArgumentError if the prototype is registered already, or is built into pytrees.
 */
export function registerPrototype<T extends object, Aux>(
  prototype: T,
  name: string,
  rules: PytreeNodeRules<T, Aux>,
): void {
  const builtIn: readonly object[] = [Object.prototype, Array.prototype, Function.prototype];
  if (builtIn.includes(prototype)) {
    throw new ArgumentError(
      `registerPytreeNode: a class of your own is required, got ${name}; wrap the value in one`,
    );
  }
  if (registry.has(prototype)) {
    throw new ArgumentError(
      `registerPytreeNode: a class can be registered once, got ${name} again; drop one of the calls`,
    );
  }
  // Rules meet only instances of this prototype, and only aux values that they gave themselves.
  registry.set(prototype, {
    name,
    id: registry.size + 1,
    flatten: rules.flatten as NodeType["flatten"],
    unflatten: rules.unflatten as NodeType["unflatten"],
    keys: (rules.keys ?? null) as NodeType["keys"],
    equals: (rules.equals ?? null) as NodeType["equals"],
  });
  leafPrototype = noPrototype;
}

/** The rules of `registerPytreeNode` with names and children given together. */
export interface PytreeWithKeysRules<T, Aux> {
  readonly flattenWithKeys: (
    node: T,
  ) => readonly [children: readonly (readonly [key: PathKey, child: unknown])[], aux: Aux];
  readonly unflatten: (aux: Aux, children: readonly unknown[]) => T;
  readonly equals?: ((a: Aux, b: Aux) => boolean) | undefined;
}

/**
 * Register a class as `registerPytreeNode` does, by one function that gives every child with
 * its key. The keys are part of the structure.
 *
 * @throws ArgumentError as `registerPytreeNode` does.
 */
export function registerPytreeWithKeys<T extends object, Aux>(
  Class: ClassOf<T>,
  { flattenWithKeys, unflatten, equals }: PytreeWithKeysRules<T, Aux>,
): void {
  registerPytreeNode(Class, {
    flatten(node: T): [unknown[], Aux] {
      const [children, aux] = flattenWithKeys(node);
      return [children.map(([, child]) => child), aux];
    },
    unflatten,
    keys: (node: T) => flattenWithKeys(node)[0].map(([key]) => key),
    equals,
  });
}

/** Which fields of a class hold pytrees, and which belong to the structure. */
export interface DataclassFields<T> {
  readonly dataFields: readonly (keyof T & string)[];
  readonly metaFields?: readonly (keyof T & string)[] | undefined;
}

/**
 * Register a class whose instances are nothing but their fields. They are rebuilt with the
 * prototype and the fields, without a call of the constructor. Two instances are of one structure
 * if their meta fields are identical one by one, as `Object.is` has it.
 *
 * @throws ArgumentError if a field is named twice, and as `registerPytreeNode` does.
 */
export function registerDataclass<T extends object>(
  Class: ClassOf<T>,
  { dataFields, metaFields = [] }: DataclassFields<T>,
): void {
  const fields = [...dataFields, ...metaFields];
  const repeated = fields.find((field, i) => fields.indexOf(field) !== i);
  if (repeated !== undefined) {
    throw new ArgumentError(
      `registerDataclass: each field must be named once, got ${repeated} twice; ` +
        "a field is data or meta",
    );
  }
  registerPytreeNode(Class, {
    flatten: (node: T): [unknown[], unknown[]] => [
      dataFields.map((field) => node[field]),
      metaFields.map((field) => node[field]),
    ],
    unflatten(meta: readonly unknown[], children: readonly unknown[]): T {
      const node: T = Object.create(Class.prototype);
      const values = [...children, ...meta];
      fields.forEach((field, i) => {
        const value = values[i];
        Object.defineProperty(node, field, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      });
      return node;
    },
    keys: () => dataFields,
    equals: (a, b) => a.every((value, i) => Object.is(value, b[i])),
  });
}

/** When two instances of a static class make one structure; identity if left out. */
export interface StaticOptions<T> {
  readonly equals?: ((a: T, b: T) => boolean) | undefined;
}

/**
 * Register a class whose instances have no leaves: all of an instance is part of the structure,
 * so a compiled function is compiled anew for each that differs.
 *
 * @throws ArgumentError as `registerPytreeNode` does.
 */
export function registerStatic<T extends object>(
  Class: ClassOf<T>,
  { equals }: StaticOptions<T> = {},
): void {
  registerPytreeNode(Class, {
    flatten: (node: T): [unknown[], T] => [[], node],
    unflatten: (node: T) => node,
    equals,
  });
}
