"""Keras's optimisers with all settings in 64 bits, under our names of the settings."""
import inspect

import keras
import numpy as np

# Our name of each setting, and Keras's.
NAMES = {
    "learningRate": "learning_rate", "momentum": "momentum", "nesterov": "nesterov", "rho": "rho",
    "epsilon": "epsilon", "centered": "centered", "initialAccumulator":
    "initial_accumulator_value", "beta1": "beta_1", "beta2": "beta_2",
    "weightDecay": "weight_decay", "clipValue": "clipvalue", "clipNorm": "clipnorm",
    "clipGlobalNorm": "global_clipnorm",
}


def defaults(kind):
    """Keras's default settings under our names."""
    parameters = inspect.signature(kind).parameters
    found = {ours: parameters[theirs].default for ours, theirs in NAMES.items()
             if theirs in parameters}
    return {name: value for name, value in found.items() if type(value) is float}


def exact_optimizer(name, kind, nesterov=False, **chosen):
    """Name, optimiser and all its settings.

    Keras casts Python floats, its own defaults too, through 32 bits in places; NumPy's numbers it
    leaves alone.
    """
    settings = {**defaults(kind), **chosen}
    if kind is keras.optimizers.SGD and "momentum" not in chosen:
        del settings["momentum"]
    exact = {NAMES[key]: np.float64(value) if type(value) is float else bool(value)
             for key, value in settings.items()}
    if nesterov:
        exact["nesterov"] = True
    return name, kind(**exact), settings
