"""Scores by scikit-learn of several labels a row and of ordered classes, on numbers that 32-bit floats
hold exactly."""
import warnings

from reference import write

import numpy as np
from sklearn import metrics as M

warnings.filterwarnings("ignore")
g = np.random.default_rng(11)


def multilabel(name, probabilities, truths):
    probabilities = np.asarray(probabilities, dtype=np.float32).astype(np.float64)
    truths = np.asarray(truths)
    answers = (probabilities > 0.5).astype(int)
    means = {
        average: [float(v) for v in M.precision_recall_fscore_support(
            truths, answers, average=average, zero_division=0)[:3]]
        for average in ["micro", "macro"]}
    each = M.precision_recall_fscore_support(truths, answers, average=None, zero_division=0)
    return {
        "name": name, "labels": truths.shape[1],
        "probabilities": probabilities.ravel().tolist(), "targets": truths.ravel().tolist(),
        "subsetAccuracy": float(M.accuracy_score(truths, answers)),
        "hammingLoss": float(M.hamming_loss(truths, answers)),
        "micro": means["micro"], "macro": means["macro"],
        "precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(),
        "support": each[3].tolist(),
    }


def ordered(name, classes, truths, answers):
    truths, answers = np.asarray(truths), np.asarray(answers)
    kappa = float(M.cohen_kappa_score(
        truths, answers, labels=np.arange(classes), weights="quadratic"))
    return {
        "name": name, "classCount": classes, "targets": truths.tolist(),
        "predicted": answers.tolist(),
        "meanSteps": float(M.mean_absolute_error(truths, answers)),
        "quadraticKappa": None if np.isnan(kappa) else kappa,
    }


def marks(rows, labels, share):
    truths = (g.random((rows, labels)) < share).astype(int)
    probabilities = np.round(np.clip(0.5 * truths + 0.7 * g.random(truths.shape) - 0.1, 0, 1) * 256)
    return probabilities / 256, truths


stars = g.integers(0, 5, 80)
write(
    ["scikit-learn", "numpy"],
    ["probabilities, targets: row-major, one column a label; a label is answered above 0.5",
     "micro, macro: [precision, recall, f1]; zero division gives 0",
     "meanSteps: the mean of |true class − answered class|; quadraticKappa: null where undefined"],
    {"multilabel": [
        multilabel("three labels", *marks(60, 3, 0.4)),
        multilabel("rare labels", *marks(40, 6, 0.1)),
        multilabel("all right", [[0.75, 0.25], [0.25, 0.875]], [[1, 0], [0, 1]]),
        multilabel("never answered", [[0.25, 0.125], [0.5, 0.0]], [[1, 0], [1, 0]]),
     ],
     "ordered": [
        ordered("near", 5, stars, np.clip(stars + g.integers(-1, 2, 80), 0, 4)),
        ordered("by chance", 4, g.integers(0, 4, 50), g.integers(0, 4, 50)),
        ordered("all right", 3, [0, 1, 2, 1], [0, 1, 2, 1]),
        ordered("upside down", 3, [0, 1, 2, 0, 2], [2, 1, 0, 2, 0]),
        ordered("one class alone", 3, [1, 1], [1, 1]),
     ]},
)
