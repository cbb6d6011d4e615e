"""One house of a figure: faulty upstreams in a process of their own (tests/bench/fault_upstreams.cpp), a gateway before them, both ended with
it. And what every figure says at its end."""
import collections
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "e2e/support"))
import books  # noqa: E402
import gateway as gate  # noqa: E402

upstreams_binary = Path(os.environ.get("FAULT_UPSTREAMS", Path(gate.binary).resolve().parents[1] / "tests/proxy/rehearsal/fault_upstreams"))

HEAD = """version: 1
allow_inline_secrets: true
listen: {address: "127.0.0.1:@API@", workers: 2, @LISTEN@}
admin: {address: "127.0.0.1:@ADMIN@"}
state: {journal: "@HERE@/state"}
"""

Sighting = collections.namedtuple("Sighting", "upstream model attempt connection arrived ended how mark")


class Row:
    """A line of the table. `timed`: it depends on how busy the machine is; missed, it is measured once more before it is believed."""

    def __init__(self, figure, what, measured, wanted, good, timed):
        self.figure, self.what, self.measured, self.wanted, self.good, self.timed = figure, what, str(measured), str(wanted), bool(good), timed


def at_most(figure, what, measured, most, form="{:.3g}", unit="", timed=True):
    return Row(figure, what, form.format(measured) + unit, "at most " + form.format(most) + unit, measured <= most, timed)


def at_least(figure, what, measured, least, form="{:.3g}", unit="", timed=True):
    return Row(figure, what, form.format(measured) + unit, "at least " + form.format(least) + unit, measured >= least, timed)


def exactly(figure, what, measured, wanted):
    return Row(figure, what, measured, wanted, measured == wanted, False)


def share(part, of):
    return part / of if of else 0.0


def quantile(values, which):
    """The smallest value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(which * len(ordered)))] if ordered else float("nan")


class Pulse:
    """Notes for how long this process was stopped at most: who measures time on a machine that others use has to know when it stood still.
    Context manager."""

    def __init__(self):
        self.longest, self.over = 0.0, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _beat(self):
        last = time.monotonic()
        while not self.over.wait(0.02):
            now = time.monotonic()
            self.longest, last = max(self.longest, now - last - 0.02), now


class Upstreams:
    def __init__(self, count):
        self.process = subprocess.Popen([str(upstreams_binary), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        gate.started.append(self.process)
        self.ports = [int(port) for port in self.process.stdout.readline().split()]
        assert len(self.ports) == count, "the upstreams did not start"

    def _ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def report(self):
        """What each of them was sent since the last report."""
        self._ask("report")
        seen = []
        for line in iter(self.process.stdout.readline, "end\n"):
            upstream, model, attempt, connection, arrived, ended, how, mark = line.split()
            seen.append(Sighting(int(upstream), model, int(attempt), int(connection), int(arrived) / 1e9, int(ended) / 1e9, how, mark))
        return seen

    def counts(self):
        """Requests read whole, requests ended, connections open."""
        self._ask("count")
        return tuple(int(number) for number in self.process.stdout.readline().split())


class House:
    """Context manager. In `text`, @U0@, @U1@ ... stand for the upstreams' base addresses; `listen` is what its section says besides."""

    def __init__(self, name, text, upstreams=3, descriptors=None, key=None, listen="write_timeout: 10m"):
        self.name, self.text, self.listen, self.wanted, self.descriptors, self.key = name, text, listen, upstreams, descriptors, key
        self.upstreams = self.gateway = None

    def __enter__(self):
        here = gate.scratch / self.name
        shutil.rmtree(here, ignore_errors=True)
        text = HEAD.replace("@LISTEN@", self.listen) + self.text
        if self.wanted:
            self.upstreams = Upstreams(self.wanted)
            for number, port in enumerate(self.upstreams.ports):
                text = text.replace(f"@U{number}@", f"http://127.0.0.1:{port}/v1")
        limited = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.descriptors, self.descriptors))) if self.descriptors else None
        try:
            self.gateway = gate.serve(text, self.name, self.key, words=["--log-level", "error"], before=limited)
        except BaseException:
            self.__exit__()
            raise
        self.pid = self.gateway.process.pid
        self.port = int(self.gateway.api.rsplit(":", 1)[1])
        self.store = here / "state/state.db"
        return self

    def __exit__(self, *_):
        for process in (self.gateway and self.gateway.process, self.upstreams and self.upstreams.process):
            if process:
                process.kill()
                process.wait()
        return False

    def settled(self, seconds=10):
        """Waits until nothing is under way and the store has taken every row."""
        gate.until(lambda: self.gateway.metric("sallyport_in_flight") == 0 and self.gateway.metric("sallyport_store_lag_rows") == 0, seconds,
                   "all is settled")

    def rows(self, columns, behind=""):
        return books.read(self.store, f"SELECT {columns} FROM attempts a JOIN names d ON d.id = a.deployment {behind}")

    def resident_kib(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

