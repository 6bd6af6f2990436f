"""Scores by scikit-learn on predictions that 32-bit floats hold exactly."""
import warnings

from reference import write

import numpy as np
from sklearn import metrics as M

warnings.filterwarnings("ignore")


def probabilities(generator, rows, classes, steps):
    """Rows of multiples of 1/steps that sum to exactly 1: many ties when steps is small."""
    cuts = np.sort(generator.integers(0, steps + 1, (rows, classes - 1)), axis=1)
    edges = np.concatenate([np.zeros((rows, 1)), cuts, np.full((rows, 1), steps)], axis=1)
    return np.diff(edges, axis=1) / steps


def classification(name, scores, targets, class_count):
    scores, targets = np.asarray(scores, dtype=np.float64), np.asarray(targets)
    assert np.array_equal(scores, scores.astype(np.float32)), name
    predicted = scores.argmax(1)
    labels = np.arange(class_count)
    present = sorted(set(targets) | set(predicted))
    per_class = M.precision_recall_fscore_support(targets, predicted, labels=labels,
                                                  zero_division=0)
    averages = {
        average: [float(v) for v in M.precision_recall_fscore_support(
            targets, predicted, labels=present if average == "micro" else None, average=average,
            zero_division=0)[:3]]
        for average in ["macro", "weighted", "micro"]}
    if len(set(targets)) < class_count:
        auc, by_class = None, None
    elif class_count == 2:
        auc, by_class = float(M.roc_auc_score(targets, scores[:, 1])), None
    else:
        auc = float(M.roc_auc_score(targets, scores, multi_class="ovr", average="macro"))
        by_class = [float(M.roc_auc_score(targets == c, scores[:, c])) for c in labels]
    # Scores are 32-bit floats here, so the clip is at their epsilon, 2⁻²³.
    epsilon = float(np.finfo(np.float32).eps)
    clipped = np.clip(scores, epsilon, 1 - epsilon)
    chosen = np.take_along_axis(clipped, targets[:, None], 1)[:, 0]
    log_loss = float(np.mean(-np.log(chosen)))
    if np.array_equal(clipped, scores):
        assert abs(log_loss - M.log_loss(targets, scores, labels=labels)) < 1e-12
    untied = all(len(set(row)) == class_count for row in scores)
    return {
        "name": name, "classCount": class_count, "scores": scores.ravel().tolist(),
        "targets": targets.tolist(),
        "accuracy": float(M.accuracy_score(targets, predicted)),
        # With ties inside a row scikit-learn's order is an accident of its sort.
        "topKAccuracy": {str(k): float(M.top_k_accuracy_score(targets, scores, k=k, labels=labels))
                         for k in range(1, class_count)} if untied and class_count > 2 else None,
        "precision": per_class[0].tolist(), "recall": per_class[1].tolist(),
        "f1": per_class[2].tolist(), "support": per_class[3].tolist(),
        "macro": averages["macro"], "weighted": averages["weighted"], "micro": averages["micro"],
        "confusion": M.confusion_matrix(targets, predicted, labels=labels).ravel().tolist(),
        "auc": auc, "aucByClass": by_class, "logLoss": log_loss,
    }


def regression(name, predictions, targets):
    predictions = np.asarray(predictions, dtype=np.float32).astype(np.float64)
    targets = np.asarray(targets, dtype=np.float32).astype(np.float64)
    each = {"multioutput": "raw_values"}
    return {
        "name": name, "shape": list(predictions.shape),
        "predictions": predictions.ravel().tolist(), "targets": targets.ravel().tolist(),
        "mae": M.mean_absolute_error(targets, predictions, **each).tolist(),
        "mse": M.mean_squared_error(targets, predictions, **each).tolist(),
        "rmse": M.root_mean_squared_error(targets, predictions, **each).tolist(),
        "r2": M.r2_score(targets, predictions, **each).tolist(),
        "averages": [float(f(targets, predictions)) for f in (
            M.mean_absolute_error, M.root_mean_squared_error, M.r2_score)],
    }


g = np.random.default_rng(7)


def informed(rows, classes, steps):
    """Right more often than not."""
    scores = probabilities(g, rows, classes, steps)
    targets = g.integers(0, classes, rows)
    for row in range(0, rows, 2):
        best = scores[row].argmax()
        scores[row, [best, targets[row]]] = scores[row, [targets[row], best]]
    return scores, targets


binary = informed(40, 2, 1024)
tied = informed(60, 2, 8)
three = informed(60, 3, 2**18)
three_tied = informed(50, 3, 8)
ten = informed(120, 10, 2**22)
missing = informed(30, 4, 256)
x = g.normal(size=(40, 1))
wide = g.normal(size=(25, 3)) * [1, 20, 300]

write(
    ["scikit-learn", "numpy"],
    ["scores: row-major, one column a class; the predicted class is the first largest",
     "macro, weighted, micro: [precision, recall, f1]; zero division gives 0; macro runs over"
     " classes that are a target or a prediction",
     "auc: two classes: of column 1; more: mean of one-vs-rest; null when a class has no target",
     "logLoss: probabilities clipped to [2⁻²³, 1 − 2⁻²³]",
     "topKAccuracy: null where rows hold ties or there are two classes",
     "regression: lists hold one number for each output column; averages: [mae, rmse, r2], each"
     " the plain mean over columns"],
    {"classification": [
        classification("binary", *binary, 2),
        classification("binary with ties", *tied, 2),
        classification("separable", [[0.75, 0.25], [0.625, 0.375], [0.25, 0.75], [0, 1]],
                       [0, 0, 1, 1], 2),
        classification("one class only", [[0.75, 0.25], [0.375, 0.625], [1, 0]], [0, 0, 0], 2),
        classification("three classes", *three, 3),
        classification("three classes with ties", *three_tied, 3),
        classification("ten classes", *ten, 10),
        classification("a class neither true nor predicted",
                       missing[0] * [1, 1, 1, 0] + np.array([[1, 0, 0, 0]])
                       * (missing[0][:, 3:4]), missing[1] % 3, 4),
        classification("a class never predicted",
                       [[0.5, 0.375, 0.125], [0.25, 0.625, 0.125], [0.75, 0, 0.25],
                        [0.375, 0.5, 0.125], [0.625, 0.25, 0.125]], [0, 1, 2, 2, 1], 3),
        classification("one example", [[0.25, 0.75]], [1], 2),
     ],
     "regression": [
        regression("good", x + 0.1 * g.normal(size=x.shape), x),
        regression("worse than the mean", g.normal(size=(20, 1)), g.normal(size=(20, 1)) + 3),
        regression("exact", [[1.5], [2.5], [-4]], [[1.5], [2.5], [-4]]),
        regression("three outputs", wide + g.normal(size=wide.shape) * [0.5, 5, 200], wide),
     ]},
)
