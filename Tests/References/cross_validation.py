"""Intervals of cross-validated scores: the corrected resampled t of Nadeau and Bengio (2003).

Prints cross_validation.json: the interval of given scores, with SciPy's quantile of Student's
distribution, and how often such an interval holds the mean score of the method, by simulation: least
squares on 5 inputs with a noise of 1, scored by root mean squared error, or as a classifier by accuracy.
The truth is the mean, over 1,000 data sets, of the exact score of the networks that were trained.

    python3 cross_validation.py > cross_validation.json
"""

import functools
import json
from math import sqrt

import numpy as np
from scipy import stats

INPUTS = 5
REPETITIONS = 1000
WEIGHTS = np.ones(INPUTS) / sqrt(INPUTS)


@functools.cache
def quantile(degrees):
    return float(stats.t.ppf(0.975, degrees))


def interval(scores, ratio):
    count = len(scores)
    half = quantile(count - 1) * sqrt((1 / count + ratio) * np.var(scores, ddof=1))
    return np.mean(scores) - half, np.mean(scores) + half


def coverage(generator, rows, folds, classifies, population):
    intervals, truths = [], []
    for _ in range(REPETITIONS):
        x = generator.normal(size=(rows, INPUTS))
        y = x @ WEIGHTS + generator.normal(size=rows)
        if classifies:
            y = np.where(y > 0, 1.0, -1.0)
        order = generator.permutation(rows)
        scores, ratios, exact = [], [], []
        for fold in range(folds):
            held = order[fold::folds]
            learned = np.delete(order, np.s_[fold::folds])
            design = np.c_[x[learned], np.ones(len(learned))]
            solution = np.linalg.lstsq(design, y[learned], rcond=None)[0]
            answers = np.c_[x[held], np.ones(len(held))] @ solution
            ratios.append(len(held) / len(learned))
            if classifies:
                scores.append(np.mean((answers > 0) == (y[held] > 0)))
                px, py = population
                exact.append(np.mean((px @ solution[:-1] + solution[-1] > 0) == py))
            else:
                scores.append(sqrt(np.mean((answers - y[held]) ** 2)))
                error = np.sum((solution[:-1] - WEIGHTS) ** 2) + solution[-1] ** 2
                exact.append(sqrt(1 + error))
        intervals.append(interval(scores, np.mean(ratios)))
        truths.append(np.mean(exact))
    truth = np.mean(truths)
    return float(np.mean([low <= truth <= high for low, high in intervals]))


def main():
    generator = np.random.default_rng(1)
    px = generator.normal(size=(4000, INPUTS))
    population = px, px @ WEIGHTS + generator.normal(size=4000) > 0
    scores = [0.81, 0.86, 0.79, 0.9, 0.84]
    low, high = interval(scores, 0.25)
    table = [
        {
            "scores": "accuracy" if classifies else "root mean squared error",
            "rows": rows,
            "folds": folds,
            "held": coverage(generator, rows, folds, classifies, population),
        }
        for classifies in (False, True)
        for rows in (30, 100, 300, 1000)
        for folds in (3, 5, 10)
    ]
    example = {
        "scores": scores,
        "ratio": 0.25,
        "mean": float(np.mean(scores)),
        "deviation": float(np.std(scores, ddof=1)),
        "low": low,
        "high": high,
    }
    print(json.dumps({"example": example, "coverage": table}, indent=1))


main()
