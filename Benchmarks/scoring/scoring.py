#!/usr/bin/env python3
"""Answers for a large file: rows a second, peak memory, and what a part costs that passes over the others.

    python3 scoring.py [--program glassbox] [--rows 1000000] [--parts 8] [--keep DIRECTORY]

Trains a small network on 2,000 made rows, writes a file of so many rows, and answers it as a whole and in
parts, one process after another, each alone on the machine; then compares the bytes of the merged parts with
those of the whole. Only the standard library is used. Programs that cannot answer in parts are timed on the
whole alone.
"""
import argparse
import hashlib
import os
import random
import shutil
import tempfile
import time


def write_rows(path, count, seed):
    draw = random.Random(seed)
    with open(path, "w") as file:
        file.write("a,b,c,d,colour,note,y\n")
        for row in range(count):
            a, b, c, d = (draw.gauss(0, 1) for _ in range(4))
            colour = draw.choice(("red", "green", "blue", "white"))
            y = a - b * c + (colour == "red") + draw.gauss(0, 0.1)
            note = '"a note, of\ntwo lines"' if row % 10 == 0 else "a note"
            file.write(f"{a:.4f},{b:.4f},{c:.4f},{d:.4f},{colour},{note},{y:.4f}\n")


def run(program, *words):
    """Seconds, and the peak memory in MiB."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
        os.execvp(program, [program, *words])
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise SystemExit(f"{program} {' '.join(words)}: status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="glassbox")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--whole-only", action="store_true")
    parser.add_argument("--keep", help="a directory that stays")
    options = parser.parse_args()
    place = options.keep or tempfile.mkdtemp()
    os.makedirs(place, exist_ok=True)
    os.chdir(place)
    program = shutil.which(options.program) or options.program
    write_rows("train.csv", 2_000, 1)
    write_rows("large.csv", options.rows, 2)
    if not os.path.exists("run"):
        run(program, "train", "train.csv", "--target", "y", "--ignore", "note", "--epochs", "5",
            "--quiet", "--output", "run")
    size = os.path.getsize("large.csv")
    print(f"{options.rows:,} rows, {size / 1e6:.0f} MB")
    seconds, memory = run(program, "predict", "run", "large.csv", "--output", "whole.csv",
                          "--keep", "note", "--force", "--quiet")
    print(f"whole: {seconds:.2f} s, {options.rows / seconds:,.0f} rows a second, "
          f"{size / seconds / 1e6:.1f} MB a second, peak {memory:.0f} MiB")
    if options.whole_only:
        return
    names = []
    for part in range(1, options.parts + 1):
        name = f"part-{part}.csv"
        seconds, memory = run(
            program, "predict", "run", "large.csv", "--part", f"{part}/{options.parts}",
            "--output", name, "--keep", "note", "--force", "--quiet")
        names.append(name)
        print(f"part {part} of {options.parts}: {seconds:.2f} s, peak {memory:.0f} MiB")
    seconds, memory = run(program, "predict", "--merge", *names, "--output", "merged.csv",
                          "--force", "--quiet")
    print(f"merge: {seconds:.2f} s, peak {memory:.0f} MiB, "
          + ("the same bytes" if digest("merged.csv") == digest("whole.csv") else "OTHER BYTES"))
    if not options.keep:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
