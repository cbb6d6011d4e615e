"""One gateway for a measurement: its configuration, its start, its ports and its end. Ends only what it started, also on error."""
import hashlib
import os
import pathlib
import signal
import subprocess
import time

KEY = "sp-bench-0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
START_S = 60
END_S = 40

# The two sides listen on different loopback addresses, each on a port that the system chooses: the address tells which is which.
CONFIGURATION = """version: 1
listen: {{address: "127.0.0.1:0", workers: 1}}
admin: {{address: "127.0.0.2:0"}}
state: {{journal: {folder}/journal}}
{served}
teams:
  bench:
    keys: [{{name: bench, sha256: {key_hash}}}]
    models: [{models}]
"""

ONE_MODEL = """providers:
  stub: {{kind: openai_compatible, class: in_house, base_url: "{address}"}}
deployments:
  only: {{provider: stub, model: stub-model, price: {{input: 0.05, output: 0.20}}}}
models:
  chat: {{try: [only]}}"""


def one_of_each(dialects, address):
    """A model for each dialect, of its name."""
    def section(title, line):
        return "\n".join([f"{title}:", *("  " + line.format(dialect=dialect, address=address) for dialect in dialects)])

    return "\n".join([
        section("providers", '{dialect}: {{kind: openai_compatible, class: in_house, dialect: {dialect}, base_url: "{address}"}}'),
        section("deployments", "only_{dialect}: {{provider: {dialect}, model: stub-model, price: {{input: 0.05, output: 0.20}}}}"),
        section("models", "{dialect}: {{try: [only_{dialect}]}}")])


def configuration(folder, upstream_port, dialects=()):
    address = f"http://127.0.0.1:{upstream_port}/v1"
    return CONFIGURATION.format(
        folder=folder, key_hash=hashlib.sha256(KEY.encode()).hexdigest(), models=", ".join(dialects or ["chat"]),
        served=one_of_each(dialects, address) if dialects else ONE_MODEL.format(address=address))


def sockets_of(pid):
    found = set()
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def listening_port(pid):
    """The port on 127.0.0.1 that the process listens on, or None."""
    own = sockets_of(pid)
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        field = line.split()
        address, port = field[1].split(":")
        if field[3] == "0A" and address == "0100007F" and field[9] in own:
            return int(port, 16)
    return None


class Gateway:
    """Context manager; `command` is the binary, with what it runs under before it. Serves `chat`, or a model for each of `dialects`."""

    def __init__(self, command, folder, upstream_port, before=None, dialects=()):
        self.folder = pathlib.Path(folder)
        (self.folder / "journal").mkdir()
        (self.folder / "bench.yaml").write_text(configuration(folder, upstream_port, dialects))
        self.said = open(self.folder / "said", "w+")
        self.child = subprocess.Popen(
            command + ["serve", "--log-level", "error", "--log-format", "json", "--config", str(self.folder / "bench.yaml")],
            stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said, preexec_fn=before,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C"})
        self.pid = self.child.pid
        self.port = None

    def __enter__(self):
        try:
            self.wait_for_port()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def wait_for_port(self):
        end = time.monotonic() + START_S
        while self.port is None:
            if self.child.poll() is not None:
                raise RuntimeError(f"the gateway ended with {self.child.returncode}: {self.output()}")
            if time.monotonic() > end:
                raise RuntimeError(f"the gateway did not listen within {START_S} s: {self.output()}")
            time.sleep(0.05)
            try:
                self.port = listening_port(self.pid)
            except FileNotFoundError:
                continue

    def output(self):
        self.said.seek(0)
        return self.said.read()[-2000:].replace("\n", " | ")

    def end(self):
        """As an operator ends it; anything but a clean exit is an error."""
        self.child.send_signal(signal.SIGTERM)
        try:
            code = self.child.wait(END_S)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"the gateway did not drain within {END_S} s") from None
        if code != 0:
            raise RuntimeError(f"the gateway ended with {code}: {self.output()}")

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.said.close()
