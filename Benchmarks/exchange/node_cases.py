"""Lays down ONNX's own cases as folders that `ExchangeBench` reads.

    pip install onnx onnxruntime
    python node_cases.py FOLDER [--every]

Writes FOLDER/node (what the package makes by code), and links FOLDER/pytorch-converted, FOLDER/pytorch-operator
and FOLDER/light (what it ships as files; of the last the inputs are made as its own runner makes them). Of the
node cases those are taken whose results are 32-bit numbers and whose operators are all among FIRST; with --every
all whose results are 32-bit numbers. Prints, as JSON, how many there are of each.
"""
import json
import os
import shutil
import sys
import warnings

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.loader import load_node_model_tests

warnings.filterwarnings("ignore")

# The operators that networks of today are made of: what PyTorch's exporters, tf2onnx and PaddlePaddle write.
FIRST = set("""
    Relu Sigmoid Tanh LeakyRelu Elu Selu Gelu Softplus Softmax LogSoftmax PRelu Swish HardSwish HardSigmoid
    Identity Abs Add Sub Mul Div Neg Sqrt Exp Log Max Min Clip Pow Reciprocal Sum Mean Conv MaxPool AveragePool
    GlobalAveragePool GlobalMaxPool Concat Pad Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Expand
    MatMul Gemm LSTM GRU RNN ReduceSum ReduceMean ReduceMax ReduceMin ReduceLogSumExp ReduceSumSquare ReduceL2
    ArgMax Gather Where Dropout BatchNormalization LayerNormalization Resize Upsample Attention Constant
    ConstantOfShape Shape Cast
""".split())
INPUTS = {TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL}


def operators(graph):
    for node in graph.node:
        yield node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.op_type}"
        for attribute in node.attribute:
            for inner in list(attribute.graphs) + ([attribute.g] if attribute.HasField("g") else []):
                yield from operators(inner)


def element_type(info):
    return info.type.tensor_type.elem_type if info.type.HasField("tensor_type") else None


def is_taken(model, every):
    if not all(element_type(info) == TensorProto.FLOAT for info in model.graph.output):
        return False
    if every:
        return True
    return (set(operators(model.graph)) <= FIRST
            and all(element_type(info) in INPUTS for info in model.graph.input))


def write_tensor(array, name, path):
    tensor = array if isinstance(array, TensorProto) else numpy_helper.from_array(np.asarray(array), name)
    with open(path, "wb") as file:
        file.write(tensor.SerializeToString())


def write_node_cases(folder, every):
    count = 0
    for case in load_node_model_tests():
        if not is_taken(case.model, every):
            continue
        try:
            write_case(os.path.join(folder, case.name), case)
            count += 1
        except Exception:  # sequences, maps
            shutil.rmtree(os.path.join(folder, case.name), ignore_errors=True)
    return count


def write_case(folder, case):
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/model.onnx", "wb") as file:
        file.write(case.model.SerializeToString())
    for place, (inputs, outputs) in enumerate(case.data_sets):
        data = f"{folder}/test_data_set_{place}"
        os.makedirs(data, exist_ok=True)
        for kind, arrays, infos in (("input", inputs, case.model.graph.input),
                                    ("output", outputs, case.model.graph.output)):
            for number, (array, info) in enumerate(zip(arrays, infos)):
                write_tensor(array, info.name, f"{data}/{kind}_{number}.pb")


def write_light_cases(source, folder):
    count = 0
    for name in sorted(os.listdir(source)):
        if not name.endswith(".onnx"):
            continue
        model = onnx.load(os.path.join(source, name))
        kept = {tensor.name for tensor in model.graph.initializer}
        case = os.path.join(folder, name[:-len(".onnx")])
        data = case + "/test_data_set_0"
        os.makedirs(data, exist_ok=True)
        shutil.copy(os.path.join(source, name), case + "/model.onnx")
        for number, info in enumerate(i for i in model.graph.input if i.name not in kept):
            shape = [d.dim_value or 1 for d in info.type.tensor_type.shape.dim]
            count_of_values = int(np.prod(shape))
            ramp = (np.arange(count_of_values).reshape(shape) / count_of_values).astype(np.float32)
            write_tensor(ramp, info.name, f"{data}/input_{number}.pb")
        shutil.copy(os.path.join(source, name[:-len(".onnx")] + "_output_0.pb"), data + "/output_0.pb")
        count += 1
    return count


def main():
    folder, every = sys.argv[1], "--every" in sys.argv
    shipped = os.path.join(os.path.dirname(onnx.__file__), "backend/test/data")
    counts = {"onnx": onnx.__version__, "node": write_node_cases(os.path.join(folder, "node"), every)}
    for kind in ("pytorch-converted", "pytorch-operator"):
        link = os.path.join(folder, kind)
        if not os.path.exists(link):
            os.symlink(os.path.join(shipped, kind), link)
        counts[kind] = len(os.listdir(link))
    counts["light"] = write_light_cases(os.path.join(shipped, "light"), os.path.join(folder, "light"))
    print(json.dumps(counts))


main()
