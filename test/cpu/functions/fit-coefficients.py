"""Fit the polynomials of src/cpu/functions and print them as TypeScript.

Each fit interpolates a function, known to 60 digits by mpmath, at Chebyshev nodes, grows the degree
until the relative error is below TARGET everywhere, turns the result into powers of the scaled
variable exactly, and rounds the coefficients to double once. Needs mpmath; prints to stdout.
Run: python3 fit-coefficients.py > /tmp/coefficients.ts
"""

from fractions import Fraction

from mpmath import bernfrac, mp, mpf, cos, pi, erf, erfc, erfinv, exp, log, sqrt, loggamma, psi, besseli, findroot

mp.dps = 60
TARGET = mpf(2) ** -58


def fit(name, f, lo, hi, variable=None, weight=lambda x, y: y, degree=4):
    """Polynomial in t = variable(x), by default x scaled to [-1, 1]. `weight` is what the error is relative to."""
    lo, hi = mpf(lo), mpf(hi)
    half, mid = (hi - lo) / 2, (hi + lo) / 2
    probes = [mid + half * cos(pi * (mpf(k) + mpf("0.37")) / 160) for k in range(160)]
    exact = [f(x) for x in probes]
    while True:
        n = degree + 1
        nodes = [cos(pi * (2 * k + 1) / (2 * n)) for k in range(n)]
        values = [f(mid + half * t) for t in nodes]
        chebyshev = [
            (1 if j == 0 else 2) * sum(v * cos(pi * j * (2 * k + 1) / (2 * n)) for k, v in enumerate(values)) / n
            for j in range(n)
        ]
        powers = to_powers(chebyshev)
        worst = max(
            abs((horner(powers, (x - mid) / half) - y) / weight(x, y)) for x, y in zip(probes, exact)
        )
        if worst < TARGET:
            break
        degree += 1
    if variable == "plain":
        powers = shift(powers, mid, half)
    print(f"/* {name}: [{mp.nstr(lo, 8)}, {mp.nstr(hi, 8)}], degree {degree}, error {mp.nstr(worst, 3)} */")
    print(f"const {name} = [")
    for i in range(0, len(powers), 4):
        print("  " + " ".join(f"{float(c)!r}," for c in powers[i : i + 4]))
    print("];")


def to_powers(chebyshev):
    before, now = [mpf(1)], [mpf(0), mpf(1)]
    out = [mpf(0)] * len(chebyshev)
    for c in chebyshev:
        for i, p in enumerate(before):
            out[i] += c * p
        after = [mpf(0)] + [2 * p for p in now]
        for i, p in enumerate(before):
            after[i] -= p
        before, now = now, after
    return out


def shift(powers, mid, half):
    """Coefficients in x of a polynomial given in (x - mid) / half."""
    out = [mpf(0)]
    for c in reversed(powers):
        grown = [mpf(0)] + [p / half for p in out]
        for i, p in enumerate(out):
            grown[i] -= p * mid / half
        grown[0] += c
        out = grown
    return out[: len(powers)]


def horner(powers, t):
    total = mpf(0)
    for c in reversed(powers):
        total = total * t + c
    return total


def split(name, value):
    """A constant as a double and the double nearest to what is left."""
    high = float(value)
    print(f"const {name} = {high!r}; const {name}_LOW = {float(value - high)!r};")


def small(f, at_zero):
    return lambda y: f(y) if y != 0 else at_zero


def erfcx(x):
    return exp(x * x) * erfc(x)


def tail_inverse(root_w):
    """erfInv(x)/x where root_w = sqrt(-log((1-x)(1+x)))."""
    q = exp(-root_w * root_w)
    x = sqrt(1 - q)
    # erfc keeps the digits that erf loses near 1
    target = q / (1 + x)
    y = root_w
    y = findroot(lambda v: log(erfc(v)) - log(target), (y * mpf("0.9"), y * mpf("1.1")))
    return y / x


def central_inverse(w):
    if w < mpf(10) ** -40:
        return sqrt(pi) / 2
    x = sqrt(-mp.expm1(-w))
    return erfinv(x) / x


def uniform(smallest, eta):
    """Rows k of Taylor coefficients in eta of C_k, as far as eta^n / smallest^k leaves them visible."""
    count, order = 60, 12
    alpha = [Fraction(0), Fraction(1)]
    for n in range(2, count):
        alpha.append((alpha[n - 1] - sum(j * alpha[j] * alpha[n - j + 1] for j in range(2, n))) / (n + 1))
    log_series = [Fraction(0)] * (order + 1)
    for k in range(1, order // 2 + 1):
        p, q = bernfrac(2 * k)
        log_series[2 * k - 1] = Fraction(int(p), int(q)) / (2 * k * (2 * k - 1))
    g = [Fraction(1)]
    for n in range(1, order + 1):
        g.append(sum(j * log_series[j] * g[n - j] for j in range(1, n + 1)) / n)
    row = first = [Fraction(-1, 3)] + [(n + 2) * alpha[n + 2] for n in range(1, count - 2)]
    print("const UNIFORM = [")
    for k in range(order):
        if k > 0:
            row = [(-1) ** k * g[k] * first[n] + (n + 2) * row[n + 2] for n in range(len(row) - 2)]
        kept = [n for n, c in enumerate(row[:30]) if abs(float(c)) * eta**n / smallest**k > 1e-18]
        if not kept:
            break
        print("  [" + ", ".join(repr(float(c)) for c in row[: kept[-1] + 1]) + "],")
    print("];")


def main():
    # DLMF 8.12.8 to 8.12.12
    uniform(100, 0.5)
    fit("ERF", lambda y: erf(sqrt(y)) / sqrt(y) - 1, "1e-50", 1, "plain", lambda x, y: 1 + y)
    # in 1 / (x + c)
    for name, lo, hi, c in [("ERFC_NEAR", mpf("0.5"), 2, 2), ("ERFC_FAR", mpf(2), 28, 1)]:
        fit(name, lambda z: erfcx(1 / z - c) / z, 1 / mpf(hi + c), 1 / (lo + c))
    fit("CENTRE", central_inverse, 0, "6.25")
    fit("MIDDLE", tail_inverse, "2.5", "4")
    fit("TAIL", tail_inverse, "4", "6.25")
    fit("LGAMMA_TWO", lambda t: loggamma(2 + t) / t, "-0.5", "0.5", "plain")
    root = findroot(lambda x: psi(0, x), mpf("1.4616321449683623"))
    split("ROOT", root)
    fit("DIGAMMA", lambda x: psi(0, x) / (x - root), 1, 2)
    fit("I0_SMALL", lambda y: (besseli(0, 2 * sqrt(y)) - 1) / y, "1e-30", 16, "plain", lambda x, y: y + 1 / x)
    fit("I1_SMALL", lambda y: (besseli(1, 2 * sqrt(y)) / sqrt(y) - 1) / y, "1e-30", 16, "plain", lambda x, y: y + 1 / x)
    for n in (0, 1):
        scaled = lambda z: besseli(n, 1 / z) * exp(-1 / z) / sqrt(z)
        fit(f"I{n}_MIDDLE", scaled, mpf(1) / 20, mpf(1) / 8)
        fit(f"I{n}_LARGE", scaled, "1e-12", mpf(1) / 20, "plain")


if __name__ == "__main__":
    main()
