"""Client and upstream of a counted gateway in one thread: each side moves only when the other has received everything.

So every run makes the same reads and writes in the gateway, and the counts do not depend on timing.
"""
import json
import select
import socket

from gateway_run import KEY

STEP_S = 30
BODY_BYTES = 2048
EVENT_BYTES = 150
TERMINATOR = b"0\r\n\r\n"


def padded(shape, total):
    """JSON of `total` bytes: the text called FILL takes what is left."""
    short = json.dumps(shape, separators=(",", ":"))
    fill = ("lorem ipsum dolor sit amet " * (total // 27 + 1))[: total - len(short) + len("FILL")]
    return short.replace("FILL", fill).encode()


def request_bytes(port, streamed):
    body = padded({"model": "chat", "stream": streamed, "messages": [{"role": "system", "content": "You are terse."},
                                                                    {"role": "user", "content": "FILL"}]}, BODY_BYTES)
    head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Type: application/json\r\nAccept: */*\r\nUser-Agent: bench\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def reply_bytes():
    body = padded({"id": "chatcmpl-bench", "object": "chat.completion", "created": 1700000000, "model": "stub-model",
                   "choices": [{"index": 0, "message": {"role": "assistant", "content": "FILL"}, "finish_reason": "stop"}],
                   "usage": {"prompt_tokens": 480, "completion_tokens": 420, "total_tokens": 900}}, BODY_BYTES)
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def framed(event):
    return b"%x\r\n%s\r\n" % (len(event), event)


def event_bytes():
    payload = padded({"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1700000000, "model": "m",
                      "choices": [{"index": 0, "delta": {"content": "FILL"}}]}, EVENT_BYTES - len("data: \n\n"))
    return framed(b"data: " + payload + b"\n\n")


STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_EVENT = framed(b'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,"model":"m",'
                    b'"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')


class Lockstep:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.upstream_port = self.listener.getsockname()[1]
        self.upstreams = []
        self.client = None
        self.event = event_bytes()
        self.reply = reply_bytes()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in [self.listener, self.client, *self.upstreams]:
            if each:
                each.close()

    def connect(self, port):
        self.client = socket.create_connection(("127.0.0.1", port), timeout=STEP_S)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.plain = request_bytes(port, False)
        self.streamed = request_bytes(port, True)

    def close_client(self):
        self.client.close()

    def request(self):
        self.client.sendall(self.plain)
        self.receive_request().sendall(self.reply)
        received = self.receive_head()
        length = int(received.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        missing = received.index(b"\r\n\r\n") + 4 + length - len(received)
        while missing > 0:
            missing -= len(self.receive())

    def stream(self, events, piece):
        """One streamed answer of `events` events, `piece` of them in each write of the upstream."""
        self.client.sendall(self.streamed)
        upstream = self.receive_request()
        upstream.sendall(STREAM_HEAD)
        received = b""
        for sent in range(0, events, piece):
            upstream.sendall(self.event * piece)
            received = self.receive_events(received, sent + piece)
        upstream.sendall(LAST_EVENT + framed(b"data: [DONE]\n\n") + TERMINATOR)
        while not received.endswith(TERMINATOR):
            received += self.receive()

    def receive_events(self, received, wanted):
        while received.count(b"data: ") < wanted or not received.endswith(b"\n\r\n"):
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
