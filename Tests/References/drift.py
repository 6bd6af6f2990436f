"""Two samples compared in bins: the distributions and the test by SciPy."""
import numpy as np
from scipy import optimize, stats

from reference import agree, write

upper = [[float(x), float(k), float(stats.chi2.sf(x, k))]
         for k in (1, 2, 5, 9, 40) for x in (0.01, 0.5, 1, 3.84, 9, 17, 45, 120, 400)]
noncentral = [[float(x), float(k), float(nc), float(stats.ncx2.cdf(x, k, nc))]
              for k in (1, 4, 9) for nc in (0.1, 1, 10, 100, 2000)
              for x in (nc * 0.7 + 0.3, nc + k, nc * 1.3 + 2 * k)]


def interval(x, k):
    """The noncentralities for which x is within the quantiles .025 and .975."""
    ends = []
    for p in (0.975, 0.025):
        f = lambda nc: stats.ncx2.cdf(x, k, nc) - p
        ends.append(0.0 if stats.chi2.cdf(x, k) < p else
                    float(optimize.brentq(f, 1e-9, 10 * x + 100, xtol=1e-12, rtol=1e-14)))
    return ends


intervals = [[float(x), float(k), *interval(x, k)] for k in (1, 4, 9) for x in (0.5, 4, 12, 30, 150, 900)]

g = np.random.default_rng(3)
tables = []
for bins, m, n in ((2, 200, 120), (5, 1000, 400), (10, 10000, 1000), (10, 900, 9000)):
    for moved in (0, 0.3):
        p = g.dirichlet(np.full(bins, 20))
        q = p * np.exp(moved * g.normal(size=bins))
        reference, recent = g.multinomial(m, p), g.multinomial(n, q / q.sum())
        statistic, value, degrees, _ = stats.chi2_contingency([reference, recent], correction=False)
        agree(value, stats.chi2.sf(statistic, degrees), "p")
        tables.append({"reference": reference.tolist(), "recent": recent.tolist(),
                       "statistic": float(statistic), "degrees": int(degrees), "p": float(value)})

many = []
for count in (1, 5, 50):
    p = np.sort(g.uniform(size=count) ** 3)
    g.shuffle(p)
    many.append({"p": p.tolist(), "corrected": stats.false_discovery_control(p).tolist()})

write(
    ["scipy", "numpy"],
    ["upper: [x, degrees, P(X > x)] of the chi-square distribution",
     "noncentral: [x, degrees, noncentrality, P(X <= x)]",
     "intervals: [x, degrees, low, high] of the noncentrality",
     "tables: chi2_contingency without Yates's correction; no bin is small enough to be joined",
     "many: false_discovery_control, Benjamini and Hochberg"],
    {"upper": upper, "noncentral": noncentral, "intervals": intervals, "tables": tables,
     "many": many})
