"""CPU and added latency of nginx and of the gateway, through the same loader and upstream. Started by tests/bench/starting-point.

The proxy has one core, loader and upstream have another. A round runs everything once with each proxy, the one that goes first taking
turns, so that what else the machine does meets both alike; what is compared is the median over the rounds.
"""
import argparse
import contextlib
import dataclasses
import datetime
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import versions
from gateway_run import KEY, Gateway
from nginx_run import Nginx

PAGE = pathlib.Path("docs/benchmarks.md")
MARKS = ("<!-- tests/bench/starting-point --write: begin -->\n", "<!-- tests/bench/starting-point --write: end -->\n")
ROUNDS = 9
ROUNDS_S = 150  # no round begins that would end later, counted from the first one
DEADLINE_S = 175
CHUNKS = 200


@dataclasses.dataclass(frozen=True)
class Load:
    kind: str
    connections: int
    requests: int
    rate: int = 0

    def units(self):
        return self.requests * (1 if self.kind == "plain" else CHUNKS)


SATURATED = Load("plain", connections=16, requests=10000)
FAST = Load("stream", connections=8, requests=400)
PACED = Load("paced", connections=8, requests=80)
STEADY = Load("plain", connections=16, requests=1000, rate=1000)
LOADS = (SATURATED, FAST, PACED, STEADY)

ROWS = {
    SATURATED: "CPU us per request of 2 KB answered with 2 KB, closed loop, 16 connections",
    FAST: "CPU us per streamed chunk of 150 B, as fast as possible, 8 streams",
    PACED: "CPU us per streamed chunk of 150 B, one a ms, 8 streams",
    STEADY: "CPU us per request of 2 KB answered with 2 KB, 1,000 a second",
}


class Upstream:
    def __init__(self, program, before):
        self.child = subprocess.Popen([program, str(CHUNKS)], preexec_fn=before,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.child.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()


def pin(core):
    return lambda: os.sched_setaffinity(0, {core})


def cpu_ns(pid):
    """Of each thread that the process has: in nanoseconds, where /proc/PID/stat has hundredths of a second."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return {task.name: int((task / "schedstat").read_text().split()[0]) for task in tasks}


def used_us(before, after):
    if before.keys() - after.keys():
        raise RuntimeError("a thread of the proxy ended during a run, and its CPU time with it")
    return (sum(after.values()) - sum(before.values())) / 1000


class Bench:
    def __init__(self, folder, core):
        self.loader = folder / "tests/bench/bench_loader"
        self.core = core

    def latency_us(self, port, load, words=(), events=None):
        """Runs the load; every answer and every event has to arrive."""
        wanted = (0 if load.kind == "plain" else load.units()) if events is None else events
        command = [self.loader, port, load.connections, load.requests, load.kind, load.rate, KEY, *words]
        ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, preexec_fn=pin(self.core))
        if ran.returncode != 0:
            raise RuntimeError(f"{load.kind}: {ran.stderr.strip()} (exit code {ran.returncode})")
        _, answers, found, latency = ran.stdout.split()
        if int(answers) != load.requests or int(found) != wanted:
            raise RuntimeError(f"{load.kind}: {answers} answers with {found} events")
        return float(latency)

    def run(self, proxy, load):
        """CPU us per request or chunk, and the median latency in us."""
        before = cpu_ns(proxy.pid)
        latency = self.latency_us(proxy.port, load)
        return used_us(before, cpu_ns(proxy.pid)) / load.units(), latency


class Samples:
    """By proxy: the CPU of each load, and what was added to the latency of a direct run in the same round."""

    def __init__(self, names):
        self.cpu = {name: {load: [] for load in LOADS} for name in names}
        self.added = {name: [] for name in names}
        self.direct = []
        self.rounds = 0

    def round(self, bench, proxies, upstream):
        names = list(proxies)[:: 1 if self.rounds % 2 == 0 else -1]
        self.direct.append(bench.latency_us(upstream.port, STEADY))
        for load in LOADS:
            for name in names:
                cpu, latency = bench.run(proxies[name], load)
                self.cpu[name][load].append(cpu)
                if load is STEADY:
                    self.added[name].append(latency - self.direct[-1])
        self.rounds += 1


def measure(binaries, nginx, rounds):
    cores = sorted(os.sched_getaffinity(0))
    ends, own = cores[0], cores[-1]
    bench = Bench(binaries, ends)
    with contextlib.ExitStack() as started:
        folder = started.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-bench-"))
        upstream = started.enter_context(Upstream(binaries / "tests/bench/bench_upstream", pin(ends)))
        proxies = {
            "nginx": started.enter_context(Nginx(nginx, folder, upstream.port, pin(own))),
            "sallyport": started.enter_context(Gateway([str(binaries / "proxy/sallyport")], folder, upstream.port, pin(own))),
        }
        for proxy in proxies.values():  # connections, caches and memory as they are in the middle of a day
            for load in LOADS:
                bench.latency_us(proxy.port, dataclasses.replace(load, requests=load.connections * 4))
        return rounds_of(Samples(proxies), rounds, lambda samples: samples.round(bench, proxies, upstream))


def rounds_of(samples, rounds, one):
    begin = time.monotonic()
    longest = 0
    while samples.rounds < rounds and time.monotonic() - begin + longest < ROUNDS_S:
        this = time.monotonic()
        one(samples)
        longest = max(longest, time.monotonic() - this)
        print(f"round {samples.rounds} of {rounds}: {time.monotonic() - this:.0f} s", file=sys.stderr, flush=True)
    return samples


def cell(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def row(title, ours, theirs, digits):
    ratio = statistics.median(ours) / statistics.median(theirs)
    return f"| {title} | {cell(theirs, digits)} | {cell(ours, digits)} | {ratio:.2f} |"


def table(samples, load_average, nginx):
    of = versions.timed(nginx)
    processor = of.pop("processor")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yield (f"{today}, {samples.rounds} rounds, two cores of {os.cpu_count()} ({processor}), "
           f"load average before the first round {load_average:.1f}.")
    yield ", ".join(f"{name} {version}" for name, version in of.items()) + ".\n"
    yield "| median (lowest-highest) | nginx | sallyport | sallyport / nginx |\n|---|---|---|---|"
    for load, title in ROWS.items():
        yield row(title, samples.cpu["sallyport"][load], samples.cpu["nginx"][load], 1 if load.kind == "plain" else 2)
    yield row(f"added median latency in us, 1,000 requests a second (direct: {cell(samples.direct, 0)})",
              samples.added["sallyport"], samples.added["nginx"], 0)


def write(text):
    page = PAGE.read_text()
    before, rest = page.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    PAGE.write_text(before + MARKS[0] + text + MARKS[1] + after)


def ended(*_):
    raise SystemExit(1)


def too_late(*_):
    raise TimeoutError(f"it took more than {DEADLINE_S} s")


def main():
    words = argparse.ArgumentParser(prog="tests/bench/starting-point")
    words.add_argument("binaries", type=pathlib.Path, help=argparse.SUPPRESS)
    words.add_argument("nginx", help=argparse.SUPPRESS)
    words.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"1 to 99; {ROUNDS} unless said otherwise")
    words.add_argument("--write", action="store_true", help=f"the table goes into {PAGE} as well")
    asked = words.parse_args()
    if not 1 <= asked.rounds <= 99:
        words.error("--rounds takes 1 to 99")
    signal.signal(signal.SIGTERM, ended)  # so that what was started is ended
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(DEADLINE_S)
    load_average = os.getloadavg()[0]
    try:
        samples = measure(asked.binaries, asked.nginx, asked.rounds)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(f"tests/bench/starting-point: {type(problem).__name__}: {problem}")
    text = "\n".join(table(samples, load_average, asked.nginx)) + "\n"
    print(text, end="")
    if asked.write:
        write(text)


if __name__ == "__main__":
    main()
