"""Ten steps of every optimiser on given gradients: Keras's and PyTorch's own updates, in float64."""
from reference import agree, write

import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import keras
import numpy as np
import torch

from optimizers_of_keras import defaults, exact_optimizer

keras.backend.set_floatx("float64")

O, T, G = keras.optimizers, torch.optim, torch.nn.utils
STEPS = 10
START = {
    "kernel": np.array([[0.5, -0.3, 0.8, 0.05], [-1.2, 0.4, 0.0, 0.9], [0.33, -0.75, 1.5, -0.01]]),
    "bias": np.array([0.1, 0.0, -0.2, 2.0]),
}


def given_gradients():
    """Ten gradients of uneven size; one exact 0, one large step, signs that change."""
    generator = np.random.default_rng(20240607)
    gradients = []
    for step in range(STEPS):
        scale = [1, 0.1, 3, 1, 0.01, 40, 1, 0.5, 2, 1][step]
        gradients.append({
            "kernel": np.round(generator.normal(size=(3, 4)) * scale, 4),
            "bias": np.round(generator.normal(size=4) * scale * 0.5, 4),
        })
    gradients[0]["kernel"][1, 2] = 0.0
    return gradients


GRADIENTS = given_gradients()


def flat(parameters):
    return {name: np.asarray(value).ravel().tolist() for name, value in parameters.items()}


def keras_steps(optimizer):
    kernel, bias = keras.Variable(START["kernel"]), keras.Variable(START["bias"])
    optimizer.build([kernel, bias])
    steps = []
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient["kernel"]),
                         keras.ops.convert_to_tensor(gradient["bias"])], [kernel, bias])
        steps.append(flat({"kernel": kernel.numpy(), "bias": bias.numpy()}))
    return steps


def torch_steps(make, clip=None):
    parameters = {n: torch.tensor(v, requires_grad=True) for n, v in START.items()}
    optimizer = make(list(parameters.values()))
    steps = []
    for gradient in GRADIENTS:
        for name, parameter in parameters.items():
            parameter.grad = torch.tensor(gradient[name])
        if clip is not None:
            clip(list(parameters.values()))
        optimizer.step()
        steps.append(flat({n: p.detach().numpy() for n, p in parameters.items()}))
    return steps


def of_keras(name, kind, nesterov=False, **chosen):
    name, optimizer, settings = exact_optimizer(name, kind, nesterov, **chosen)
    return {"name": name, "from": "keras.optimizers." + kind.__name__, "parametrisation": "keras",
            "settings": settings, "steps": keras_steps(optimizer)}


def of_torch(name, source, make, clip=None, **settings):
    return {"name": name, "from": source, "parametrisation": "torch", "settings": settings,
            "steps": torch_steps(make, clip)}


def check(case):
    """Guards the formulas written in `conventions`: the library must follow them."""
    state = {n: {} for n in START}
    values = {n: v.copy() for n, v in START.items()}
    for t, (gradient, theirs) in enumerate(zip(GRADIENTS, case["steps"]), 1):
        for n in values:
            values[n] = FORMULAS[case["name"]](
                values[n], gradient[n], state[n], t, **case["settings"])
            agree(values[n].ravel(), theirs[n], case["name"])


cases = [
    of_keras("sgd", O.SGD),
    of_keras("momentum", O.SGD, momentum=0.9),
    of_keras("nesterov", O.SGD, momentum=0.9, nesterov=True),
    of_keras("rmsprop", O.RMSprop, centered=0),
    of_keras("rmsprop", O.RMSprop, learningRate=0.01, momentum=0.9, centered=0),
    of_keras("rmsprop", O.RMSprop, learningRate=0.01, centered=1),
    of_keras("rmsprop", O.RMSprop, learningRate=0.01, rho=0.95, momentum=0.5, epsilon=1e-3,
             centered=1),
    of_keras("adagrad", O.Adagrad),
    of_keras("adagrad", O.Adagrad, learningRate=0.1, initialAccumulator=0.5, epsilon=1e-3),
    of_keras("adam", O.Adam),
    of_keras("adam", O.Adam, learningRate=0.05, beta1=0.8, beta2=0.95, epsilon=1e-3),
    of_keras("adamw", O.AdamW),
    of_keras("adamw", O.AdamW, learningRate=0.05, weightDecay=0.1),
    of_keras("sgd", O.SGD, learningRate=0.05, weightDecay=0.1),
    of_keras("momentum", O.SGD, momentum=0.9, weightDecay=0.2),
    of_keras("sgd", O.SGD, clipValue=0.5),
    of_keras("sgd", O.SGD, clipNorm=1.0),
    of_keras("sgd", O.SGD, clipGlobalNorm=1.0),
    of_keras("adam", O.Adam, clipGlobalNorm=0.5),
    of_torch("sgd", "torch.optim.SGD", lambda p: T.SGD(p, 0.01), learningRate=0.01),
    of_torch("sgd", "torch.optim.SGD", lambda p: T.SGD(p, 0.01, weight_decay=0.1),
             learningRate=0.01, l2=0.1),
    of_torch("momentum", "torch.optim.SGD", lambda p: T.SGD(p, 0.01, momentum=0.9),
             learningRate=0.01, momentum=0.9),
    of_torch("nesterov", "torch.optim.SGD", lambda p: T.SGD(p, 0.01, momentum=0.9, nesterov=True),
             learningRate=0.01, momentum=0.9),
    of_torch("rmsprop", "torch.optim.RMSprop", lambda p: T.RMSprop(p, 0.01), learningRate=0.01,
             rho=0.99, momentum=0.0, epsilon=1e-8, centered=0),
    of_torch("rmsprop", "torch.optim.RMSprop",
             lambda p: T.RMSprop(p, 0.01, alpha=0.9, momentum=0.9, centered=True),
             learningRate=0.01, rho=0.9, momentum=0.9, epsilon=1e-8, centered=1),
    of_torch("adagrad", "torch.optim.Adagrad", lambda p: T.Adagrad(p, 0.01), learningRate=0.01,
             initialAccumulator=0.0, epsilon=1e-10),
    of_torch("adam", "torch.optim.Adam", lambda p: T.Adam(p), learningRate=0.001, beta1=0.9,
             beta2=0.999, epsilon=1e-8),
    of_torch("adam", "torch.optim.Adam",
             lambda p: T.Adam(p, 0.05, betas=(0.8, 0.95), eps=1e-3), learningRate=0.05, beta1=0.8,
             beta2=0.95, epsilon=1e-3),
    of_torch("adam", "torch.optim.Adam", lambda p: T.Adam(p, weight_decay=0.1),
             learningRate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, l2=0.1),
    of_torch("adamw", "torch.optim.AdamW", lambda p: T.AdamW(p), learningRate=0.001, beta1=0.9,
             beta2=0.999, epsilon=1e-8, weightDecay=0.01),
    # PyTorch's clip by global norm divides by norm + 1e-6.
    of_torch("sgd", "torch.optim.SGD after torch.nn.utils.clip_grad_norm_",
             lambda p: T.SGD(p, 0.01), lambda p: G.clip_grad_norm_(p, 1.0),
             learningRate=0.01, clipGlobalNorm=1.0, clipEpsilon=1e-6),
    of_torch("sgd", "torch.optim.SGD after torch.nn.utils.clip_grad_value_",
             lambda p: T.SGD(p, 0.01), lambda p: G.clip_grad_value_(p, 0.5),
             learningRate=0.01, clipValue=0.5),
]


def sgd(w, g, s, t, learningRate, weightDecay=0, clipValue=None, clipNorm=None):
    if clipValue is not None:
        g = np.clip(g, -clipValue, clipValue)
    if clipNorm is not None:
        g = g * clipNorm / max(np.linalg.norm(g), clipNorm)
    return w - w * weightDecay * learningRate - learningRate * g


def momentum(w, g, s, t, learningRate, momentum, weightDecay=0):
    w = w - w * weightDecay * learningRate
    s["m"] = momentum * s.get("m", 0) - learningRate * g
    return w + s["m"]


def nesterov(w, g, s, t, learningRate, momentum):
    s["m"] = momentum * s.get("m", 0) - learningRate * g
    return w + momentum * s["m"] - learningRate * g


def rmsprop(w, g, s, t, learningRate, rho, momentum, epsilon, centered):
    s["v"] = rho * s.get("v", 0) + (1 - rho) * g * g
    s["a"] = rho * s.get("a", 0) + (1 - rho) * g
    step = learningRate * g / np.sqrt(s["v"] - (s["a"] ** 2 if centered else 0) + epsilon)
    s["m"] = momentum * s.get("m", 0) + step
    return w - s["m"]


def adagrad(w, g, s, t, learningRate, initialAccumulator, epsilon):
    s["v"] = s.get("v", initialAccumulator) + g * g
    return w - learningRate * g / np.sqrt(s["v"] + epsilon)


def adam(w, g, s, t, learningRate, beta1, beta2, epsilon, weightDecay=0):
    w = w - w * weightDecay * learningRate
    s["m"] = beta1 * s.get("m", 0) + (1 - beta1) * g
    s["v"] = beta2 * s.get("v", 0) + (1 - beta2) * g * g
    rate = learningRate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * s["m"] / (np.sqrt(s["v"]) + epsilon)


FORMULAS = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop,
            "adagrad": adagrad, "adam": adam, "adamw": adam}
for case in cases:
    # The global norm needs both tensors at once; the library's word is taken for it.
    if case["parametrisation"] == "keras" and "clipGlobalNorm" not in case["settings"]:
        check(case)

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["steps[i]: the parameters after applying gradients[i], the state carried on",
     "w parameter, g gradient, t step from 1, η learningRate, ε epsilon, μ momentum",
     "keras momentum: m ← μm − ηg; w ← w + m. nesterov: w ← w + μm − ηg with the new m",
     "keras rmsprop: v ← ρv + (1−ρ)g²; centered: a ← ρa + (1−ρ)g, v′ = v − a², else v′ = v;"
     " m ← μm + ηg/√(v′ + ε); w ← w − m",
     "keras adagrad: v from initialAccumulator; v ← v + g²; w ← w − ηg/√(v + ε)",
     "keras adam: w ← w − η √(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε)",
     "keras weightDecay (decoupled, any optimiser): w ← w − ηλw before the update",
     "keras clipValue: each g into [−c, c]; clipNorm: each tensor g·c/max(‖g‖, c);"
     " clipGlobalNorm: all tensors by their common norm",
     "torch momentum: m ← μm + g (first step m = g); w ← w − ηm: the same as keras while η is"
     " constant. nesterov: w ← w − η(g + μm)",
     "torch rmsprop: ε outside the root: g/(√v′ + ε); m ← μm + g/(√v′ + ε); w ← w − ηm",
     "torch adagrad: ε outside the root: g/(√v + ε)",
     "torch adam: ε after the bias correction: w ← w − η (m/(1−β₁ᵗ))/(√(v/(1−β₂ᵗ)) + ε)",
     "l2: g ← g + λw before everything (PyTorch's weight_decay of SGD and Adam)",
     "clipEpsilon: PyTorch scales by c/(norm + 1e-6), at most 1"],
    {"shapes": {n: list(v.shape) for n, v in START.items()}, "start": flat(START),
     "kerasDefaults": {
         kind.__name__.lower(): defaults(kind)
         for kind in [O.SGD, O.RMSprop, O.Adagrad, O.Adam, O.AdamW]},
     "gradients": [flat(g) for g in GRADIENTS], "cases": cases},
)
