export { logsumexp } from "../nn/normalization.ts";
export { exp1, expi, expn, spence } from "./special-exponential-integrals.ts";
export {
  beta,
  betainc,
  betaln,
  comb,
  digamma,
  erf,
  erfc,
  erfinv,
  expit,
  factorial,
  gamma,
  gammainc,
  gammaincc,
  gammaln,
  gammasgn,
  i0,
  i0e,
  i1,
  i1e,
  multigammaln,
  poch,
  polygamma,
} from "./special-gamma.ts";
export { bernoulli, dawsn, erfcx } from "./special-integrals.ts";
export { boxcox, boxcox1p, entr, klDiv, logit, relEntr, xlog1py, xlogy } from "./special-logs.ts";
export { logNdtr, ndtr, ndtri } from "./special-normal.ts";
export { logSoftmax, softmax } from "./special-softmax.ts";
export { zeta } from "./special-zeta.ts";
