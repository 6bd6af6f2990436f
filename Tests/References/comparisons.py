"""Two models on the same rows: McNemar's exact test by statsmodels and SciPy, the bootstrap of a mean by NumPy."""
import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from reference import agree, write

mid_p = []
for better, worse in ((0, 0), (1, 0), (3, 3), (9, 2), (2, 9), (25, 10), (40, 40), (60, 20), (600, 500), (9000, 8000)):
    n, k = better + worse, min(better, worse)
    exact = min(1.0, 2 * float(stats.binom.cdf(k, n, 0.5)))
    if n:
        agree(mcnemar([[5, better], [worse, 5]], exact=True).pvalue, exact, "exact p")
    value = 1.0 if better == worse else 2 * float(stats.binom.cdf(k, n, 0.5)) - float(stats.binom.pmf(k, n, 0.5))
    mid_p.append([better, worse, value])

# Agresti and Min: half a row more in each cell, then the usual interval of a paired difference.
intervals = []
z = float(stats.norm.ppf(0.975))
for rows, better, worse in ((30, 4, 2), (100, 0, 0), (100, 30, 5), (1000, 10, 60)):
    cells = np.array([rows - better - worse - 1.0, better, worse, 1.0]) + 0.5
    p = cells / cells.sum()
    gain = np.array([0, 1, -1, 0])
    centre = float(p @ gain)
    half = z * float(np.sqrt((p @ gain ** 2 - centre ** 2) / cells.sum()))
    intervals.append([rows, better, worse, centre - half, centre + half])

g = np.random.default_rng(8)
bootstraps = []
for rows, moved in ((40, 0.0), (40, 0.5), (200, 0.1), (200, 0.35)):
    first = np.abs(g.standard_t(5, size=rows)).round(3)
    second = (np.abs(0.6 * first + 0.5 * g.normal(size=rows)) * (1 - moved)).round(3)
    gains = first - second
    error = float(gains.std(ddof=1) / np.sqrt(rows))
    drawn = gains[g.integers(0, rows, size=(200_000, rows))]
    ratios = (drawn.mean(1) - gains.mean()) / (drawn.std(1, ddof=1) / np.sqrt(rows))
    low, high = gains.mean() - np.quantile(ratios, [0.975, 0.025]) * error
    p = float(np.mean(np.abs(ratios) >= abs(gains.mean() / error)))
    bootstraps.append({"first": first.tolist(), "second": second.tolist(), "low": float(low), "high": float(high),
                       "p": p, "error": error})

write(
    ["scipy", "statsmodels", "numpy"],
    ["mid_p: [better, worse, p] of McNemar's exact test with the mid-p value, two-sided",
     "intervals: [rows, better, worse, low, high] of better - worse as a share of the rows, Agresti and Min",
     "bootstraps: 200,000 resamples of first - second; p of the mean divided by its standard error, two-sided, and "
     "the ends of its 95 % interval"],
    {"mid_p": mid_p, "intervals": intervals, "bootstraps": bootstraps})
