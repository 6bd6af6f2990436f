"""Trains `glassbox train` with its defaults, scikit-learn's MLP and its histogram gradient boosting on
the same rows of every table, and writes what came out. See README.md.
"""

import argparse
import collections
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # before NumPy is loaded

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, r2_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import tables

warnings.filterwarnings("ignore")
FOLDER = pathlib.Path(__file__).parent
OURS, MLP, BOOSTING = "glassbox", "mlp", "boosting"


def glassbox(program, table, path, seed, folder, flags):
    """Its score on the test rows, the CPU time of the whole program, and which rows those were."""
    out = folder / "run"
    command = [program, "train", path, "--target", table.target, "--task", table.task, "--seed", seed,
               "--threads", 1, "--output", out, "--force", "--json", "--quiet", *table.flags, *flags]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if answer.returncode != 0:
        sys.exit(f"{table.name}: {answer.stderr}")
    answer = json.loads(answer.stdout)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    score = answer["test"]["r2" if table.task == "regression" else "accuracy"]
    return score, seconds, json.loads((out / "split.json").read_text())["test"]


def places(runs):
    """Row numbers of a split, which writes neighbours as their first and last."""
    return [row for run in runs for row in (range(run[0], run[1] + 1) if isinstance(run, list) else [run])]


def features(frame):
    """Dates as numbers; texts as categories."""
    frame = frame.copy()
    for name in frame.select_dtypes(exclude=["number", "bool"]).columns:
        dates = pd.to_datetime(frame[name], errors="coerce", utc=True)
        if dates.notna().all():
            del frame[name]
            frame[f"{name} seconds"] = dates.astype("int64") / 1e9
            for part in ("year", "month", "dayofyear", "dayofweek", "hour"):
                frame[f"{name} {part}"] = getattr(dates.dt, part)
        else:
            # Boosting takes no more than 255; one more stands for the rest.
            most = frame[name].value_counts().index[:254]
            rest = frame[name].notna() & ~frame[name].isin(most)
            frame[name] = frame[name].mask(rest, "another").astype("category")
    return frame


def peer(method, table, frame, test, seed):
    """The same for one of scikit-learn's, which learns from every row that is not for the test."""
    inputs, target = features(frame.drop(columns=table.target)), frame[table.target]
    is_test = np.zeros(len(frame), bool)
    is_test[places(test)] = True
    is_regression = table.task == "regression"
    begin = time.process_time()
    if method == BOOSTING:
        kind = HistGradientBoostingRegressor if is_regression else HistGradientBoostingClassifier
        model = kind(random_state=seed)
    else:
        numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
        categories = OneHotEncoder(handle_unknown="ignore")
        encoding = make_column_transformer(
            (numbers, make_column_selector(dtype_exclude="category")),
            (categories, make_column_selector(dtype_include="category")), sparse_threshold=0)
        network = (MLPRegressor if is_regression else MLPClassifier)(random_state=seed)
        if is_regression:
            network = TransformedTargetRegressor(network, transformer=StandardScaler())
        model = make_pipeline(encoding, network)
    model.fit(inputs[~is_test], target[~is_test])
    seconds = time.process_time() - begin
    score = r2_score if is_regression else accuracy_score
    return float(score(target[is_test], model.predict(inputs[is_test]))), seconds


class Results:
    """A line for each run, so that whoever is interrupted goes on where it was."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self.runs = {(r["table"], r["seed"], r["method"]): r for r in map(json.loads, lines)}

    def add(self, table, seed, method, score, seconds, **others):
        run = dict(table=table, seed=seed, method=method, score=score, seconds=round(seconds, 3), **others)
        self.runs[table, seed, method] = run
        with self.path.open("a") as file:
            file.write(json.dumps(run) + "\n")


def run(options, results, chosen):
    data = pathlib.Path(options.data)
    tables.write(data)
    for seed in range(1, options.seeds + 1):
        for table in chosen:
            path = data / f"{table.name}.csv"
            frame = None
            wanted = [options.label] + ([] if options.only_ours else [MLP, BOOSTING])
            for method in wanted:
                if (table.name, seed, method) in results.runs:
                    continue
                if method == options.label:
                    with tempfile.TemporaryDirectory() as folder:
                        score, seconds, test = glassbox(
                            options.program, table, path, seed, pathlib.Path(folder), options.flags)
                    results.add(table.name, seed, method, score, seconds, test=test)
                else:
                    # `NA` and its like are missing for all three.
                    frame = pd.read_csv(path) if frame is None else frame
                    test = results.runs[table.name, seed, options.label]["test"]
                    score, seconds = peer(method, table, frame, test, seed)
                    results.add(table.name, seed, method, score, seconds)
                print(f"{table.name:14} {seed} {method:10} {score:.4f} {seconds:8.2f} s", flush=True)


def common(results, table, methods, seeds):
    """The runs of the seeds that every method has."""
    runs = [[results.runs.get((table.name, seed, method)) for method in methods]
            for seed in range(1, seeds + 1)]
    return [row for row in runs if all(row)]


def means(results, chosen, methods, seeds, value):
    answer = {}
    for table in chosen:
        if runs := common(results, table, methods, seeds):
            answer[table] = [statistics.mean(run[value] for run in column) for column in zip(*runs)]
    return answer


def summary(scores, methods):
    """A row for each method: mean rank, first places, largest loss against the best of the others."""
    ranks = collections.defaultdict(list)
    for row in scores.values():
        for place, score in enumerate(row):
            above = sum(other > score for other in row)
            ties = sum(other == score for other in row)
            ranks[place].append(above + (ties + 1) / 2)
    lines = ["| method | mean rank | first | within .005 of the best | largest loss | mean loss |",
             "|---|---|---|---|---|---|"]
    for place, method in enumerate(methods):
        losses = {table.name: max(row) - row[place] for table, row in scores.items()}
        worst = max(losses, key=losses.get)
        lines.append(
            f"| {method} | {statistics.mean(ranks[place]):.2f} | "
            f"{sum(loss == 0 for loss in losses.values())} | "
            f"{sum(loss <= 0.005 for loss in losses.values())} | {losses[worst]:.4f} ({worst}) | "
            f"{statistics.mean(losses.values()):.4f} |")
    return lines


def report(results, chosen, methods, seeds, data):
    scores = means(results, chosen, methods, seeds, "score")
    times = means(results, chosen, methods, seeds, "seconds")
    lines = []
    for title, part in [("All tables", scores),
                        ("Tables that defaults were chosen on", {t: s for t, s in scores.items() if t.chooses}),
                        ("Tables kept aside", {t: s for t, s in scores.items() if not t.chooses})]:
        if part:
            lines += [f"## {title}: {len(part)}", "", *summary(part, methods), ""]
    lines += ["## Each table", "",
              "R² or accuracy on the test rows, and CPU seconds, reading and all else included.", "",
              f"| table | rows | seeds | answers | {' | '.join(methods)} | {' | '.join(m + ' s' for m in methods)} |",
              "|---|---|---|---|" + "---|" * (2 * len(methods))]
    for table, row in scores.items():
        count = len(pd.read_csv(pathlib.Path(data) / f"{table.name}.csv", usecols=[table.target]))
        best = max(row)
        cells = [f"**{score:.4f}**" if score == best else f"{score:.4f}" for score in row]
        cells += [f"{seconds:.2f}" for seconds in times[table]]
        kind = "a number" if table.task == "regression" else "classes"
        done = len(common(results, table, methods, seeds))
        lines.append(f"| {table.name} | {count} | {done} | {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=FOLDER / "../../.build/release/glassbox")
    parser.add_argument("--data", default=FOLDER / "data")
    parser.add_argument("--results", default=FOLDER / "runs.jsonl")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="2 seeds")
    parser.add_argument("--tables", nargs="*", help="their names; all if not given")
    parser.add_argument("--label", default=OURS, help="how the runs of glassbox are called")
    parser.add_argument("--only-ours", action="store_true", help="train glassbox alone")
    parser.add_argument("--against", nargs="*", help="further labels for the report")
    parser.add_argument("--report", action="store_true", help="train nothing")
    parser.add_argument("--write", action="store_true", help="write results.md")
    parser.add_argument("flags", nargs="*", help="of glassbox train, after --")
    options = parser.parse_args()
    options.seeds = 2 if options.quick else options.seeds
    os.nice(15)
    chosen = [t for t in tables.TABLES if not options.tables or t.name in options.tables]
    results = Results(pathlib.Path(options.results))
    if not options.report:
        run(options, results, chosen)
    methods = [options.label, *(options.against or []), MLP, BOOSTING]
    text = report(results, chosen, methods, options.seeds, options.data)
    print(text)
    if options.write:
        intro = (FOLDER / "README.md").read_text().splitlines()[0]
        (FOLDER / "results.md").write_text(f"{intro}: results\n\n{text}\n")


if __name__ == "__main__":
    main()
