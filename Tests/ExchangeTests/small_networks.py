"""Writes small ONNX networks, one or two operators each in the forms that exporters write: what hostile files are made of.

    pip install onnx
    python small_networks.py FOLDER
"""
import os
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT = TensorProto.FLOAT, TensorProto.INT64
random = np.random.default_rng(1)


def floats(*shape):
    return random.standard_normal(shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def network(name, nodes, shape, weights={}, opset=17, extra=()):
    """Nodes are (operator, inputs, outputs, settings); the first value is x, the last y."""
    graph = helper.make_graph(
        [helper.make_node(op, i, o, **settings) for op, i, o, settings in nodes], name,
        [helper.make_tensor_value_info("x", FLOAT, ["batch", *shape])],
        [helper.make_tensor_value_info("y", FLOAT, None)],
        [numpy_helper.from_array(value, key) for key, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), *extra])
    model.ir_version = 8
    with open(os.path.join(sys.argv[1], name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    x, y = ["x"], ["y"]
    network("dense", [("Gemm", ["x", "w", "b"], ["h"], dict(transB=1)), ("Relu", ["h"], ["r"], {}),
                      ("Softmax", ["r"], y, dict(axis=-1))], [3], dict(w=floats(4, 3), b=floats(4)))
    network("images", [("Conv", ["x", "w", "b"], ["c"], dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 1],
                                                            dilations=[1, 1], group=2)),
                       ("MaxPool", ["c"], ["m"], dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)),
                       ("GlobalAveragePool", ["m"], ["g"], {}), ("Flatten", ["g"], y, dict(axis=1))],
            [2, 6, 5], dict(w=floats(4, 1, 3, 3), b=floats(4)))
    network("volumes", [("Conv", ["x", "w"], ["c"], dict(kernel_shape=[2, 2, 2], strides=[1, 2, 1])),
                        ("AveragePool", ["c"], y, dict(kernel_shape=[2, 1, 2], count_include_pad=1,
                                                       pads=[1, 0, 0, 0, 0, 1]))],
            [1, 4, 4, 4], dict(w=floats(2, 1, 2, 2, 2)))
    network("transposed", [("ConvTranspose", ["x", "w"], y, dict(strides=[2, 2], output_padding=[1, 1],
                                                                 pads=[1, 1, 1, 1]))],
            [2, 3, 3], dict(w=floats(2, 3, 3, 3)))
    network("series", [("MaxPool", x, ["m"], dict(kernel_shape=[2], dilations=[2])),
                       ("Unsqueeze", ["m", "two"], ["m4"], {}), ("LRN", ["m4"], ["l"], dict(size=3)),
                       ("Squeeze", ["l", "two"], y, {})], [3, 7], dict(two=ints(2)))
    network("extents", [("Shape", x, ["s"], {}), ("Gather", ["s", "zero"], ["n"], dict(axis=0)),
                        ("Unsqueeze", ["n", "zero1"], ["n1"], {}), ("Concat", ["n1", "rest"], ["t"], dict(axis=0)),
                        ("Reshape", ["x", "t"], ["r"], {}), ("Transpose", ["r"], y, dict(perm=[0, 2, 1]))],
            [2, 3, 2], dict(zero=np.array(0, np.int64), zero1=ints(0), rest=ints(-1, 4)))
    network("parts", [("Slice", ["x", "from", "to", "axes", "steps"], ["s"], {}),
                      ("Pad", ["s", "pads", "filler"], ["p"], {}), ("Split", ["p", "sizes"], ["a", "b"], dict(axis=1)),
                      ("Concat", ["b", "a"], ["c"], dict(axis=1)), ("Gather", ["c", "places"], y, dict(axis=1))],
            [8], dict({"from": ints(7), "to": ints(-100), "axes": ints(1), "steps": ints(-2)},
                      pads=ints(0, 1, 0, 2), filler=floats(1), sizes=ints(3, 4), places=ints(0, 5, 2, 2)))
    network("around", [("Pad", ["x", "pads"], ["r"], dict(mode="reflect")), ("Tile", ["r", "times"], ["t"], {}),
                       ("Unsqueeze", ["t", "last"], ["u"], {}), ("Expand", ["u", "wide"], ["e"], {}),
                       ("ReduceSum", ["e", "last"], y, dict(keepdims=0))],
            [4], dict(pads=ints(0, 2, 0, 1), times=ints(1, 2), last=ints(2), wide=ints(1, 1, 3)))
    network("constants", [("ConstantOfShape", ["shape"], ["c"],
                           dict(value=helper.make_tensor("v", FLOAT, [1], [0.5]))),
                          ("Range", ["start", "end", "step"], ["i"], {}), ("Cast", ["i"], ["f"], dict(to=FLOAT)),
                          ("Add", ["c", "f"], ["d"], {}), ("Mul", ["x", "d"], y, {})],
            [4], dict(shape=ints(1, 4), start=np.array(0, np.int64), end=np.array(4, np.int64),
                      step=np.array(1, np.int64)))
    network("resized", [("Resize", ["x", "", "scales"], ["a"], dict(mode="linear")),
                        ("Resize", ["a", "", "", "sizes"], ["b"], dict(mode="nearest", axes=[2, 3])),
                        ("DepthToSpace", ["b"], ["d"], dict(blocksize=2)),
                        ("SpaceToDepth", ["d"], y, dict(blocksize=2))],
            [4, 3, 3], dict(scales=np.array([1, 1, 1.5, 2], np.float32), sizes=ints(5, 5)), opset=18)
    network("lstm", [("Transpose", x, ["t"], dict(perm=[1, 0, 2])),
                     ("LSTM", ["t", "w", "r", "b"], ["s", "h"], dict(hidden_size=2, direction="bidirectional")),
                     ("ReduceMax", ["s"], y, dict(axes=[0, 1], keepdims=0))],
            [3, 2], dict(w=floats(2, 8, 2), r=floats(2, 8, 2), b=floats(2, 16)))
    network("gru", [("Transpose", x, ["t"], dict(perm=[1, 0, 2])),
                    ("GRU", ["t", "w", "r", "b"], ["", "h"], dict(hidden_size=2, linear_before_reset=0, clip=3.0)),
                    ("Squeeze", ["h", "zero"], y, {})],
            [3, 2], dict(w=floats(1, 6, 2), r=floats(1, 6, 2), b=floats(1, 12), zero=ints(0)))
    network("attention", [("Attention", ["x", "x", "x"], y, dict(q_num_heads=2, kv_num_heads=2, is_causal=1))],
            [3, 4], opset=23)
    network("normal", [("LayerNormalization", ["x", "g"], ["l"], dict(axis=-1)),
                       ("BatchNormalization", ["l", "g2", "g2", "g2", "v"], ["n"], {}),
                       ("InstanceNormalization", ["n", "g2", "g2"], ["i"], {}), ("ArgMax", ["i"], ["m"], dict(axis=1)),
                       ("Cast", ["m"], y, dict(to=FLOAT))],
            [2, 3, 3], dict(g=floats(3), g2=floats(2), v=np.abs(floats(2))))
    network("old", [("Add", ["x", "b"], ["a"], dict(broadcast=1, axis=1)), ("Clip", ["a"], ["c"], dict(min=-1.0)),
                    ("Reshape", ["c", "s"], ["r"], {}), ("Softmax", ["r"], y, dict(axis=1))],
            [3, 2], dict(b=floats(3), s=ints(0, -1)), opset=6)
    network("classifier", [
        ("Scaler", x, ["s"], dict(domain="ai.onnx.ml", offset=[1.0, 2.0], scale=[0.5, 2.0])),
        ("LinearClassifier", ["s"], ["label", "p"], dict(
            domain="ai.onnx.ml", classlabels_ints=[0, 1, 2], coefficients=[1.0, 2, 3, 4, 5, 6],
            intercepts=[0.1, 0.2, 0.3], post_transform="SOFTMAX")),
        ("Normalizer", ["p"], y, dict(domain="ai.onnx.ml", norm="L1"))],
        [2], extra=[helper.make_opsetid("ai.onnx.ml", 3)])


main()
