"""Whole small networks, ten full-batch steps: PyTorch's gradients, Keras's optimisers, float64."""
from reference import agree, tensor, write

import torch
import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import keras
import numpy as np
import torch.nn.functional as F

from optimizers_of_keras import exact_optimizer

keras.backend.set_floatx("float64")
O = keras.optimizers
STEPS, ROWS = 10, 8
ACTIVATIONS = {
    "linear": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "gelu": F.gelu, "selu": F.selu, "softmax": lambda x: F.softmax(x, -1),
}
LOSSES = {
    "cross_entropy_logits": F.cross_entropy,
    "bce_logits": F.binary_cross_entropy_with_logits,
    "half_sum_of_squares": lambda p, t: 0.5 * ((p - t) ** 2).sum(-1).mean(),
    "mse": F.mse_loss,
    "cross_entropy_probabilities": lambda p, c: F.nll_loss(torch.log(p), c),
}


def numbers(generator, *shape, scale=1.0):
    return np.round(generator.normal(size=shape) * scale, 3)


def dense(name, inputs, outputs, activation):
    return {"name": name, "inputs": inputs, "outputs": outputs, "activation": activation}


def chain(layers):
    """One layer after the other."""
    def forward(w, x):
        for layer in layers:
            x = apply(layer, w, x)
        return x
    return forward


def apply(layer, w, x):
    kernel, bias = w[layer["name"] + "/kernel"], w[layer["name"] + "/bias"]
    return ACTIVATIONS[layer["activation"]](x @ kernel + bias)


def residual(layers):
    """h = first(x); h = h + shared(h), twice with the same weights; last(h)."""
    def forward(w, x):
        h = apply(layers[0], w, x)
        h = h + apply(layers[1], w, h)
        h = h + apply(layers[1], w, h)
        return apply(layers[2], w, h)
    return forward


def keras_outputs(network, w, x):
    """The same forward pass by Keras's own layers, as a check on the one above."""
    made = {}
    for layer in network["layers"]:
        made[layer["name"]] = keras.layers.Dense(layer["outputs"], layer["activation"])
        made[layer["name"]].build((None, layer["inputs"]))
        made[layer["name"]].set_weights([w[layer["name"] + "/kernel"], w[layer["name"] + "/bias"]])
    order = [made[layer["name"]] for layer in network["layers"]]
    if "residual" in network["structure"]:
        h = order[0](x)
        h = h + order[1](h)
        h = h + order[1](h)
        return np.asarray(order[2](h))
    for layer in order:
        x = layer(x)
    return np.asarray(x)


def train(name, structure, layers, loss, targets, optimizer, seed):
    generator = np.random.default_rng(seed)
    x = numbers(generator, ROWS, layers[0]["inputs"])
    t = targets(generator)
    start = {}
    for layer in layers:
        shape = layer["inputs"], layer["outputs"]
        start[layer["name"] + "/kernel"] = numbers(generator, *shape, scale=0.6)
        start[layer["name"] + "/bias"] = numbers(generator, layer["outputs"], scale=0.1)
    network = {"name": name, "structure": structure, "layers": layers}
    forward = (residual if "residual" in structure else chain)(layers)
    variables = {n: keras.Variable(v) for n, v in start.items()}
    optimizer_name, keras_optimizer, settings = optimizer
    keras_optimizer.build(list(variables.values()))

    def evaluate():
        w = {n: torch.tensor(v.numpy(), requires_grad=True) for n, v in variables.items()}
        outputs = forward(w, torch.tensor(x))
        value = LOSSES[loss](outputs, torch.tensor(t))
        value.backward()
        return float(value.detach()), outputs, {n: v.grad.numpy() for n, v in w.items()}

    steps = []
    for step in range(STEPS):
        value, outputs, gradients = evaluate()
        if step == 0:
            first = gradients
            first_outputs = outputs.detach().numpy()
            agree(keras_outputs(network, start, x), first_outputs, name, 1e-7)
        keras_optimizer.apply([keras.ops.convert_to_tensor(g) for g in gradients.values()],
                              list(variables.values()))
        steps.append({"loss": value, "weights": {
            n: v.numpy().ravel().tolist() for n, v in variables.items()}})
    return {
        **network, "loss": loss, "optimizer": {"name": optimizer_name, "settings": settings},
        "inputs": tensor(x), "targets": tensor(t),
        "initial": {n: tensor(v) for n, v in start.items()},
        "firstOutputs": tensor(first_outputs),
        "firstGradients": {n: g.ravel().tolist() for n, g in first.items()},
        "steps": steps, "finalLoss": evaluate()[0],
    }


def classes(count):
    return lambda g: np.concatenate([np.arange(count), g.integers(0, count, ROWS - count)])


def bits(g):
    return g.integers(0, 2, (ROWS, 1)).astype(np.float64)


networks = [
    train("a", "chain", [dense("dense_1", 3, 4, "relu"), dense("dense_2", 4, 2, "linear")],
          "cross_entropy_logits", classes(2), exact_optimizer("adam", O.Adam, learningRate=0.05),
          11),
    train("b", "chain", [dense("dense_1", 3, 4, "tanh"), dense("dense_2", 4, 1, "linear")],
          "bce_logits", bits, exact_optimizer("momentum", O.SGD, learningRate=0.1, momentum=0.9),
          12),
    train("c", "chain", [dense("dense_1", 3, 5, "sigmoid"), dense("dense_2", 5, 2, "linear")],
          "half_sum_of_squares", lambda g: numbers(g, ROWS, 2),
          exact_optimizer("sgd", O.SGD, learningRate=0.1), 13),
    train("d", "chain", [dense("dense_1", 4, 6, "gelu"), dense("dense_2", 6, 6, "selu"),
                         dense("dense_3", 6, 3, "softmax")],
          "cross_entropy_probabilities", classes(3),
          exact_optimizer("rmsprop", O.RMSprop, learningRate=0.01), 14),
    train("e", "residual: h = first(x); h = h + shared(h); h = h + shared(h); last(h)",
          [dense("first", 3, 4, "tanh"), dense("shared", 4, 4, "tanh"),
           dense("last", 4, 2, "linear")],
          "mse", lambda g: numbers(g, ROWS, 2),
          exact_optimizer("adamw", O.AdamW, learningRate=0.01, weightDecay=0.1), 15),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["kernels are [inputs, outputs]: y = activation(x · kernel + bias)",
     "steps[i].loss: before update i; steps[i].weights: after it; finalLoss: after the last",
     "losses: mean over the batch (half_sum_of_squares: of ½ Σ over the last axis; mse: of the"
     " mean over the last axis)",
     "cross_entropy_probabilities: −mean log p of the target's class; nowhere near a clip",
     "weightDecay is on kernels and biases alike; updates are Keras's (see optimizers.json)",
     "gelu is the exact form"],
    {"networks": networks},
)
