"""What schemathesis sends as image files: whole ones, of one shade each."""

import struct
import zlib

import schemathesis
from hypothesis import strategies


def png(shade):
    """3 by 2 grey pixels."""

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    rows = b"".join(b"\0" + bytes([shade] * 3) for _ in range(2))
    header = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


files = strategies.integers(0, 255).map(png)
# A reader tells the two apart by their content.
schemathesis.openapi.media_type("image/png", files)
schemathesis.openapi.media_type("image/jpeg", files)
