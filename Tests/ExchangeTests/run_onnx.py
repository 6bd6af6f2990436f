"""Checks and runs ONNX files with programs that are not ours.

    python run_onnx.py FOLDER

For each `NAME.onnx` in the folder there is `NAME.json`: {"feeds": {input: {"shape": [...], "values": [...]}}},
null for a number that is missing. Prints for each, as one JSON object, what onnx's checker says ("" if all is
well) and what ONNX Runtime answers, by the names of the outputs.
"""

import glob
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime

TYPES = {
    "tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(string)": object,
    "tensor(uint8)": np.uint8, "tensor(uint16)": np.uint16,
}


def fed(feed, kind):
    values = [np.nan if value is None else value for value in feed["values"]]
    return np.array(values, TYPES[kind]).reshape(feed["shape"])


def answer(path):
    case = json.load(open(path[: -len(".onnx")] + ".json"))
    problem = ""
    try:
        onnx.checker.check_model(onnx.load(path), full_check=True)
    except Exception as error:
        problem = str(error)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        feeds = {i.name: fed(case["feeds"][i.name], i.type) for i in session.get_inputs()}
        names = [output.name for output in session.get_outputs()]
        outputs = dict(zip(names, session.run(names, feeds)))
    except Exception as error:
        return {"problem": problem or str(error), "numbers": {}, "texts": {}}
    return {
        "problem": problem,
        "numbers": {
            name: [float(v) for v in value.ravel()]
            for name, value in outputs.items() if value.dtype != object
        },
        "texts": {
            name: value.ravel().tolist()
            for name, value in outputs.items() if value.dtype == object
        },
    }


print(json.dumps({
    os.path.basename(path)[: -len(".onnx")]: answer(path)
    for path in sorted(glob.glob(sys.argv[1] + "/*.onnx"))
}))
