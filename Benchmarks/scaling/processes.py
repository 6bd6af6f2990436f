"""One training on several processes of one thread each, beside PyTorch's DistributedDataParallel.

Usage: python processes.py GLASSBOX [ROUNDS] [COUNTS] [WORKLOAD:BATCH …]
  GLASSBOX  a program built with the trait MPI
  COUNTS    of processes, such as 1,2
Both programs take turns, ROUNDS times; the middle of each is told, in rows per second. Where this Python has no
torch, Glassbox is alone. Data: random pictures, since only the time counts.
"""
import importlib.util, os, shlex, statistics, subprocess, sys, tempfile
import workloads

HERE = os.path.dirname(os.path.abspath(__file__))
GLASSBOX = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3
COUNTS = [int(count) for count in sys.argv[3].split(",")] if len(sys.argv) > 3 else [1, 2]
CASES = sys.argv[4:] or ["mlp-wide:128", "mlp-wide:512", "cnn:128", "cnn:512"]
# Such as "./ld-linux-x86-64.so.2 --library-path lib lib/mpirun", where it is not installed.
MPIRUN = shlex.split(os.environ.get("GLASSBOX_MPIRUN", "mpirun")) + ["--allow-run-as-root", "--bind-to", "core"]
PROGRAM = shlex.split(os.environ.get("GLASSBOX_LOADER", "")) + [GLASSBOX]
EPOCHS = 4


def glassbox(folder, workload, count, batch):
    launch = MPIRUN + ["-n", str(count)] if count > 1 else []
    return workloads.ROWS[workload] / workloads.train(folder, workload, count, batch, EPOCHS, PROGRAM, launch)


def torch(folder, workload, count, batch):
    done = subprocess.run([sys.executable, os.path.join(HERE, "ddp_peer.py"), workload, str(count), str(batch), str(workloads.ROWS[workload]), str(EPOCHS)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    return float(done.stdout.split()[-1])


programs = [("Glassbox", glassbox)] + ([("DistributedDataParallel", torch)] if importlib.util.find_spec("torch") else [])
with tempfile.TemporaryDirectory() as folder:
    print("| training | program | " + " | ".join(f"{count}" for count in COUNTS) + " | " + " | ".join(f"{count} to {COUNTS[0]}" for count in COUNTS[1:]) + " |\n|---|---" + "|---" * (2 * len(COUNTS) - 1) + "|", flush=True)
    for case in CASES:
        workload, batch = case.split(":")
        found = {name: [[] for _ in COUNTS] for name, _ in programs}
        for _ in range(ROUNDS):
            for place, count in enumerate(COUNTS):
                for name, measure in programs: found[name][place].append(measure(folder, workload, count, int(batch)))
        for name, _ in programs:
            rows = [statistics.median(numbers) for numbers in found[name]]
            print(f"| {workload}, batch {batch} | {name} | " + " | ".join(f"{number:.0f}" for number in rows) + " | " + " | ".join(f"{number / rows[0]:.2f}" for number in rows[1:]) + " |", flush=True)
