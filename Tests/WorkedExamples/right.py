"""Recomputes with NumPy what the slips of the worked examples ought to be, and compares."""

import pathlib

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def edges_in_an_image():
    x = np.array([[0.1, 0.2, 0.9, 0.8], [0, 0.3, 0.8, 0.9], [0.2, 0.1, 0.7, 0.9], [0.1, 0, 0.9, 0.7]])
    k = np.array([[-1, 1], [-1, 1]])
    c = np.array([[(x[i : i + 2, j : j + 2] * k).sum() for j in range(3)] for i in range(3)])
    return [c[1, 2], np.maximum(c, 0)[1:3, 1:3].max()]


def three_classes():
    z = np.array([1.2, 0.3, -0.5])
    step = z - 0.5 * (softmax(z) - [0, 1, 0])
    return [softmax(z)[2], -np.log(softmax(step)[1])]


def momentum():
    return [-0.1 * (0.9 * 3 + 2 * (1.7 - 0.5))]


def adam():
    m1 = 0.1 * 0.4
    return [0.001 * 0.1**2, (0.9 * m1 - 0.1 * 0.1) / m1]


def batch_normalisation():
    x = np.array([2.0, 4, 5, 9])
    return [x.var(), 1.5 * (9 - x.mean()) / np.sqrt(x.var() + 0.001) - 0.2]


def a_recurrent_neuron():
    h = [0.0]
    for x in (1.0, -0.5, 0.8):
        a = 0.6 * x + 0.4 * h[-1] + 0.1
        h.append(np.tanh(a))
    return [a, 0.4 * (1 - h[3] ** 2) * 0.4 * (1 - h[2] ** 2)]


def two_layers():
    x, W, b = np.array([0.6, 0.2]), np.array([[0.3, -0.4], [0.5, 0.7]]), np.array([0.1, -0.1])
    h, v = sigmoid(W @ x + b), np.array([0.8, -0.6])
    d = v @ h + 0.2 - 1
    back = d * v * h * (1 - h)
    return [back[0], (W.T @ back)[1], -0.1 * d * h[0]]


def pass_or_fail():
    slope = sigmoid(0.8 * 4 - 2) - 1
    return [-0.5 * slope, -np.log([0.8, 0.6, 0.1]).mean()]


def a_line_in_latex():
    x, y = np.array([1, 2, 4]), np.array([3, 4, 9])
    answer = 1.5 * x + 0.5
    return [answer[2], 2 / 3 * ((answer - y) * x).sum()]


def attention():
    S = np.array([[1.0, 0.5], [0.2, 0.8]]) @ np.array([[0.6, 0.4], [0.3, 0.9]]).T
    return [S[1, 1], softmax(S[1] / np.sqrt(2)).argmax() + 1]


for path in sorted(pathlib.Path(__file__).parent.glob("*.md")):
    if path.name == "README.md":
        continue
    right = globals()[path.stem.replace("-", "_")]()
    lines = [line for line in path.read_text().splitlines() if "# slip: " in line]
    stated = [float(line.split(" is ")[-1]) for line in lines]
    assert len(stated) == len(right), path.name
    assert np.allclose(stated, right, rtol=0, atol=1e-9), (path.name, stated, right)
    print(path.name, len(right), "slips")
