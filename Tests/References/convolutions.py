"""Convolution, pooling, enlarging and padding layers with their gradients: Keras's layers, PyTorch
beside them.

PyTorch gets Keras's `same` padding by hand. TensorFlow cannot run some settings on a processor
(groups with gradients, strides together with dilation); there PyTorch stands alone.
"""
import json

from reference import agree, tensor, write

import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F

keras.backend.set_floatx("float64")
L = keras.layers
R = np.random.default_rng(4)


def uneven(shape):
    """The weights of the sum whose gradient is taken: all different, of both signs."""
    count = int(np.prod(shape))
    return (0.3 + 0.017 * np.arange(count) - 0.5 * (np.arange(count) % 3)).reshape(shape)


def numbers(*shape):
    return np.round(R.uniform(-2, 2, shape), 3)


def same(extent, size, stride, dilation):
    """Keras's and TensorFlow's rule: the odd cell after."""
    span = (size - 1) * dilation + 1
    missing = max(0, (-(-extent // stride) - 1) * stride + span - extent)
    return missing // 2, missing - missing // 2


def padded(x, config, fill):
    """x as N C H W, padded as the settings say."""
    h, w = pair(config.get("kernel_size", config.get("pool_size")))
    strides = pair(config["strides"])
    dilation = pair(config.get("dilation", 1))
    if config["padding"] == "valid":
        return x
    if config["padding"] == "causal":
        return F.pad(x, ((w - 1) * dilation[1], 0, 0, 0), value=fill)
    top, bottom = same(x.shape[2], h, strides[0], dilation[0])
    left, right = same(x.shape[3], w, strides[1], dilation[1])
    return F.pad(x, (left, right, top, bottom), value=fill)


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def last_to_first(function):
    """A function of PyTorch's order, on x as N … C."""
    return lambda x, *rest: torch.movedim(function(torch.movedim(x, -1, 1), *rest), 1, -1)


def sides(padding, axes):
    """Keras's padding as pairs, one for each axis."""
    padding = padding if isinstance(padding, list) else [padding] * axes
    return [pair(padding[0]) if len(padding) == 1 else tuple(padding)] if axes == 1 else [
        pair(side) for side in padding]


# Layers without weights and windows, by PyTorch's functions on x as N … C, and by Keras.
PLAIN = {
    "global_average_pool1d": (lambda x, c: x.mean(1), lambda c: L.GlobalAveragePooling1D()),
    "global_average_pool2d": (lambda x, c: x.mean((1, 2)), lambda c: L.GlobalAveragePooling2D()),
    "global_max_pool1d": (lambda x, c: F.adaptive_max_pool1d(x.mT, 1)[:, :, 0],
                           lambda c: L.GlobalMaxPooling1D()),
    "global_max_pool2d": (lambda x, c: F.adaptive_max_pool2d(x.permute(0, 3, 1, 2), 1)[..., 0, 0],
                           lambda c: L.GlobalMaxPooling2D()),
    "upsample1d": (last_to_first(lambda x, c: F.interpolate(x, scale_factor=c["size"])),
                    lambda c: L.UpSampling1D(c["size"])),
    "upsample2d": (last_to_first(lambda x, c: F.interpolate(
                        x, scale_factor=pair(c["size"]), mode=c.get("interpolation", "nearest"))),
                    lambda c: L.UpSampling2D(c["size"], interpolation=c.get("interpolation",
                                                                            "nearest"))),
    "zero_padding1d": (lambda x, c: F.pad(x, (0, 0, *sides(c["padding"], 1)[0])),
                        lambda c: L.ZeroPadding1D(c["padding"])),
    "zero_padding2d": (lambda x, c: F.pad(x, (0, 0, *sides(c["padding"], 2)[1],
                                               *sides(c["padding"], 2)[0])),
                        lambda c: L.ZeroPadding2D(c["padding"])),
}


def torch_layer(config, x, kernel, bias):
    """The same layer by PyTorch's functions, on x as N H W C."""
    x = x.permute(0, 3, 1, 2)
    kind = config["layer"]
    if "conv" in kind:
        groups = config.get("groups", 1)
        weights = kernel.permute(3, 2, 0, 1).contiguous()
        if kind == "depthwise_conv2d":
            groups = x.shape[1]
            weights = kernel.permute(2, 3, 0, 1).reshape(-1, 1, *kernel.shape[:2]).contiguous()
        y = F.conv2d(padded(x, config, 0), weights, bias, pair(config["strides"]),
                     dilation=pair(config["dilation"]), groups=groups)
    elif "max" in kind:
        y = F.max_pool2d(padded(x, config, -np.inf), pair(config["pool_size"]),
                         pair(config["strides"]))
    else:
        total, cells = (F.avg_pool2d(padded(part, config, 0), pair(config["pool_size"]),
                                     pair(config["strides"]), divisor_override=1)
                        for part in (x, torch.ones_like(x)))
        y = total / cells
    return y.permute(0, 2, 3, 1)


def keras_layer(config):
    if config["layer"] in PLAIN:
        return PLAIN[config["layer"]][1](config)
    kind, padding = config["layer"], config["padding"]
    one = (lambda value: value) if "2d" in kind else (lambda value: pair(value)[1])
    strides = one(config["strides"])
    if "conv" in kind:
        common = dict(kernel_size=one(config["kernel_size"]), strides=strides, padding=padding,
                      dilation_rate=one(config["dilation"]))
        if kind == "depthwise_conv2d":
            return keras.layers.DepthwiseConv2D(depth_multiplier=config["depth_multiplier"],
                                                **common)
        make = keras.layers.Conv2D if kind == "conv2d" else keras.layers.Conv1D
        return make(config["filters"], groups=config["groups"], **common)
    make = {"max_pool2d": keras.layers.MaxPooling2D,
            "average_pool2d": keras.layers.AveragePooling2D,
            "max_pool1d": keras.layers.MaxPooling1D,
            "average_pool1d": keras.layers.AveragePooling1D}[kind]
    return make(one(config["pool_size"]), strides, padding)


def by_keras(config, inputs, kernel, bias):
    """Values and gradients by Keras."""
    layer = keras_layer(config)
    layer.build(inputs.shape)
    if kernel is not None:
        layer.set_weights([kernel, bias])
    x = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(x)
        values = layer(x)
        total = tf.reduce_sum(values * uneven(values.shape))
    variables = [x] + [variable.value for variable in layer.trainable_variables]
    return [values.numpy()] + [g.numpy() for g in tape.gradient(total, variables)]


def by_torch(config, inputs, kernel, bias):
    """The same by PyTorch; sequences are images 1 high."""
    flat = inputs.ndim == 3
    numbers = [inputs] + ([] if kernel is None else [kernel, bias])
    tensors = [torch.tensor(n, requires_grad=True) for n in numbers]
    x, k, b = (tensors + [None, None])[:3]
    config = dict(config)
    if config["layer"] in PLAIN:
        y = PLAIN[config["layer"]][0](x, config)
        (y * torch.tensor(uneven(y.shape))).sum().backward()
        return [y.detach().numpy(), x.grad.numpy()]
    if flat:
        x, k = x[:, None], None if k is None else k[None]
        for key in ("kernel_size", "pool_size", "strides", "dilation"):
            if key in config:
                config[key] = [1, config[key]]
    y = torch_layer(config, x, k, b)
    y = y[:, 0] if flat else y
    (y * torch.tensor(uneven(y.shape))).sum().backward()
    return [y.detach().numpy()] + [t.grad.numpy() for t in tensors]


def case(what, config, shape, keras_can=True, inputs=None):
    inputs = numbers(*shape) if inputs is None else np.reshape(np.array(inputs, float), shape)
    kernel = bias = None
    if "conv" in config["layer"]:
        size = config["kernel_size"]
        window = [size] if "1d" in config["layer"] else list(pair(size))
        if config["layer"] == "depthwise_conv2d":
            kernel = numbers(*window, shape[-1], config["depth_multiplier"])
            bias = numbers(shape[-1] * config["depth_multiplier"])
        else:
            kernel = numbers(*window, shape[-1] // config["groups"], config["filters"])
            bias = numbers(config["filters"])
    results = by_torch(config, inputs, kernel, bias)
    if keras_can:
        # TensorFlow resizes in 32 bits.
        tolerance = 1e-6 if "interpolation" in config else 1e-12
        for mine, other in zip(results, by_keras(config, inputs, kernel, bias), strict=True):
            agree(mine, other, what, tolerance)
    named = dict(zip(["values", "inputGradient", "kernelGradient", "biasGradient"], results))
    return {
        "what": what, "from": "keras and torch" if keras_can else "torch",
        "layer": json.dumps({**config, **({} if kernel is None else {"name": "c"})}),
        "inputs": tensor(inputs), "weights": tensor(uneven(results[0].shape)),
        **({} if kernel is None else {"kernel": tensor(kernel), "bias": tensor(bias)}),
        **{name: tensor(array) for name, array in named.items()},
    }


def conv(filters, size, padding="valid", strides=1, dilation=1, groups=1):
    return {"layer": "conv2d", "filters": filters, "kernel_size": size, "strides": strides,
            "padding": padding, "dilation": dilation, "groups": groups}


def conv1(filters, size, **settings):
    return {**conv(filters, size, **settings), "layer": "conv1d"}


def depthwise(multiplier, size, padding="valid", strides=1, dilation=1):
    return {"layer": "depthwise_conv2d", "depth_multiplier": multiplier, "kernel_size": size,
            "strides": strides, "padding": padding, "dilation": dilation}


def pool(kind, size, strides, padding="valid"):
    return {"layer": kind, "pool_size": size, "strides": strides, "padding": padding}


cases = [
    case("one channel, batch 1", conv(3, 3), (1, 6, 7, 1)),
    case("two channels", conv(2, [2, 3]), (3, 5, 6, 2)),
    case("three channels, same", conv(4, 3, "same"), (2, 5, 4, 3)),
    case("four channels, one filter, same, even kernel", conv(1, [4, 2], "same"), (1, 5, 6, 4)),
    case("stride, same: padding is uneven", conv(3, 3, "same", strides=2), (2, 6, 8, 2)),
    case("stride larger than the kernel", conv(2, 2, strides=3), (1, 8, 9, 2)),
    case("stride larger than the kernel, same", conv(2, 2, "same", strides=[3, 4]), (1, 7, 9, 3)),
    case("kernel larger than the input, same", conv(2, 5, "same"), (1, 3, 2, 2)),
    case("pointwise", conv(5, 1), (2, 3, 4, 3)),
    case("pointwise with stride", conv(3, 1, strides=2), (1, 5, 4, 4)),
    case("dilation", conv(2, [3, 2], dilation=[2, 3]), (1, 7, 8, 2)),
    case("dilation, same", conv(2, 3, "same", dilation=2), (1, 6, 5, 3)),
    case("dilation and stride, same", conv(2, 3, "same", strides=2, dilation=2), (1, 7, 6, 2),
         keras_can=False),
    case("two groups", conv(6, 3, "same", groups=2), (2, 5, 4, 4), keras_can=False),
    case("three groups with stride", conv(3, 2, strides=2, groups=3), (1, 5, 6, 6),
         keras_can=False),
    case("a wide layer", conv(17, 3), (1, 4, 4, 19)),
    case("depthwise", depthwise(1, 3), (2, 5, 6, 3)),
    case("depthwise with stride, same", depthwise(1, 3, "same", strides=2), (1, 6, 5, 11)),
    case("depthwise, two filters each", depthwise(2, [2, 3], "same"), (1, 4, 5, 3)),
    case("depthwise with dilation", depthwise(1, 2, dilation=2), (1, 5, 6, 2)),
    case("sequence", conv1(3, 3), (2, 7, 2)),
    case("sequence, causal with dilation", conv1(2, 3, padding="causal", dilation=2), (1, 6, 3)),
    case("sequence of one step, same", conv1(2, 3, padding="same"), (2, 1, 3)),
    case("max pool", pool("max_pool2d", 2, 2), (2, 5, 6, 3)),
    case("max pool, same", pool("max_pool2d", [3, 2], 2, "same"), (1, 6, 5, 2)),
    case("max pool, overlapping", pool("max_pool2d", 3, 1, "same"), (1, 4, 5, 9)),
    case("max pool, stride larger than the window", pool("max_pool2d", 2, 3), (1, 8, 7, 1)),
    case("max pool, window larger than the image", pool("max_pool2d", 4, 2, "same"), (1, 3, 2, 4)),
    case("average pool", pool("average_pool2d", 2, 2), (2, 4, 5, 3)),
    case("average pool, same", pool("average_pool2d", 3, 2, "same"), (1, 6, 5, 2)),
    case("average pool, window larger than the image", pool("average_pool2d", 5, 1, "same"),
         (1, 2, 3, 1)),
    case("max pool of a sequence", pool("max_pool1d", 2, 2), (2, 5, 3)),
    case("average pool of a sequence, same", pool("average_pool1d", 3, 2, "same"), (1, 6, 2)),
    case("sequence with stride", conv1(2, 3, strides=2), (2, 8, 3)),
    case("sequence with stride, same", conv1(3, 4, padding="same", strides=3), (1, 8, 2)),
    case("sequence, two groups", conv1(4, 3, padding="same", groups=2), (2, 5, 4),
         keras_can=False),
    case("sequence, dilation, same", conv1(2, 3, padding="same", dilation=2), (2, 6, 3)),
    case("sequence, stride and dilation, same", conv1(2, 2, padding="same", strides=2, dilation=3),
         (1, 7, 2), keras_can=False),
    case("depthwise of one channel", depthwise(1, 3), (1, 5, 4, 1)),
    case("depthwise of one channel, three filters", depthwise(3, 2, "same"), (1, 3, 4, 1)),
    case("depthwise of four channels", depthwise(1, [2, 3], "same"), (2, 4, 5, 4)),
    case("depthwise with dilation and stride", depthwise(1, 3, "same", strides=2, dilation=2),
         (1, 7, 6, 4), keras_can=False),
    case("max pool of a sequence, window larger than it", pool("max_pool1d", 5, 2, "same"),
         (2, 3, 2)),
    case("average pool of a sequence, window larger than it",
         pool("average_pool1d", 6, 1, "same"), (1, 4, 3)),
    case("max pool of a sequence, overlapping", pool("max_pool1d", 3, 1), (1, 6, 4)),
    case("global average", {"layer": "global_average_pool2d"}, (2, 3, 4, 3)),
    case("global maximum", {"layer": "global_max_pool2d"}, (2, 3, 4, 3)),
    case("global maximum of one channel", {"layer": "global_max_pool2d"}, (1, 2, 2, 1)),
    case("global maximum, found twice", {"layer": "global_max_pool2d"}, (1, 2, 3, 2),
         keras_can=False, inputs=[0, 1, 3, 1, 3, 0, 2, 1, 3, 1, 1, 0]),
    case("global average of a sequence", {"layer": "global_average_pool1d"}, (3, 4, 2)),
    case("global maximum of a sequence", {"layer": "global_max_pool1d"}, (3, 4, 2)),
    case("global maximum of a sequence, found twice", {"layer": "global_max_pool1d"}, (2, 3, 2),
         keras_can=False, inputs=[0, 0, 5, 0, 5, 0, -1, 2, -1, 2, -2, 1]),
    case("enlarged", {"layer": "upsample2d", "size": [2, 3]}, (2, 2, 3, 2)),
    case("enlarged sequence", {"layer": "upsample1d", "size": 3}, (2, 3, 2)),
    case("enlarged, bilinear", {"layer": "upsample2d", "size": 2, "interpolation": "bilinear"},
         (2, 3, 4, 2)),
    case("enlarged, bilinear, uneven",
         {"layer": "upsample2d", "size": [3, 4], "interpolation": "bilinear"}, (1, 2, 3, 3)),
    case("enlarged, bilinear, one pixel wide",
         {"layer": "upsample2d", "size": [1, 3], "interpolation": "bilinear"}, (1, 3, 1, 2)),
    case("zeros around", {"layer": "zero_padding2d", "padding": 1}, (1, 2, 3, 2)),
    case("zeros around, by axis", {"layer": "zero_padding2d", "padding": [2, 0]}, (1, 2, 3, 2)),
    case("zeros around, by side", {"layer": "zero_padding2d", "padding": [[1, 0], [2, 3]]},
         (2, 2, 2, 1)),
    case("zeros around a sequence", {"layer": "zero_padding1d", "padding": 1}, (2, 2, 3)),
    case("zeros around a sequence, by side", {"layer": "zero_padding1d", "padding": [0, 2]},
         (1, 3, 2)),
]

write(
    ["keras", "tensorflow-cpu", "torch", "numpy"],
    ["layer: as a network file writes it; kernels in Keras's layout",
     "gradients: of sum(values · weights) with respect to inputs, kernel and bias",
     "a maximum found twice: the gradient goes to the first, as in PyTorch (TensorFlow shares it)"],
    {"cases": cases},
)
