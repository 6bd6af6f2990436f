"""Pillow's time for what `glassbox bench images --data FOLDER` measures; one thread."""
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
    image = Image.open(io.BytesIO(content))
    image.load()
    return image.convert("RGB")


def prepare(image):
    image = image.resize((224, 224), Image.BILINEAR)
    return (np.asarray(image, np.float32) - mean) / deviation


for content in files:
    prepare(decode(content))
total = decoding = count = 0
while total < 3:
    for content in files:
        start = time.perf_counter()
        image = decode(content)
        middle = time.perf_counter()
        prepare(image)
        total += time.perf_counter() - start
        decoding += middle - start
        count += 1
print(f"Pillow: {total / count * 1e3:.2f} ms each, {decoding / count * 1e3:.2f} ms of them "
      f"decoding ({count} images, 1 thread)")
