"""Counts the gateway's instructions under callgrind, and what a stream holds of its heap under massif, and compares them with the baseline.
Started by tests/bench/gate.

Each figure is the difference of two whole runs that differ in one amount only, so that start-up, warm-up and the end cancel out.
"""
import glob
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile

import translation
import versions
from callgrind_out import Profile
from gateway_run import CountedGateway
from heap import of_an_open_stream
from lockstep import Lockstep
from proxy_run import Variant
from wires import short_answered, short_asked

BASELINE = pathlib.Path(__file__).with_name("baseline.json")
TOLERANCE = 0.05
SPREAD = 0.01  # between the counts of one build; with more, TOLERANCE would judge chance
RATIO_MAX = 2.0  # of a translated call or chunk to a relayed one
WORKERS_TOLERANCE = 0.03  # between one of two workers and a single one
ACCEPTED_OF = 3
DEADLINE_S = 175
STREAMS = 5
PIECE = 20  # events of 150 B in one write of the upstream: 3 KB
MORE_REQUESTS = 300
MORE_EVENTS = 200
SKIP = 3

# Unstreamed requests; events of each stream that gets one a write; events of each stream that gets PIECE a write.
BASE = (50, 20, 20)
FIGURES = {
    "unstreamed request": ((50 + MORE_REQUESTS, 20, 20), MORE_REQUESTS),
    "streamed chunk, one a read": ((50, 20 + MORE_EVENTS, 20), STREAMS * MORE_EVENTS),
    "streamed chunk, 20 a read": ((50, 20, 20 + MORE_EVENTS), STREAMS * MORE_EVENTS),
}


def of_the_worker(out):
    """What the one thread that serves did. The store's, the log's and the admin side's look at the clock, so what they do depends on it."""
    several = [path for path in glob.glob(f"{out}-*") if "server::session::run(" in pathlib.Path(path).read_text()]
    if len(several) != 1:
        raise RuntimeError(f"{len(several)} threads served, where there should be one worker")
    return several[0]


def run(binary, out, amounts, workers=1):
    """One whole run of the gateway; returns the instructions of the worker that served, and the file that has them by function. The client has
    one connection, so of several workers one serves."""
    requests, events, bursts = amounts
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-") as folder:
        with Lockstep() as load, CountedGateway(binary, out, folder, load.upstream_port, variant=Variant(workers=workers)) as gateway:
            load.connect(gateway.port)
            asked, answered = short_asked(gateway.port), short_answered()
            for _ in range(requests):
                load.request(asked, answered)
            for _ in range(STREAMS):
                load.stream(asked, answered, events, 1)
            for _ in range(STREAMS):
                load.stream(asked, answered, bursts, PIECE)
            load.close_client()
            gateway.end()
    counted = of_the_worker(out)
    return int(re.search(r"^(?:totals|summary): (\d+)", pathlib.Path(counted).read_text(), re.M).group(1)), counted


def measure(binary, profile=False):
    """Instructions by figure, and those of the translations. A hung gateway ends it with TimeoutError."""
    signal.alarm(DEADLINE_S)
    measured = {}
    with tempfile.TemporaryDirectory(prefix="sallyport-count-") as folder:
        base, base_file = run(binary, os.path.join(folder, "base"), BASE)
        for number, (name, (amounts, amount)) in enumerate(FIGURES.items()):
            more, more_file = run(binary, os.path.join(folder, f"more{number}"), amounts)
            measured[name] = round((more - base) / amount)
            if profile:
                Profile(base_file, more_file, amount).print(name)
    translated = {} if profile else translation.measure(binary)
    signal.alarm(0)
    return measured | translation.figures(translated), translated


def a_request(binary, folder, workers):
    name, (amounts, amount) = next(iter(FIGURES.items()))
    base, more = (run(binary, os.path.join(folder, f"{name}{workers}"), of, workers)[0] for of, name in ((BASE, "base"), (amounts, "more")))
    return (more - base) / amount


def judge_workers(binary):
    """Workers share nothing on a request's way, so one of two has to do what the only one does."""
    signal.alarm(DEADLINE_S)
    with tempfile.TemporaryDirectory(prefix="sallyport-count-") as folder:
        alone, beside = (a_request(binary, folder, workers) for workers in (1, 2))
    signal.alarm(0)
    verdict = "ok" if abs(beside / alone - 1) <= WORKERS_TOLERANCE else "not ok"
    print(f"{verdict} - a request at one of two workers: {beside:,.0f} instructions, {100 * (beside / alone - 1):+.1f} % against the "
          f"{alone:,.0f} of a single worker; up to {WORKERS_TOLERANCE:.0%} passes")


def show_translation(binary, pair):
    signal.alarm(DEADLINE_S)
    translated = translation.measure(binary, pair)
    signal.alarm(0)
    print("\n".join(translation.table(translated)))


def judge_translation(translated):
    """The limit of what a translation may cost; the baseline alone would let it drift there by and by."""
    for kind in translation.KINDS:
        most, name = translation.dearest(translated, kind)
        verdict = "ok" if most <= RATIO_MAX else "not ok"
        print(f"{verdict} - translated {kind}: at most {most:.2f} x a relayed one ({name}); up to {RATIO_MAX} x passes")


def other_versions(was):
    here = versions.counted()
    return ", ".join(f"{name} {here.get(name, 'unknown')} instead of {was.get(name, 'unknown')}"
                     for name in sorted(here.keys() | was.keys()) if here.get(name) != was.get(name))


def same_versions():
    if not BASELINE.exists():
        print("there is no tests/bench/baseline.json; tests/bench/gate --accept makes it")
        return SKIP
    other = other_versions(json.loads(BASELINE.read_text())["versions"])
    if other:
        print(f"the baseline does not hold for this machine: {other}")
    return SKIP if other else 0


def judge(measured, baseline, unit):
    for name, now in measured.items():
        was = baseline.get(name)
        if was is None:
            print(f"not ok - {name}: {now:,} {unit}, and the baseline has no figure; tests/bench/gate --accept stores it")
            continue
        figures = f"{name}: {now:,} {unit}, {100 * (now / was - 1):+.1f} % against the baseline's {was:,}"
        if now > was * (1 + TOLERANCE):
            print(f"not ok - {figures}; at most +{TOLERANCE:.0%} passes. "
                  "If the cost is meant: tests/bench/gate --accept, and say why in the commit")
        elif now < was * (1 - TOLERANCE):
            print(f"ok - {figures}; tests/bench/gate --accept keeps the gain")
        else:
            print(f"ok - {figures}")


def measure_heap(binary):
    signal.alarm(DEADLINE_S)
    measured = {"open stream": of_an_open_stream(binary)}
    signal.alarm(0)
    return measured


def accept(several, heap):
    """The median of several counts becomes the baseline, if they agree."""
    middle = {name: statistics.median(each[name] for each in several) for name in several[0]}
    agreed = True
    for name, now in middle.items():
        spread = max(abs(each[name] / now - 1) for each in several)
        agreed = agreed and spread <= SPREAD
        figures = f"{name}: {now:,} instructions, median of {len(several)} counts, the others within {spread:.2%}"
        print(f"ok - {figures}" if spread <= SPREAD else f"not ok - {figures}; at most {SPREAD:.0%} apart is accepted")
    if agreed:
        print(f"ok - open stream: {heap['open stream']:,} bytes of heap")
        BASELINE.write_text(json.dumps({"instructions": middle, "bytes": heap, "versions": versions.counted()}, indent=2) + "\n")
        print("stored in tests/bench/baseline.json")


def too_late(*_):
    raise TimeoutError(f"the count took more than {DEADLINE_S} s")


def ended(*_):
    raise SystemExit(1)


def main(arguments):
    if arguments == ["--same-versions"]:
        return same_versions()
    signal.signal(signal.SIGALRM, too_late)
    signal.signal(signal.SIGTERM, ended)  # so that what was started is ended
    binary, how = arguments[0], arguments[1:]
    try:
        if how == ["--profile"]:
            measure(binary, profile=True)
        elif how[:1] == ["--translation"]:
            show_translation(binary, tuple(how[1:]))
        elif how == ["--accept"]:
            accept([measure(binary)[0] for _ in range(ACCEPTED_OF)], measure_heap(binary))
        else:
            measured, translated = measure(binary)
            baseline = json.loads(BASELINE.read_text())
            judge(measured, baseline["instructions"], "instructions")
            judge(measure_heap(binary), baseline["bytes"], "bytes of heap")
            judge_translation(translated)
            judge_workers(binary)
    except (OSError, RuntimeError, AttributeError, subprocess.SubprocessError) as problem:
        print(f"not ok - instruction gate: {type(problem).__name__}: {problem}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
