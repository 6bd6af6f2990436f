"""LitServe and ONNX Runtime, one worker. It takes JSON or a form, no plain picture.

FOLDER=… python litserve_peer.py json|form PORT
"""

import os
import sys

import litserve
import numpy as np
import onnxruntime

from fastapi_peer import picture

kind, port = sys.argv[1], int(sys.argv[2])


class Network(litserve.LitAPI):
    def setup(self, device):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        name = "table" if kind == "json" else "images"
        self.session = onnxruntime.InferenceSession(f"{os.environ['FOLDER']}/{name}.onnx", options)

    def decode_request(self, request):
        if kind == "json":
            return np.asarray(request["instances"], np.float32)
        return picture(request["image"].file.read())

    def predict(self, inputs):
        return self.session.run(None, {"x": inputs})[0]

    def encode_response(self, output):
        return {
            "predictions": [
                {"label": int(row.argmax()), "probabilities": row.tolist()} for row in output
            ]
        }


if __name__ == "__main__":
    server = litserve.LitServer(Network(), accelerator="cpu", workers_per_device=1)
    server.run(
        port=port, num_api_servers=1, generate_client_file=False, log_level="error", access_log=False
    )
