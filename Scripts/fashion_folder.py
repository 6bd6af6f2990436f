#!/usr/bin/env python3
"""Writes Fashion-MNIST images as JPEG files, a folder for each class.

  Scripts/fashion_folder.py clothes            2,000 images, 200 of each class
  Scripts/fashion_folder.py new --classes 5-9 --each 20 --part t10k

Needs numpy and Pillow, and Debian's package dataset-fashion-mnist.
"""
import argparse
import gzip
import pathlib

import numpy as np
from PIL import Image

NAMES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
         "ankle-boot"]

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--each", type=int, default=200, help="images of each class")
parser.add_argument("--skip", type=int, default=0, help="images of each class left out first")
parser.add_argument("--classes", default="0-9", help="first and last, such as 5-9")
parser.add_argument("--part", choices=["train", "t10k"], default="train")
parser.add_argument("--quality", type=int, default=95)
parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
options = parser.parse_args()


def read(kind, header):
    with gzip.open(f"{options.data}/{options.part}-{kind}.gz") as file:
        return np.frombuffer(file.read()[header:], np.uint8)


images = read("images-idx3-ubyte", 16).reshape(-1, 28, 28)
labels = read("labels-idx1-ubyte", 8)
first, last = (int(text) for text in options.classes.split("-"))
for label in range(first, last + 1):
    folder = options.folder / NAMES[label]
    folder.mkdir(parents=True, exist_ok=True)
    places = np.flatnonzero(labels == label)[options.skip:options.skip + options.each]
    for place in places:
        Image.fromarray(images[place]).save(folder / f"{place:05d}.jpg", quality=options.quality)
