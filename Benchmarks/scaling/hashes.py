"""The same bits on any number of processes and threads, and after lost processes.

Usage: python hashes.py GLASSBOX [LOSSES] [PROCESSES…]
  GLASSBOX  a program built with the trait MPI
Three trainings of 200 steps: a dense network; a convolutional one with batch normalisation, of pictures that are
varied; an LSTM over sequences with masks. Each on 1, 2, 4 and 8 processes of 1 and 2 threads: one hash of the
weights each. Then LOSSES times a process of a longer training is killed at a random moment, and the run goes on with
fewer.
"""
import json, os, random, shlex, signal, struct, subprocess, sys, tempfile, time

GLASSBOX = os.path.abspath(sys.argv[1])
LOSSES = int(sys.argv[2]) if len(sys.argv) > 2 else 20
PROCESSES = [int(count) for count in sys.argv[3:]] or [1, 2, 4, 8]
# Such as "./ld-linux-x86-64.so.2 --library-path lib lib/mpirun", where it is not installed.
MPIRUN = shlex.split(os.environ.get("GLASSBOX_MPIRUN", "mpirun")) + ["--allow-run-as-root", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1", "--mca", "odls_base_sigkill_timeout", "3"]
PROGRAM = shlex.split(os.environ.get("GLASSBOX_LOADER", "")) + [GLASSBOX]
# How many times as many epochs are trained where a process is lost, so that it is lost in the middle.
LONGER = {"dense": 20, "pictures": 3, "sequences": 20}
SHARDS = ["--shards", "8", "--patience", "0", "--quiet", "--validation", "0.1", "--test", "0.1"]


def dense(folder, generator):
    with open(os.path.join(folder, "table.csv"), "w") as file:
        file.write(",".join(f"x{column}" for column in range(12)) + ",y\n")
        for _ in range(1000):
            row = [generator.gauss(0, 1) for _ in range(12)]
            file.write(",".join(f"{x:.4f}" for x in row) + f",{row[0] * row[1] + row[2]:.4f}\n")
    # 800 rows by 40: 20 steps an epoch.
    return ["table.csv", "--target", "y", "--hidden", "32,16", "--dropout", "0.1", "--batch", "40", "--epochs", "10"]


def pictures(folder, generator):
    with open(os.path.join(folder, "images"), "wb") as file:
        file.write(struct.pack(">IIII", 0x803, 500, 16, 16) + generator.randbytes(500 * 256))
    with open(os.path.join(folder, "labels"), "wb") as file:
        file.write(struct.pack(">II", 0x801, 500) + bytes(generator.randrange(4) for _ in range(500)))
    with open(os.path.join(folder, "cnn.yaml"), "w") as file:
        file.write("""data: images:labels
network:
  - {layer: conv2d, filters: 8, kernel_size: 3}
  - {layer: batch_norm}
  - {layer: activation, function: relu}
  - {layer: max_pool2d}
  - {layer: conv2d, filters: 16, kernel_size: 3}
  - {layer: batch_norm}
  - {layer: activation, function: relu}
  - {layer: flatten}
  - {layer: dense, units: 4}
""")
    return ["--config", "cnn.yaml", "--augment", "flip,rotate=10,crop=0.2", "--batch", "40", "--epochs", "20"]


def sequences(folder, generator):
    with open(os.path.join(folder, "tokens.csv"), "w") as file:
        file.write(",".join(f"t{step}" for step in range(12)) + ",label\n")
        for _ in range(1000):
            row = [generator.randrange(1, 6) for _ in range(generator.randrange(3, 13))]
            file.write(",".join(str(token) for token in row) + "," * (12 - len(row)) + f",{'yes' if row.count(2) > 1 else 'no'}\n")
    with open(os.path.join(folder, "lstm.yaml"), "w") as file:
        file.write("""data: tokens.csv
target: label
sequence: t0..t11
network:
  - {layer: embedding, tokens: 6, units: 8, mask_zero: true}
  - {layer: lstm, units: 12}
  - {layer: dropout, rate: 0.2}
  - {layer: dense, units: 1}
""")
    return ["--config", "lstm.yaml", "--batch", "40", "--epochs", "10"]


def longer(kind, arguments):
    """A training of more epochs."""
    place = arguments.index("--epochs") + 1
    return arguments[:place] + [str(int(arguments[place]) * LONGER[kind])] + arguments[place + 1 :]


def command(count, arguments):
    return (MPIRUN + ["-n", str(count)] if count > 1 else []) + PROGRAM + arguments


def run(count, arguments, folder):
    done = subprocess.run(command(count, arguments), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(f"{' '.join(arguments)} on {count}: {done.stderr[-2000:]}")


def find(value, key):
    """The value of a key somewhere within JSON."""
    if isinstance(value, dict):
        if key in value: return value[key]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            found = find(part, key)
            if found is not None: return found


def weights(folder, name):
    return find(json.load(open(os.path.join(folder, name, "report.json"))), "weights_sha256")


def members(name):
    """The processes of a run: those whose command names it, without the launcher."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try: words = open(f"/proc/{process}/cmdline", "rb").read().split(b"\0")
        except OSError: continue
        if name.encode() in words and b"-n" not in words: found.append(int(process))
    return sorted(found)


def start(folder, arguments, name):
    """Begins a training of four processes; returns when it has its first checkpoint."""
    process = subprocess.Popen(command(4, arguments + ["--checkpoint-every", "5", "--output", name]), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(os.path.join(folder, name, "checkpoint.safetensors")) and process.poll() is None: time.sleep(0.002)
    return process


def duration(folder, arguments, name):
    """Seconds from the first checkpoint to the end."""
    process, begun = start(folder, arguments, name), time.monotonic()
    process.wait()
    return time.monotonic() - begun


def lose(folder, arguments, name, generator, longest):
    """Kills one of four processes at a random moment, and goes on with one to three."""
    process = start(folder, arguments, name)
    time.sleep(generator.random() * longest)
    there = members(name)
    if there: os.kill(generator.choice(there), signal.SIGKILL)
    process.wait()
    if os.path.exists(os.path.join(folder, name, "report.json")): return False
    run(generator.randrange(1, 4), ["resume", name, "--quiet"], folder)
    return True


generator = random.Random(5)
with tempfile.TemporaryDirectory() as folder:
    print("| training | " + " | ".join(f"{count} × {threads}" for count in PROCESSES for threads in (1, 2)) + " |\n|---" + "|---" * (2 * len(PROCESSES)) + "|", flush=True)
    trainings = {kind.__name__: ["train"] + kind(folder, generator) + SHARDS for kind in (dense, pictures, sequences)}
    expected, wrong = {}, 0
    for kind, arguments in trainings.items():
        cells = []
        for count in PROCESSES:
            for threads in (1, 2):
                name = f"{kind}-{count}-{threads}"
                run(count, arguments + ["--threads", str(threads), "--output", name], folder)
                cells.append(weights(folder, name))
        expected[kind] = cells[0]
        wrong += sum(cell != cells[0] for cell in cells)
        epochs = sum(1 for _ in open(os.path.join(folder, f"{kind}-1-1", "metrics.jsonl")))
        print(f"| {kind}, {epochs} epochs | " + " | ".join(cell[:8] for cell in cells) + " |", flush=True)
    longest = {}
    for kind, arguments in trainings.items() if LOSSES else []:
        trainings[kind] = longer(kind, arguments)
        run(1, trainings[kind] + ["--output", f"{kind}-alone"], folder)
        expected[kind] = weights(folder, f"{kind}-alone")
        longest[kind] = duration(folder, trainings[kind], f"{kind}-whole")
    lost = 0
    for number in range(LOSSES):
        kind = list(trainings)[number % 3]
        name = f"lost-{number}"
        lost += lose(folder, trainings[kind], name, generator, longest[kind])
        wrong += weights(folder, name) != expected[kind]
    print(f"processes killed: {LOSSES}, before the end of the training {lost}; other weights than those of one process: {wrong}")
    sys.exit(wrong > 0)
