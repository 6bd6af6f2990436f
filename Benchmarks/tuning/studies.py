"""Studies of real tables: what tuning gains on the sealed test rows, and what pruning saves.

    ../tables/.venv/bin/python studies.py gain GLASSBOX [--seeds 5] [--trials 50] [--tables digits oj chile slid]
    ../tables/.venv/bin/python studies.py pruning GLASSBOX [--seeds 5] [--trials 50] [--tables digits oj]
    ../tables/.venv/bin/python studies.py parallel GLASSBOX [--trials 30] [--tables slid]

`gain` compares, on the same rows, the default network, the winner of a study, scikit-learn's histogram gradient
boosting with its defaults and its network, of which as many random settings are tried on the same validation
rows. Each run is a line of OUT (`studies.jsonl`), so that whoever is interrupted goes on.
"""

import argparse
import json
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tables"))
import compare
import tables
from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def call(program, *words):
    answer = subprocess.run([program, *map(str, words), "--json", "--quiet"], capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: {answer.stderr}")
    return json.loads(answer.stdout)


def tune(program, table, path, seed, folder, *others):
    return call(program, "tune", path, "--target", table.target, "--task", table.task, "--seed", seed, *table.flags,
                "--study", folder / "study", *others)


def score(table, report):
    return report["test"]["r2" if table.task == "regression" else "accuracy"]


def loss(report):
    """What studies make small, on the test rows."""
    return report["test"]["loss"]


def network(table, inputs, target, fit, choose, seed, trials):
    """The best of so many random settings of scikit-learn's network, learned again from both parts."""
    g = np.random.default_rng(seed)
    is_regression = table.task == "regression"

    def made(settings):
        numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
        encoding = make_column_transformer(
            (numbers, make_column_selector(dtype_exclude="category")),
            (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include="category")),
            sparse_threshold=0)
        kind = (MLPRegressor if is_regression else MLPClassifier)(random_state=seed, **settings)
        return make_pipeline(
            encoding, TransformedTargetRegressor(kind, transformer=StandardScaler()) if is_regression else kind)

    best, chosen = np.inf, None
    for trial in range(trials):
        settings = {} if trial == 0 else dict(
            hidden_layer_sizes=tuple(int(2 ** g.uniform(4, 8)) for _ in range(g.integers(1, 4))),
            learning_rate_init=float(10 ** g.uniform(-4, -1.5)), alpha=float(10 ** g.uniform(-6, -1)),
            batch_size=int(2 ** g.integers(4, 8)), activation=str(g.choice(["relu", "tanh"])))
        model = made(settings).fit(inputs[fit], target[fit])
        cost = (mean_squared_error(target[choose], model.predict(inputs[choose])) if is_regression else
                log_loss(target[choose], model.predict_proba(inputs[choose]), labels=model.classes_))
        if cost < best:
            best, chosen = cost, settings
    return made(chosen).fit(inputs[fit | choose], target[fit | choose])


def gain(options, table, path, seed, results):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        usual = call(options.program, "train", path, "--target", table.target, "--task", table.task, "--seed", seed,
                     *table.flags, "--output", folder / "usual")
        begin = time.time()
        study = tune(options.program, table, path, seed, folder, "--trials", options.trials, "--parallel", 2)
        seconds = time.time() - begin
        run = pathlib.Path(study["decision"]["run"])
        tuned = json.loads((run / "report.json").read_text())
        split = json.loads((folder / "study" / "split.json").read_text())
        usual_split = json.loads((folder / "usual" / "split.json").read_text())
        assert split["test"] == usual_split["test"], "the same rows"
        probability = [f.get("probability") for f in study["decision"]["finalists"] if f["trial"] == 1]
    frame = pd.read_csv(path)
    inputs, target = compare.features(frame.drop(columns=table.target)), frame[table.target].to_numpy()
    part = {name: np.isin(np.arange(len(frame)), compare.places(split[name])) for name in ("train", "validation", "test")}
    measure = r2_score if table.task == "regression" else accuracy_score
    begin = time.time()
    mlp = network(table, inputs, target, part["train"], part["validation"], seed, options.trials)
    mlp_seconds = time.time() - begin
    boosting, _ = compare.peer(compare.BOOSTING, table, frame, split["test"], seed)
    return dict(
        usual=score(table, usual), tuned=score(table, tuned), boosting=boosting,
        usual_loss=loss(usual), tuned_loss=loss(tuned),
        mlp=float(measure(target[part["test"]], mlp.predict(inputs[part["test"]]))),
        winner=study["decision"]["winner"], probability=probability[0] if probability else None,
        seconds=round(seconds, 1), mlp_seconds=round(mlp_seconds, 1))


def epochs(folder):
    with sqlite3.connect(folder / "study" / "study.sqlite") as db:
        return db.execute("SELECT count(*) FROM epoch").fetchone()[0]


def pruning(options, table, path, seed, results):
    answer = {}
    for name, flags in (("random", ["--sampler", "random", "--pruning", "none"]),
                        ("tpe", ["--sampler", "tpe", "--pruning", "halving"])):
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            study = tune(options.program, table, path, seed, folder, "--trials", options.trials,
                         "--finalists", 1, "--final-seeds", 0, *flags)
            values = [t["value"] for t in study["study"]["trials"] if t["state"] == "complete"]
            answer[name] = dict(best=min(values), epochs=epochs(folder))
    return answer


def parallel(options, table, path, seed, results):
    answer = {}
    for count in (1, 2, 2, 1):
        with tempfile.TemporaryDirectory() as place:
            folder = pathlib.Path(place)
            begin = time.time()
            tune(options.program, table, path, seed, folder, "--trials", options.trials, "--threads", 1,
                 "--sampler", "random", "--pruning", "none", "--parallel", count,
                 "--finalists", 1, "--final-seeds", 0)
            seconds = time.time() - begin
            answer[str(count)] = min(seconds, answer.get(str(count), seconds))
    return {k: round(v, 2) for k, v in answer.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["gain", "pruning", "parallel"])
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--tables", nargs="+", default=["digits", "oj", "chile", "slid"])
    parser.add_argument("--data", default="data")
    parser.add_argument("--out", default="studies.jsonl")
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    data, out = pathlib.Path(options.data), pathlib.Path(options.out)
    data.mkdir(exist_ok=True)
    tables.write(data)
    lines = out.read_text().splitlines() if out.exists() else []
    results = {(r["what"], r["table"], r["seed"]): r for r in map(json.loads, lines)}
    for seed in range(1, options.seeds + 1):
        for name in options.tables:
            if (options.what, name, seed) in results:
                continue
            table = next(t for t in tables.TABLES if t.name == name)
            found = globals()[options.what](options, table, data / f"{name}.csv", seed, results)
            line = dict(what=options.what, table=name, seed=seed, trials=options.trials, **found)
            results[options.what, name, seed] = line
            with out.open("a") as file:
                file.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
    if options.what == "gain":
        print("| table | default | tuned | boosting | tuned MLP | tuned better than default | by the loss |\n"
              "|---|---|---|---|---|---|---|")
        for name in options.tables:
            rows = [r for (what, table, _), r in results.items() if what == "gain" and table == name]
            if rows:
                means = [statistics.mean(r[k] for r in rows) for k in ("usual", "tuned", "boosting", "mlp")]
                better = sum(r["tuned"] > r["usual"] for r in rows)
                equal = sum(r["tuned"] == r["usual"] for r in rows)
                print(f"| {name} | " + " | ".join(f"{m:.4f}" for m in means)
                      + f" | {better} of {len(rows)}" + (f", {equal} equal" if equal else "")
                      + f" | {sum(r['tuned_loss'] < r['usual_loss'] for r in rows)} |")


if __name__ == "__main__":
    main()
