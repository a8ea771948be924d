/**
 * Functions whose result has a size that depends on values, so that they read them at once, which
 * the device cannot do; with `size` they are traced and run there.
 */
export const readsValues: Readonly<Record<string, string>> = {};
