"""Checks files between this program and the Python package safetensors, in both directions.

read_safetensors.py read FILE    prints what Python finds in FILE as JSON: the metadata, and for
                                 each tensor its dtype, its shape and its bytes in hexadecimal
read_safetensors.py write FILE   writes a file with Python, the same tensors every time
"""

import json
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file


def read(path):
    with safe_open(path, framework="np") as file:
        tensors = {}
        for name in file.keys():
            array = file.get_tensor(name)
            tensors[name] = {
                "dtype": str(array.dtype),
                "shape": list(array.shape),
                "bytes": array.tobytes().hex(),
            }
        json.dump({"metadata": file.metadata(), "tensors": tensors}, sys.stdout, sort_keys=True)


def write(path):
    tensors = {
        "dense/kernel": numpy.array([[1.5, -2.25, 0.1], [3e38, -0.0, 1e-45]], numpy.float32),
        "steps": numpy.array([2**63 - 1, -(2**63)], numpy.int64),
        "state": numpy.array([2**64 - 1, 7], numpy.uint64),
        "double": numpy.array([0.1], numpy.float64),
        "bytes": numpy.array([1, 2, 255], numpy.uint8),
        "empty": numpy.zeros((0, 4), numpy.float32),
        "scalar": numpy.array(2.5, numpy.float32),
        "größe/π": numpy.array([3.25], numpy.float32),
    }
    save_file(tensors, path, metadata={"format": "np", "title": 'a "quoted" \\ line\nend é'})


{"read": read, "write": write}[sys.argv[1]](sys.argv[2])
