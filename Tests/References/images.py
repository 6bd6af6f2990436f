"""Small JPEG, PNG and WebP files of many kinds, and what Pillow reads from them and makes of them.

Writes Tests/CodecsTests/Images/*, Tests/References/images.json (pixels of each file) and
Tests/References/resizing.json (images in other sizes). The image is made of Fashion-MNIST
images, so that it has both smooth parts and edges.
"""
import gzip
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
from PIL import Image, ImageOps, features

here = pathlib.Path(__file__).parent
folder = here.parent / "CodecsTests" / "Images"
folder.mkdir(exist_ok=True)
with gzip.open("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz") as file:
    images = np.frombuffer(file.read()[16:], np.uint8).reshape(-1, 28, 28)

HEIGHT, WIDTH = 21, 27
colour = np.stack([images[k, 4:25, :27] for k in (0, 2, 5)], axis=2)
grey = images[1, 4:25, :27]
alpha = np.minimum(255, images[7, 4:25, :27].astype(int) * 2).astype(np.uint8)


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(pixels, depth, kind, interlaced=False, more=b""):
    """A PNG file without filters; `pixels` is height x width x channels."""
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, -1)

    def rows(part):
        data = part.astype(">u2") if depth == 16 else part.astype(np.uint8)
        if depth < 8:
            bits = np.unpackbits(part.astype(np.uint8)[:, :, :, None], axis=3)[:, :, :, 8 - depth:]
            data = np.packbits(bits.reshape(part.shape[0], -1), axis=1)
        return b"".join(b"\0" + row.tobytes() for row in data)

    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2),
                  (0, 1, 2, 2), (1, 0, 2, 1)]
        parts = [pixels[y::dy, x::dx] for y, x, dy, dx in passes]
        raw = b"".join(rows(part) for part in parts if part.size)
    else:
        raw = rows(pixels)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more
            + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


files = {
    "grey.jpg": saved(Image.fromarray(grey), format="JPEG", quality=90),
    "colour.jpg": saved(Image.fromarray(colour), format="JPEG", quality=90),
    "colour-444.jpg": saved(Image.fromarray(colour), format="JPEG", quality=80, subsampling=0),
    "progressive.jpg": saved(Image.fromarray(colour), format="JPEG", progressive=True),
    "cmyk.jpg": saved(Image.fromarray(colour).convert("CMYK"), format="JPEG", quality=90),
    "grey.png": saved(Image.fromarray(grey), format="PNG"),
    "colour.png": saved(Image.fromarray(colour), format="PNG"),
    "palette.png": saved(Image.fromarray(colour).quantize(16), format="PNG"),
    "palette-clear.png": saved(Image.fromarray(colour).quantize(16), format="PNG", transparency=3),
    "grey-alpha.png": saved(Image.fromarray(np.dstack([grey, alpha]), "LA"), format="PNG"),
    "colour-alpha.png": saved(Image.fromarray(np.dstack([colour, alpha])), format="PNG"),
    "black-white.png": png((grey > 99).astype(int), 1, 0),
    "grey-4-bit.png": png(grey >> 4, 4, 0),
    "grey-16-bit.png": png(grey.astype(int) * 257, 16, 0),
    "colour-16-bit.png": png(colour.astype(int) * 257, 16, 2),
    "interlaced.png": png(colour, 8, 2, interlaced=True),
    "gamma.png": png(grey, 8, 0, more=chunk(b"gAMA", struct.pack(">I", 100000))),
    "a-png-inside.jpg": saved(Image.fromarray(grey), format="PNG"),
    "lossy.webp": saved(Image.fromarray(colour), format="WEBP", quality=80),
    "lossless.webp": saved(Image.fromarray(colour), format="WEBP", lossless=True),
    "lossy-alpha.webp": saved(
        Image.fromarray(np.dstack([colour, alpha])), format="WEBP", quality=80),
    "lossless-alpha.webp": saved(
        Image.fromarray(np.dstack([colour, alpha])), format="WEBP", lossless=True, exact=True),
}
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    files[f"orientation-{orientation}.jpg"] = saved(
        Image.fromarray(colour[:13, :18]), format="JPEG", quality=90, exif=exif)
exif = Image.Exif()
exif[0x0112] = 6
files["orientation-6.png"] = saved(Image.fromarray(grey[:13, :18]), format="PNG", exif=exif)
files["orientation-6.webp"] = saved(
    Image.fromarray(colour[:13, :18]), format="WEBP", lossless=True, exif=exif)


def read(content):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if image.mode in ("1", "I;16", "I"):
        pixels = np.asarray(image).astype(int)
        return pixels * 255 if image.mode == "1" else pixels // 257
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        image = image.convert("LA" if image.mode == "LA" else "RGBA")
        pixels = np.asarray(image).astype(int)
        alpha = pixels[:, :, -1:]
        over = (pixels[:, :, :-1] * alpha + 255 * (255 - alpha) + 127) // 255
        return over[:, :, 0] if over.shape[2] == 1 else over
    return np.asarray(image if image.mode == "L" else image.convert("RGB")).astype(int)


made_by = {"script": "images.py", "pillow": PIL.__version__,
           "libjpeg_turbo": features.version("libjpeg_turbo"), "libwebp": features.version("webp")}


def image(pixels):
    shape = list(pixels.shape) + ([1] if pixels.ndim == 2 else [])
    return {"height": shape[0], "width": shape[1], "channels": shape[2],
            "pixels": [int(value) for value in pixels.reshape(-1)]}


for name, content in files.items():
    (folder / name).write_bytes(content)
# Refused by name, so without pixels.
(folder / "animated.webp").write_bytes(saved(
    Image.fromarray(colour[:5, :6]), format="WEBP", lossless=True, save_all=True,
    append_images=[Image.fromarray(colour[5:10, :6])]))
cases = [{"file": name, **image(read(content))} for name, content in files.items()]
(here / "images.json").write_text(
    json.dumps({**made_by, "cases": cases}, separators=(",", ":")) + "\n")

filters = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "area": Image.BOX}
resized = []
for source, pixels in [("colour", colour), ("grey", grey)]:
    for name, kind in filters.items():
        for height, width in [(7, 9), (8, 8), (21, 10), (5, 27), (30, 40), (1, 1), (20, 26)]:
            for box in [None, (3.25, 2.5, 20.75, 19.0)]:
                if box and (height, width) not in [(8, 8), (30, 40)]:
                    continue
                small = Image.fromarray(pixels).resize((width, height), kind, box=box)
                resized.append({"source": source, "filter": name, "box": box,
                                **image(np.asarray(small))})
greyed = np.asarray(Image.fromarray(colour).convert("L"))
(here / "resizing.json").write_text(json.dumps(
    {**made_by, "sources": {"colour": image(colour), "grey": image(grey),
                            "greyed": image(greyed)}, "cases": resized},
    separators=(",", ":")) + "\n")
