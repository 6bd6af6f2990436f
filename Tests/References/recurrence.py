"""Recurrent layers: Keras's outputs and gradients, with PyTorch's where it has the same layer."""
from reference import write

import torch
import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import keras
import numpy as np
import tensorflow as tf

from layer_cases import case, check_with_torch, numbers

L = keras.layers
KERAS = {"lstm": L.LSTM, "gru": L.GRU, "simple_rnn": L.SimpleRNN}
CELLS = {"lstm": L.LSTMCell, "gru": L.GRUCell, "simple_rnn": L.SimpleRNNCell}
GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}
# PyTorch's order of the gates in ours.
TORCH_ORDER = {"lstm": [0, 1, 2, 3], "gru": [1, 0, 2], "simple_rnn": [0]}


def stateless(layer, values, *arguments, **more):
    """Keras's layer on our weights; what else it keeps is the state of a random generator."""
    others = [v.value for v in layer.non_trainable_variables]
    return layer.stateless_call(values, others, *arguments, **more)[0]


def weights_of(kind, prefix, width, units, g, bias=True):
    gates = GATES[kind]
    made = {prefix + "kernel": numbers(g, width, gates * units, scale=0.7),
            prefix + "recurrent_kernel": numbers(g, units, gates * units, scale=0.7)}
    if bias:
        shape = (2, gates * units) if kind == "gru" else (gates * units,)
        made[prefix + "bias"] = numbers(g, *shape, scale=0.4)
    return made


def padded(g, shape, lengths):
    x = numbers(g, *shape)
    for row, kept in zip(x, lengths):
        for step, keep in enumerate(kept):
            if not keep:
                row[step] = 0
    return x


def ours(name):
    return {"use_bias": "bias", "merge_mode": "merge"}.get(name, name)


def recurrent(name, kind, shape, units, seed, lengths=None, wrapper=None, torch_too=True,
              **settings):
    """`lengths`: for each example, which steps count."""
    g = np.random.default_rng(1000 + seed)
    bias = settings.get("use_bias", True)
    layer = {"layer": kind, "units": units, **{ours(n): v for n, v in settings.items()}}
    keras_layer = KERAS[kind](units, **settings)
    if wrapper:
        prefixes = [f"bidirectional/{way}_{kind}/" for way in ("forward", "backward")]
        keras_layer = L.Bidirectional(keras_layer, merge_mode=wrapper)
        layer = {"layer": "bidirectional", "merge": wrapper, "layers": [layer]}
    else:
        prefixes = [kind + "/"]
    keras_layer.build((None,) + shape[1:])
    weights = {}
    for prefix in prefixes:
        weights.update(weights_of(kind, prefix, shape[2], units, g, bias))
    names = list(weights)
    assert [v.shape for v in keras_layer.trainable_variables] == [w.shape for w in weights.values()], name

    def call(variables, x):
        mask = None
        if lengths is not None:
            mask = tf.reduce_any(x != 0, -1)
            x = x * tf.cast(mask, x.dtype)[..., None]
        values = [variables[n].read_value() for n in names]
        return stateless(keras_layer, values, x, mask=mask)

    if lengths is not None:
        layer = {"layer": "sequential", "layers": [{"layer": "masking"}, layer]}
    inputs = [numbers(g, *shape) if lengths is None else padded(g, shape, lengths)
              for _ in range(2)]
    made = case(name, layer, call, weights, inputs, seed)
    if torch_too and not wrapper and lengths is None and bias and "activation" not in settings:
        check_with_torch(made, in_torch(kind, shape, units, settings), name)
    return made


def in_torch(kind, shape, units, settings):
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}[kind](
        shape[2], units, batch_first=True).double()

    def turned(w):
        blocks = torch.split(w, units, -1)
        joined = torch.cat([blocks[i] for i in TORCH_ORDER[kind]], -1)
        return joined.mT.contiguous() if joined.ndim == 2 else joined

    def call(w, x):
        bias = w[kind + "/bias"]
        rows = (bias[0], bias[1]) if kind == "gru" else (bias, torch.zeros_like(bias))
        parameters = {
            "weight_ih_l0": turned(w[kind + "/kernel"]),
            "weight_hh_l0": turned(w[kind + "/recurrent_kernel"]),
            "bias_ih_l0": turned(rows[0]), "bias_hh_l0": turned(rows[1])}
        if settings.get("go_backwards"):
            x = torch.flip(x, [1])
        y = torch.func.functional_call(module, parameters, (x,))[0]
        return y if settings.get("return_sequences") else y[:, -1]

    return call


def truncated(name, kind, shape, units, seed, every, **settings):
    """Keras's cell, step by step, with the states taken as given at every boundary."""
    g = np.random.default_rng(2000 + seed)
    cell = CELLS[kind](units)
    cell.build((None, shape[2]))
    weights = weights_of(kind, kind + "/", shape[2], units, g)

    def call(variables, x):
        values = [variables[n].read_value() for n in weights]
        count = 2 if kind == "lstm" else 1
        states = [tf.zeros((shape[0], units), tf.float64)] * count
        outputs = []
        for step in range(shape[1]):
            if step % every == 0:
                states = [tf.stop_gradient(s) for s in states]
            y, states = stateless(cell, values, x[:, step], list(states))
            states = list(states) if isinstance(states, (list, tuple)) else [states]
            outputs.append(y)
        return tf.stack(outputs, 1) if settings.get("return_sequences") else outputs[-1]

    layer = {"layer": kind, "units": units, "truncate": every, **settings}
    return case(name, layer, call, weights, [numbers(g, *shape) for _ in range(2)], seed)


def words():
    """Tokens of unequal length through an embedding that masks zeros, a GRU and another."""
    g = np.random.default_rng(3000)
    tokens = [np.array([[1, 4, 2, 0, 0], [3, 0, 0, 0, 0], [2, 2, 5, 1, 4]]),
              np.array([[5, 5, 0, 0, 0], [1, 2, 3, 4, 0], [0, 0, 0, 0, 0]])]
    weights = {"embedding/embeddings": numbers(g, 6, 3)}
    weights.update(weights_of("gru", "gru/", 3, 2, g))
    weights.update(weights_of("lstm", "lstm/", 2, 2, g))
    layers = [L.Embedding(6, 3, mask_zero=True), L.GRU(2, return_sequences=True), L.LSTM(2)]
    layers[0].build((None, 5))
    layers[1].build((None, 5, 3))
    layers[2].build((None, 5, 2))
    parts = [["embedding/embeddings"],
             ["gru/kernel", "gru/recurrent_kernel", "gru/bias"],
             ["lstm/kernel", "lstm/recurrent_kernel", "lstm/bias"]]

    def call(variables, x):
        tokens = tf.cast(x, tf.int32)
        values = [[variables[n].read_value() for n in names] for names in parts]
        mask = tf.not_equal(tokens, 0)
        x = layers[0].stateless_call(values[0], [], tokens)[0]
        x = stateless(layers[1], values[1], x, mask=mask)
        return stateless(layers[2], values[2], x, mask=mask)

    layer = {"layer": "sequential", "layers": [
        {"layer": "embedding", "tokens": 6, "units": 3, "mask_zero": True},
        {"layer": "gru", "units": 2, "return_sequences": True}, {"layer": "lstm", "units": 2}]}
    return case("words of unequal length", layer, call, weights, tokens, 5, differentiable=False)


RAGGED = [[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]]
GAPS = [[0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0]]
cases = []
for number, kind in enumerate(KERAS):
    cases += [
        recurrent(f"{kind}", kind, (3, 4, 2), 3, 10 * number),
        recurrent(f"{kind}, sequences", kind, (2, 5, 3), 2, 10 * number + 1,
                  return_sequences=True),
        recurrent(f"{kind}, batch 1 and one step", kind, (1, 1, 3), 4, 10 * number + 2),
        recurrent(f"{kind}, backwards, sequences", kind, (2, 3, 2), 3, 10 * number + 3,
                  go_backwards=True, return_sequences=True),
        recurrent(f"{kind}, backwards, last", kind, (2, 3, 2), 3, 10 * number + 4,
                  go_backwards=True),
        recurrent(f"{kind}, padded", kind, (3, 4, 2), 3, 10 * number + 5, lengths=RAGGED),
        recurrent(f"{kind}, gaps, backwards, sequences", kind, (3, 4, 2), 2, 10 * number + 6,
                  lengths=GAPS, go_backwards=True, return_sequences=True),
        recurrent(f"{kind}, no bias, other activation", kind, (2, 3, 2), 2, 10 * number + 7,
                  use_bias=False, activation="silu"),
        recurrent(f"{kind}, both ways", kind, (2, 3, 2), 3, 10 * number + 8, wrapper="concat",
                  return_sequences=True),
        truncated(f"{kind}, truncated every 2", kind, (2, 5, 2), 3, 10 * number + 9, 2,
                  return_sequences=True),
    ]
cases += [
    recurrent("both ways, sum of last", "lstm", (2, 3, 2), 3, 40, wrapper="sum"),
    recurrent("both ways, average, padded", "gru", (3, 4, 2), 2, 41, wrapper="ave",
              lengths=RAGGED, return_sequences=True),
    recurrent("both ways, product, gaps", "lstm", (3, 4, 2), 2, 42, wrapper="mul", lengths=GAPS),
    recurrent("more examples than a chunk", "lstm", (70, 3, 2), 2, 43),
    truncated("truncated every 3, last", "lstm", (2, 7, 2), 2, 45, 3),
    words(),
    recurrent("gru, many units and examples", "gru", (33, 2, 2), 8, 50),
    recurrent("simple_rnn, many units and examples", "simple_rnn", (33, 2, 2), 9, 51),
    recurrent("lstm, many units", "lstm", (2, 3, 3), 9, 52),
    recurrent("both ways, one step", "gru", (2, 1, 3), 2, 53, wrapper="concat",
              return_sequences=True),
    recurrent("both ways, one step, last", "lstm", (2, 1, 3), 2, 54, wrapper="sum"),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["loss: Σ output · outputWeights; after: variables after the step, w − rate · gradient",
     "kernel [width, gates · units], recurrent_kernel [units, gates · units]; gates of the LSTM in"
     " the order i, f, g, o, of the GRU z, r, n with the reset after the product and a bias of"
     " [2, 3 · units]",
     "padded: steps of zeros are masked; the state stays as it is there",
     "truncated: the states are taken as given before steps 0, K, 2 K, …",
     "first steps checked against PyTorch where it has the layer"],
    {"cases": cases},
)
