"""Trainings that are measured on several processes: networks, random pictures (only the time counts), commands."""
import json, os, random, struct, subprocess, sys

ROWS = {"dense": 25600, "mlp-wide": 12800, "cnn": 6400}
SPARE = 64
NETWORKS = {
    "dense": ["{layer: flatten}", "{layer: dense, units: 128, activation: relu}", "{layer: dense, units: 10}"],
    "mlp-wide": ["{layer: flatten}", "{layer: dense, units: 1024, activation: relu}", "{layer: dense, units: 1024, activation: relu}", "{layer: dense, units: 10}"],
    "cnn": ["{layer: conv2d, filters: 32, kernel_size: 3, activation: relu}", "{layer: max_pool2d}", "{layer: conv2d, filters: 64, kernel_size: 3, activation: relu}", "{layer: max_pool2d}", "{layer: flatten}", "{layer: dropout, rate: 0.5}", "{layer: dense, units: 10}"],
}
WEIGHTS = {"dense": 101770, "mlp-wide": 1863690, "cnn": 34826}


def pictures(folder, name, rows):
    generator = random.Random(1)
    images, labels = os.path.join(folder, f"{name}.images"), os.path.join(folder, f"{name}.labels")
    with open(images, "wb") as file:
        file.write(struct.pack(">IIII", 0x803, rows, 28, 28) + generator.randbytes(rows * 784))
    with open(labels, "wb") as file:
        file.write(struct.pack(">II", 0x801, rows) + bytes(row % 10 for row in range(rows)))
    return f"{images}:{labels}"


def train(folder, workload, count, batch, epochs, program, launch=()):
    """The seconds of the fastest epoch."""
    data, spare = (pictures(folder, name, rows) for name, rows in (("train", ROWS[workload]), ("spare", SPARE)))
    configuration, run = os.path.join(folder, "network.yaml"), os.path.join(folder, "run")
    with open(configuration, "w") as file:
        file.write("network:\n" + "".join(f"  - {layer}\n" for layer in NETWORKS[workload]))
    command = [*launch, *program, "train", data, "--validation", spare, "--test", spare, "--config", configuration, "--batch", str(batch), "--shards", str(count), "--epochs", str(epochs), "--patience", "0", "--threads", "1", "--train-scores", "none", "--optimizer", "adam", "--learning-rate", "0.001", "--output", run, "--force"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    return min(json.loads(line)["seconds"] for line in open(os.path.join(run, "metrics.jsonl")))
