"""What every script here shares: the header that says what made the numbers, and flat arrays.

A tensor is {"shape": [...], "values": [...]}, row-major. All numbers are float64, written as the
shortest text that reads back the same.
"""
import importlib.metadata
import json
import os
import platform
import re
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np


def tensor(array):
    array = np.asarray(array, dtype=np.float64)
    return {"shape": list(array.shape), "values": array.ravel().tolist()}


def agree(a, b, what, tolerance=1e-12):
    """Two libraries, or a library and the written formula, must say the same number."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    assert a.shape == b.shape, (what, a.shape, b.shape)
    worst = np.max(np.abs(a - b) / np.maximum(1, np.abs(b))) if a.size else 0
    assert worst <= tolerance, (what, worst)


def write(libraries, conventions, body):
    """Prints the JSON file: header, then the body's keys."""
    versions = {name: importlib.metadata.version(name) for name in libraries}
    versions["python"] = platform.python_version()
    header = {
        "format": 1,
        "script": "Tests/References/" + os.path.basename(sys.argv[0]),
        "libraries": versions,
        "conventions": conventions,
    }
    text = json.dumps({**header, **body}, indent=1, allow_nan=False, ensure_ascii=False)
    print(on_one_line(text))


def on_one_line(text):
    """Flat arrays on one line each: short files, readable differences."""
    item = r"(?:-?\d[\d.eE+-]*|null|true|false|\"[^\"\n]*\")"
    return re.sub(
        r"\[\s*(" + item + r"(?:,\s*" + item + r")*)\s*\]",
        lambda match: "[" + re.sub(r"\s*\n\s*", " ", match.group(1)) + "]",
        text,
    )
