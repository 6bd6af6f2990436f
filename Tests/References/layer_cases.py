"""One layer, some steps of plain gradient descent: what the cases of several files are made of.

The loss is the sum of the outputs times given weights, so that the gradient of every output is known.
"""
import keras
import numpy as np
import tensorflow as tf

from reference import agree, tensor

keras.backend.set_floatx("float64")


def numbers(generator, *shape, scale=1.0):
    return np.round(generator.normal(size=shape) * scale, 3)


def case(name, layer, call, weights, inputs, seed, training=True, rate=0.1, frozen=(),
         differentiable=True, after=()):
    """`call(variables, x)` makes the output from TensorFlow variables by name.

    `layer` is the same layer as Glassbox writes it; `after` names variables that steps change by
    themselves; `frozen` names variables that have no gradient.
    """
    generator = np.random.default_rng(seed)
    variables = {n: tf.Variable(v, dtype=tf.float64) for n, v in weights.items()}
    learned = [n for n in weights if n not in frozen and n not in after]
    steps = []
    for x in inputs:
        x = tf.constant(x, dtype=tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = call(variables, x)
            w = numbers(generator, *y.shape)
            loss = tf.reduce_sum(y * w)
        wanted = ([x] if differentiable else []) + [variables[n] for n in learned]
        gradients = tape.gradient(loss, wanted, unconnected_gradients="zero")
        gradients = [tf.convert_to_tensor(g).numpy() for g in gradients]
        names = (["input"] if differentiable else []) + learned
        named = dict(zip(names, gradients))
        steps.append({"input": tensor(x), "outputWeights": w.ravel().tolist(),
                      "output": tensor(y),
                      "gradients": {n: g.ravel().tolist() for n, g in named.items()}})
        if training:
            for n in learned:
                variables[n].assign_sub(rate * named[n])
        steps[-1]["after"] = {n: v.numpy().ravel().tolist() for n, v in variables.items()}
    return {"name": name, "layer": layer, "training": training, "rate": rate,
            "initial": {n: tensor(v) for n, v in weights.items()}, "steps": steps}


def check_with_torch(made, call, what, tolerance=1e-10):
    """The first step again by PyTorch: output and all gradients."""
    import torch

    step = made["steps"][0]
    x = torch.tensor(np.reshape(step["input"]["values"], step["input"]["shape"]))
    weights = {n: torch.tensor(np.reshape(t["values"], t["shape"]), requires_grad=True)
               for n, t in made["initial"].items()}
    if "input" in step["gradients"]:
        x.requires_grad_()
    y = call(weights, x)
    agree(y.detach().numpy(), np.reshape(step["output"]["values"], step["output"]["shape"]), what,
          tolerance)
    (y.reshape(-1) * torch.tensor(step["outputWeights"], dtype=y.dtype)).sum().backward()
    for name, gradient in step["gradients"].items():
        found = (x if name == "input" else weights[name]).grad
        agree(found.numpy().ravel(), gradient, f"{what}: {name}", tolerance)
