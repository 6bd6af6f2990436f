"""Learning-rate schedules: Keras's and PyTorch's own, in float64."""
from reference import agree, write

import torch
import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import keras
import numpy as np

keras.backend.set_floatx("float64")
S = keras.optimizers.schedules
STEPS = [0, 1, 2, 5, 9, 10, 11, 19, 20, 25, 40, 60, 99, 100, 101, 150]


def exact(value):
    return np.float64(value) if type(value) is float else value


def by_step(name, kind, settings, steps=STEPS, **names):
    schedule = kind(**{names[key]: exact(value) for key, value in settings.items()})
    return {"name": name, "from": "keras.optimizers.schedules." + kind.__name__,
            "settings": {k: int(v) if type(v) is bool else v for k, v in settings.items()},
            "steps": steps, "learningRates": [float(schedule(np.int64(s))) for s in steps]}


def exponential(**settings):
    case = by_step("exponential_decay", S.ExponentialDecay, settings,
                   learningRate="initial_learning_rate", decaySteps="decay_steps",
                   decayRate="decay_rate", staircase="staircase")
    power = np.array(STEPS) / settings["decaySteps"]
    power = np.floor(power) if settings["staircase"] else power
    agree(case["learningRates"], settings["learningRate"] * settings["decayRate"] ** power,
          "exponential")
    return case


def cosine(**settings):
    case = by_step("cosine_decay", S.CosineDecay, settings, learningRate="initial_learning_rate",
                   decaySteps="decay_steps", alpha="alpha", warmupTarget="warmup_target",
                   warmupSteps="warmup_steps")
    expected = []
    for step in STEPS:
        start, warmup = settings["learningRate"], settings.get("warmupSteps", 0)
        top = settings.get("warmupTarget", start)
        if step < warmup:
            expected.append(start + (top - start) * step / warmup)
            continue
        part = min(step - warmup, settings["decaySteps"]) / settings["decaySteps"]
        decayed = (1 - settings["alpha"]) * 0.5 * (1 + np.cos(np.pi * part)) + settings["alpha"]
        expected.append(top * decayed)
    agree(case["learningRates"], expected, "cosine")
    return case


def step_lr(rate, every, factor):
    parameter = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], rate)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, every, factor)
    rates = []
    for _ in range(25):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return {"name": "step_decay", "from": "torch.optim.lr_scheduler.StepLR",
            "settings": {"learningRate": rate, "decaySteps": every, "decayRate": factor},
            "steps": list(range(25)), "learningRates": rates}


LOSSES = [1.0, 0.8, 0.80005, 0.79995, 0.81, 0.9, 0.79, 0.79, 0.79, 0.79, 0.79, 0.79, 0.5, 0.6,
          0.55, 0.51, 0.52, 0.53, 0.54, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.49, 0.6, 0.6, 0.6]


def plateau(**settings):
    """The rate after each epoch of the given losses."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(np.float64(0.1)), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", factor=settings["factor"], patience=settings["patience"],
        min_delta=settings["minimumDelta"], cooldown=settings["cooldown"],
        min_lr=settings["minimumLearningRate"], verbose=0)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(LOSSES):
        callback.on_epoch_end(epoch, {"loss": loss})
        rates.append(float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))
    return {"name": "reduce_on_plateau", "from": "keras.callbacks.ReduceLROnPlateau",
            "settings": {"learningRate": 0.1, **settings}, "losses": LOSSES,
            "learningRates": rates}


write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["learningRates[i]: the rate used at steps[i]; steps count from 0",
     "exponential_decay: η · rate^(step / decaySteps), the exponent rounded down with staircase",
     "cosine_decay: warm-up runs linearly from learningRate to warmupTarget in warmupSteps, then"
     " target · ((1 − α) · ½(1 + cos(π · min(step − warmupSteps, decaySteps)/decaySteps)) + α)",
     "step_decay: η · rate^⌊step / decaySteps⌋",
     "reduce_on_plateau: learningRates[i] is the rate after epoch i's loss; better means"
     " loss < best − minimumDelta"],
    {"bySteps": [
        exponential(learningRate=0.1, decaySteps=10, decayRate=0.5, staircase=False),
        exponential(learningRate=0.1, decaySteps=10, decayRate=0.5, staircase=True),
        exponential(learningRate=0.05, decaySteps=7, decayRate=0.96, staircase=False),
        cosine(learningRate=0.1, decaySteps=100, alpha=0.0),
        cosine(learningRate=0.1, decaySteps=90, alpha=0.05),
        cosine(learningRate=0.0, decaySteps=90, alpha=0.0, warmupTarget=0.1, warmupSteps=10),
        cosine(learningRate=0.01, decaySteps=50, alpha=0.1, warmupTarget=0.2, warmupSteps=20),
        step_lr(0.1, 5, 0.5),
        step_lr(0.02, 7, 0.1),
    ], "onPlateau": [
        plateau(factor=0.1, patience=10, minimumDelta=1e-4, cooldown=0, minimumLearningRate=0.0),
        plateau(factor=0.5, patience=2, minimumDelta=1e-4, cooldown=0, minimumLearningRate=0.0),
        plateau(factor=0.5, patience=2, minimumDelta=1e-4, cooldown=2, minimumLearningRate=0.01),
        plateau(factor=0.5, patience=1, minimumDelta=0.0, cooldown=0, minimumLearningRate=0.005),
    ]},
)
