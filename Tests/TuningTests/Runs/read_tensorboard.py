"""Opens event files as TensorBoard does and compares them with what a run measured, given on standard input.

python read_tensorboard.py FOLDER
"""
import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

folder = sys.argv[1]
expected = {}
for run, part, metric, epoch, value in json.load(sys.stdin):
    expected.setdefault((run, part), {}).setdefault(metric, []).append((int(epoch), float(value)))
assert expected
for (run, part), metrics in expected.items():
    events = EventAccumulator(f"{folder}/{run}/{part}", size_guidance={"scalars": 0})
    events.Reload()
    assert sorted(events.Tags()["scalars"]) == sorted(metrics), (run, part, events.Tags()["scalars"])
    for metric, values in metrics.items():
        found = events.Scalars(metric)
        assert [event.step for event in found] == [step for step, _ in values], (run, part, metric)
        for event, (_, value) in zip(found, values):
            same = (
                event.value == value
                or math.isnan(value) and math.isnan(event.value)
                or abs(event.value - value) <= 1e-6 * abs(value)
            )
            assert same, (run, part, metric, event.value, value)
            assert event.wall_time > 1.7e9
        assert [event.wall_time for event in found] == sorted(event.wall_time for event in found)
for run in {run for run, _ in expected}:
    events = EventAccumulator(f"{folder}/{run}")
    events.Reload()
    content = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    assert start.hparams["learning_rate"].number_value == 0.05, start
    assert start.hparams["target"].string_value == "answer", start
    assert start.group_name == run
    content = events.SummaryMetadata("_hparams_/session_end_info").plugin_data.content
    assert plugin_data_pb2.HParamsPluginData.FromString(content).session_end_info.status == 1
