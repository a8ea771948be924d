const size = "the number of results depends on values";

/**
 * Functions whose result has a size that depends on values, so that they read them at once, which
 * the device cannot do; with `size` they are traced and run there.
 */
export const readsValues: Readonly<Record<string, string>> = {
  "np.nonzero": size,
  "np.flatnonzero": size,
  "np.argwhere": size,
  "np.compress": size,
  "np.extract": size,
  "np.unique": size,
  "np.uniqueValues": size,
  "np.union1d": size,
  "np.intersect1d": size,
  "np.setdiff1d": size,
  "np.setxor1d": size,
  "np.trimZeros": size,
  "np.bincount": size,
  "np.where": size,
  "ops.segmentSum": size,
  "ops.segmentProd": size,
  "ops.segmentMax": size,
  "ops.segmentMin": size,
};
