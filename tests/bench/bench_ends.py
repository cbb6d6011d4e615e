"""The two ends of a measurement, loader and upstream, and what the kernel says of the proxy between them.

The proxy has one core, loader and upstream have another.
"""
import dataclasses
import http.client
import os
import pathlib
import subprocess

CHUNKS = 200
TEXTS = CHUNKS - 2  # of them; the last two say why it ended and what was used
CORES = sorted(os.sched_getaffinity(0))
OF_THE_ENDS, OF_THE_PROXY = {CORES[0]}, {CORES[-1]}


def pinned(cores):
    return lambda: os.sched_setaffinity(0, cores)


@dataclasses.dataclass(frozen=True)
class Load:
    """What the loader is asked for. `rate` a second, 0: as fast as answers come."""
    connections: int
    requests: int
    stream: bool = False
    rate: int = 0
    pace_us: int = 0
    client: str = "openai_chat"

    def units(self):
        return self.requests * (CHUNKS if self.stream else 1)

    def texts(self):
        """Each of them has to arrive: one in an unstreamed answer, where the other dialect does not call it an event."""
        if self.stream:
            return self.requests * TEXTS
        return self.requests if self.client == "openai_chat" else 0

    def words(self):
        yield from (f"connections={self.connections}", f"requests={self.requests}", f"kind={'stream' if self.stream else 'plain'}",
                    f"rate={self.rate}", f"pace_us={self.pace_us}", f"client={self.client}")


@dataclasses.dataclass(frozen=True)
class Target:
    """Where a load goes."""
    port: int
    headers: tuple = ()
    tls: bool = False

    def words(self):
        yield f"port={self.port}"
        yield f"tls={int(self.tls)}"
        yield from (f"header={line}" for line in self.headers)


class Upstream:
    """Context manager; under TLS with a certificate and its key."""

    def __init__(self, folder, *certificate):
        self.child = subprocess.Popen([folder / "bench_upstream", str(CHUNKS), *certificate], preexec_fn=pinned(OF_THE_ENDS),
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.child.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()

    def tell(self, word):
        """`quiet`, `speak`, `finish` or `sent`; how many events with text it has sent."""
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        way.request("GET", f"/{word}")
        sent = int(way.getresponse().read())
        way.close()
        return sent


class HeldStreams:
    """Context manager: streams that stay open, of one loader."""

    def __init__(self, folder, target, pace_us):
        words = [*target.words(), "kind=stream", "held=1", f"pace_us={pace_us}"]
        self.child = subprocess.Popen([folder / "bench_held_streams", *words], preexec_fn=pinned(OF_THE_ENDS), text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.communicate()

    def tell(self, *words):
        """The two numbers of the answer."""
        print(*words, file=self.child.stdin, flush=True)
        said = self.child.stdout.readline().split()
        if len(said) != 3:
            raise RuntimeError(f"open streams: {self.child.stderr.read().strip()}")
        return int(said[1]), int(said[2])


def run_load(folder, target, load):
    """Seconds that it took, and the median latency in us. Every answer and every event has to arrive."""
    ran = subprocess.run([folder / "bench_loader", *target.words(), *load.words()], capture_output=True, text=True,
                         preexec_fn=pinned(OF_THE_ENDS))
    if ran.returncode != 0:
        raise RuntimeError(f"{load}: {ran.stderr.strip()} (exit code {ran.returncode})")
    seconds, answers, texts, latency = ran.stdout.split()
    if int(answers) != load.requests or int(texts) != load.texts():
        raise RuntimeError(f"{load}: {answers} answers with {texts} texts instead of {load.texts()}")
    return float(seconds), float(latency)


def cpu_ns(pids):
    """Of each thread of the processes: in nanoseconds, where /proc/PID/stat has hundredths of a second."""
    tasks = (task for pid in pids for task in pathlib.Path(f"/proc/{pid}/task").iterdir())
    return {task.name: int((task / "schedstat").read_text().split()[0]) for task in tasks}


def used_us(before, after):
    if before.keys() - after.keys():
        raise RuntimeError("a thread of the proxy ended during a run, and its CPU time with it")
    return (sum(after.values()) - sum(before.values())) / 1000


def resident_mib(pids):
    return sum(int(line.split()[1]) for pid in pids for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
               if line.startswith("VmRSS:")) / 1024
