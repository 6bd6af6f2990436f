"""One training on hosts that only a cable of limited rate joins: time and bytes of a step beside what the law says.

Usage: python hosts.py GLASSBOX [RATES] [COUNTS] [WORKLOAD:BATCH …]
  GLASSBOX  a program built with the trait MPI
  RATES     of a cable, such as 100mbit,1gbit
  COUNTS    of hosts (network namespaces, `hosts.sh`: Linux, as root), such as 2,4
One thread a host; with more hosts than cores the computing is shared as well. Bytes are those of the cable, with the
headers of TCP: what a longer training sent more than a shorter one.
"""
import os, subprocess, sys, tempfile
import workloads

HERE = os.path.dirname(os.path.abspath(__file__))
GLASSBOX = os.path.abspath(sys.argv[1])
RATES = sys.argv[2].split(",") if len(sys.argv) > 2 else ["100mbit", "1gbit"]
COUNTS = [int(count) for count in sys.argv[3].split(",")] if len(sys.argv) > 3 else [2]
CASES = sys.argv[4:] or ["dense:128", "dense:1024", "mlp-wide:128", "mlp-wide:1024", "cnn:128", "cnn:512"]
BITS = {"mbit": 1e6, "gbit": 1e9}
# The share of a cable's bits that are gradients, and seconds of a message.
SHARE, LATENCY = 0.94, 50e-6


def hosts(*words):
    done = subprocess.run([os.path.join(HERE, "hosts.sh"), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode: sys.exit(done.stderr)
    return done.stdout


def exchange(count, weights, rate):
    bytes_a_second = float(rate[:-4]) * BITS[rate[-4:]] / 8 * SHARE
    return 2 * (count - 1) / count * 4 * weights / bytes_a_second + 2 * (count - 1) * LATENCY


print("| training | cable | hosts | one host, ms | measured, ms | law, ms | MB a step, measured | predicted |\n|---|---|---|---|---|---|---|---|", flush=True)
with tempfile.TemporaryDirectory() as folder:
    for case in CASES:
        workload, batch = case.split(":")
        steps = workloads.ROWS[workload] // int(batch)
        alone = workloads.train(folder, workload, 1, int(batch), 3, [GLASSBOX]) / steps
        for rate in RATES:
            for count in COUNTS:
                hosts("up", str(count), rate)
                try:
                    sent, seconds = [], []
                    for epochs in (1, 3):
                        before = int(hosts("sent", "1"))
                        seconds.append(workloads.train(folder, workload, count, int(batch), epochs, [GLASSBOX], [os.path.join(HERE, "hosts.sh"), "launch", str(count)]))
                        sent.append(int(hosts("sent", "1")) - before)
                finally: hosts("down", str(count))
                weights = workloads.WEIGHTS[workload]
                law = alone / count + exchange(count, weights, rate)
                print(f"| {case.replace(':', ', batch ')} | {rate} | {count} | {alone * 1000:.2f} | {min(seconds) / steps * 1000:.2f} | {law * 1000:.2f} | {(sent[1] - sent[0]) / (2 * steps) / 1e6:.3f} | {2 * (count - 1) / count * 4 * weights / 1e6:.3f} |", flush=True)
