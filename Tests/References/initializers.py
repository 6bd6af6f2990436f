"""What each initialiser gives each weight of each layer: the distribution that Keras draws from.

Keras's random functions are replaced by ones that note what they are asked for, so that bounds and
deviations are Keras's own numbers and no estimates.
"""
from reference import agree, write

import keras
import numpy as np
from keras.src.initializers import random_initializers

random = random_initializers.random
calls = []


def noting(name, function):
    def call(shape, *arguments, **settings):
        values = function(shape, *arguments, **settings)
        calls.append((name, shape, settings, np.asarray(values)))
        return values
    return call


class Noted:
    """Keras's random functions, three of which note their calls."""

    def __getattr__(self, name):
        function = getattr(random, name)
        drawn = name in ("uniform", "normal", "truncated_normal")
        return noting(name, function) if drawn else function


random_initializers.random = Noted()
L, I = keras.layers, keras.initializers


def distribution(call):
    """What a weight was drawn from."""
    name, _, settings, values = call
    if name == "uniform":
        found = {"low": float(settings["minval"]), "high": float(settings["maxval"])}
        assert values.min() >= found["low"] and values.max() <= found["high"]
    else:
        found = {"mean": float(settings["mean"]), "deviation": float(settings["stddev"])}
    return {"distribution": name, **found}


def orthogonal(values):
    """The matrix that is orthogonal: all axes but the last are its rows."""
    matrix = values.reshape(-1, values.shape[-1])
    square = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    agree(square, np.eye(len(square)), "orthogonal", 1e-4)
    return {"distribution": "orthogonal", "rows": matrix.shape[0], "columns": matrix.shape[1]}


class Matrices(I.Orthogonal):
    """Keras makes no vector orthogonal; those that this is given for become 0."""

    def __call__(self, shape, dtype=None):
        return super().__call__(shape, dtype) if len(shape) > 1 else I.Zeros()(shape, dtype)


INITIALIZERS = {
    "glorot_uniform": I.GlorotUniform, "glorot_normal": I.GlorotNormal,
    "he_uniform": I.HeUniform, "he_normal": I.HeNormal,
    "lecun_uniform": I.LecunUniform, "lecun_normal": I.LecunNormal,
    "orthogonal": Matrices, "zeros": I.Zeros, "ones": I.Ones,
    "uniform": I.RandomUniform, "normal": I.RandomNormal, "truncated_normal": I.TruncatedNormal,
}


class Positions(L.Layer):
    """KerasHub's PositionEmbedding, as far as its weight goes."""

    def __init__(self, initializer):
        super().__init__()
        self.initializer = initializer

    def build(self, shape):
        self.embeddings = self.add_weight(
            name="embeddings", shape=shape[1:], initializer=self.initializer)


def both(make):
    """Kernel and bias by the same initialiser."""
    return lambda new: make(kernel_initializer=new(), bias_initializer=new())


def recurrent(layer, **settings):
    return lambda new: layer(
        24, kernel_initializer=new(), recurrent_initializer=new(), bias_initializer=new(),
        **settings)


# The layer as this project's files write it, without its initialisers; which of its settings are
# initialisers; the input without the batch; Keras's layer.
CASES = [
    ({"layer": "dense", "units": 40}, ["kernel_initializer", "bias_initializer"], [30],
     both(lambda **i: L.Dense(40, **i))),
    ({"layer": "conv1d", "filters": 24, "kernel_size": 5}, ["kernel_initializer", "bias_initializer"],
     [9, 12], both(lambda **i: L.Conv1D(24, 5, **i))),
    ({"layer": "conv2d", "filters": 24, "kernel_size": [3, 5]},
     ["kernel_initializer", "bias_initializer"], [9, 9, 8],
     both(lambda **i: L.Conv2D(24, (3, 5), **i))),
    ({"layer": "conv2d", "filters": 24, "kernel_size": 3, "groups": 4},
     ["kernel_initializer", "bias_initializer"], [9, 9, 16],
     both(lambda **i: L.Conv2D(24, 3, groups=4, **i))),
    ({"layer": "depthwise_conv2d", "kernel_size": 5, "depth_multiplier": 3},
     ["kernel_initializer", "bias_initializer"], [9, 9, 16],
     lambda new: L.DepthwiseConv2D(
         5, depth_multiplier=3, depthwise_initializer=new(), bias_initializer=new())),
    ({"layer": "embedding", "tokens": 50, "units": 20}, ["initializer"], [6],
     lambda new: L.Embedding(50, 20, embeddings_initializer=new())),
    ({"layer": "position_embedding"}, ["initializer"], [30, 24], lambda new: Positions(new())),
    ({"layer": "parametric_relu"}, ["slope_initializer"], [40],
     lambda new: L.PReLU(alpha_initializer=new())),
    ({"layer": "attention", "heads": 4, "key_width": 16, "value_width": 10},
     ["kernel_initializer"], [7, 64],
     lambda new: L.MultiHeadAttention(4, 16, value_dim=10, kernel_initializer=new())),
] + [
    ({"layer": kind, "units": 24}, ["kernel_initializer", "recurrent_initializer", "bias_initializer"], [5, 32],
     recurrent(layer, **settings))
    for kind, layer, settings in [
        ("simple_rnn", L.SimpleRNN, {}), ("gru", L.GRU, {}),
        ("lstm", L.LSTM, {"unit_forget_bias": True})]
]

NAMES = {"depthwise_kernel": "kernel", "alpha": "slope"}


def build(layer, shape):
    if isinstance(layer, L.MultiHeadAttention):
        layer.build((None, *shape), (None, *shape))
    else:
        layer.build((None, *shape))
    return layer


def name(variable):
    parts = variable.path.split("/")
    inside = [p for p in parts if p in ("query", "key", "value", "attention_output")]
    return "/".join(inside[-1:] + [NAMES.get(parts[-1], parts[-1])])


def tensors(layer):
    """What each tensor comes from: the calls that made its numbers."""
    found = []
    for variable in layer.weights:
        values = np.asarray(variable.value)
        entry = {"name": name(variable), "shape": list(values.shape)}
        mine = [call for call in calls if np.isin(call[3].ravel(), values.ravel()).all()]
        if np.unique(values).size == 1:
            entry |= {"distribution": "constant", "value": float(values.flat[0])}
        elif len(mine) > 1:
            entry |= {"distribution": "parts",
                      "parts": [{"count": call[3].size, **distribution(call)} for call in mine]}
        elif mine:
            entry |= distribution(mine[0])
        elif len(values.shape) == 1:
            # Zeros or ones around the forget gate's ones.
            entry |= {"distribution": "values", "values": values.tolist()}
        else:
            entry |= orthogonal(values)
        found.append(entry)
    return found


cases = []
for settings, initializers, shape, make in CASES:
    for kind, new in INITIALIZERS.items():
        given = initializers
        if kind == "orthogonal" and settings["layer"] != "gru":
            given = [i for i in given if i not in ("bias_initializer", "slope_initializer")]
        if given:
            calls.clear()
            cases.append({"layer": settings, "initializers": given, "initializer": kind,
                          "input": shape, "tensors": tensors(build(make(new), shape))})

write(["keras", keras.backend.backend()],
      ["uniform: low to high; normal and truncated_normal: mean and deviation before the cut at two "
       "deviations; orthogonal: all axes but the last are rows; constant: every number is the value",
       "`layer` is the layer as this project's files write it; each setting of `initializers` is "
       "`initializer`"],
      {"cases": cases})
