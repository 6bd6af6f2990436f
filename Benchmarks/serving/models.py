"""The same two networks for all servers, and the requests that they are asked.

    .venv/bin/python models.py FOLDER --glassbox PROGRAM

`glassbox train` makes both, each 784-128-10: one of a table of 784 columns, one of images of 28 x 28 pixels.
Their weights, with what their preprocessing does to the inputs, are written for ONNX Runtime.
"""

import argparse
import json
import pathlib
import struct
import subprocess

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

COLUMNS, CLASSES, ROWS = 784, 10, 300
BOUNDARY = "xyzzy"
CONTENT = {
    "json": "application/json",
    "png": "image/png",
    "form": f"multipart/form-data; boundary={BOUNDARY}",
}


def idx(path, array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def train(program, folder, name, *arguments, hidden="128"):
    if (folder / name).exists():
        return
    command = [program, "train", *arguments, "--hidden", hidden, "--epochs", "1", "--quiet"]
    subprocess.run([*command, "--output", str(folder / name)], check=True, cwd=folder)


def tensors(path):
    """Weights and metadata of a safetensors file."""
    content = path.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    metadata = header.pop("__metadata__")
    data = content[8 + size :]
    weights = {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "f4").reshape(entry["shape"])
        for name, entry in header.items()
    }
    return weights, metadata


def export(model, output):
    """Writes an ONNX file that takes what Glassbox takes: cells, or levels from 0 to 255 divided by 255."""
    weights, metadata = tensors(model)
    inputs = json.loads(metadata["preprocessing"])["inputs"]
    if "columns" in inputs:
        numbers = [column["encoding"]["number"] for column in inputs["columns"]["_0"]]
        scale = np.array([1 / number["scale"] for number in numbers])
        offset = np.array([-number["offset"] / number["scale"] for number in numbers])
    else:
        images = inputs["images"]
        scale, offset = 255 * images["scale"], images["offset"]
    first, first_bias, second, second_bias = (
        weights[name].astype("f8")
        for name in ("dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias")
    )
    first_bias = first_bias + (np.broadcast_to(offset, COLUMNS) @ first)
    first = first * np.broadcast_to(scale, COLUMNS)[:, None]
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["x", "w1", "b1"], ["h"]),
            helper.make_node("Relu", ["h"], ["a"]),
            helper.make_node("Gemm", ["a", "w2", "b2"], ["z"]),
            helper.make_node("Softmax", ["z"], ["p"], axis=-1),
        ],
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", COLUMNS])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, ["n", CLASSES])],
        [
            numpy_helper.from_array(array.astype("f4"), name)
            for array, name in ((first, "w1"), (first_bias, "b1"), (second, "w2"), (second_bias, "b2"))
        ],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), output)


def requests(folder, random):
    """A row of four decimals and no zeros, the dear case, and a picture of a nought."""
    row = random.random(COLUMNS).round(4).tolist()
    body = json.dumps({"instances": [row]}, separators=(",", ":")).encode()
    (folder / "body.json").write_bytes(body)
    y, x = np.mgrid[:28, :28]
    ring = abs(np.hypot(y - 13.5, x - 13.5) - 8) < 2
    pixels = np.where(ring, 230 + random.integers(0, 20, ring.shape), 0).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "body.png")
    png = (folder / "body.png").read_bytes()
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="image"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    (folder / "body.form").write_bytes(head.encode() + png + f"\r\n--{BOUNDARY}--\r\n".encode())
    for kind, content in CONTENT.items():
        (folder / f"{kind}.lua").write_text(
            f'local file = io.open("{folder}/body.{kind}", "rb")\n'
            'wrk.method = "POST"\n'
            'wrk.body = file:read("*a")\n'
            f'wrk.headers["Content-Type"] = "{content}"\n'
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--glassbox", required=True)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)

    header = ",".join(f"p{place}" for place in range(COLUMNS)) + ",label"
    rows = [
        ",".join(f"{value:.4f}" for value in random.random(COLUMNS)) + f",d{row % CLASSES}"
        for row in range(ROWS)
    ]
    (folder / "table.csv").write_text("\n".join([header, *rows]) + "\n")
    idx(folder / "images.idx", random.integers(0, 256, (ROWS, 28, 28), dtype=np.uint8))
    idx(folder / "labels.idx", np.arange(ROWS, dtype=np.uint8) % CLASSES)
    program = str(pathlib.Path(arguments.glassbox).resolve())
    train(program, folder, "table", "table.csv", "--target", "label")
    train(program, folder, "images", "images.idx:labels.idx", "--network", "dense")
    for name in ("table", "images"):
        export(folder / name / "model.safetensors", folder / f"{name}.onnx")
    requests(folder, random)


if __name__ == "__main__":
    main()
