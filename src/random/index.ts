import "../runtime/install.ts";

export { bernoulli, rademacher } from "./bernoulli.ts";
export type { MultinomialOptions } from "./binomial.ts";
export { binomial, multinomial } from "./binomial.ts";
export type { BitsOptions, DrawOptions, UniformOptions } from "./bits.ts";
export { bits, uniform } from "./bits.ts";
export {
  cauchy,
  doubleSidedMaxwell,
  exponential,
  gumbel,
  laplace,
  logistic,
  lognormal,
  maxwell,
  normal,
  pareto,
  rayleigh,
  triangular,
  truncatedNormal,
  wald,
  weibullMin,
} from "./continuous.ts";
export type { CategoricalOptions, ChoiceOptions, PermutationOptions } from "./discrete.ts";
export { categorical, choice, geometric, permutation, randint } from "./discrete.ts";
export type { BallOptions } from "./gamma.ts";
export {
  ball,
  beta,
  chisquare,
  dirichlet,
  f,
  gamma,
  generalizedNormal,
  loggamma,
  poisson,
  t,
} from "./gamma.ts";
export type { StreamOptions } from "./key.ts";
export { clone, foldIn, key, keyData, keyImpl, PRNGKey, split, wrapKeyData } from "./key.ts";
export type { MultivariateNormalOptions, OrthogonalOptions } from "./matrices.ts";
export { multivariateNormal, orthogonal } from "./matrices.ts";
