"""Attention by Keras's MultiHeadAttention, transformer blocks by PyTorch's TransformerEncoderLayer."""
from reference import write

import torch
import torch._dynamo  # before TensorFlow: each brings an LLVM of its own
import keras
import numpy as np
import tensorflow as tf

from layer_cases import case, check_with_torch, numbers

L = keras.layers


def attention_weights(prefix, g, width, heads, key, value, bias=True):
    made = {}
    for name, each in (("query", key), ("key", key), ("value", value)):
        made[f"{prefix}{name}/kernel"] = numbers(g, width, heads, each, scale=0.7)
        if bias:
            made[f"{prefix}{name}/bias"] = numbers(g, heads, each, scale=0.3)
    made[prefix + "attention_output/kernel"] = numbers(g, heads, value, width, scale=0.7)
    if bias:
        made[prefix + "attention_output/bias"] = numbers(g, width, scale=0.3)
    return made


def attention(name, shape, heads, key, seed, value=None, causal=False, bias=True, kept=None):
    """`kept`: for each example, which steps count."""
    g = np.random.default_rng(5000 + seed)
    value = value or key
    keras_layer = L.MultiHeadAttention(heads, key, value_dim=value, use_bias=bias)
    keras_layer.build(shape, shape)
    weights = attention_weights("attention/", g, shape[2], heads, key, value, bias)
    assert [v.shape for v in keras_layer.trainable_variables] == [
        w.shape for w in weights.values()], name

    def call(variables, x):
        mask = None
        if kept is not None:
            mask = tf.constant(np.array(kept, bool))[:, None, :]
            x = x * tf.constant(np.array(kept, float))[..., None]
        values = [variables[n].read_value() for n in weights]
        others = [v.value for v in keras_layer.non_trainable_variables]
        return keras_layer.stateless_call(values, others, x, x, attention_mask=mask,
                                          use_causal_mask=causal)[0]

    layer = {"layer": "attention", "heads": heads, "key_width": key, "value_width": value,
             "causal": causal, "bias": bias}
    inputs = [numbers(g, *shape) for _ in range(2)]
    if kept is not None:
        layer = {"layer": "sequential", "layers": [{"layer": "masking"}, layer]}
        inputs = [x * np.array(kept)[..., None] for x in inputs]
    return case(name, layer, call, weights, inputs, seed)


def implicit(name, shape, heads, key, kept, seed, causal=False):
    """Masking, attention and the mean over the steps that count, with the masks that Keras hands
    from layer to layer by itself."""
    g = np.random.default_rng(5500 + seed)
    masking, pool = L.Masking(), L.GlobalAveragePooling1D()
    keras_layer = L.MultiHeadAttention(heads, key)
    keras_layer.build(shape, shape)
    weights = attention_weights("attention/", g, shape[2], heads, key, key)

    def call(variables, x):
        # Not stateless_call, which hands on only some of the masks.
        values = zip(keras_layer.trainable_variables, weights)
        with keras.StatelessScope([(v, variables[n].read_value()) for v, n in values]):
            x = masking(x)
            y = keras_layer(x, x, use_causal_mask=causal)
            assert hasattr(y, "_keras_mask"), name
            return pool(y)

    layer = {"layer": "sequential", "layers": [
        {"layer": "masking"},
        {"layer": "attention", "heads": heads, "key_width": key, "causal": causal},
        {"layer": "global_average_pool1d"}]}
    inputs = [numbers(g, *shape) * np.array(kept)[..., None] for _ in range(2)]
    return case(name, layer, call, weights, inputs, seed)


def masked_mean(x, kept):
    return (x * kept[..., None]).sum(1) / kept.sum(1)[:, None]


def block(name, shape, heads, hidden, seed, first=True, causal=False, key=None, kept=None,
          tokens=None):
    """`kept`: for each example, which steps count; the block's mean over them is then the output.
    `tokens`: how many there are; the input is then tokens, of which 0 is padding, and the output a
    dense layer's."""
    g = np.random.default_rng(6000 + seed)
    width, each = shape[2], key or shape[2] // heads
    weights = {}
    prefix = "transformer_block/"
    if tokens:
        weights["embedding/embeddings"] = numbers(g, tokens, width)
        weights["position_embedding/embeddings"] = numbers(g, *shape[1:])
        weights["dense/kernel"], weights["dense/bias"] = numbers(g, width, 2), numbers(g, 2)
    weights.update(attention_weights(prefix + "attention/", g, width, heads, each, each))
    for norm in ("attention_norm", "dense_norm"):
        weights[f"{prefix}{norm}/gamma"] = numbers(g, width, scale=0.2) + 1
        weights[f"{prefix}{norm}/beta"] = numbers(g, width, scale=0.2)
    for dense, a, b in (("hidden", width, hidden), ("output", hidden, width)):
        weights[f"{prefix}{dense}/kernel"] = numbers(g, a, b, scale=0.7)
        weights[f"{prefix}{dense}/bias"] = numbers(g, b, scale=0.3)
    steps = shape[1]
    counts = None if kept is None else np.array(kept, float)

    def inside(w):
        return {n[len(prefix):]: v for n, v in w.items() if n.startswith(prefix)}

    def call(w, x):
        if tokens:
            x = tf.gather(w["embedding/embeddings"], tf.cast(x, tf.int32))
            x = x + w["position_embedding/embeddings"]
        y = block_call(inside(w), x)
        if counts is not None:
            y = tf.reduce_sum(y * counts[..., None], 1) / counts.sum(1)[:, None]
        return y @ w["dense/kernel"] + w["dense/bias"] if tokens else y

    def block_call(w, x):

        def norm(x, name):
            mean = tf.reduce_mean(x, -1, keepdims=True)
            variance = tf.reduce_mean((x - mean) ** 2, -1, keepdims=True)
            normal = (x - mean) / tf.sqrt(variance + 1e-3)
            return normal * w[name + "/gamma"] + w[name + "/beta"]

        def attend(x):
            q, k, v = (tf.einsum("btf,fhd->bhtd", x, w[f"attention/{n}/kernel"])
                       + w[f"attention/{n}/bias"][:, None] for n in ("query", "key", "value"))
            scores = tf.einsum("bhtd,bhsd->bhts", q, k) / np.sqrt(each)
            if causal:
                scores = tf.where(np.tril(np.ones((steps, steps), bool)), scores, -1e9)
            if counts is not None:
                scores = tf.where(counts[:, None, None, :] > 0, scores, -1e9)
            mixed = tf.einsum("bhts,bhsd->bthd", tf.nn.softmax(scores), v)
            return (tf.einsum("bthd,hdf->btf", mixed, w["attention/attention_output/kernel"])
                    + w["attention/attention_output/bias"])

        def dense(x):
            h = tf.nn.relu(x @ w["hidden/kernel"] + w["hidden/bias"])
            return h @ w["output/kernel"] + w["output/bias"]

        if first:
            h = x + attend(norm(x, "attention_norm"))
            return h + dense(norm(h, "dense_norm"))
        h = norm(x + attend(x), "attention_norm")
        return norm(h + dense(h), "dense_norm")

    module = None if key else torch.nn.TransformerEncoderLayer(
        width, heads, hidden, dropout=0.0, layer_norm_eps=1e-3, batch_first=True,
        norm_first=first).double()

    def in_torch(all_weights, x):
        w = inside(all_weights)
        if tokens:
            x = torch.nn.functional.embedding(x.long(), all_weights["embedding/embeddings"])
            x = x + all_weights["position_embedding/embeddings"]
        parts = ("query", "key", "value")
        parameters = {
            "self_attn.in_proj_weight": torch.cat(
                [w[f"attention/{n}/kernel"].reshape(width, width).mT for n in parts]),
            "self_attn.in_proj_bias": torch.cat(
                [w[f"attention/{n}/bias"].reshape(width) for n in parts]),
            "self_attn.out_proj.weight": w["attention/attention_output/kernel"].reshape(
                width, width).mT,
            "self_attn.out_proj.bias": w["attention/attention_output/bias"],
            "norm1.weight": w["attention_norm/gamma"], "norm1.bias": w["attention_norm/beta"],
            "norm2.weight": w["dense_norm/gamma"], "norm2.bias": w["dense_norm/beta"],
            "linear1.weight": w["hidden/kernel"].mT, "linear1.bias": w["hidden/bias"],
            "linear2.weight": w["output/kernel"].mT, "linear2.bias": w["output/bias"]}
        mask = torch.nn.Transformer.generate_square_subsequent_mask(
            steps, dtype=torch.float64) if causal else None
        padding = None if counts is None else torch.tensor(counts) == 0
        y = torch.func.functional_call(
            module, parameters, (x,), {"src_mask": mask, "src_key_padding_mask": padding})
        if counts is not None:
            y = masked_mean(y, torch.tensor(counts))
        return y @ all_weights["dense/kernel"] + all_weights["dense/bias"] if tokens else y

    layer = {"layer": "transformer_block", "heads": heads, "hidden": hidden,
             "norm_first": first, "causal": causal}
    if key:
        layer["key_width"] = key
    inputs = [numbers(g, *shape) for _ in range(2)]
    if kept is not None:
        before, after = [{"layer": "masking"}], [{"layer": "global_average_pool1d"}]
        inputs = [x * counts[..., None] for x in inputs]
        if tokens:
            before = [{"layer": "embedding", "tokens": tokens, "units": width, "mask_zero": True},
                      {"layer": "position_embedding"}]
            after.append({"layer": "dense", "units": 2})
            inputs = [g.integers(1, tokens, shape[:2]) * counts for _ in range(2)]
        layer = {"layer": "sequential", "layers": before + [layer] + after}
    made = case(name, layer, call, weights, inputs, seed, differentiable=not tokens)
    if module:
        check_with_torch(made, in_torch, name)
    return made


RAGGED = [[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]]
cases = [
    attention("attention", (2, 4, 3), 2, 3, 1),
    attention("attention, one head, batch 1, one step", (1, 1, 4), 1, 2, 2),
    attention("attention, values of another width", (2, 3, 4), 2, 2, 3, value=5),
    attention("attention, causal", (2, 5, 3), 2, 2, 4, causal=True),
    attention("attention without bias", (2, 3, 3), 3, 2, 5, bias=False),
    attention("attention, padded", (3, 4, 3), 2, 2, 6,
              kept=[[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]]),
    attention("attention, causal and padded", (2, 4, 3), 2, 2, 7, causal=True,
              kept=[[1, 1, 0, 0], [1, 0, 1, 1]]),
    block("transformer block", (2, 4, 6), 2, 5, 1),
    block("transformer block, normalised last", (2, 3, 4), 1, 8, 2, first=False),
    block("transformer block, causal", (2, 4, 4), 2, 3, 3, causal=True),
    implicit("attention, masks handed on", (3, 4, 3), 2, 2, RAGGED, 1),
    implicit("attention, causal, masks handed on", (3, 4, 4), 1, 3, RAGGED, 2, causal=True),
    block("transformer block, key width", (2, 3, 4), 3, 3, 4, key=2),
    block("transformer block, padded", (3, 4, 4), 2, 3, 5, kept=RAGGED),
    block("transformer block, padded, normalised last", (3, 4, 4), 2, 3, 6, kept=RAGGED,
          first=False),
    block("transformer of padded tokens", (3, 4, 4), 2, 5, 7, kept=RAGGED, tokens=6),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["loss: Σ output · outputWeights; after: variables after the step, w − rate · gradient",
     "attention: Keras; padded steps are zeros and no keys (attention_mask)",
     "masks handed on: Keras's layers with the masks they hand on by themselves; the output is the"
     " mean over the steps that count",
     "transformer block: the written formula in float64, first steps checked against PyTorch's"
     " TransformerEncoderLayer with layer_norm_eps 1e-3"],
    {"cases": cases},
)
