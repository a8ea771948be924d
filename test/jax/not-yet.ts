const qr = "needs the qr decomposition";

/** Functions that JAX has, the values cover and the library does not have yet, with the reason. */
export const notYet: Readonly<Record<string, string>> = {
  "random.multivariateNormal": "comes with the matrix decompositions",
  "random.orthogonal": qr,
};
