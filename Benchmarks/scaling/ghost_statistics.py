"""What batch normalisation loses where each shard is normalised by itself: accuracy by rows of a shard.

Usage: python ghost_statistics.py GLASSBOX [IMAGES:LABELS] [JOBS]
  IMAGES:LABELS  an IDX pair such as Fashion-MNIST; JOBS trainings at a time
Batches of 64 rows in 1 to 32 shards, three seeds each, five epochs of 6,000 pictures; scores of 3,000 others.
"""
import json, os, shlex, statistics, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

GLASSBOX = os.path.abspath(sys.argv[1])
DATA = sys.argv[2] if len(sys.argv) > 2 else "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz:/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz"
DATA = ":".join(os.path.abspath(path) for path in DATA.split(":"))
JOBS = int(sys.argv[3]) if len(sys.argv) > 3 else 1
PROGRAM = shlex.split(os.environ.get("GLASSBOX_LOADER", "")) + [GLASSBOX]
NETWORKS = {
    "batch_norm": "{layer: batch_norm}", "layer_norm": "{layer: layer_norm}", "neither": None,
}


def train(folder, norm, shards, seed):
    name = f"{norm}-{shards}-{seed}"
    lines = []
    for filters in (16, 32):
        lines += [f"{{layer: conv2d, filters: {filters}, kernel_size: 3}}", NETWORKS[norm], "{layer: activation, function: relu}", "{layer: max_pool2d}"]
    lines += ["{layer: flatten}", "{layer: dense, units: 64}", NETWORKS[norm], "{layer: activation, function: relu}", "{layer: dense, units: 10}"]
    with open(os.path.join(folder, f"{name}.yaml"), "w") as file:
        file.write("network:\n" + "".join(f"  - {line}\n" for line in lines if line))
    command = PROGRAM + ["train", DATA, "--config", f"{name}.yaml", "--batch", "64", "--shards", str(shards), "--epochs", "5", "--patience", "0", "--validation", "0.1", "--test", "0.3", "--threads", "1", "--train-scores", "none", "--seed", str(seed), "--output", name, "--quiet"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    report = json.load(open(os.path.join(folder, name, "report.json")))
    return find(report["test"], "accuracy")


def find(value, key):
    """The number of a score somewhere within JSON."""
    if isinstance(value, dict):
        if value.get("name") == key: return value["value"]
        if isinstance(value.get(key), (int, float)): return value[key]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            found = find(part, key)
            if found is not None: return found


with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(JOBS) as pool:
    cases = [("batch_norm", shards) for shards in (1, 2, 4, 8, 16, 32)] + [("layer_norm", 1), ("neither", 1)]
    found = {case: [pool.submit(train, folder, *case, seed) for seed in (1, 2, 3)] for case in cases}
    print("| network | rows of a shard | accuracy of three seeds | mean |\n|---|---|---|---|")
    for (norm, shards), seeds in found.items():
        scores = [seed.result() for seed in seeds]
        print(f"| {norm} | {64 // shards} | {', '.join(f'{score:.3f}' for score in scores)} | {statistics.mean(scores):.3f} |", flush=True)
