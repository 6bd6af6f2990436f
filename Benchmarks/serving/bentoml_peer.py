"""BentoML and ONNX Runtime, one worker. FOLDER=… bentoml serve bentoml_peer:Network --port PORT"""

import os

import bentoml
import numpy as np
import onnxruntime
from PIL import Image


@bentoml.service(workers=1, traffic={"timeout": 30}, logging={"access": {"enabled": False}})
class Network:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.table, self.images = (
            onnxruntime.InferenceSession(f"{os.environ['FOLDER']}/{name}.onnx", options)
            for name in ("table", "images")
        )

    def answer(self, session, inputs):
        probabilities = session.run(None, {"x": inputs})[0]
        return {
            "predictions": [
                {"label": int(row.argmax()), "probabilities": row.tolist()} for row in probabilities
            ]
        }

    @bentoml.api
    def json(self, instances: list[list[float]]) -> dict:
        return self.answer(self.table, np.asarray(instances, np.float32))

    @bentoml.api
    def form(self, image: Image.Image) -> dict:
        pixels = np.asarray(image.convert("L").resize((28, 28)), np.float32)
        return self.answer(self.images, pixels.reshape(1, 784) / 255)
