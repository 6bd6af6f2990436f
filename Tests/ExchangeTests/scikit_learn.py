"""Models of scikit-learn as ONNX files, and what they answer.

    pip install scikit-learn skl2onnx onnx
    python scikit_learn.py FOLDER

Writes NAME.onnx and prints, as one JSON object, for each NAME its inputs and what the model itself answers:
probabilities of classifiers.
"""
import json
import sys
import warnings

import numpy as np
import onnx
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler

warnings.filterwarnings("ignore")
flowers, kinds = load_iris(return_X_y=True)
cells, benign = load_breast_cancer(return_X_y=True)
names = np.array(["setosa", "versicolor", "virginica"])[kinds]
size = dict(hidden_layer_sizes=(5,), max_iter=50, random_state=1)
MODELS = {
    "classes": (make_pipeline(StandardScaler(), MLPClassifier(**size)), flowers, names),
    "two": (make_pipeline(StandardScaler(), MLPClassifier(activation="tanh", **size)), cells, benign),
    "number": (make_pipeline(MinMaxScaler(), MLPRegressor(activation="logistic", **size)), flowers, kinds * 1.0),
    "logistic": (LogisticRegression(max_iter=500), flowers, kinds),
    "logistic-two": (make_pipeline(Normalizer(), LogisticRegression()), cells, benign),
    "linear": (LinearRegression(), flowers, kinds * 1.0),
}

answers = {}
for name, (model, inputs, targets) in MODELS.items():
    inputs = inputs.astype(np.float32)
    model.fit(inputs, targets)
    onnx.save(to_onnx(model, inputs[:1]), f"{sys.argv[1]}/{name}.onnx")
    rows = inputs[::30]
    found = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)
    answers[name] = {"inputs": rows.ravel().tolist(), "outputs": np.ravel(found).tolist()}
print(json.dumps(answers))
