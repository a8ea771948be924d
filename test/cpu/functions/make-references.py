"""Write references.json: arguments and correctly rounded values of each special function.

Values are computed by mpmath with 60 digits or more and rounded to double once. Rows are
[argument, ..., value]; rows whose value is no normal double are left out, except for erfc, whose
tail of subnormals is kept. Needs mpmath.
Run: python3 make-references.py [rows per function, default 120] [seed] [output file]
"""

import json
import math
import random
import sys

from mpmath import mp, mpf
import mpmath as m

mp.dps = 60
rows = int(sys.argv[1]) if len(sys.argv) > 1 else 120
rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
out_file = sys.argv[3] if len(sys.argv) > 3 else "references.json"


def spread(lo, hi):
    """A number of either order of magnitude alike, from lo to hi."""
    return math.exp(rng.uniform(math.log(lo), math.log(hi)))


def either(lo, hi):
    return rng.choice([-1, 1]) * spread(lo, hi)


def pick(*generators):
    return lambda: rng.choice(generators)()


def table(f, *arguments, subnormal=False, count=rows, joint=None):
    result = []
    while len(result) < count:
        xs = joint() if joint else [g() for g in arguments]
        value = f(*[mpf(x) for x in xs])
        rounded = float(value)
        if math.isinf(rounded) or math.isnan(rounded):
            continue
        if abs(rounded) < (5e-324 if subnormal else 2.3e-308):
            continue
        result.append([*xs, rounded])
    return result


def erf_inverse(x):
    with mp.workdps(90):
        return m.erfinv(x)


def lower(a, x):
    with mp.workdps(80):
        return m.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    with mp.workdps(80):
        return m.gammainc(a, x, m.inf, regularized=True)


def slope(a, x):
    """d/da of the regularized lower function, by a central difference with 40 digits to spare."""
    with mp.workdps(120):
        h = mpf(10) ** -30 * a
        if x > a:
            return -(m.gammainc(a + h, x, m.inf, regularized=True) - m.gammainc(a - h, x, m.inf, regularized=True)) / (2 * h)
        return (m.gammainc(a + h, 0, x, regularized=True) - m.gammainc(a - h, 0, x, regularized=True)) / (2 * h)


def sample_slope(a, x):
    with mp.workdps(120):
        density = m.exp((a - 1) * m.log(x) - x - m.loggamma(a))
        return -slope(a, x) / density


def hurwitz(s, q):
    """mpmath works with absolute accuracy, so a small sum needs digits in proportion."""
    with mp.workdps(60 + int(s * max(0, m.log10(q))) + 20):
        return m.zeta(s, q)


def polygamma(k, x):
    return (-1) ** (int(k) + 1) * m.factorial(int(k)) * hurwitz(k + 1, x)


def beta(a, b, x):
    with mp.workdps(100):
        return m.betainc(a, b, 0, x, regularized=True)


def gamma_pair(largest):
    """Shape and argument: around each other within a few deviations, or far apart."""

    def draw():
        a = spread(1e-3, largest)
        if rng.random() < 0.6:
            x = a + rng.uniform(-5, 5) * math.sqrt(a)
        else:
            x = a * spread(0.02, 5)
        return [a, x] if x > 0 else draw()

    return draw


def beta_triple():
    a, b = spread(0.01, 3000), spread(0.01, 3000)
    mean = a / (a + b)
    width = math.sqrt(mean * (1 - mean) / (a + b + 1))
    x = rng.choice([rng.random(), mean + rng.uniform(-4, 4) * width])
    return [a, b, x] if 0 < x < 1 else beta_triple()


def between(lo, hi):
    return lambda: rng.uniform(lo, hi)


few = max(20, rows // 3)
references = {
    "rsqrt": table(lambda x: 1 / m.sqrt(x), lambda: spread(1e-300, 1e300)),
    "exp2": table(lambda x: mpf(2) ** x, between(-1021, 1023)),
    "logistic": table(lambda x: 1 / (1 + m.exp(-x)), pick(between(-700, 40), lambda: either(1e-5, 30))),
    "power": table(
        lambda x, y: x**y,
        joint=lambda: (lambda x: [x, rng.uniform(-700, 700) / abs(math.log(x))])(spread(1e-300, 1e300)),
    ),
    "erf": table(m.erf, lambda: either(1e-12, 5.9)),
    "erfc": table(m.erfc, pick(between(-6, 6), between(0.4, 27.2), lambda: either(1e-10, 1)), subnormal=True),
    "erfInv": table(erf_inverse, pick(between(-1, 1), lambda: 1 - spread(2**-53, 0.5), lambda: either(1e-12, 1))),
    "lgammaPositive": table(
        m.loggamma,
        pick(lambda: spread(1e-20, 1e20), between(0, 12), lambda: 1 + either(1e-8, 0.4), lambda: 2 + either(1e-8, 0.4)),
    ),
    "lgammaNegative": table(
        lambda x: m.loggamma(x).real, pick(between(-20, 0), lambda: -spread(1e-30, 1), lambda: -spread(1, 1e6))
    ),
    "digammaPositive": table(
        lambda x: m.psi(0, x),
        pick(lambda: spread(1e-20, 1e20), between(0, 12), lambda: 1.4616321449683623 + either(1e-8, 0.3)),
    ),
    "digammaNegative": table(lambda x: m.psi(0, x), pick(between(-20, 0), lambda: -spread(1e-25, 1))),
    "zeta": table(
        hurwitz,
        pick(lambda: 1 + spread(1e-6, 60), lambda: rng.randint(2, 30)),
        pick(lambda: spread(1e-3, 1e6), between(0.01, 20)),
    ),
    "zetaNegative": table(
        lambda s, q: sum((q + k) ** -s for k in range(60)) + hurwitz(s, q + 60),
        lambda: rng.randint(2, 12),
        between(-50, 0),
    ),
    "polygamma": table(
        polygamma, lambda: rng.randint(1, 20), pick(lambda: spread(1e-3, 1e5), between(0, 20))
    ),
    "igamma": table(lower, joint=gamma_pair(3000)),
    "igammac": table(upper, joint=gamma_pair(3000)),
    "igammacSmall": table(upper, lambda: spread(1e-12, 1), lambda: spread(1e-8, 3)),
    "igammaGradA": table(slope, joint=gamma_pair(600), count=few),
    "randomGammaGrad": table(sample_slope, joint=gamma_pair(600), count=few),
    "betainc": table(beta, joint=beta_triple),
    "i0e": table(lambda x: m.besseli(0, x) * m.exp(-abs(x)), pick(lambda: either(1e-10, 1e10), between(-20, 20))),
    "i1e": table(lambda x: m.besseli(1, x) * m.exp(-abs(x)), pick(lambda: either(1e-10, 1e10), between(-20, 20))),
}

with open(out_file, "w") as file:
    file.write("{\n")
    blocks = [
        json.dumps(name) + ": [\n" + ",\n".join("  " + json.dumps(row) for row in part) + "\n]"
        for name, part in references.items()
    ]
    file.write(",\n".join(blocks) + "\n}\n")
