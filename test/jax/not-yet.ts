const loop = "needs a loop of data-dependent length inside a sampler";

/** Functions that JAX has, the values cover and the library does not have yet, with the reason. */
export const notYet: Readonly<Record<string, string>> = {
  "random.binomial": loop,
};
