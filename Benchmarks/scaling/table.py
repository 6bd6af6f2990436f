"""A large table, the same bytes each time: 17 numbers, 2 columns of categories and the target `y`, 180 bytes a row.

    python table.py ROWS OUT.csv        # 44,500,000 rows are 8 GB
"""

import sys

import numpy as np

NUMBERS, PIECE = 17, 100_000
WORDS = [b"oak", b"elm", b"ash", b"fir", b"yew", b"box", b"bay"]


def digits(cells, numbers):
    """Writes ±1.00 to ±99.999999, nine signs wide each; a number below 0 has one digit before its point."""
    millionths = np.rint(np.abs(numbers) * 1e6).astype(np.int64)
    whole, rest = np.divmod(millionths, 1_000_000)
    cells[..., 0] = np.where(numbers < 0, ord("-"), ord("0") + whole // 10)
    cells[..., 1] = ord("0") + whole % 10
    cells[..., 2] = ord(".")
    for place in range(6):
        cells[..., 3 + place] = ord("0") + rest // 10 ** (5 - place) % 10
    cells[..., 9] = ord(",")


def piece(rows, number):
    random = np.random.Generator(np.random.PCG64([2024, number]))
    x = random.uniform(-9.999, 9.999, (rows, NUMBERS))
    shown = np.where(x < 0, np.minimum(x, -1), x + 10)
    words = random.integers(0, len(WORDS), (rows, 2))
    score = 0.4 * x[:, 0] - 0.3 * x[:, 1] + 0.05 * x[:, 2] * x[:, 3] + np.sin(x[:, 4])
    score += np.where(words[:, 0] == words[:, 1], 1.5, 0)
    y = random.uniform(size=rows) < 1 / (1 + np.exp(-score))
    line = np.zeros((rows, 10 * NUMBERS + 4 * 2 + 2), np.uint8)
    digits(line[:, : 10 * NUMBERS].reshape(rows, NUMBERS, 10), shown)
    table = np.array([list(word + b",") for word in WORDS], np.uint8)
    line[:, 10 * NUMBERS : 10 * NUMBERS + 8] = table[words].reshape(rows, 8)
    line[:, -2] = ord("0") + y
    line[:, -1] = ord("\n")
    return line.tobytes()


def main(rows, path):
    names = [f"x{place + 1}" for place in range(NUMBERS)] + ["tree", "wood", "y"]
    with open(path, "wb") as file:
        file.write((",".join(names) + "\n").encode())
        for number, first in enumerate(range(0, rows, PIECE)):
            file.write(piece(min(PIECE, rows - first), number))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
