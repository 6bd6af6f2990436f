"""Studies of real tables: what tuning gains on the sealed test rows, and what pruning saves.

    ../tables/.venv/bin/python studies.py gain GLASSBOX [--seeds 5] [--trials 50] [--tables digits oj chile slid]
    ../tables/.venv/bin/python studies.py peers GLASSBOX [--seconds 400]
    ../tables/.venv/bin/python studies.py random GLASSBOX
    ../tables/.venv/bin/python studies.py pruning GLASSBOX
    ../tables/.venv/bin/python studies.py parallel GLASSBOX [--trials 30] [--tables slid]

`gain` compares, on the same rows, the default network and the winner of a study; `peers` are scikit-learn's
histogram gradient boosting with its defaults and its network, of which as many random settings are tried on the
same validation rows, or as many as fit into `--seconds` of CPU time. `fashion` is the table of Fashion-MNIST's
10,000 test pictures, from the folder `--fashion`. `pruning` is how many of the epochs of a random search without
pruning (`random`) TPE with halving needs for as good a value. Each run is a line of OUT (`studies.jsonl`), so that whoever
is interrupted goes on, and `--processes` of them run at once.
"""

import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before NumPy is loaded

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


def idx(path):
    """The values of an IDX file of bytes; 16 bytes of head for pictures, 8 for labels."""
    content = gzip.open(path).read()
    axes = content[3]
    shape = np.frombuffer(content, ">u4", axes, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape[0], -1)


class Data:
    """A table as `glassbox` and as pandas take it."""

    def __init__(self, options, name):
        if name == "fashion":
            images, labels = (pathlib.Path(options.fashion) / f"t10k-{part}-ubyte.gz"
                              for part in ("images-idx3", "labels-idx1"))
            self.table = tables.Table(name, "classification", "label", "Fashion-MNIST, MIT", None, False)
            self.words = [f"{images}:{labels}", "--task", "classification"]
            self.load = lambda: pd.DataFrame(idx(images)).add_prefix("p").assign(label=idx(labels)[:, 0])
        else:
            self.table = table = next(t for t in tables.TABLES if t.name == name)
            path = pathlib.Path(options.data) / f"{name}.csv"
            self.words = [path, "--target", table.target, "--task", table.task, *table.flags]
            self.load = lambda: pd.read_csv(path)


def train(options, data, seed, folder, *others):
    return call(options.program, "train", *data.words, "--seed", seed, "--threads", 1, "--output", folder / "usual",
                *others)


def tune(options, data, seed, folder, *others):
    return call(options.program, "tune", *data.words, "--seed", seed, "--trials", options.trials,
                "--study", folder / "study", *others)


def split(folder):
    return json.loads((folder / "split.json").read_text())


def score(table, report):
    return report["test"]["r2" if table.task == "regression" else "accuracy"]


def loss(report):
    """What studies make small, on the test rows."""
    return report["test"]["loss"]


def network(table, inputs, target, fit, choose, seed, options):
    """The best of random settings of scikit-learn's network, learned again from both parts; and how many."""
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

    best, chosen, tried = np.inf, None, 0
    while tried < options.trials and (tried == 0 or time.process_time() < options.seconds):
        settings = {} if tried == 0 else dict(
            hidden_layer_sizes=tuple(int(2 ** g.uniform(4, 8)) for _ in range(g.integers(1, 4))),
            learning_rate_init=float(10 ** g.uniform(-4, -1.5)), alpha=float(10 ** g.uniform(-6, -1)),
            batch_size=int(2 ** g.integers(4, 8)), activation=str(g.choice(["relu", "tanh"])))
        model = made(settings).fit(inputs[fit], target[fit])
        cost = (mean_squared_error(target[choose], model.predict(inputs[choose])) if is_regression else
                log_loss(target[choose], model.predict_proba(inputs[choose]), labels=model.classes_))
        tried += 1
        if cost < best:
            best, chosen = cost, settings
    return made(chosen).fit(inputs[fit | choose], target[fit | choose]), tried


def gain(options, data, seed, folder):
    usual = train(options, data, seed, folder)
    begin = time.time()
    study = tune(options, data, seed, folder, "--threads", 1, "--parallel", options.parallel,
                 "--ensemble", 3)
    seconds = time.time() - begin
    tuned = json.loads((pathlib.Path(study["decision"]["run"]) / "report.json").read_text())
    assert split(folder / "study")["test"] == split(folder / "usual")["test"], "the same rows"
    chances = [f.get("probability") for f in study["decision"]["finalists"] if f["trial"] == 1]
    joined = study["decision"]["test_scores"].get("ensemble")
    ensemble = joined and joined["value"]
    if joined and joined["name"] == "rmse":
        ensemble = 1 - (1 - usual["test"]["r2"]) * (joined["value"] / usual["test"]["rmse"]) ** 2
    return dict(
        usual=score(data.table, usual), tuned=score(data.table, tuned), usual_loss=loss(usual),
        tuned_loss=loss(tuned), ensemble=ensemble, ensemble_loss=joined and joined["loss"], winner=study["decision"]["winner"],
        probability=chances[0] if chances else None, seconds=round(seconds, 1))


def peers(options, data, seed, folder):
    train(options, data, seed, folder, "--epochs", 1)
    table, rows = data.table, split(folder / "usual")
    frame = data.load()
    inputs, target = compare.features(frame.drop(columns=table.target)), frame[table.target].to_numpy()
    part = {name: np.isin(np.arange(len(frame)), compare.places(rows[name])) for name in ("train", "validation", "test")}
    begin = time.time()
    mlp, tried = network(table, inputs, target, part["train"], part["validation"], seed, options)
    seconds = time.time() - begin
    measure = r2_score if table.task == "regression" else accuracy_score
    boosting, _ = compare.peer(compare.BOOSTING, table, frame, rows["test"], seed)
    return dict(boosting=boosting, mlp=float(measure(target[part["test"]], mlp.predict(inputs[part["test"]]))),
                tried=tried, seconds=round(seconds, 1))


def epochs(folder):
    with sqlite3.connect(folder / "study" / "study.sqlite") as db:
        return db.execute("SELECT count(*) FROM epoch").fetchone()[0]


def search(options, data, seed, folder, *flags):
    """A study without final trainings: its best value, and the epochs of all its trials."""
    study = tune(options, data, seed, folder, "--threads", 1, "--finalists", 1, "--final-seeds", 0, *flags)
    values = [t["value"] for t in study["study"]["trials"] if t["state"] == "complete"]
    return dict(best=min(values), epochs=epochs(folder))


def random(options, data, seed, folder):
    return search(options, data, seed, folder, "--sampler", "random", "--pruning", "none")


def pruning(options, data, seed, folder):
    """TPE with halving, ten trials more at a time, until it is as good as the line of `random`, or has spent half its
    epochs."""
    goal = options.random.get((data.table.name, seed)) or random(options, data, seed, folder / "random")
    most, found = options.trials, dict(epochs=0)
    while found["epochs"] <= goal["epochs"] / 2:
        found = search(options, data, seed, folder / "tpe", "--sampler", "tpe", "--pruning", "halving")
        if found["best"] <= goal["best"]:
            break
        options.trials += 10
    trials, options.trials = options.trials, most
    return dict(random=goal["best"], random_epochs=goal["epochs"], tpe=found["best"], tpe_epochs=found["epochs"],
                tpe_trials=trials, share=round(found["epochs"] / goal["epochs"], 3))


def parallel(options, data, seed, folder):
    answer = {}
    for turn, count in enumerate((1, 2, 2, 1)):
        begin = time.time()
        tune(options, data, seed, folder / str(turn), "--threads", 1, "--sampler", "random", "--pruning", "none",
             "--parallel", count, "--finalists", 1, "--final-seeds", 0)
        answer[str(count)] = min(time.time() - begin, answer.get(str(count), np.inf))
    return {k: round(v, 2) for k, v in answer.items()}


def measure(options, name, seed):
    with tempfile.TemporaryDirectory() as folder:
        found = globals()[options.what](options, Data(options, name), seed, pathlib.Path(folder))
    return dict(what=options.what, table=name, seed=seed, trials=options.trials, **found)


def report(names, lines):
    """Means over the seeds that both `gain` and `peers` have."""
    print("| table | seeds | default | tuned | ensemble of 3 | boosting | tuned MLP (tried) | tuned better than default | by the loss |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for name in names:
        of = {what: {r["seed"]: r for r in lines if r["what"] == what and r["table"] == name}
              for what in ("gain", "peers")}
        rows = [dict(of["peers"][seed], **of["gain"][seed]) for seed in of["gain"] if seed in of["peers"]]
        if rows:
            means = [statistics.mean(r[k] or r["tuned"] for r in rows) for k in ("usual", "tuned", "ensemble", "boosting", "mlp")]
            better, equal = (sum(sign(r["tuned"] - r["usual"]) == s for r in rows) for s in (1, 0))
            print(f"| {name} | {len(rows)} | " + " | ".join(f"{m:.4f}" for m in means)
                  + f" ({min(r['tried'] for r in rows)}) | {better}" + (f", {equal} equal" if equal else "")
                  + f" | {sum(r['tuned_loss'] < r['usual_loss'] for r in rows)} |")


def sign(number):
    return (number > 0) - (number < 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["gain", "peers", "random", "pruning", "parallel"])
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--parallel", type=int, default=2, help="workers of a study")
    parser.add_argument("--processes", type=int, default=1, help="runs at once")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of CPU for the MLP's settings")
    parser.add_argument("--tables", nargs="+", default=["digits", "oj", "chile", "slid"])
    parser.add_argument("--data", default="data")
    parser.add_argument("--fashion", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--out", default="studies.jsonl")
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    data, out = pathlib.Path(options.data), pathlib.Path(options.out)
    if not all((data / f"{name}.csv").exists() for name in options.tables if name != "fashion"):
        tables.write(data)
    lines = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    options.random = {(r["table"], r["seed"]): r for r in lines if r["what"] == "random"}
    done = {(r["what"], r["table"], r["seed"]) for r in lines}
    jobs = [(name, seed) for name in options.tables for seed in range(1, options.seeds + 1)
            if (options.what, name, seed) not in done]
    # A process each, since the seconds of CPU are a process's.
    with concurrent.futures.ProcessPoolExecutor(options.processes, max_tasks_per_child=1) as pool:
        for future in concurrent.futures.as_completed([pool.submit(measure, options, *job) for job in jobs]):
            lines.append(future.result())
            with out.open("a") as file:
                file.write(json.dumps(lines[-1]) + "\n")
            print(json.dumps(lines[-1]), flush=True)
    report(options.tables, lines)


if __name__ == "__main__":
    main()
