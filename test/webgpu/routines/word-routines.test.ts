import { test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, drawOperand } from "./agreement.ts";

test("keys become pairs of words, and pairs keys", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const draw = generator(seed);
    const shape = Array.from({ length: draw(3) }, () => draw(4));
    const keys = drawOperand(draw, shape, "key<fry>", () => 0);
    await agrees("words", {}, [keys], [shapedArray([...shape, 2], "uint32")]);
    const pairs = drawOperand(draw, [...shape, 2], "uint32", (d) => d(2 ** 32));
    await agrees("words", {}, [pairs], [shapedArray(shape, "key<fry>")]);
  }
});
