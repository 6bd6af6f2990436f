"""Checks and runs ONNX files with programs that are not ours.

    python run_onnx.py FOLDER

For each `NAME.onnx` in the folder there is `NAME.json`: {"shape": [...], "inputs": [...]}. Prints for each, as
one JSON object, what onnx's checker says ("" if all is well) and what ONNX Runtime answers.
"""

import glob
import json
import os
import sys

import numpy as np
import onnx
import onnxruntime


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
        inputs = np.array(case["inputs"], np.float32).reshape(case["shape"])
        outputs = session.run(None, {session.get_inputs()[0].name: inputs})
    except Exception as error:
        return {"problem": problem or str(error), "outputs": []}
    return {"problem": problem, "outputs": [float(v) for v in outputs[0].ravel()]}


print(json.dumps({
    os.path.basename(path)[: -len(".onnx")]: answer(path)
    for path in sorted(glob.glob(sys.argv[1] + "/*.onnx"))
}))
