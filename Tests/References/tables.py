"""Layers for the rows of tables: outputs and gradients of the papers' formulas in NumPy, differentiated
by autograd, which shares nothing with Glassbox.

    pip install autograd numpy; python tables.py > tables.json
"""
import autograd
import autograd.numpy as np
import numpy

from reference import tensor, write


def numbers(generator, *shape):
    return numpy.round(generator.normal(size=shape), 3)


def case(name, layer, call, weights, inputs, seed, fixed=()):
    """Some steps of plain descent of the sum of outputs times given weights."""
    generator = numpy.random.default_rng(seed)
    learned = [n for n in weights if n not in fixed]
    variables, steps, rate = dict(weights), [], 0.1
    for x in inputs:
        y = call(variables, x)
        given = numbers(generator, *y.shape)

        def loss(x, *values):
            return np.sum(call({**variables, **dict(zip(learned, values))}, x) * given)

        values = [variables[n] for n in learned]
        gradients = [autograd.grad(loss, place)(x, *values) for place in range(1 + len(values))]
        named = dict(zip(["input", *learned], gradients))
        variables.update({n: variables[n] - rate * named[n] for n in learned})
        steps.append({"input": tensor(x), "outputWeights": given.ravel().tolist(), "output": tensor(y),
                      "gradients": {n: g.ravel().tolist() for n, g in named.items()},
                      "after": {n: v.ravel().tolist() for n, v in variables.items()}})
    return {"name": name, "layer": layer, "training": True, "rate": rate,
            "initial": {n: tensor(v) for n, v in weights.items()}, "steps": steps}


def piecewise_linear(edges, batch, seed):
    """Gorishniy et al. 2022, equation 1, with both ends of a column kept within 0 and 1."""
    bins = [(place, a, b) for place, e in enumerate(edges) for a, b in zip(e, e[1:])]

    def call(w, x):
        parts = [np.minimum(np.maximum((x[:, p] - a) / (b - a), 0), 1) for p, a, b in bins]
        return np.concatenate([x, np.stack(parts, axis=1)], axis=1)

    weights = {"piecewise_linear/places": numpy.array([float(p) for p, _, _ in bins]),
               "piecewise_linear/lower_edges": numpy.array([a for _, a, _ in bins]),
               "piecewise_linear/widths": numpy.array([b - a for _, a, b in bins])}
    generator = numpy.random.default_rng(seed)
    return case(f"piecewise linear {edges}", {"layer": "piecewise_linear", "edges": edges}, call,
                weights, [numbers(generator, batch, len(edges)) for _ in range(2)], seed, tuple(weights))


def members(count, inputs, batch, seed):
    generator = numpy.random.default_rng(seed)
    weights = {"members/factors": numbers(generator, count, inputs)}
    return case(f"members {count}", {"layer": "members", "members": count},
                lambda w, x: x[:, None, :] * w["members/factors"][None], weights,
                [numbers(generator, batch, inputs) for _ in range(2)], seed)


def member_dense(count, inputs, units, activation, batch, seed):
    generator = numpy.random.default_rng(seed)
    weights = {"member_dense/kernel": numbers(generator, count, inputs, units),
               "member_dense/bias": numbers(generator, count, units)}

    def call(w, x):
        z = np.einsum("bmi,miu->bmu", x, w["member_dense/kernel"]) + w["member_dense/bias"]
        return np.mean({"linear": z, "tanh": np.tanh(z)}[activation], axis=1)

    return case(f"member dense {count}, {activation}",
                {"layer": "member_dense", "units": units, "activation": activation}, call, weights,
                [numbers(generator, batch, count, inputs) for _ in range(2)], seed)


write(["autograd", "numpy"],
      {"loss": "sum of outputs times outputWeights; plain descent by rate"},
      {"cases": [
          piecewise_linear([[-1, 0, 1.5]], 4, 1),
          piecewise_linear([[-0.7, -0.1, 0.4, 2], [], [0.25, 0.75]], 6, 2),
          members(1, 3, 2, 3), members(4, 5, 3, 4),
          member_dense(1, 4, 2, "linear", 3, 5), member_dense(3, 4, 2, "linear", 5, 6),
          member_dense(4, 3, 1, "tanh", 2, 7)]})
