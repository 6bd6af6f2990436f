"""Normalisation, embedding and residual layers: Keras's outputs, gradients and running statistics."""
from reference import write

import torch
import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import torch.nn.functional as F
import keras
import numpy as np
import tensorflow as tf

from layer_cases import case, check_with_torch, numbers

L = keras.layers


def batch_norm(name, shape, steps=1, training=True, trainable=True, seed=0, check=True, **settings):
    g = np.random.default_rng(100 + seed)
    width = shape[-1]
    weights = {"batch_norm/gamma": numbers(g, width) + 1, "batch_norm/beta": numbers(g, width),
               "batch_norm/moving_mean": numbers(g, width),
               "batch_norm/moving_variance": np.abs(numbers(g, width)) + 0.5}
    if not settings.get("scale", True):
        del weights["batch_norm/gamma"]
    if not settings.get("center", True):
        del weights["batch_norm/beta"]
    keras_layer = L.BatchNormalization(**settings)
    keras_layer.build((None,) + shape[1:])
    keras_layer.trainable = trainable
    parts = ["gamma", "beta", "moving_mean", "moving_variance"]

    def call(variables, x):
        # Keras's own formula on our variables: stateless call, then its new statistics are ours.
        own = {v.name: variables["batch_norm/" + v.name] for v in keras_layer.variables}
        trainable_values = [own[v.name] for v in keras_layer.trainable_variables]
        others = [own[v.name] for v in keras_layer.non_trainable_variables]
        y, new = keras_layer.stateless_call(
            [v.read_value() for v in trainable_values], [v.read_value() for v in others], x,
            training=training)
        for variable, value in zip(others, new):
            variable.assign(value)
        return y

    frozen = () if trainable else ("batch_norm/gamma", "batch_norm/beta")
    made = case(
        name, {"layer": "batch_norm", "trainable": trainable, **settings}, call, weights,
        [numbers(g, *shape, scale=1.5) + 0.3 for _ in range(steps)], seed, training=training,
        frozen=frozen, after=("batch_norm/moving_mean", "batch_norm/moving_variance"))
    epsilon = settings.get("epsilon", 1e-3)

    def in_torch(w, x):
        rows = x.reshape(-1, width)
        stored = training and trainable
        running = [w["batch_norm/moving_mean"].detach(), w["batch_norm/moving_variance"].detach()]
        return F.batch_norm(rows, running[0].clone(), running[1].clone(),
                            w.get("batch_norm/gamma"), w.get("batch_norm/beta"), stored, 0.1,
                            epsilon).reshape(x.shape)

    if check:
        check_with_torch(made, in_torch, name)
    return made


def masked_batch_norm(name, shape, lengths, seed, **settings):
    """`lengths`: how many steps of each example count, one list for each step of learning."""
    g = np.random.default_rng(150 + seed)
    width = shape[-1]
    weights = {"batch_norm/gamma": numbers(g, width) + 1, "batch_norm/beta": numbers(g, width),
               "batch_norm/moving_mean": numbers(g, width),
               "batch_norm/moving_variance": np.abs(numbers(g, width)) + 0.5}
    keras_layer = L.BatchNormalization(**settings)
    keras_layer.build((None,) + shape[1:])

    def call(variables, x):
        mask = tf.reduce_any(x != 0, -1)
        x = x * tf.cast(mask, x.dtype)[..., None]
        values = [variables["batch_norm/" + v.name] for v in keras_layer.variables]
        y, new = keras_layer.stateless_call(
            [v.read_value() for v in values[:2]], [v.read_value() for v in values[2:]], x,
            training=True, mask=mask)
        for variable, value in zip(values[2:], new):
            variable.assign(value)
        return y

    inputs = []
    for counts in lengths:
        x = numbers(g, *shape, scale=1.5) + 0.3
        for row, count in zip(x, counts):
            row[count:] = 0
        inputs.append(x)
    return case(name, {"layer": "sequential", "layers": [
        {"layer": "masking"}, {"layer": "batch_norm", **settings}]}, call, weights, inputs, seed,
        after=("batch_norm/moving_mean", "batch_norm/moving_variance"))


def shared_batch_norm():
    """One layer, used twice: its statistics follow both uses, in order."""
    g = np.random.default_rng(170)
    names = ["gamma", "beta", "moving_mean", "moving_variance"]
    weights = {"batch_norm/" + n: np.abs(numbers(g, 3)) + 0.5 for n in names}
    keras_layer = L.BatchNormalization(momentum=0.9)
    keras_layer.build((None, 3))

    def call(variables, x):
        own = [variables["batch_norm/" + n] for n in names]

        def use(x):
            y, new = keras_layer.stateless_call(
                [v.read_value() for v in own[:2]], [v.read_value() for v in own[2:]], x,
                training=True)
            for variable, value in zip(own[2:], new):
                variable.assign(value)
            return y

        return use(tf.tanh(use(x)))

    layer = {"layer": "sequential", "layers": [
        {"layer": "batch_norm", "momentum": 0.9}, {"layer": "activation", "function": "tanh"},
        {"same_as": 0}]}
    return case("batch norm used twice", layer, call, weights,
                [numbers(g, 5, 3, scale=2.0) for _ in range(2)], 10,
                after=("batch_norm/moving_mean", "batch_norm/moving_variance"))


def position_embedding():
    g = np.random.default_rng(310)
    weights = {"position_embedding/embeddings": numbers(g, 4, 3)}
    made = case("position embedding", {"layer": "position_embedding"},
                lambda w, x: x + w["position_embedding/embeddings"], weights,
                [numbers(g, 2, 4, 3) for _ in range(2)], 3)
    check_with_torch(made, lambda w, x: x + w["position_embedding/embeddings"][None],
                     "position embedding")
    return made


def layer_norm(name, shape, seed=0, **settings):
    g = np.random.default_rng(200 + seed)
    width = shape[-1]
    weights = {"layer_norm/gamma": numbers(g, width) + 1, "layer_norm/beta": numbers(g, width)}
    if not settings.get("scale", True):
        del weights["layer_norm/gamma"]
    if not settings.get("center", True):
        del weights["layer_norm/beta"]
    keras_layer = L.LayerNormalization(**settings)
    keras_layer.build((None,) + shape[1:])

    def call(variables, x):
        values = [variables["layer_norm/" + v.name].read_value() for v in keras_layer.variables]
        return keras_layer.stateless_call(values, [], x)[0]

    made = case(name, {"layer": "layer_norm", **settings}, call, weights,
                [numbers(g, *shape, scale=2.0) for _ in range(2)], seed)
    check_with_torch(
        made, lambda w, x: F.layer_norm(x, (width,), w.get("layer_norm/gamma"),
                                        w.get("layer_norm/beta"), settings.get("epsilon", 1e-3)),
        name)
    return made


def embedding():
    g = np.random.default_rng(300)
    table = numbers(g, 6, 3)
    tokens = [np.array([[1, 5, 1, 0], [2, 2, 2, 3]]), np.array([[0, 0, 4, 4], [5, 1, 3, 2]])]
    keras_layer = L.Embedding(6, 3)
    keras_layer.build((None, 4))

    def call(variables, x):
        value = variables["embedding/embeddings"].read_value()
        return keras_layer.stateless_call([value], [], tf.cast(x, tf.int32))[0]

    made = case("embedding", {"layer": "embedding", "tokens": 6, "units": 3}, call,
                {"embedding/embeddings": table}, tokens, 1, differentiable=False)
    check_with_torch(made, lambda w, x: F.embedding(x.long(), w["embedding/embeddings"]),
                     "embedding")
    return made


def residual(name, projects):
    g = np.random.default_rng(400 + projects)
    width = 5 if projects else 3
    names = ["dense", "dense_1", "dense_2"] if projects else ["dense", "dense_1"]
    shapes = [(3, 4), (4, width), (3, 5)]
    weights = {}
    for n, (a, b) in zip(names, shapes):
        weights[n + "/kernel"], weights[n + "/bias"] = numbers(g, a, b), numbers(g, b)
    layer = {"layer": "residual", "activation": "relu", "layers": [
        {"layer": "dense", "units": 4, "activation": "tanh"}, {"layer": "dense", "units": width}]}
    if projects:
        layer["shortcut"] = [{"layer": "dense", "units": 5}]

    def made_by(tanh, relu):
        def call(w, x):
            h = tanh(x @ w["dense/kernel"] + w["dense/bias"])
            h = h @ w["dense_1/kernel"] + w["dense_1/bias"]
            skip = x @ w["dense_2/kernel"] + w["dense_2/bias"] if projects else x
            return relu(h + skip)
        return call

    made = case(name, layer, made_by(tf.tanh, tf.nn.relu), weights, [numbers(g, 4, 3)], 2)
    check_with_torch(made, made_by(torch.tanh, torch.relu), name)
    return made


cases = [
    batch_norm("batch norm, three steps", (6, 3), steps=3, seed=1),
    batch_norm("batch norm of images", (2, 3, 2, 4), steps=2, seed=2),
    batch_norm("batch norm of one channel", (3, 2, 2, 1), seed=3),
    batch_norm("batch norm of a batch of 1", (1, 4), seed=4, check=False),
    batch_norm("batch norm of a sequence, other settings", (4, 5, 2), steps=2, seed=5,
               momentum=0.9, epsilon=1e-5),
    batch_norm("batch norm without scale", (5, 3), seed=6, scale=False),
    batch_norm("batch norm without center", (5, 3), seed=7, center=False),
    batch_norm("batch norm, frozen", (5, 3), steps=2, trainable=False, seed=8),
    batch_norm("batch norm in use", (5, 3), training=False, seed=9),
    layer_norm("layer norm", (4, 6), 1),
    layer_norm("layer norm of a batch of 1 sequence", (1, 3, 5), 2, epsilon=1e-5),
    layer_norm("layer norm without scale", (2, 2, 4), 3, scale=False),
    layer_norm("layer norm without center", (2, 4), 4, center=False),
    embedding(),
    residual("residual", False),
    residual("residual with a projection", True),
    masked_batch_norm("batch norm of padded sequences", (3, 4, 2), [[4, 2, 1], [3, 0, 2]], 1),
    masked_batch_norm("batch norm of padded sequences, none in the second step", (2, 3, 3),
                      [[1, 2], [0, 0]], 2, momentum=0.8),
    shared_batch_norm(),
    position_embedding(),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["loss: Σ output · outputWeights; after: variables after the step, w − rate · gradient and the"
     " running statistics",
     "epsilon 1e-3 and momentum 0.99 unless given; variances are divided by n",
     "padded: steps of zeros are masked",
     "first steps checked against PyTorch (a batch of 1 in training PyTorch refuses)"],
    {"cases": cases},
)
