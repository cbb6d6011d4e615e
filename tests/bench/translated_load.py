"""CPU of the gateway for an Anthropic client and for an OpenAI client of the same openai_chat upstream. Started by tests/bench/translation.

As in compare.py, whose loader, upstream and rounds these are: a round runs each load once with each client, taking turns who goes first.
"""
import argparse
import contextlib
import datetime
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import versions
from compare import CHUNKS, DEADLINE_S, ROUNDS, Bench, Load, Upstream, cpu_ns, ended, pin, rounds_of, row, too_late, used_us
from gateway_run import Gateway

LOADS = {Load("plain", connections=16, requests=4000): "CPU us per request of 2 KB answered with 2 KB, closed loop, 16 connections",
         Load("stream", connections=8, requests=160): "CPU us per streamed chunk of 150 B, as fast as possible, 8 streams"}
# The words that the loader takes, and how many events it has to find in a stream: Anthropic clients see those with text, not the last two.
CLIENTS = {"openai_chat, relayed": ([], CHUNKS), "anthropic_messages, translated": (["messages"], CHUNKS - 2)}


class Samples:
    def __init__(self):
        self.cpu = {client: {load: [] for load in LOADS} for client in CLIENTS}
        self.rounds = 0

    def round(self, bench, gateway):
        for load in LOADS:
            for client in list(CLIENTS)[:: 1 if self.rounds % 2 == 0 else -1]:
                before = cpu_ns(gateway.pid)
                asked(bench, gateway, load, client)
                self.cpu[client][load].append(used_us(before, cpu_ns(gateway.pid)) / load.units())
        self.rounds += 1


def asked(bench, gateway, load, client):
    words, events = CLIENTS[client]
    bench.latency_us(gateway.port, load, words, 0 if load.kind == "plain" else load.requests * events)


def measure(binaries, rounds):
    cores = sorted(os.sched_getaffinity(0))
    bench = Bench(binaries, cores[0])
    with contextlib.ExitStack() as started:
        folder = started.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-bench-"))
        upstream = started.enter_context(Upstream(binaries / "tests/bench/bench_upstream", pin(cores[0])))
        gateway = started.enter_context(Gateway([str(binaries / "proxy/sallyport")], folder, upstream.port, pin(cores[-1])))
        Samples().round(bench, gateway)  # connections, caches and memory as they are in the middle of a day
        return rounds_of(Samples(), rounds, lambda samples: samples.round(bench, gateway))


def table(samples, load_average):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    made_of = ", ".join(f"{name} {version}" for name, version in versions.compiled().items())
    yield (f"{today}, {samples.rounds} rounds, two cores of {os.cpu_count()}, load average before the first round {load_average:.1f}. "
           f"{made_of}.\n")
    yield "| median (lowest-highest) | " + " | ".join(CLIENTS) + " | ratio of the medians |\n|---|---|---|---|"
    relayed, translated = (samples.cpu[client] for client in CLIENTS)
    for load, title in LOADS.items():
        yield row(title, translated[load], relayed[load], 1 if load.kind == "plain" else 2)


def main():
    words = argparse.ArgumentParser(prog="tests/bench/translation")
    words.add_argument("binaries", type=pathlib.Path, help=argparse.SUPPRESS)
    words.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"1 to 99; {ROUNDS} unless said otherwise")
    given = words.parse_args()
    if not 1 <= given.rounds <= 99:
        words.error("--rounds takes 1 to 99")
    signal.signal(signal.SIGTERM, ended)  # so that what was started is ended
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(DEADLINE_S)
    load_average = os.getloadavg()[0]
    try:
        samples = measure(given.binaries, given.rounds)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(f"tests/bench/translation: {type(problem).__name__}: {problem}")
    print("\n".join(table(samples, load_average)))


if __name__ == "__main__":
    main()
