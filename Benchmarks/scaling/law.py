"""How long a step takes on many machines, on paper: computed from speeds of one core and of a cable.

Usage: python law.py [--cores 16] [--latency 50e-6] [--rate 0.94]
  --cores    of each machine, which share a process's threads
  --latency  seconds that a message costs beside its bytes (TCP, measured between network namespaces: 13 to 18 µs for a
             small sum of two hosts; 50 µs leave room for a switch)
  --rate     the share of a cable's bits that are gradients (105 to 118 MB/s of 1 Gbit/s were measured)

A step of R rows on n machines takes

    t(n) = R ÷ (n · v) + u + max(0, e(n) − h · b ÷ n),   e(n) = 2(n−1)/n · 4P ÷ B + 2(n−1) · l

v rows a second of one machine, u the update of P weights, which every machine makes, e the exchange: the bytes that
a process sends, and a message to and from every other. The parts of all but the first layers travel while the
backward pass b (two thirds of the step) still computes; h is the share of the weights in those parts.
"""
import argparse

arguments = argparse.ArgumentParser()
arguments.add_argument("--cores", type=int, default=16)
arguments.add_argument("--latency", type=float, default=50e-6)
arguments.add_argument("--rate", type=float, default=0.94)
A = arguments.parse_args()

# Rows a second of one core (Benchmarks/results.md; the trunk of EfficientNet-Lite0: three times the 26 ms of its
# forward pass), weights, rows of a step, and the share of the weights that travel early.
NETWORKS = {
    "784-128-10": (126021, 101770, 1024, 0.0),
    "mlp-wide": (8081, 1863690, 4096, 0.57),
    "cnn": (4447, 34826, 4096, 0.0),
    "EfficientNet-Lite0": (1 / 0.078, 3413024, 1024, 0.9),
}
# Adam reads and writes 28 bytes a weight, at 8 GB/s.
UPDATE = 28 / 8e9
MACHINES = [8, 16, 32, 64, 128, 256, 512, 1024]


def exchange(machines, weights, gigabits):
    link = gigabits * 1e9 / 8 * A.rate
    return 2 * (machines - 1) / machines * 4 * weights / link + 2 * (machines - 1) * A.latency


def step(machines, network, gigabits):
    speed, weights, rows, early = NETWORKS[network]
    computing = rows / (machines * speed * A.cores)
    seen = max(0.0, exchange(machines, weights, gigabits) - early * computing * 2 / 3) if machines > 1 else 0.0
    return computing + UPDATE * weights + seen


print("| network, rows of a step | Gbit/s | one machine, ms | " + " | ".join(str(n) for n in MACHINES) + " | most |\n|---|---|---" + "|---" * (len(MACHINES) + 1) + "|")
for network, (_, _, rows, _) in NETWORKS.items():
    for gigabits in (1, 10, 100):
        alone = step(1, network, gigabits)
        gains = {n: alone / step(n, network, gigabits) for n in range(1, 1025)}
        best = max(gains, key=gains.get)
        print(f"| {network}, {rows} | {gigabits} | {alone * 1000:.1f} | " + " | ".join(f"{gains[n]:.2g}" if gains[n] < 10 else f"{gains[n]:.0f}" for n in MACHINES) + f" | {gains[best]:.2g} on {best} |")
