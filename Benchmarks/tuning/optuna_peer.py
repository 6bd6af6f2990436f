"""Optuna's samplers on the functions of `TestFunction.swift`, with the same bounds, noise and seeds.

    pip install optuna scipy          # torch too for the Gaussian process
    python optuna_peer.py [SEEDS] [FIRST SEED] [SAMPLER]
"""
import math
import statistics
import sys
import time

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

STEEPNESS = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14],
                      [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
CENTERS = np.array([[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
                    [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]) / 1e4
DEPTHS = np.array([1, 1.2, 3, 3.2])


def branin(x):
    bend = x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0]) + 10


def hartmann6(x):
    return -float(DEPTHS @ np.exp(-(STEEPNESS * (np.array(x) - CENTERS) ** 2).sum(1)))


def rosenbrock4(x):
    bends = sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))
    return math.log10(1 + bends)


FUNCTIONS = {"branin": (branin, [(-5, 10), (0, 15)], 0, 0.397887),
             "hartmann6": (hartmann6, [(0, 1)] * 6, 0, -3.32237),
             "rosenbrock4-noisy": (rosenbrock4, [(-2, 2)] * 4, 0.2, 0)}
SAMPLERS = {"random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
            "sobol": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True),
            "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
            "gaussian_process": lambda seed: optuna.samplers.GPSampler(seed=seed)}


def noise(seed, trial, deviation):
    """Box and Muller's transform of two numbers of SplitMix64."""
    most = 2**64 - 1
    state, numbers = seed * 1_000_003 + trial, []
    for _ in range(2):
        state = (state + 0x9E3779B97F4A7C15) & most
        word = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & most
        word = ((word ^ word >> 27) * 0x94D049BB133111EB) & most
        numbers.append((word ^ word >> 31) / 2**64)
    u, v = numbers
    return deviation * math.sqrt(-2 * math.log(max(u, 1e-300))) * math.cos(2 * math.pi * v)


def regrets(sampler, function, seed, trials=100):
    value, bounds, deviation, smallest = FUNCTIONS[function]
    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
    least, regret, curve, times = math.inf, math.inf, [], []
    for number in range(trials):
        start = time.perf_counter()
        trial = study.ask()
        x = [trial.suggest_float(f"x{i}", *ends) for i, ends in enumerate(bounds)]
        times.append(time.perf_counter() - start)
        true = value(x)
        seen = true + (noise(seed, number, deviation) if deviation else 0)
        study.tell(trial, seen)
        if seen < least:
            least, regret = seen, true - smallest
        curve.append(regret)
    return curve, times[-10:]


numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
names = [word for word in sys.argv[1:] if not word.isdigit()] or SAMPLERS
seeds, first = (numbers + [10, 0][len(numbers):])[:2]
print("| sampler | function | regret after 50 | after 100 | milliseconds a choice at 100 |")
print("|---|---|---|---|---|")
for sampler in names:
    for function in FUNCTIONS:
        runs = [regrets(sampler, function, seed) for seed in range(first, first + seeds)]
        cells = []
        for trials in (50, 100):
            median, low, high = np.percentile([curve[trials - 1] for curve, _ in runs], [50, 25, 75])
            cells.append(f"{median:.5f} [{low:.5f}, {high:.5f}]")
        milliseconds = statistics.median(t for _, times in runs for t in times) * 1e3
        print(f"| {sampler} | {function} | {cells[0]} | {cells[1]} | {milliseconds:.2f} |", flush=True)
