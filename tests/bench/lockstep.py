"""Client and upstream of a counted gateway in one thread: each side moves only when the other has received everything.

So every run makes the same reads and writes in the gateway, and the counts do not depend on timing.
"""
import select
import socket

from wires import TERMINATOR

STEP_S = 30


class Lockstep:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.upstream_port = self.listener.getsockname()[1]
        self.upstreams = []
        self.client = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in [self.listener, self.client, *self.upstreams]:
            if each:
                each.close()

    def connect(self, port):
        self.client = socket.create_connection(("127.0.0.1", port), timeout=STEP_S)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close_client(self):
        self.client.close()

    def request(self, asked, answered):
        self.client.sendall(asked.plain)
        self.receive_request().sendall(answered.reply)
        self.receive_whole()

    def list_models(self, asked):
        """A request that the gateway answers by itself."""
        self.client.sendall(asked)
        self.receive_whole()

    def receive_whole(self):
        received = self.receive_head()
        length = int(received.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        missing = received.index(b"\r\n\r\n") + 4 + length - len(received)
        while missing > 0:
            missing -= len(self.receive())

    def stream(self, asked, answered, events, piece):
        """One streamed answer of `events` events, `piece` of them in each write of the upstream."""
        self.client.sendall(asked.streamed)
        upstream = self.receive_request()
        received = b""
        for sent in range(0, events, piece):
            # The opening goes with the first: alone, chance would decide whether both are read at once.
            upstream.sendall((answered.opening if sent == 0 else b"") + answered.event * piece)
            received = self.receive_events(received, answered.sign, sent + piece)
        upstream.sendall(answered.closing)
        while not received.endswith(TERMINATOR):
            received += self.receive()

    def receive_events(self, received, sign, wanted):
        while received.count(sign) < wanted or not received.endswith(b"\n\r\n"):
            received += self.receive()
            if b"\r\n\r\n" in received:
                self.need_success(received)
        return received

    def receive_head(self):
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.receive()
        self.need_success(received)
        return received

    @staticmethod
    def need_success(received):
        if not received.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"the gateway answered {received[:400]!r}")

    def receive(self):
        got = self.client.recv(65536)
        if not got:
            raise RuntimeError("the gateway closed the client's connection")
        return got

    def receive_request(self):
        """Waits for one whole request at the upstream; returns its connection."""
        while True:
            ready = self.wait_upstream()
            if ready is self.listener:
                self.upstreams.append(self.accept())
                continue
            received = ready.recv(65536)
            if not received:
                self.upstreams.remove(ready)
                ready.close()
                continue
            return self.rest_of_request(ready, received)

    def wait_upstream(self):
        # A new connection is watched for too: the gateway chooses when to open one. The client's, for an answer without the upstream.
        ready, _, _ = select.select([self.listener, self.client, *self.upstreams], [], [], STEP_S)
        if not ready:
            raise RuntimeError(f"no request reached the upstream within {STEP_S} s")
        if ready[0] is self.client:
            raise RuntimeError(f"the gateway answered without the upstream: {self.receive()[:400]!r}")
        return ready[0]

    def accept(self):
        made, _ = self.listener.accept()
        made.settimeout(STEP_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    @staticmethod
    def rest_of_request(connection, received):
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536) or b"\r\n\r\n"
        head, body = received.split(b"\r\n\r\n", 1)
        missing = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
        while missing > 0:
            got = connection.recv(65536)
            if not got:
                raise RuntimeError("the gateway closed the upstream's connection within a request")
            missing -= len(got)
        return connection
