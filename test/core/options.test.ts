import { expect, test } from "vitest";
import { ArgumentError } from "../../src/core/errors.ts";
import { checkOptions } from "../../src/core/options.ts";

test("known names, no options and objects without a prototype pass", () => {
  checkOptions("f", undefined, ["axis"]);
  checkOptions("f", {}, []);
  checkOptions("f", { axis: 0 }, ["axis", "keepdims"]);
  checkOptions("f", { axis: undefined }, ["axis"]);
  checkOptions("f", Object.assign(Object.create(null), { axis: 1 }), ["axis"]);
});

test("an unknown name is refused with the names allowed", () => {
  expect(() => checkOptions("numpy.sum", { axes: 0 }, ["axis", "keepdims"])).toThrow(
    new ArgumentError('numpy.sum: unknown option "axes"; the names allowed are axis, keepdims'),
  );
  expect(() => checkOptions("f", { a: 1 }, [])).toThrow(
    new ArgumentError('f: unknown option "a"; there are none, leave it out'),
  );
});

test.each([
  [null, "null"],
  [3, "3"],
  ["axis", '"axis"'],
  [[0], "a list"],
  [new Float32Array(1), "Float32Array"],
])("options that are no plain object are refused: %o", (options, named) => {
  expect(() => checkOptions("grad", options, ["argnums"])).toThrow(
    new ArgumentError(
      `grad: options must be a plain object, got ${named}; the names allowed are argnums`,
    ),
  );
});
