"""A Gaussian process by scikit-learn, and points of the Sobol sequence and of the normal distribution by SciPy."""
import numpy as np
from scipy import special, stats
from scipy.stats import qmc
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from reference import agree, write

g = np.random.default_rng(5)
x, other = g.uniform(size=(7, 3)), g.uniform(size=(4, 3))
y = np.sin(4 * x[:, 0]) + x[:, 1] ** 2 + 0.1 * g.normal(size=7)
lengths, scale, noise = np.array([0.4, 1.3, 2.5]), 1.7, 0.01
kernel = ConstantKernel(scale) * Matern(lengths, nu=2.5) + WhiteKernel(noise)
process = GaussianProcessRegressor(kernel, optimizer=None, alpha=0).fit(x, y)
mean, deviation = process.predict(other, return_std=True)
likelihood, slopes = process.log_marginal_likelihood(kernel.theta, eval_gradient=True)

k = ConstantKernel(scale) * Matern(lengths, nu=2.5)
K = k(x) + noise * np.eye(7)
agree(k(other, x) @ np.linalg.solve(K, y), mean, "mean", 1e-9)
variance = scale - np.einsum("ij,ji->i", k(other, x), np.linalg.solve(K, k(x, other)))
# scikit-learn adds the noise to the variance.
agree(variance + noise, deviation**2, "variance", 1e-9)

z = np.array([-50.0, -5, -1.5, -0.5, 0, 1, 4])
improvement = [[float(v), float(np.log(stats.norm.pdf(v) + v * stats.norm.cdf(v)))] for v in z[1:]]
tails = [[float(v), float(special.erfcx(v))] for v in (0.7, 1, 2, 2.5, 2.6, 4, 10, 35, 1000)]

write(
    ["scikit-learn", "scipy", "numpy"],
    ["lengths are those of Matern(nu=2.5); likelihood: ln p(y), without priors",
     "slopes: by the logarithms of scale, of each length and of the noise",
     "variance: of the function, without noise",
     "improvement: [z, ln(pdf(z) + z cdf(z))]; tails: [x, erfcx(x)]",
     "sobol: the first points of 5 dimensions, not scrambled"],
    {"x": x.tolist(), "y": y.tolist(), "lengths": lengths.tolist(), "scale": scale, "noise": noise,
     "other": other.tolist(), "mean": mean.tolist(), "variance": variance.tolist(),
     "likelihood": float(likelihood), "slopes": slopes.tolist(), "improvement": improvement,
     "tails": tails, "sobol": qmc.Sobol(5, scramble=False).random(16).tolist()})
