"""Scores by scikit-learn where rows have weights, and the plane of weighted least squares."""
import warnings

from reference import agree, write

import numpy as np
from sklearn import metrics as M
from sklearn.linear_model import LinearRegression

warnings.filterwarnings("ignore")
g = np.random.default_rng(11)


def classification(name, rows, classes):
    raw = g.integers(1, 256, (rows, classes)).astype(np.float64)
    scores = np.zeros_like(raw)
    # Multiples of 2⁻¹² that sum to 1 are exact in 32 bits.
    scores[:, :-1] = np.floor(raw[:, :-1] / raw.sum(1, keepdims=True) * 4096) / 4096
    scores[:, -1] = 1 - scores[:, :-1].sum(1)
    targets = np.where(g.random(rows) < 0.6, scores.argmax(1), g.integers(0, classes, rows))
    weights = g.integers(1, 64, rows) / 16
    predicted, labels = scores.argmax(1), np.arange(classes)
    each = M.precision_recall_fscore_support(
        targets, predicted, labels=labels, sample_weight=weights, zero_division=0)
    mean = {kind: [float(v) for v in M.precision_recall_fscore_support(
        targets, predicted, average=kind, sample_weight=weights, zero_division=0)[:3]]
        for kind in ["macro", "weighted"]}
    areas = [float(M.roc_auc_score(targets == c, scores[:, c], sample_weight=weights))
             for c in labels]
    return {
        "name": name, "classCount": classes, "scores": scores.ravel().tolist(),
        "targets": targets.tolist(), "weights": weights.tolist(),
        "accuracy": float(M.accuracy_score(targets, predicted, sample_weight=weights)),
        "precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(),
        "macro": mean["macro"], "weighted": mean["weighted"], "areas": areas,
        "logLoss": float(M.log_loss(targets, np.clip(scores, 2.0**-23, 1), labels=labels,
                                    sample_weight=weights)),
    }


def regression(name, rows):
    targets = g.integers(-4096, 4096, rows) / 256
    predictions = targets + g.integers(-1024, 1024, rows) / 256
    weights = g.integers(1, 64, rows) / 16
    return {
        "name": name, "predictions": predictions.tolist(), "targets": targets.tolist(),
        "weights": weights.tolist(),
        "mae": float(M.mean_absolute_error(targets, predictions, sample_weight=weights)),
        "rmse": float(M.root_mean_squared_error(targets, predictions, sample_weight=weights)),
        "r2": float(M.r2_score(targets, predictions, sample_weight=weights)),
    }


def plane(rows):
    x = g.integers(-1024, 1024, (rows, 2)) / 256
    y = x @ [1.5, -0.5] + 0.25 + g.integers(-512, 512, rows) / 256
    weights = np.where(g.random(rows) < 0.3, 0, g.integers(1, 64, rows) / 16)
    fit = LinearRegression().fit(x, y, sample_weight=weights)
    design = np.column_stack([x, np.ones(rows)])
    solved = np.linalg.solve(design.T @ (weights[:, None] * design), design.T @ (weights * y))
    agree(solved, [*fit.coef_, fit.intercept_], "weighted least squares", 1e-9)
    return {"x": x.ravel().tolist(), "y": y.tolist(), "weights": weights.tolist(),
            "kernel": fit.coef_.tolist(), "bias": float(fit.intercept_)}


write(
    ["scikit-learn", "numpy"],
    ["scores: row-major, one column a class", "macro, weighted: [precision, recall, f1]",
     "areas: of each class against the rest", "plane: weighted least squares of two columns"],
    {"classification": [classification("binary", 50, 2), classification("four classes", 90, 4)],
     "regression": [regression("numbers", 60)], "plane": plane(120)},
)
