"""Shares of settings that Optuna's functional analysis of variance finds: fanova.json.

pip install optuna==5.0.0 scikit-learn; python fanova.py > fanova.json
"""
import json
import warnings

import numpy as np
import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(p):
    a, b = p["x0"] * 15 - 5, p["x1"] * 15
    return (b - 5.1 / (4 * np.pi**2) * a * a + 5 / np.pi * a - 6) ** 2 + 10 * (
        1 - 1 / (8 * np.pi)) * np.cos(a) + 10


def additive(p):
    return 3 * p["x0"] + 1.5 * p["x1"] + 0.5 * p["x2"]


def mixed(p):
    return (np.log10(p["rate"]) + 2.5) ** 2 + [0, 1.5, 0.2][p["kind"]] + p["kind"] * p["x"]


CASES = {
    "branin": (branin, [("x0", 0, 1, False, None), ("x1", 0, 1, False, None)]),
    "additive": (additive, [(f"x{i}", 0, 1, False, None) for i in range(4)]),
    "mixed": (mixed, [("rate", 1e-4, 1e-1, True, None), ("kind", 0, 2, False, 3),
                      ("x", 0, 1, False, None)]),
}

out = {}
for name, (function, dimensions) in CASES.items():
    def objective(trial):
        return float(function({
            n: trial.suggest_categorical(n, list(range(c))) if c
            else trial.suggest_float(n, low, high, log=log)
            for n, low, high, log, c in dimensions}))

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=7))
    study.optimize(objective, n_trials=100)
    shares = np.zeros(len(dimensions))
    for seed in range(2):  # the mean over seeds, since a forest is one of many
        found = optuna.importance.get_param_importances(
            study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=seed))
        shares += [found[d[0]] / 2 for d in dimensions]
    out[name] = {
        "dimensions": [dict(name=n, low=low, high=high, log=log, choices=c)
                       for n, low, high, log, c in dimensions],
        "points": [[t.params[d[0]] for d in dimensions] for t in study.trials],
        "values": [t.value for t in study.trials],
        "optuna": {d[0]: float(s) for d, s in zip(dimensions, shares)},
    }
print(json.dumps(out))
