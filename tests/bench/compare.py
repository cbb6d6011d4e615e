"""Where the gateway stands beside other proxies, through the same loader and upstream. Started by tests/bench/compare.

A round runs every row once with every proxy, another one going first each time, so that what else the machine does meets all alike; what
is compared is the median over the rounds.
"""
import argparse
import contextlib
import dataclasses
import datetime
import os
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import contenders
import peers_install
import versions
from bench_ends import CORES, OF_THE_ENDS, OF_THE_PROXY, Target, Upstream, pinned, run_load
from compare_rows import ROWS
from nginx_run import Nginx

PAGE = pathlib.Path("docs/benchmarks.md")
MARKS = ("<!-- tests/bench/compare --write: begin -->\n", "<!-- tests/bench/compare --write: end -->\n")
ROUNDS = 9
DEADLINE_S = 7000  # the upstream ends by itself after 7,200
QUICK_DEADLINE_S = 400
FILES = 16384      # a proxy of 6,000 streams has 12,000 sockets
AGAINST = "nginx"
OURS = "sallyport"  # and what begins so


class Bench:
    """Starts proxies as rows need them and keeps them until the end."""

    def __init__(self, started, binaries, scratch, quick):
        self.started, self.scratch, self.quick = started, scratch, quick
        self.binaries = binaries / "tests/bench"
        self.certificate, self.key = scratch / "certificate.pem", scratch / "key.pem"
        make_certificate(self.certificate, self.key)
        self.upstreams, self.front, self.proxies, self.directs = {}, None, {}, {}

    def variant(self, name):
        return contenders.variant(name, self.certificate, self.key)

    def upstream(self, tls=False):
        if tls not in self.upstreams:
            pair = (self.certificate, self.key) if tls else ()
            self.upstreams[tls] = self.started.enter_context(Upstream(self.binaries, *pair))
        return self.upstreams[tls]

    def http2_front(self):
        """An nginx on the ends' core that speaks TLS and HTTP/2 for the upstream, or HTTP/1.1 to those that know no other."""
        if not self.front:
            how = dataclasses.replace(self.variant("plain"), name="front", tls_door=True)
            made = Nginx(peers_install.debian("nginx"), tempfile.mkdtemp(dir=self.scratch), self.upstream().port, pinned(OF_THE_ENDS), how, http2=True)
            self.front = self.started.enter_context(made)
        return self.front

    def upstream_port(self, how):
        return self.http2_front().port if how.http2_upstream else self.upstream(how.tls_upstream).port

    def proxy(self, contender, variant):
        if (contender.name, variant) not in self.proxies:
            how = self.variant(variant)
            folder = tempfile.mkdtemp(dir=self.scratch)
            cores = set(CORES) if how.workers > 1 else OF_THE_PROXY
            made = contender.start(folder, self.upstream_port(how), pinned(cores), how)
            self.proxies[contender.name, variant] = self.started.enter_context(made)
        return self.proxies[contender.name, variant]

    def target(self, contender, variant):
        proxy = self.proxy(contender, variant)
        return Target(proxy.port, tuple(proxy.headers), self.variant(variant).tls_door)

    def direct(self, row, load):
        """The median latency without a proxy, once a round."""
        if row.name not in self.directs:
            self.directs[row.name] = run_load(self.binaries, Target(self.upstream().port), load)[1]
        return self.directs[row.name]


def make_certificate(certificate, key):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key],
                   check=True, capture_output=True, timeout=60)


def raise_limit(quick):
    """Of open files, for this program and all that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in (soft, hard):
        return
    if hard < FILES and not quick:
        raise RuntimeError(f"{FILES} open files are needed, and {hard} allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(FILES, hard)), hard))


def warm_up(bench, rows, several, absent):
    """Connections, caches and memory as they are in the middle of a day. A proxy that does not start, or not serve, has no part."""
    for name in list(several):
        try:
            for row in rows:
                if several[name].takes_part(row):
                    row.warm_up(bench, several[name])
        except (OSError, RuntimeError) as problem:
            if name.startswith(OURS):
                raise
            absent[name] = " ".join(str(problem).split())[:300]
            del several[name]
    if not several:
        raise RuntimeError("nobody can be compared: " + "; ".join(absent.values()))


def measure(row, bench, contender):
    """Others than ours may fail once: nginx has been seen to end a kept connection under a request, once in some ten runs. Twice in a row says something."""
    for more in (not contender.name.startswith(OURS), False):
        try:
            return row.measure(bench, contender)
        except (OSError, RuntimeError) as problem:
            said = f"{row.name}, {contender.name}: {problem}"
            if not more:
                raise RuntimeError(said) from problem
            print(f"tests/bench/compare: once more: {' '.join(said.split())[:300]}", file=sys.stderr, flush=True)


def measured(bench, rows, several, rounds):
    """By row and name of the proxy: a list of values for each figure, one of each round. And the direct latencies, by row."""
    values, directs = {}, {}
    for number in range(rounds):
        begin = time.monotonic()
        names = list(several)
        names = names[number % len(names):] + names[:number % len(names)]
        bench.directs = {}
        for row in rows:
            for name in names:
                if several[name].takes_part(row):
                    values.setdefault((row.name, name), []).append(measure(row, bench, several[name]))
        for row, latency in bench.directs.items():
            directs.setdefault(row, []).append(latency)
        print(f"round {number + 1} of {rounds}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    return {at: list(zip(*each)) for at, each in values.items()}, directs


def middle(figure, values):
    return max(values) if figure.best else statistics.median(values)


def cell(figure, values, beside):
    """The value, its range, and how many times that of what it is compared with."""
    if values is None:
        return "-"
    text = f"{middle(figure, values):,.{figure.digits}f} ({min(values):,.{figure.digits}f}-{max(values):,.{figure.digits}f})"
    if beside is None or middle(figure, beside) <= 0:  # a few streams may fit into memory that was there
        return text
    return f"{text} **{middle(figure, values) / middle(figure, beside):.2f}**"


def lines_of(row, values, names, direct):
    for which, figure in enumerate(row.figures):
        def of(name, where=row.name, at=which):
            found = values.get((where, name))
            return found[at] if found else None

        cells = []
        for name in names:
            beside = of(name, figure.relay_of, 0) if figure.relay_of else of(AGAINST) if name != AGAINST else None
            cells.append(cell(figure, of(name), beside))
        note = f" (direct: {statistics.median(direct):.0f})" if direct and which == 1 else ""
        yield f"| {figure.title}{note} | " + " | ".join(cells) + " |"


def table(rows, values, directs, names, absent):
    shown = names + list(absent)
    yield "| median (lowest-highest) **times nginx** | " + " | ".join(shown) + " |"
    yield "|---" * (len(shown) + 1) + "|"
    for row in rows:
        for line in lines_of(row, values, names, directs.get(row.name)):
            yield line + " not run |" * len(absent)
    yield ""
    yield from (f"- {name} was not run: {reason}" for name, reason in absent.items())


def heading(rounds, in_small, load_average, programs):
    of = versions.timed(programs)
    processor = of.pop("processor")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yield (f"{today}, {rounds} rounds{' in small' if in_small else ''}, two cores of {os.cpu_count()} ({processor}), "
           f"load average before the first round {load_average:.1f}.")
    yield ", ".join(f"{name} {version}" for name, version in of.items()) + ".\n"


def write(text):
    before, rest = PAGE.read_text().split(MARKS[0])
    _, after = rest.split(MARKS[1])
    PAGE.write_text(before + MARKS[0] + text + MARKS[1] + after)


def ended(*_):
    raise SystemExit(1)


def too_late(*_):
    raise TimeoutError("it took too long")


def arguments():
    words = argparse.ArgumentParser(prog="tests/bench/compare")
    words.add_argument("binaries", type=pathlib.Path, help=argparse.SUPPRESS)
    words.add_argument("--rounds", type=int, metavar="N", help=f"1 to 99; {ROUNDS} unless said otherwise")
    words.add_argument("--only", nargs="+", default=[], metavar="NAME", help="rows (" + ", ".join(row.name for row in ROWS) + "), proxies "
                       "(sallyport, sallyport-curl, " + ", ".join(contenders.KINDS) + "), or both")
    words.add_argument("--quick", action="store_true", help="one round in small, of nginx and sallyport if not told others")
    words.add_argument("--write", action="store_true", help=f"the table goes into {PAGE} as well")
    asked = words.parse_args()
    known = {row.name for row in ROWS} | set(contenders.NAMES)
    if unknown := set(asked.only) - known:
        words.error(f"--only: there is no {', '.join(sorted(unknown))}")
    asked.rounds = asked.rounds or (1 if asked.quick else ROUNDS)
    if not 1 <= asked.rounds <= 99:
        words.error("--rounds takes 1 to 99")
    return asked


def wanted_rows(asked):
    names = {row.name for row in ROWS} & set(asked.only)
    return [row for row in ROWS if not names or row.name in names]


def wants_proxy(asked):
    names = set(asked.only) - {row.name for row in ROWS}
    names = names or ({AGAINST, "sallyport"} if asked.quick else set())
    return lambda name: not names or name in names


def compare(asked):
    """The whole text."""
    load_average = os.getloadavg()[0]
    raise_limit(asked.quick)
    rows = wanted_rows(asked)
    several, absent, programs = contenders.find(asked.binaries / "proxy/sallyport", wants_proxy(asked))
    if not shutil.which("nginx"):
        rows = [row for row in rows if row.variant != contenders.HTTP2_UPSTREAM]  # whose upstream stands behind one
    with contextlib.ExitStack() as started:
        scratch = pathlib.Path(started.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-bench-")))
        bench = Bench(started, asked.binaries, scratch, asked.quick)
        warm_up(bench, rows, several, absent)
        for name, reason in absent.items():
            print(f"tests/bench/compare: {name} is not run: {reason}", file=sys.stderr, flush=True)
        values, directs = measured(bench, rows, several, asked.rounds)
    lines = [*heading(asked.rounds, asked.quick, load_average, {name: programs[name] for name in several if name in programs}),
             *table(rows, values, directs, list(several), absent)]
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    asked = arguments()
    signal.signal(signal.SIGTERM, ended)  # so that what was started is ended
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(QUICK_DEADLINE_S if asked.quick else DEADLINE_S)
    try:
        text = compare(asked)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as problem:
        sys.exit(f"tests/bench/compare: {type(problem).__name__}: {problem}")
    print(text, end="")
    if asked.write:
        write(text)


if __name__ == "__main__":
    main()
