"""Glassbox beside FastAPI, LitServe and BentoML: the same network, one process each, in turn, loaded by wrk.

    .venv/bin/python serving.py FOLDER --glassbox PROGRAM [--rounds 3] [--seconds 5] [--only fastapi] [--write]

FOLDER is made by models.py. Every server answers the same request first, and its probabilities are compared
with Glassbox's. On a machine that does other work read the CPU time of a request, which that hardly changes;
requests per second and latencies say then only how the servers fare beside each other.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from models import CONTENT

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
TICK = os.sysconf("SC_CLK_TCK")
# What Glassbox shall reach against the fastest form of FastAPI.
GOALS = {"cpu_us": 1 / 8, "rps": 5, "p99_ms": 1 / 2}


def servers(program, folder):
    """Name: what starts it, its port, and the path of each kind of body."""
    uvicorn = [str(BIN / "uvicorn"), "fastapi_peer:app", "--no-access-log", "--log-level", "warning"]
    litserve = [sys.executable, "litserve_peer.py"]

    def glassbox(model, port):
        return [program, "serve", str(folder / model), "--port", str(port), "--quiet"]

    return {
        "glassbox table": (glassbox("table", 8110), 8110, {"json": "/predict"}),
        "glassbox images": (
            glassbox("images", 8111),
            8111,
            {"png": "/predict", "form": "/predict"},
        ),
        "fastapi": (
            [*uvicorn, "--port", "8101"],
            8101,
            {"json": "/json", "png": "/png", "form": "/form"},
        ),
        "litserve table": ([*litserve, "json", "8102"], 8102, {"json": "/predict"}),
        "litserve images": ([*litserve, "form", "8103"], 8103, {"form": "/predict"}),
        "bentoml": (
            [str(BIN / "bentoml"), "serve", "bentoml_peer:Network", "--port", "8104"],
            8104,
            {"json": "/json", "form": "/form"},
        ),
    }


def processes(root):
    """A process and all that it has started."""
    found = [root]
    for task in pathlib.Path(f"/proc/{root}/task").glob("*/children"):
        for child in task.read_text().split():
            found += processes(int(child))
    return found


def cpu_seconds(root):
    total = 0
    for process in processes(root):
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def megabytes(root):
    """Proportional set size: what is shared with other programs counts for its share."""
    total = 0
    for process in processes(root):
        try:
            text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])
        except (OSError, TypeError):
            continue
    return total / 1024


class Server:
    """A server that runs, for as long as a block."""

    def __init__(self, command, port, folder):
        self.command, self.port, self.folder = command, port, folder

    def __enter__(self):
        begin = time.monotonic()
        path = f"{BIN}:{os.environ['PATH']}"
        self.process = subprocess.Popen(
            self.command,
            cwd=HERE,
            env=os.environ | {"FOLDER": str(self.folder), "PATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() - begin > 120:
                raise RuntimeError(f"does not start: {' '.join(self.command)}")
            time.sleep(0.005)
        self.started = time.monotonic() - begin
        return self

    def __exit__(self, *_):
        if self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def answers(self):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5)
        except urllib.error.HTTPError:
            pass
        except OSError:
            return False
        return True

    def ask(self, path, kind):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            (self.folder / f"body.{kind}").read_bytes(),
            {"Content-Type": CONTENT[kind]},
        )
        answer = json.load(urllib.request.urlopen(request, timeout=30))
        probabilities = answer["predictions"][0]["probabilities"]
        return list(probabilities.values()) if isinstance(probabilities, dict) else probabilities

    def load(self, path, kind, connections, seconds):
        peak, stop = [0.0], threading.Event()

        def watch():
            while not stop.wait(0.2):
                peak[0] = max(peak[0], megabytes(self.process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = cpu_seconds(self.process.pid)
        text = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
            + ["-s", str(self.folder / f"{kind}.lua"), f"http://127.0.0.1:{self.port}{path}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        used = cpu_seconds(self.process.pid) - before
        stop.set()
        watcher.join()
        count = int(re.search(r"(\d+) requests in", text)[1])
        if not count or "Non-2xx" in text:
            raise RuntimeError(f"{kind} at {connections} connections: {text}")
        return {
            "cpu_us": used * 1e6 / count,
            "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
            "p50_ms": milliseconds(re.search(r"50%\s+(\S+)", text)[1]),
            "p99_ms": milliseconds(re.search(r"99%\s+(\S+)", text)[1]),
            "mb": peak[0],
        }


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]


def measure(arguments, folder):
    """Rounds, in each of which every server is started, asked and loaded in turn."""
    results, starts, expected = {}, {}, {}
    for turn in range(arguments.rounds):
        for name, (command, port, paths) in servers(arguments.glassbox, folder).items():
            chosen = arguments.only or [name]
            if not name.startswith(("glassbox", *chosen)):
                continue
            if not pathlib.Path(command[0]).exists():
                continue
            with Server(command, port, folder) as server:
                starts.setdefault(name, []).append(server.started)
                for kind, path in paths.items():
                    answer = server.ask(path, kind)
                    known = expected.setdefault(kind, answer)
                    if max(abs(a - b) for a, b in zip(answer, known, strict=True)) > 1e-4:
                        raise RuntimeError(f"{name} answers {kind} otherwise: {answer} {known}")
                    for connections in (16, 64):
                        server.load(path, kind, connections, 1)
                        found = server.load(path, kind, connections, arguments.seconds)
                        key = (name.split()[0], kind, connections)
                        results.setdefault(key, []).append(found)
                        print(turn, *key, {k: round(v, 1) for k, v in found.items()}, flush=True)
    return results, starts


def table(results, starts):
    lines = [
        "| server | body | connections | CPU µs a request | requests/s | p50 ms | p99 ms | peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    middle = {
        key: {name: statistics.median(r[name] for r in found) for name in found[0]}
        for key, found in results.items()
    }
    for (server, kind, connections), found in sorted(middle.items(), key=lambda item: item[0][1:]):
        cpu = [r["cpu_us"] for r in results[server, kind, connections]]
        lines.append(
            f"| {server} | {kind} | {connections} | {found['cpu_us']:.0f} "
            f"({min(cpu):.0f}–{max(cpu):.0f}) | {found['rps']:.0f} | {found['p50_ms']:.1f} | "
            f"{found['p99_ms']:.1f} | {found['mb']:.0f} |"
        )
    lines += ["", "Seconds from the start to the first answer:"]
    lines += [f"- {name}: {statistics.median(found):.2f}" for name, found in starts.items()]
    lines += [
        "",
        "Against FastAPI (goals: CPU at most ⅛, requests/s at least 5, p99 at most ½):",
        "",
        "| body | connections | CPU | requests/s | p99 | missed |",
        "|---|---|---|---|---|---|",
    ]
    for (server, kind, connections), ours in middle.items():
        theirs = middle.get(("fastapi", kind, connections))
        if server != "glassbox" or not theirs:
            continue
        ratio = {name: ours[name] / theirs[name] for name in GOALS}
        missed = [n for n, goal in GOALS.items() if (ratio[n] < goal) == (n == "rps")]
        lines.append(
            f"| {kind} | {connections} | 1/{1 / ratio['cpu_us']:.1f} | {ratio['rps']:.1f} × | "
            f"{ratio['p99_ms']:.2f} × | {', '.join(missed) or 'nothing'} |"
        )
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--glassbox", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    arguments.glassbox = str(pathlib.Path(arguments.glassbox).resolve())
    begin = os.getloadavg()[0]
    results, starts = measure(arguments, arguments.folder.resolve())
    text = (
        f"{datetime.date.today()}, {os.cpu_count()} processors, load {begin:.0f} before and "
        f"{os.getloadavg()[0]:.0f} after, {arguments.rounds} rounds of {arguments.seconds} s, medians.\n\n"
        + table(results, starts)
    )
    print(text)
    if arguments.write:
        path = HERE / "results.md"
        rest = path.read_text().partition("\n## ")[2] if path.exists() else ""
        path.write_text(
            f"# Serving beside others\n\n{text}\n" + (f"\n## {rest}" if rest else "")
        )


if __name__ == "__main__":
    main()
