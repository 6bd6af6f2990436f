"""Activations and their derivatives: Keras where it has one, PyTorch beside it; both must agree."""
from reference import agree, write

import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F

keras.backend.set_floatx("float64")

EDGE = [-1000, -100, -30, -8, -3.25, -1.5, -1, -0.5, -1e-6, 0,
        1e-6, 0.25, 0.5, 1, 1.75, 3, 8.5, 30, 100, 1000]
ROWS = [[1, 2, 3, 4], [-2.5, 0, 0.75, 1.25], [1000, 999, -1000, 0], [-500, -500.5, -499, -800],
        [0, 0, 0, 0]]

COLUMN = np.array(EDGE, dtype=np.float64).reshape(4, 5)
TABLE = np.array(ROWS, dtype=np.float64)


def uneven(shape):
    """The weights of the sum whose gradient is taken: all different, of both signs."""
    count = int(np.prod(shape))
    return (0.3 + 0.17 * np.arange(count) - 0.5 * (np.arange(count) % 3)).reshape(shape)


def case(name, source, keras_function, torch_function, inputs, **parameters):
    weights = uneven(inputs.shape)
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = keras_function(x)
        total = tf.reduce_sum(values * weights)
    gradient = tape.gradient(total, x).numpy()
    y = torch.tensor(inputs, requires_grad=True)
    other = torch_function(y)
    (other * torch.tensor(weights)).sum().backward()
    agree(values, other.detach(), name)
    differing = np.abs(gradient - y.grad.numpy()) > 1e-12
    # At the kink itself the libraries may choose differently; nowhere else.
    assert np.all(inputs[differing] == 0), (name, inputs[differing])
    return {
        "name": name, "from": source, "parameters": parameters, "shape": list(inputs.shape),
        "inputs": inputs.ravel().tolist(), "values": np.asarray(values).ravel().tolist(),
        "weights": weights.ravel().tolist(), "gradient": gradient.ravel().tolist(),
        "torchGradientAtZero": y.grad.numpy()[differing].tolist(),
    }


def coarse(name, source, keras_function, torch_function, **parameters):
    """PyTorch's numbers: TensorFlow keeps this function's constants in 32 bits only."""
    weights = uneven(COLUMN.shape)
    x = torch.tensor(COLUMN, requires_grad=True)
    values = torch_function(x)
    agree(keras_function(tf.constant(COLUMN)), values.detach(), name, 1e-7)
    (values * torch.tensor(weights)).sum().backward()
    return {
        "name": name, "from": source, "parameters": parameters, "shape": list(COLUMN.shape),
        "inputs": COLUMN.ravel().tolist(), "values": values.detach().numpy().ravel().tolist(),
        "weights": weights.ravel().tolist(), "gradient": x.grad.numpy().ravel().tolist(),
        "torchGradientAtZero": [],
    }


def prelu():
    """A learned slope for each of the last axis's channels."""
    inputs, slope = COLUMN, np.array([0.25, 0.1, -0.2, 0.5, 0.0])
    weights = uneven(inputs.shape)
    layer = keras.layers.PReLU()
    layer.build(inputs.shape)
    layer.set_weights([slope])
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = layer(x)
        total = tf.reduce_sum(values * weights)
    by_input, by_slope = tape.gradient(total, [x, layer.trainable_variables[0].value])
    y = torch.tensor(inputs, requires_grad=True)
    a = torch.tensor(slope, requires_grad=True)
    other = F.prelu(y, a)
    (other * torch.tensor(weights)).sum().backward()
    agree(values, other.detach(), "prelu")
    agree(by_slope, a.grad, "prelu slope")
    away = inputs != 0
    agree(by_input.numpy()[away], y.grad.numpy()[away], "prelu input")
    return {
        "name": "prelu", "from": "keras.layers.PReLU", "parameters": {},
        "shape": list(inputs.shape), "inputs": inputs.ravel().tolist(),
        "values": np.asarray(values).ravel().tolist(), "weights": weights.ravel().tolist(),
        "gradient": by_input.numpy().ravel().tolist(),
        "torchGradientAtZero": y.grad.numpy()[~away].tolist(),
        "slope": slope.tolist(), "slopeGradient": by_slope.numpy().tolist(),
    }


k = keras.activations
cases = [
    case("linear", "keras.activations.linear", k.linear, lambda x: x * 1, COLUMN),
    case("sigmoid", "keras.ops.sigmoid", keras.ops.sigmoid, torch.sigmoid, COLUMN),
    case("tanh", "keras.activations.tanh", k.tanh, torch.tanh, COLUMN),
    case("relu", "keras.activations.relu", k.relu, F.relu, COLUMN),
    case("relu6", "keras.activations.relu6", k.relu6, F.relu6, COLUMN),
    coarse("leaky_relu", "torch, with the default slope of keras.layers.LeakyReLU",
           keras.layers.LeakyReLU(), lambda x: F.leaky_relu(x, 0.3), negativeSlope=0.3),
    coarse("leaky_relu", "torch, with the default slope of keras.activations.leaky_relu",
           k.leaky_relu, lambda x: F.leaky_relu(x, 0.2), negativeSlope=0.2),
    coarse("leaky_relu", "torch, with its own default slope",
           lambda x: k.leaky_relu(x, 0.01), F.leaky_relu, negativeSlope=0.01),
    prelu(),
    case("elu", "keras.activations.elu", k.elu, F.elu, COLUMN, alpha=1.0),
    case("elu", "keras.activations.elu", lambda x: k.elu(x, 0.5), lambda x: F.elu(x, 0.5),
         COLUMN, alpha=0.5),
    case("selu", "keras.activations.selu", k.selu, F.selu, COLUMN),
    coarse("gelu", "torch.nn.functional.gelu", lambda x: k.gelu(x, False), F.gelu, approximate=0),
    coarse("gelu", "torch.nn.functional.gelu(approximate='tanh')", lambda x: k.gelu(x, True),
           lambda x: F.gelu(x, approximate="tanh"), approximate=1),
    case("silu", "keras.activations.silu", k.silu, F.silu, COLUMN),
    # PyTorch turns softplus into the identity above 20 unless told otherwise.
    case("softplus", "keras.activations.softplus", k.softplus,
         lambda x: F.softplus(x, threshold=700), COLUMN),
    case("softmax", "keras.ops.softmax", keras.ops.softmax,
         lambda x: F.softmax(x, -1), TABLE),
    case("log_softmax", "keras.activations.log_softmax", k.log_softmax,
         lambda x: F.log_softmax(x, -1), TABLE),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["gradient: of sum(values · weights) with respect to inputs",
     "softmax and log_softmax run along the last axis",
     "slopeGradient: of the same sum with respect to the slopes, one for each channel",
     "torchGradientAtZero: PyTorch's gradient at inputs of exactly 0, where it differs from Keras",
     "parameters.approximate: 0 the error function, 1 the tanh form"],
    {"cases": cases},
)
