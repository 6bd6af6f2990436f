"""One training on one and on two processes of one thread each, beside PyTorch's DistributedDataParallel.

Usage: python processes.py GLASSBOX [ROUNDS] [WORKLOAD:BATCH ...]
  GLASSBOX  a program built with the trait MPI; this Python has torch
All four take turns, ROUNDS times; the middle of each is told. Data: random pictures, since only the time counts.
"""
import json, os, random, statistics, struct, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GLASSBOX = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
CASES = sys.argv[3:] or ["mlp-wide:128", "mlp-wide:512", "cnn:128", "cnn:512"]
ROWS = {"mlp-wide": 12800, "cnn": 6400}
EPOCHS = 4
NETWORKS = {
    "mlp-wide": ["{layer: flatten}", "{layer: dense, units: 1024, activation: relu}", "{layer: dense, units: 1024, activation: relu}", "{layer: dense, units: 10}"],
    "cnn": ["{layer: conv2d, filters: 32, kernel_size: 3, padding: valid, activation: relu}", "{layer: max_pool2d}", "{layer: conv2d, filters: 64, kernel_size: 3, padding: valid, activation: relu}", "{layer: max_pool2d}", "{layer: flatten}", "{layer: dropout, rate: 0.5}", "{layer: dense, units: 10}"],
}


def pictures(folder, rows):
    generator = random.Random(1)
    images, labels = os.path.join(folder, f"{rows}.images"), os.path.join(folder, f"{rows}.labels")
    with open(images, "wb") as file:
        file.write(struct.pack(">IIII", 0x803, rows, 28, 28) + generator.randbytes(rows * 784))
    with open(labels, "wb") as file:
        file.write(struct.pack(">II", 0x801, rows) + bytes(row % 10 for row in range(rows)))
    return f"{images}:{labels}"


def glassbox(folder, workload, processes, batch):
    # 64 rows choose the best epoch.
    data = pictures(folder, ROWS[workload] + 128)
    configuration = os.path.join(folder, "network.yaml")
    with open(configuration, "w") as file:
        file.write("network:\n" + "".join(f"  - {layer}\n" for layer in NETWORKS[workload]))
    run = os.path.join(folder, "run")
    command = [GLASSBOX, "train", data, "--config", configuration, "--batch", str(batch), "--shards", str(max(2, processes)) if processes > 1 else "1", "--epochs", str(EPOCHS), "--patience", "0", "--threads", "1", "--train-scores", "none", "--optimizer", "adam", "--learning-rate", "0.001", "--validation", "0.005", "--test", "0.005", "--output", run, "--force"]
    if processes > 1: command = ["mpirun", "--allow-run-as-root", "--bind-to", "core", "-n", str(processes)] + command
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    seconds = min(json.loads(line)["seconds"] for line in open(os.path.join(run, "metrics.jsonl")))
    trained = (ROWS[workload] + 128) - 2 * round(0.005 * (ROWS[workload] + 128))
    return trained / seconds


def torch(workload, processes, batch):
    done = subprocess.run([sys.executable, os.path.join(HERE, "ddp_peer.py"), workload, str(processes), str(batch), str(ROWS[workload]), str(EPOCHS)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    return float(done.stdout.split()[-1])


with tempfile.TemporaryDirectory() as folder:
    print("| training | Glassbox, 1 process, rows/s | 2 processes | ratio | torch, 1 process | DistributedDataParallel, 2 | ratio |\n|---|---|---|---|---|---|---|", flush=True)
    for case in CASES:
        workload, batch = case.split(":")
        found = [[], [], [], []]
        for _ in range(ROUNDS):
            for place, measure in enumerate([lambda: glassbox(folder, workload, 1, int(batch)), lambda: glassbox(folder, workload, 2, int(batch)), lambda: torch(workload, 1, int(batch)), lambda: torch(workload, 2, int(batch))]):
                found[place].append(measure())
        one, two, peer, peers = (statistics.median(numbers) for numbers in found)
        print(f"| {workload}, batch {batch} | {one:.0f} | {two:.0f} | {two / one:.2f} | {peer:.0f} | {peers:.0f} | {peers / peer:.2f} |", flush=True)
