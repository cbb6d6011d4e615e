"""Half of what the gateway can bear, for a while; what it holds then. Started by tests/bench/soak."""
import argparse
import contextlib
import dataclasses
import datetime
import os
import pathlib
import resource
import signal
import statistics
import sys
import tempfile
import time
import urllib.request

from bench_ends import OF_THE_PROXY, HeldStreams, Load, Target, Upstream, pinned, run_load
from gateway_run import Gateway
from proxy_run import listening_port

PAGE = pathlib.Path("docs/benchmarks.md")
MARKS = ("<!-- tests/bench/soak --write: begin -->\n", "<!-- tests/bench/soak --write: end -->\n")
FILES = 16384
WARM_UP = 0.2        # of the time: caches, pools and tables fill
GROWTH_MAX = 0.05    # of anonymous memory, between the first and the last third behind the warm-up
DESCRIPTORS_MORE = 32
HELD = 200
HELD_PACE_US = 500_000
TURN_S = 5
MINUTES_MAX = 110    # the upstream ends by itself after two hours


@dataclasses.dataclass(frozen=True)
class Look:
    at_s: float
    anonymous_mib: float
    descriptors: int
    series: int


def anonymous_mib(pid):
    """Without what is mapped from files: the journal's pages are touched one after the other until the ring is round."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not tell RssAnon")


def series(port):
    with urllib.request.urlopen(f"http://127.0.0.2:{port}/metrics", timeout=30) as page:
        return sum(1 for line in page if line.strip() and not line.startswith(b"#"))


class Soak:
    def __init__(self, binaries, gateway, target):
        self.binaries, self.gateway, self.target = binaries, gateway, target
        self.admin = listening_port(gateway.pid, "0200007F")
        self.looks = []

    def run(self, load):
        return run_load(self.binaries, self.target, load)

    def best_rate(self):
        """Of plain calls a second, as fast as answers come."""
        load = Load(connections=16, requests=10_000)
        return load.requests / self.run(load)[0]

    def turn(self, rate):
        """Plain calls, then streams, each for some seconds; then streams that are opened, listened to and ended."""
        self.run(Load(connections=16, requests=int(rate * TURN_S), rate=int(rate)))
        # 200 events at 5 ms each: a second a stream.
        self.run(Load(connections=64, requests=64 * TURN_S, stream=True, pace_us=5_000))
        with HeldStreams(self.binaries, self.target, HELD_PACE_US) as held:
            held.tell("open", HELD)
            held.tell("watch", 1000)   # its end breaks them all off, as clients that leave do

    def look(self, began):
        pid = self.gateway.pid
        self.looks.append(Look(time.monotonic() - began, anonymous_mib(pid), len(os.listdir(f"/proc/{pid}/fd")), series(self.admin)))

    def go_on(self, rate, seconds):
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.turn(rate)
            self.look(began)
            print(f"{self.looks[-1].at_s:.0f} s: {self.looks[-1].anonymous_mib:.1f} MiB, {self.looks[-1].descriptors} descriptors, "
                  f"{self.looks[-1].series} series", file=sys.stderr, flush=True)

    def thirds(self, seconds):
        """The looks of the first and of the last third behind the warm-up."""
        behind = [look for look in self.looks if look.at_s > seconds * WARM_UP]
        third = len(behind) // 3
        if third == 0:
            raise RuntimeError("too short for a verdict")
        return behind[:third], behind[-third:]


def judged(first, last):
    """title, what it was, what it is, whether it is flat; of each thing that may not grow."""
    def medians(of):
        return statistics.median(of(look) for look in first), statistics.median(of(look) for look in last)

    was, now = medians(lambda look: look.anonymous_mib)
    yield "anonymous memory, MiB", was, now, now <= was * (1 + GROWTH_MAX)
    # A look finds more or fewer of the streams whose clients have just left, and of the kept connections: what may not rise is the highest.
    was, now = (max(look.descriptors for look in looks) for looks in (first, last))
    yield "descriptors at most", was, now, now <= was + DESCRIPTORS_MORE
    was, now = medians(lambda look: look.series)
    yield "series of metrics", was, now, now <= was


def table(rows, rate, minutes, load_average):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yield f"{today}, {minutes:g} minutes at {rate:,.0f} plain calls a second by turns with streams, load average before {load_average:.1f}.\n"
    yield "| | first third | last third | |\n|---|---:|---:|---|"
    for title, was, now, flat in rows:
        yield f"| {title} | {was:,.1f} | {now:,.1f} | {'flat' if flat else 'grew'} |"


def write(text):
    page = PAGE.read_text()
    before, rest = page.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    PAGE.write_text(before + MARKS[0] + text + "\n" + MARKS[1] + after)


def soak(binaries, minutes):
    load_average = os.getloadavg()[0]
    with contextlib.ExitStack() as started:
        folder = started.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-soak-", dir=binaries))
        upstream = started.enter_context(Upstream(binaries / "tests/bench"))
        command = [binaries.absolute() / "proxy/sallyport"]
        gateway = started.enter_context(Gateway(command, folder, upstream.port, pinned(OF_THE_PROXY), everything=True))
        here = Soak(binaries / "tests/bench", gateway, Target(gateway.port, tuple(gateway.headers)))
        rate = here.best_rate() / 2
        here.go_on(rate, minutes * 60)
        rows = list(judged(*here.thirds(minutes * 60)))
        gateway.end()
    return rows, "\n".join(table(rows, rate, minutes, load_average))


def ended(*_):
    raise SystemExit(1)


def main():
    words = argparse.ArgumentParser(prog="tests/bench/soak")
    words.add_argument("binaries", type=pathlib.Path, help=argparse.SUPPRESS)
    words.add_argument("--minutes", type=float, default=20, help=f"0.5 to {MINUTES_MAX}; 20 unless said otherwise")
    words.add_argument("--write", action="store_true", help="the table goes into docs/benchmarks.md as well")
    said = words.parse_args()
    if not 0.5 <= said.minutes <= MINUTES_MAX:
        words.error(f"--minutes: 0.5 to {MINUTES_MAX}")
    signal.signal(signal.SIGTERM, ended)  # so that what was started is ended
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))
    try:
        rows, text = soak(said.binaries, said.minutes)
    except RuntimeError as problem:
        print(f"tests/bench/soak: {problem}", file=sys.stderr)
        return 1
    print(text)
    if said.write:
        write(text)
    return 0 if all(flat for *_, flat in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
