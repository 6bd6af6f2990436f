"""Pillow's time for what `glassbox bench pictures --data FOLDER` measures; one thread."""
import io
import pathlib
import sys
import time

import numpy as np
from PIL import Image

files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.*"))]
mean = np.array([124, 116, 104], np.float32)
deviation = np.array([58, 57, 57], np.float32)


def decode(content):
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture.convert("RGB")


def prepare(picture):
    picture = picture.resize((224, 224), Image.BILINEAR)
    return (np.asarray(picture, np.float32) - mean) / deviation


for content in files:
    prepare(decode(content))
total = decoding = count = 0
while total < 3:
    for content in files:
        start = time.perf_counter()
        picture = decode(content)
        middle = time.perf_counter()
        prepare(picture)
        total += time.perf_counter() - start
        decoding += middle - start
        count += 1
print(f"Pillow: {total / count * 1e3:.2f} ms each, {decoding / count * 1e3:.2f} ms of them "
      f"decoding ({count} pictures, 1 thread)")
