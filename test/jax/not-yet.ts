const qr = "needs the qr decomposition";

/** Functions that JAX has, the values cover and the library does not have yet, with the reason. */
export const notYet: Readonly<Record<string, string>> = {
  "nn.initializers.orthogonal": qr,
  "nn.initializers.deltaOrthogonal": qr,
  "random.orthogonal": qr,
};
