"""PNG files of every depth and kind, what Pillow reads from them, and 16-bit images in other sizes.

Writes levels.json. Pillow reads 16 bits a channel of grey images only; of the others the levels are
those that were written, laid over white where they are transparent. Usage: python levels.py (needs
numpy and Pillow).
"""
import base64
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image

here = pathlib.Path(__file__).parent
random = np.random.default_rng(5)
HEIGHT, WIDTH = 11, 13


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(pixels, depth, kind, interlaced, more=b""):
    """A PNG file without filters; `pixels` is height x width (x channels)."""
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, -1)

    def rows(part):
        if depth == 16:
            data = part.astype(">u2")
        elif depth == 8:
            data = part.astype(np.uint8)
        else:
            bits = np.unpackbits(part.astype(np.uint8)[:, :, :, None], axis=3)[:, :, :, 8 - depth:]
            data = np.packbits(bits.reshape(part.shape[0], -1), axis=1)
        return b"".join(b"\0" + row.tobytes() for row in data)

    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1)]
    parts = [pixels[y::dy, x::dx] for y, x, dy, dx in passes] if interlaced else [pixels]
    raw = b"".join(rows(part) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more
            + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def over_white(pixels, white):
    """The last channel says how much of the others is seen."""
    colours, alpha = pixels[..., :-1].astype(object), pixels[..., -1:].astype(object)
    return (colours * alpha + white * (white - alpha) + white // 2) // white


def read(content):
    """What Pillow sees, laid over white."""
    image = Image.open(io.BytesIO(content))
    if image.mode == "I;16":
        return np.asarray(image).astype(int)
    if image.mode == "1":
        return np.asarray(image).astype(int) * 255
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        kind = "LA" if image.mode in ("L", "LA") else "RGBA"
        return over_white(np.asarray(image.convert(kind)).astype(int), 255)
    return np.asarray(image if image.mode == "L" else image.convert("RGB")).astype(int)


def levels(*shape, depth):
    return random.integers(0, 2 ** depth, shape)


cases = []
for interlaced in (False, True):
    def add(name, pixels, depth, kind, expected=None, more=b""):
        content = png(pixels, depth, kind, interlaced, more)
        expected = np.asarray(read(content) if expected is None else expected)
        channels = 1 if expected.ndim == 2 else expected.shape[2]
        cases.append({
            "name": name + (" interlaced" if interlaced else ""),
            "png": base64.b64encode(content).decode(), "height": HEIGHT, "width": WIDTH,
            "channels": channels, "is_deep": depth == 16,
            "levels": [int(level) for level in expected.reshape(-1)]})

    for depth in (1, 2, 4, 8, 16):
        add(f"grey {depth}", levels(HEIGHT, WIDTH, depth=depth), depth, 0)
    for depth in (1, 2, 4, 8):
        count = 2 ** depth
        palette = random.integers(0, 256, (count, 3)).astype(np.uint8)
        clear = random.integers(0, 256, count).astype(np.uint8)
        indices = levels(HEIGHT, WIDTH, depth=depth)
        add(f"palette {depth}", indices, depth, 3, more=chunk(b"PLTE", palette.tobytes()))
        add(f"palette {depth} clear", indices, depth, 3,
            more=chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", clear.tobytes()))
    for depth in (8, 16):
        white = 2 ** depth - 1
        grey, colour = levels(HEIGHT, WIDTH, 2, depth=depth), levels(HEIGHT, WIDTH, 4, depth=depth)
        add(f"grey alpha {depth}", grey, depth, 4, over_white(grey, white)[..., 0])
        add(f"colour alpha {depth}", colour, depth, 6, over_white(colour, white))
        add(f"colour {depth}", colour[..., :3], depth, 2, colour[..., :3])
    # One level stands for nothing.
    grey = levels(HEIGHT, WIDTH, depth=16)
    grey[2:5, 3:7] = 30_007
    seen = np.where(grey == 30_007, 65_535, grey)
    add("grey 16 clear", grey, 16, 0, seen, more=chunk(b"tRNS", struct.pack(">H", 30_007)))

filters = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "area": Image.BOX}
source = (30_000 + 8 * random.standard_normal((21, 27))).round().astype(np.uint16)
source[4:9, 6:12] += 120
source[12, 3], source[15, 20] = 0, 65_535
resized = []
for name, kind in filters.items():
    for height, width in [(7, 9), (8, 8), (21, 10), (5, 27), (30, 40), (1, 1)]:
        small = np.asarray(Image.fromarray(source).resize((width, height), kind))
        resized.append({"filter": name, "height": height, "width": width,
                        "levels": [int(level) for level in small.reshape(-1)]})

(here / "levels.json").write_text(json.dumps(
    {"script": "levels.py", "pillow": PIL.__version__, "cases": cases,
     "source": {"height": 21, "width": 27, "levels": [int(level) for level in source.reshape(-1)]},
     "resized": resized}, separators=(",", ":")) + "\n")
