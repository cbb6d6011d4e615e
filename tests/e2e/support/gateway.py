"""Starts a gateway for an end-to-end program and says what became of each thing tried. Standard library only."""
import atexit
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

checkout = Path(__file__).resolve().parents[3]
binary = os.environ.get("SALLYPORT", str(checkout / "build/dev/proxy/sallyport"))
cache = Path(os.environ.get("E2E_CACHE", checkout / "build/e2e/cache"))
scratch = Path(os.environ.get("SCRATCH", checkout / "build/e2e/by-hand"))
started = []
bad = 0


def _end_started():
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def limit(seconds):
    """The program ends by itself after so many seconds, whatever hangs."""
    def over(*_):
        print(f"not ok - the program did not end within {seconds} s", flush=True)
        traceback.print_stack()
        _end_started()
        os._exit(1)
    signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)


@contextlib.contextmanager
def trying(name):
    """Prints `ok - NAME`, or `not ok - NAME` and why, and goes on."""
    global bad
    try:
        yield
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print(f"not ok - {name}", flush=True)
        bad += 1
    else:
        print(f"ok - {name}", flush=True)


def skip(name, reason):
    print(f"skip - {name}: {reason}", flush=True)


def run(*words, timeout=30, **options):
    return subprocess.run([str(word) for word in words], text=True, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, **options)


def fetched(folder, *commands, timeout=240):
    """A folder of the cache that the commands fill once; None and the reason when they cannot."""
    place = cache / folder
    if (place / ".complete").exists():
        return place, ""
    place.mkdir(parents=True, exist_ok=True)
    for command in commands:
        try:
            ended = run(*(str(word).replace("@", str(place), 1) if str(word).startswith("@/") else word for word in command), cwd=place, timeout=timeout)
        except (OSError, subprocess.TimeoutExpired) as error:
            return None, f"{command[0]}: {type(error).__name__}"
        if ended.returncode != 0:
            said = [line for line in ended.stderr.splitlines() if line.strip()] or ["no message"]
            return None, f"{Path(str(command[0])).name} could not fetch it ({said[-1][:160]})"
    (place / ".complete").touch()
    return place, ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(words, **options):
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, **options)
    started.append(process)
    return process


def until(probe, seconds, what):
    """The first value of probe() that counts as true; fails with `what` after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := probe():
            return value
        time.sleep(0.02)
    raise TimeoutError(f"not within {seconds} s: {what}")


def call(url, body=None, key=None, timeout=20, method=None, context=None):
    """(status, headers, text) of one call; a dict is sent as JSON."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    asked = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=timeout, context=context) as reply:
            return reply.status, reply.headers, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class Gateway:
    """A running sallyport; its log lies in `log`."""

    def __init__(self, process, api, admin, log, key=None):
        self.process, self.api, self.admin, self.log, self.key = process, api, admin, log, key

    def status(self, path):
        try:
            return call(f"{self.admin}{path}", timeout=5)[0]
        except OSError:
            return 0

    def metric(self, name, **labels):
        """Sum of the metric's samples that carry these labels."""
        total = 0.0
        for line in call(f"{self.admin}/metrics", timeout=5)[2].splitlines():
            found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if found and found[1] == name and labels.items() <= dict(re.findall(r'(\w+)="([^"]*)"', found[2] or "")).items():
                total += float(found[3])
        return total

    def chat(self, model="chat", text="Say hello.", timeout=20, **more):
        body = {"model": model, "messages": [{"role": "user", "content": text}]} | more
        return call(f"{self.api}/v1/chat/completions", body, self.key, timeout)


def _ready(gateway, scheme_ready="/readyz"):
    def probe():
        if gateway.process.poll() is not None:
            raise RuntimeError(f"the gateway ended with {gateway.process.returncode}: {gateway.log.read_text()}")
        return gateway.status(scheme_ready) == 200
    until(probe, 20, "the gateway is ready")
    return gateway


def demo():
    """`sallyport demo`: three built-in upstreams and a team with a key."""
    api, admin = free_port(), free_port()
    log = scratch / f"demo-{api}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        process = start([binary, "demo", "--port", api, "--admin-port", admin], stdout=out, stderr=subprocess.STDOUT)
    gateway = _ready(Gateway(process, f"http://127.0.0.1:{api}", f"http://127.0.0.1:{admin}", log))
    gateway.key = until(lambda: re.search(r"sk-demo-[0-9a-f]{32}", log.read_text()), 10, "the demo prints its key")[0]
    return gateway


def launch(text, folder, key=None, scheme="http", words=(), before=None, **variables):
    """`sallyport serve` with this configuration, in which @API@, @ADMIN@ and @HERE@ stand for its ports and folder; not waited for. `words` are
    further arguments; `before` is called in the child before it becomes the gateway."""
    here = scratch / folder
    here.mkdir(parents=True, exist_ok=True)
    api, admin = free_port(), free_port()
    text = text.replace("@API@", str(api)).replace("@ADMIN@", str(admin)).replace("@HERE@", str(here))
    (here / "sallyport.yaml").write_text(text)
    with (here / "log").open("w") as out:
        process = start([binary, "serve", "-c", here / "sallyport.yaml", *words], stdout=out, stderr=subprocess.STDOUT, cwd=here,
                        preexec_fn=before, env={"PATH": os.environ["PATH"], **variables})
    return Gateway(process, f"{scheme}://127.0.0.1:{api}", f"http://127.0.0.1:{admin}", here / "log", key)


def serve(text, folder, key=None, scheme="http", words=(), before=None, **variables):
    """launch(), and the gateway is ready."""
    return _ready(launch(text, folder, key, scheme, words, before, **variables))


def finish():
    _end_started()
    sys.exit(1 if bad else 0)


atexit.register(_end_started)
