"""What an open stream holds of the gateway's heap, as massif counts it: exact, so that a baseline can be held against it. What the process holds
beyond that (pages that are partly free) tests/bench/compare measures.

    heap.py BINARY [FOLDER]   says it; FOLDER keeps what massif wrote, with where each piece was taken, for ms_print
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from gateway_run import MAX_LAG_LONGEST, Gateway
from lockstep import Lockstep
from wires import short_answered, short_asked

BASE = 20
MORE = 100
FURTHER = 3  # events of each stream
# Of a stream on which little happens buffers are given back at the gateway's next tick, and with its next read.
TICKS_S = 1.5


def hold(load, port, streams):
    """Opens that many streams, each with an event, and lets further ones come slowly. Returns the clients' ends."""
    asked, answered = short_asked(port), short_answered()
    clients = []
    for _ in range(streams):
        load.connect(port)
        load.client.sendall(asked.streamed)
        load.receive_request().sendall(answered.opening + answered.event)
        load.receive_events(b"", answered.sign, 1)
        clients.append(load.client)
    for _ in range(FURTHER):
        time.sleep(TICKS_S)
        for upstream in load.upstreams:
            upstream.sendall(answered.event)
        for load.client in clients:
            load.receive_events(b"", answered.sign, 1)
    time.sleep(2 * TICKS_S)
    return clients


def held(binary, folder, streams):
    out = os.path.join(folder, f"heap-{streams}")
    tool = ["valgrind", "--tool=massif", "--depth=14", "--threshold=0.3", "--alloc-fn=operator new(unsigned long)", f"--massif-out-file={out}.whole"]
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-") as state, Lockstep() as load:
        with Gateway([*tool, binary], state, load.upstream_port, everything=True, max_lag=MAX_LAG_LONGEST) as gateway:
            clients = hold(load, gateway.port, streams)
            subprocess.run(["vgdb", f"--pid={gateway.pid}", "detailed_snapshot", out], check=True, capture_output=True, timeout=60)
            for client in clients:
                client.close()
            gateway.end()
    said = pathlib.Path(out).read_text()
    return sum(int(re.search(rf"^{name}=(\d+)", said, re.M).group(1)) for name in ("mem_heap_B", "mem_heap_extra_B"))


def of_an_open_stream(binary, keep_in=None):
    """Bytes, the allocator's own included, of a stream that has begun: its request is not kept any more."""
    with tempfile.TemporaryDirectory(prefix="sallyport-heap-") as folder:
        into = keep_in or folder
        return round((held(binary, into, BASE + MORE) - held(binary, into, BASE)) / MORE)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: tests/bench/heap.py BINARY [FOLDER]")
    print(f"{of_an_open_stream(*sys.argv[1:]):,} bytes of heap for each open stream")
