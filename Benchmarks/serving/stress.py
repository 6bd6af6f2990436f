"""What a server does when it is asked for more than it can, when it is told to end, and in the long run.

    .venv/bin/python stress.py overload FOLDER --glassbox PROGRAM [--seconds 60]
    .venv/bin/python stress.py ending   FOLDER --glassbox PROGRAM [--times 20]
    .venv/bin/python stress.py soak     FOLDER --glassbox PROGRAM [--requests 1000000]

FOLDER is made by models.py. Each exits with 1 if what it says does not hold.
"""

import argparse
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from models import train
from serving import Server, megabytes

CONNECTIONS = 1000
# Sends a request at a steady pace, whether or not the server keeps up, and counts what comes.
PACED = """
local file = io.open("%(body)s", "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
function delay() return %(pause)d end
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() good, refused, told, other = 0, 0, 0, 0 end
function response(status, headers)
  if status == 200 then good = good + 1
  elseif status == 503 then
    refused = refused + 1
    if headers["Retry-After"] or headers["retry-after"] then told = told + 1 end
  else other = other + 1 end
end
function done(summary, latency)
  for _, thread in ipairs(threads) do
    print("counts", thread:get("good"), thread:get("refused"), thread:get("told"), thread:get("other"))
  end
end
"""


def wrk(port, script, connections, seconds):
    return subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
        + ["-s", str(script), f"http://127.0.0.1:{port}/predict"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def overload(arguments, folder):
    """A network that takes milliseconds, since wrk on the same machine cannot ask twice what a small one can."""
    train(arguments.glassbox, folder, "large", "table.csv", "--target", "label", hidden="2048,2048")
    command = [arguments.glassbox, "serve", str(folder / "large"), "--port", "8120", "--quiet"]
    with Server(command, 8120, folder) as server:
        wrk(8120, folder / "json.lua", 16, 2)
        text = wrk(8120, folder / "json.lua", 16, 10)
        capacity = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        script = folder / "paced.lua"
        pause = round(1000 * CONNECTIONS / (2 * capacity))
        script.write_text(PACED % {"body": folder / "body.json", "pause": pause})
        before = megabytes(server.process.pid)
        wrk(8120, script, CONNECTIONS, max(2, arguments.seconds // 6))
        first = megabytes(server.process.pid)
        text = wrk(8120, script, CONNECTIONS, arguments.seconds)
        last = megabytes(server.process.pid)
        good, refused, told, other = map(int, re.search(r"counts\s+(.*)", text)[1].split())
    share = good / arguments.seconds / capacity
    p99 = re.search(r"99%\s+(\S+)", text)[1]
    print(
        f"Twice the capacity of {capacity:.0f} requests/s for {arguments.seconds} s on {CONNECTIONS} "
        f"connections: {good} answered ({share:.0%} of the capacity), {refused} refused with 503, of which "
        f"{told} with Retry-After, {other} others; 99 % of all within {p99}; memory {before:.0f} MB before, "
        f"{first:.0f} MB after a sixth, {last:.0f} MB at the end."
    )
    return share >= 0.9 and refused == told > 0 and other == 0 and last < first * 1.1 + 2


def ending(arguments, folder):
    """Clients that keep their connections, and are told to end in the middle of it."""
    body = (folder / "body.json").read_bytes()
    head = f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    request = head.encode() + body
    lost = answered = 0
    slowest = 0.0
    for turn in range(arguments.times):
        command = [arguments.glassbox, "serve", str(folder / "table"), "--port", "8121", "--quiet"]
        counts = {"lost": 0, "answered": 0}
        lock = threading.Lock()

        def client():
            while True:
                try:
                    connection = socket.create_connection(("127.0.0.1", 8121), timeout=30)
                except OSError:
                    return  # nobody takes connections any more
                with connection:
                    while True:
                        try:
                            connection.sendall(request)
                            answer = connection.recv(1 << 16)
                        except OSError:
                            answer = b""
                        with lock:
                            counts["answered" if answer.startswith(b"HTTP/1.1 200") else "lost"] += 1
                        if not answer or b"connection: close" in answer.lower():
                            break

        with Server(command, 8121, folder) as server:
            clients = [threading.Thread(target=client) for _ in range(24)]
            for thread in clients:
                thread.start()
            time.sleep(0.5 + 0.013 * turn)
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            code = server.process.wait(30)
            slowest = max(slowest, time.monotonic() - begin)
            for thread in clients:
                thread.join()
        if code != 0:
            raise RuntimeError(f"ended with {code}")
        lost += counts["lost"]
        answered += counts["answered"]
    print(
        f"SIGTERM under load, {arguments.times} times: {answered} requests answered, {lost} lost; ended within "
        f"{slowest:.1f} s."
    )
    return lost == 0


def state(process):
    folder = pathlib.Path(f"/proc/{process}")
    return {
        "MB": round(megabytes(process), 1),
        "descriptors": len(list((folder / "fd").iterdir())),
        "threads": len(list((folder / "task").iterdir())),
    }


def soak(arguments, folder):
    """Memory, descriptors and threads after a tenth of the requests and after all."""
    command = [arguments.glassbox, "serve", str(folder / "table"), "--port", "8122", "--quiet"]
    states = []
    done = 0
    with Server(command, 8122, folder) as server:
        while done < arguments.requests:
            text = wrk(8122, folder / "json.lua", 32, 10)
            if "Non-2xx" in text or "Socket errors" in text:
                raise RuntimeError(text)
            done += int(re.search(r"(\d+) requests in", text)[1])
            time.sleep(0.5)  # until the connections are closed
            states.append((done, state(server.process.pid)))
    early = next(found for count, found in states if count >= arguments.requests / 10)
    late = states[-1][1]
    print(f"{done} requests: {early} after a tenth, {late} after all.")
    return (
        late["MB"] < early["MB"] * 1.05 + 1
        and late["descriptors"] <= early["descriptors"]
        and late["threads"] <= early["threads"]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["overload", "ending", "soak"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--glassbox", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--requests", type=int, default=1_000_000)
    arguments = parser.parse_args()
    arguments.glassbox = str(pathlib.Path(arguments.glassbox).resolve())
    folder = arguments.folder.resolve()
    holds = {"overload": overload, "ending": ending, "soak": soak}[arguments.what](arguments, folder)
    print("holds" if holds else "does not hold")
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
