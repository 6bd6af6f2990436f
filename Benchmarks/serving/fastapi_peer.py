"""FastAPI, uvicorn and ONNX Runtime, one process, one thread. FOLDER=… uvicorn fastapi_peer:app"""

import io
import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, Request, UploadFile
from PIL import Image
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
table, images = (
    onnxruntime.InferenceSession(f"{os.environ['FOLDER']}/{name}.onnx", options)
    for name in ("table", "images")
)
app = FastAPI()


class Rows(BaseModel):
    instances: list[list[float]]


def answer(session, inputs):
    probabilities = session.run(None, {"x": inputs})[0]
    return {
        "predictions": [
            {"label": int(row.argmax()), "probabilities": row.tolist()} for row in probabilities
        ]
    }


def picture(content):
    pixels = Image.open(io.BytesIO(content)).convert("L").resize((28, 28))
    return np.asarray(pixels, np.float32).reshape(1, 784) / 255


# `async`, without the thread pool, is its fastest form.
@app.post("/json")
async def rows(body: Rows):
    return answer(table, np.asarray(body.instances, np.float32))


@app.post("/png")
async def png(request: Request):
    return answer(images, picture(await request.body()))


@app.post("/form")
async def form(image: UploadFile):
    return answer(images, picture(await image.read()))
