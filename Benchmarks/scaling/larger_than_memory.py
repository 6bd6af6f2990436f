"""A table of `table.py` learned from in memory and under a bound: rows per second, peak memory, the same weights.

    python larger_than_memory.py GLASSBOX FOLDER ROWS MEMORY [--without-memory]

GLASSBOX is a release build. The first training under the bound reads the table and keeps its columns, the second
one uses them. `--without-memory` leaves the training in memory out, where the table does not fit.
"""

import json
import os
import subprocess
import sys
import time

EPOCHS = 2


def run(command, log):
    """What it printed as JSON, its seconds and the most memory it took."""
    start = time.monotonic()
    with open(log + ".json", "w") as out, open(log + ".txt", "w") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(open(log + ".txt").read())
    return json.load(open(log + ".json")), seconds, usage.ru_maxrss * 1024


def main(program, folder, rows, memory, *options):
    table = f"{folder}/table-{rows}.csv"
    if not os.path.exists(table):
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([sys.executable, f"{here}/table.py", rows, table], check=True)
    common = [
        program, "train", table, "--target", "y", "--hidden", "64,32", "--batch", "256", "--epochs", str(EPOCHS),
        "--patience", "0", "--validation", "0.01", "--test", "0.01", "--threads", "1", "--force", "--json", "--quiet",
    ]
    bound = ["--memory", memory, "--cache", f"{folder}/cache"]
    ways = [("in memory", []), (f"{memory}, first", bound), (f"{memory}, cached", bound)]
    weights = set()
    for name, words in ways:
        if name == "in memory" and "--without-memory" in options:
            continue
        log = f"{folder}/{name.split(', ')[-1].replace(' ', '-')}"
        report, seconds, peak = run(common + words + ["--output", f"{folder}/run"], log)
        weights.add(report["weights_sha256"])
        print(
            f"{name:>16}: {report['samples_per_second']:12,.0f} rows/s in training, {report['seconds']:7.1f} s of "
            f"{seconds:7.1f} s, peak {peak / 2**20:8.1f} MiB, weights {report['weights_sha256'][:12]}", flush=True)
    print("the same weights" if len(weights) == 1 else "OTHER WEIGHTS")


if __name__ == "__main__":
    main(*sys.argv[1:])
