"""Reads runs as MLflow's store of files does and compares them with what they measured, given on standard
input.

python read_mlflow.py FOLDER
"""
import json
import math
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

from mlflow.entities import ViewType
from mlflow.store.tracking.file_store import FileStore

expected = {}
for run, part, metric, epoch, value in json.load(sys.stdin):
    key = f"{part}/{metric}"
    expected.setdefault(run, {}).setdefault(key, []).append((int(epoch), float(value)))
store = FileStore(sys.argv[1])
experiment = store.get_experiment_by_name("glassbox")
assert experiment is not None
runs = store.search_runs([experiment.experiment_id], "", ViewType.ACTIVE_ONLY)
runs = {run.info.run_name: run for run in runs}
assert set(runs) == set(expected), set(runs)
for name, metrics in expected.items():
    run = runs[name]
    assert run.info.status == "FINISHED", run.info.status
    assert run.info.end_time >= run.info.start_time > 1.7e12
    assert set(run.data.metrics) == set(metrics)
    assert run.data.params["learning_rate"] == "0.05"
    assert run.data.params["target"] == "answer"
    for key, values in metrics.items():
        found = store.get_metric_history(run.info.run_id, key)
        assert [one.step for one in found] == [step for step, _ in values], (name, key)
        for one, (_, value) in zip(found, values):
            assert one.value == value or math.isnan(value) and math.isnan(one.value), (name, key)
tags = runs["größe 1"].data.tags
assert tags["mlflow.note.content"] == 'two\n"lines"', tags
assert tags["glassbox.tags"] == "a b, ü", tags
