"""Losses and their gradients: Keras's value, the written formula, and PyTorch's where it differs."""
from reference import agree, tensor, write

import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F
from sklearn.metrics import mean_pinball_loss

keras.backend.set_floatx("float64")
EPSILON = 1e-7

REAL = np.array([[0.5, -1.25, 2.0], [3.0, 0.1, -0.4], [-2.2, 1.5, 0.0], [0.75, -0.6, 5.0]])
REAL_TARGETS = np.array([[0.0, -1.0, 2.5], [1.0, 0.35, -0.9], [-2.0, 1.4, 1.75], [0.8, 0.0, -1.0]])
LOGITS = np.array([[2.0, -1.0, 0.5], [-30.0, 4.0, 3.0], [0.0, 0.0, 0.0], [1.5, 800.0, -2.0],
                   [-0.7, 0.2, 1.9]])
CLASSES = np.array([0, 2, 1, 1, 0])
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.05, 0.15, 0.8], [0.25, 0.5, 0.25], [1.0, 0.0, 0.0],
                          [0.125, 0.25, 0.625]])
BITS = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float64)
SAMPLES_4, SAMPLES_5 = np.array([1.0, 0.25, 2.0, 0.0]), np.array([1.0, 0.25, 2.0, 0.0, 3.5])
BY_CLASS = {0: 0.5, 1: 1.0, 2: 4.0}
BY_BIT = {0: 0.5, 1: 3.0}


def one_hot(classes):
    return np.eye(3)[classes]


def binary_terms(p, t):
    p = np.clip(p, EPSILON, 1 - EPSILON)
    return np.mean(-(t * np.log(p) + (1 - t) * np.log(1 - p)), -1)


def logit_terms(x, t):
    return np.mean(np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))), -1)


def log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def huber_terms(delta):
    def terms(p, t):
        e = np.abs(p - t)
        return np.mean(np.where(e <= delta, e * e / 2, delta * e - delta * delta / 2), -1)
    return terms


def case(name, source, loss, formula, predictions, targets, sample_weights=None,
         class_weights=None, torch_loss=None, torch_convention=None, class_count=None, **parameters):
    """`loss` is Keras's, `formula` gives the term of each example, `torch_loss` a whole value."""
    weights = sample_weights
    if class_weights is not None:
        # Keras turns class weights into sample weights before the loss sees them.
        weights = np.array([class_weights[int(c)] for c in np.asarray(targets).ravel()])
    x = tf.constant(predictions)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(targets, x, sample_weight=weights)
    gradient = tape.gradient(value, x).numpy()
    terms = formula(predictions, targets)
    factors = np.ones(len(terms)) if weights is None else weights
    agree(value, np.sum(terms * factors) / len(terms), name)
    if class_weights is not None:
        agree(through_training(loss, predictions, targets, class_weights), value, name)
    entry = {
        "name": name, "from": source, "parameters": parameters,
        "predictions": tensor(predictions), "targets": tensor(targets),
        "sampleWeights": None if sample_weights is None else list(sample_weights),
        "classWeights": None if class_weights is None else [
            class_weights[c] for c in sorted(class_weights)],
        "value": float(value), "gradient": gradient.ravel().tolist(),
    }
    if torch_loss is not None:
        y = torch.tensor(predictions, requires_grad=True)
        other = torch_loss(y, torch.tensor(targets))
        other.backward()
        entry["torch"] = {
            "convention": torch_convention, "value": float(other.detach()),
            "gradient": y.grad.numpy().ravel().tolist(),
        }
        if torch_convention == "same":
            agree(other.detach(), value, name)
            agree(y.grad, gradient, name)
    return entry


def through_training(loss, predictions, targets, class_weights):
    """What Keras's own training loop reports for the same batch with `class_weight`."""
    width = predictions.shape[-1]
    model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(width, use_bias=False)])
    model.set_weights([np.eye(width)])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss=loss)
    return model.train_on_batch(predictions, np.asarray(targets), class_weight=class_weights)


def half_sum(reduction, weights=None):
    """½ Σ (p − t)², not in Keras: PyTorch's squared error, halved."""
    y, t = torch.tensor(REAL, requires_grad=True), torch.tensor(REAL_TARGETS)
    terms = 0.5 * F.mse_loss(y, t, reduction="none").sum(-1)
    if weights is not None:
        terms = terms * torch.tensor(weights)
    value = terms.sum() if reduction == "sum" else terms.mean()
    value.backward()
    return {
        "name": "half_sum_of_squares",
        "from": "torch.nn.functional.mse_loss, halved, summed over the last axis",
        "parameters": {"meanOverBatch": 0 if reduction == "sum" else 1},
        "predictions": tensor(REAL), "targets": tensor(REAL_TARGETS),
        "sampleWeights": None if weights is None else list(weights), "classWeights": None,
        "value": float(value.detach()), "gradient": y.grad.numpy().ravel().tolist(),
    }


def pinball(quantiles, weights=None):
    """All targets for the first quantile, then all for the second: not in Keras; PyTorch's gradient of the
    written formula, and scikit-learn's value."""
    width = REAL_TARGETS.shape[1]
    predictions = np.concatenate([REAL + 0.37 * place for place in range(len(quantiles))], 1)
    y, t = torch.tensor(predictions, requires_grad=True), torch.tensor(REAL_TARGETS)
    parts = [
        torch.maximum(q * (t - part), (q - 1) * (t - part)).mean(-1)
        for q, part in zip(quantiles, y.split(width, 1))]
    terms = sum(parts) / len(parts)
    if weights is not None:
        terms = terms * torch.tensor(weights)
    value = terms.mean()
    value.backward()
    factors = None if weights is None else weights
    theirs = np.mean([
        mean_pinball_loss(REAL_TARGETS, part, alpha=q, sample_weight=factors)
        for q, part in zip(quantiles, np.split(predictions, len(quantiles), 1))])
    # scikit-learn divides by the sum of the weights.
    agree(value.detach(), theirs * (1 if weights is None else np.mean(weights)), "pinball")
    return {
        "name": "pinball", "from": "torch, sklearn.metrics.mean_pinball_loss",
        "parameters": {}, "quantiles": quantiles,
        "predictions": tensor(predictions), "targets": tensor(REAL_TARGETS),
        "sampleWeights": None if weights is None else list(weights), "classWeights": None,
        "value": float(value.detach()), "gradient": y.grad.numpy().ravel().tolist(),
    }


def squares(p, t):
    return np.mean((p - t) ** 2, -1)


def absolutes(p, t):
    return np.mean(np.abs(p - t), -1)


def weighted_mean(weights):
    w = torch.tensor(weights)
    return lambda y, t: (F.cross_entropy(y, t, reduction="none") * w).sum() / w.sum()


K = keras.losses
SPARSE = lambda logits: K.SparseCategoricalCrossentropy(from_logits=logits)
CATEGORICAL = lambda logits: K.CategoricalCrossentropy(from_logits=logits)
sparse_logits = lambda x, c: -np.take_along_axis(log_softmax(x), c[:, None], -1)[:, 0]
plain = [
    ("mse", K.MeanSquaredError(), squares, F.mse_loss, {}),
    ("mae", K.MeanAbsoluteError(), absolutes, F.l1_loss, {}),
    ("huber", K.Huber(1.0), huber_terms(1.0), lambda y, t: F.huber_loss(y, t, delta=1.0),
     {"delta": 1.0}),
    ("huber", K.Huber(0.5), huber_terms(0.5), lambda y, t: F.huber_loss(y, t, delta=0.5),
     {"delta": 0.5}),
]
cases = [half_sum("mean"), half_sum("sum"), half_sum("mean", SAMPLES_4)]
cases += [pinball([0.5]), pinball([0.5], SAMPLES_4), pinball([0.05, 0.5, 0.9]),
          pinball([0.05, 0.5, 0.9], SAMPLES_4)]
for name, loss, formula, torch_loss, parameters in plain:
    source = "keras.losses." + type(loss).__name__
    cases.append(case(name, source, loss, formula, REAL, REAL_TARGETS, torch_loss=torch_loss,
                      torch_convention="same", **parameters))
    cases.append(case(name, source, loss, formula, REAL, REAL_TARGETS, SAMPLES_4, **parameters))

source = "keras.losses.BinaryCrossentropy(from_logits=True)"
loss = K.BinaryCrossentropy(from_logits=True)
cases += [
    case("bce_logits", source, loss, logit_terms, LOGITS, BITS, torch_convention="same",
         torch_loss=F.binary_cross_entropy_with_logits),
    case("bce_logits", source, loss, logit_terms, LOGITS, BITS, SAMPLES_5),
    case("bce_logits", source, loss, logit_terms, LOGITS[:, :1], BITS[:, :1],
         torch_loss=F.binary_cross_entropy_with_logits, torch_convention="same"),
    case("bce_logits", source, loss, logit_terms, LOGITS[:, 2:], BITS[:, 2:],
         class_weights=BY_BIT,
         torch_loss=lambda y, t: F.binary_cross_entropy_with_logits(
             y, t, weight=torch.tensor([BY_BIT[int(b)] for b in BITS[:, 2]])[:, None]),
         torch_convention="same"),
]
source = "keras.losses.BinaryCrossentropy()"
loss = K.BinaryCrossentropy()
clamped = "PyTorch clamps the logarithm at −100 instead of clipping the probability"
cases += [
    case("bce_probabilities", source, loss, binary_terms, PROBABILITIES, BITS, epsilon=EPSILON,
         torch_loss=F.binary_cross_entropy, torch_convention=clamped),
    case("bce_probabilities", source, loss, binary_terms, PROBABILITIES[:3], BITS[:3],
         epsilon=EPSILON, torch_loss=F.binary_cross_entropy, torch_convention="same"),
    case("bce_probabilities", source, loss, binary_terms, PROBABILITIES, BITS, SAMPLES_5,
         epsilon=EPSILON),
    case("bce_probabilities", source, loss, binary_terms, PROBABILITIES[:, 1:2], BITS[:, 1:2],
         class_weights=BY_BIT, epsilon=EPSILON),
]
source = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
by_sum = "PyTorch divides by the sum of the weights, not by the number of examples"
class_tensor = torch.tensor([BY_CLASS[c] for c in range(3)], dtype=torch.float64)
cases += [
    case("cross_entropy_logits", source, SPARSE(True), sparse_logits, LOGITS, CLASSES,
         torch_loss=F.cross_entropy, torch_convention="same"),
    case("cross_entropy_logits", source, SPARSE(True), sparse_logits, LOGITS, CLASSES, SAMPLES_5,
         torch_loss=weighted_mean(SAMPLES_5), torch_convention=by_sum),
    case("cross_entropy_logits", source, SPARSE(True), sparse_logits, LOGITS, CLASSES,
         class_weights=BY_CLASS, torch_convention=by_sum,
         torch_loss=lambda y, c: F.cross_entropy(y, c, weight=class_tensor)),
    case("cross_entropy_logits_one_hot", source.replace("Sparse", ""), CATEGORICAL(True),
         lambda x, t: -(t * log_softmax(x)).sum(-1), LOGITS, one_hot(CLASSES) * 0.9 + 0.1 / 3,
         torch_loss=F.cross_entropy, torch_convention="same"),
]
source = "keras.losses.SparseCategoricalCrossentropy()"
# Away from the clip Keras renormalises (log-softmax of log p), so its gradient has +1/Σp in every
# cell of a row; PyTorch's negative log-likelihood of log p has not. Behind a softmax both give the
# same gradient on the logits.
raw = "negative log-likelihood of log p: no renormalisation, no clip"
nll = lambda y, c: F.nll_loss(torch.log(y), c)
inside = [0, 1, 2, 4]
keras_terms = lambda p, c: -np.log(
    np.take_along_axis(np.clip(p, EPSILON, 1 - EPSILON), c[:, None], -1)[:, 0]
    / np.clip(p, EPSILON, 1 - EPSILON).sum(-1))
cases += [
    case("cross_entropy_probabilities", source, SPARSE(False), keras_terms,
         PROBABILITIES[inside], CLASSES[inside], torch_loss=nll, torch_convention=raw,
         epsilon=EPSILON),
    case("cross_entropy_probabilities", source, SPARSE(False), keras_terms,
         PROBABILITIES, CLASSES, epsilon=EPSILON),
    case("cross_entropy_probabilities", source, SPARSE(False), keras_terms,
         PROBABILITIES, CLASSES, SAMPLES_5, epsilon=EPSILON),
    case("cross_entropy_probabilities", source, SPARSE(False), keras_terms,
         PROBABILITIES, CLASSES, class_weights=BY_CLASS, epsilon=EPSILON),
    case("cross_entropy_probabilities_one_hot", source.replace("Sparse", ""), CATEGORICAL(False),
         lambda p, t: -(t * np.log(np.clip(p / p.sum(-1, keepdims=True), EPSILON, 1 - EPSILON))
                        ).sum(-1),
         PROBABILITIES, one_hot(CLASSES), epsilon=EPSILON),
]

write(
    ["keras", "tensorflow-cpu", "torch", "scikit-learn", "numpy"],
    ["value: mean over the batch of the mean over the last axis (Keras's sum_over_batch_size)",
     "with weights: Σ weight · term / number of examples; the weights' sum does not divide",
     "class weights become sample weights by the target's class; checked by Keras's training loop",
     "gradient: of value with respect to predictions, row-major",
     "cross_entropy_*: targets are class indices; *_one_hot: one row of class weights an example",
     "probabilities are clipped to [ε, 1 − ε] with ε = parameters.epsilon; the clip's gradient is 0"
     " outside and 1 inside",
     "cross_entropy_probabilities (class indices): clip, logarithm, then log-softmax, so a row is"
     " divided by its clipped sum and the gradient holds that division",
     "cross_entropy_probabilities_one_hot: divide the row by its sum, then clip, then logarithm",
     "torch: what PyTorch says for the same numbers, where it has the loss; convention names the"
     " difference, or is 'same'"],
    {"cases": cases},
)
