"""Counts the gateway's instructions under callgrind and compares them with the baseline. Started by tests/bench/gate.

Each figure is the difference of two whole runs that differ in one amount only, so that start-up, warm-up and the end cancel out.
"""
import json
import os
import pathlib
import platform
import re
import signal
import subprocess
import sys
import tempfile

from gateway_run import Gateway
from lockstep import Lockstep

BASELINE = pathlib.Path(__file__).with_name("baseline.json")
TOLERANCE = 0.05
DEADLINE_S = 175
REQUESTS = 50
STREAMS = 5
EVENTS = 20
MORE_REQUESTS = 300
MORE_EVENTS = 200
PIECE = 20  # events of 150 B in one write of the upstream: 3 KB


def first_number(command, pattern):
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    found = re.search(pattern, said)
    return found.group(1) if found else "unknown"


def boost_version():
    code = "#include <boost/version.hpp>\nBOOST_LIB_VERSION\n"
    said = subprocess.run(["g++", "-E", "-P", "-x", "c++", "-"], input=code, capture_output=True, text=True, timeout=60).stdout
    found = re.search(r'"(\d+_\d+(?:_\d+)?)"\s*$', said)
    return found.group(1).replace("_", ".") if found else "unknown"


def versions():
    """What the counts depend on. glibc chooses its string functions by the processor, hence the last one."""
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return {
        "g++": first_number(["g++", "-dumpfullversion"], r"(\S+)"),
        "libcurl": first_number(["pkg-config", "--modversion", "libcurl"], r"(\S+)"),
        "Boost": boost_version(),
        "glibc": platform.libc_ver()[1] or "unknown",
        "valgrind": first_number(["valgrind", "--version"], r"valgrind-(\S+)"),
        "machine": platform.machine() + (" with AVX2" if " avx2" in flags else " without AVX2"),
    }


def count(binary, requests, events, bursts, keep=None):
    """Instructions of one whole run of the gateway."""
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-") as folder:
        out = keep or os.path.join(folder, "callgrind.out")
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"]
        with Lockstep() as load, Gateway(tool + [binary], folder, load.upstream_port) as gateway:
            load.connect(gateway.port)
            for _ in range(requests):
                load.request()
            for _ in range(STREAMS):
                load.stream(events, 1)
            for _ in range(STREAMS):
                load.stream(bursts, PIECE)
            load.close_client()
            gateway.end()
        return int(re.search(r"^(?:totals|summary): (\d+)", pathlib.Path(out).read_text(), re.M).group(1))


def measure(binary):
    base = count(binary, REQUESTS, EVENTS, EVENTS)
    more = STREAMS * MORE_EVENTS
    return {
        "unstreamed request": round((count(binary, REQUESTS + MORE_REQUESTS, EVENTS, EVENTS) - base) / MORE_REQUESTS),
        "streamed chunk, one a read": round((count(binary, REQUESTS, EVENTS + MORE_EVENTS, EVENTS) - base) / more),
        "streamed chunk, 20 a read": round((count(binary, REQUESTS, EVENTS, EVENTS + MORE_EVENTS) - base) / more),
    }


def other_versions(baseline):
    here = versions()
    return ", ".join(f"{name} {here.get(name, 'unknown')} instead of {was}" for name, was in baseline["versions"].items() if here.get(name) != was)


def judge(measured, baseline):
    for name, now in measured.items():
        was = baseline["instructions"].get(name)
        if was is None:
            print(f"not ok - {name}: {now:,} instructions, and the baseline has no figure; tests/bench/gate --accept stores it")
            continue
        figures = f"{name}: {now:,} instructions, {100 * (now / was - 1):+.1f} % against the baseline's {was:,}"
        if now > was * (1 + TOLERANCE):
            print(f"not ok - {figures}; at most +{TOLERANCE:.0%} passes. If the cost is meant: tests/bench/gate --accept, and say why in the commit")
        else:
            print(f"ok - {figures}")


def accept(measured):
    stored = {"instructions": measured, "versions": versions()}
    BASELINE.write_text(json.dumps(stored, indent=2) + "\n")
    for name, now in measured.items():
        print(f"ok - {name}: {now:,} instructions, stored in tests/bench/baseline.json")


def same_versions():
    if not BASELINE.exists():
        print("there is no tests/bench/baseline.json; tests/bench/gate --accept makes it")
        return 1
    other = other_versions(json.loads(BASELINE.read_text()))
    if other:
        print(f"the baseline does not hold for this machine: {other}")
    return 1 if other else 0


def too_late(*_):
    raise TimeoutError(f"the count took more than {DEADLINE_S} s")


def ended(*_):
    raise SystemExit(1)


def main(arguments):
    if arguments == ["--same-versions"]:
        return same_versions()
    signal.signal(signal.SIGALRM, too_late)
    signal.signal(signal.SIGTERM, ended)
    signal.alarm(DEADLINE_S)
    if arguments[1:2] == ["--profile"]:
        print(count(arguments[0], REQUESTS + MORE_REQUESTS, EVENTS, EVENTS, keep=arguments[2]))
        return 0
    try:
        measured = measure(arguments[0])
    except (OSError, RuntimeError, AttributeError) as problem:
        print(f"not ok - instruction gate: {type(problem).__name__}: {problem}")
        return 0
    accept(measured) if arguments[1:] == ["--accept"] else judge(measured, json.loads(BASELINE.read_text()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
