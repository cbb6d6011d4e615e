"""What every proxy under measurement is: a child that is started here, listens, and is ended here, also on error."""
import dataclasses
import os
import pathlib
import socket
import subprocess
import time

@dataclasses.dataclass(frozen=True)
class Variant:
    """How a proxy is set up. `certificate` and `key` are PEM files for 127.0.0.1, of the door and of the upstream. An upstream under TLS is
    spoken to in HTTP/1.1, with `http2_upstream` in HTTP/2 by those that can."""
    name: str = "plain"
    workers: int = 1
    tls_door: bool = False
    tls_upstream: bool = False
    http2_upstream: bool = False
    certificate: str = ""
    key: str = ""

    def upstream_address(self, port):
        return f"{'https' if self.tls_upstream else 'http'}://127.0.0.1:{port}"


PLAIN = Variant()


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


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


LOOPBACK = "0100007F"  # 127.0.0.1, as /proc/net/tcp has it


def listening_port(pid, on=LOOPBACK):
    """The port on that address that the process listens on, or None."""
    try:
        own = sockets_of(pid)
    except FileNotFoundError:
        return None
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        field = line.split()
        address, port = field[1].split(":")
        if field[3] == "0A" and address == on and field[9] in own:
            return int(port, 16)
    return None


def listener():
    """A listening socket to hand over to a program that takes no port 0."""
    made = socket.create_server(("127.0.0.1", 0), backlog=4096)
    return made, made.getsockname()[1]


def free_port():
    """For a program that takes neither port 0 nor a socket: a port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return made.getsockname()[1]


class Proxy:
    """Context manager. A subclass starts it in __init__ and says in is_up() when it serves; `pids` are the processes that serve."""

    headers = ()  # lines that a request to it needs
    start_s = 60  # until it has to serve

    def __init__(self, name, command, folder, before=None, environment=None, pass_fds=()):
        self.name = name
        self.port = None
        self.said = open(pathlib.Path(folder) / f"{name}.said", "w+")
        self.child = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said, preexec_fn=before,
            pass_fds=pass_fds, env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"} | (environment or {}))
        self.pid = self.child.pid

    @property
    def pids(self):
        return [self.pid]

    def is_up(self):
        raise NotImplementedError

    def __enter__(self):
        try:
            self.wait_until_up()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def wait_until_up(self):
        end = time.monotonic() + self.start_s
        while not self.is_up():
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.child.returncode}: {self.output()}")
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} did not serve within {self.start_s} s: {self.output()}")
            time.sleep(0.05)

    def output(self):
        self.said.seek(0)
        return self.said.read()[-2000:].replace("\n", " | ")

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.said.close()
