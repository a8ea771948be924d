import { expect, test } from "vitest";
import { bounded, worstError } from "./errors.ts";

test.each(bounded)(
  "$name stays within $ulp ulp at millions of arguments",
  (one) => {
    const { ulp, at } = worstError(one, 509);
    expect(ulp, String(at)).toBeLessThanOrEqual(one.ulp);
  },
  120_000,
);
