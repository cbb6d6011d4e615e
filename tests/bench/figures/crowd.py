"""Clients of a gateway in one thread: as many as wished, each on a connection of its own. They ask as soon as they were answered, or at a
steady rate whether or not the answers keep up; they read, stop reading or leave as told. Times are of the monotonic clock."""
import collections
import heapq
import json
import select
import socket
import time


class Ask:
    """One request and what came of it. `how`: open, answered (HTTP was whole), cut, late, left (by our own wish) or refused (no connection)."""
    __slots__ = ("model", "stream", "mark", "leaves", "more", "due", "sent", "first", "ended", "status", "headers", "body", "how", "wire")

    def __init__(self, model, stream=False, mark="-", leaves=None, **more):
        """leaves(ask, bytes so far) is asked whenever something came; True: the client closes its connection."""
        self.model, self.stream, self.mark, self.leaves, self.more = model, stream, mark, leaves, more
        self.due = self.sent = self.first = self.ended = 0.0
        self.status, self.headers, self.body, self.how, self.wire = 0, {}, b"", "open", None

    def text(self, host, key):
        said = {"model": self.model, "user": self.mark, "messages": [{"role": "user", "content": "Say something."}]} | self.more
        if self.stream:
            said |= {"stream": True, "stream_options": {"include_usage": True}}
        body = json.dumps(said, separators=(",", ":"))
        return (f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n" +
                (f"Authorization: Bearer {key}\r\n" if key else "") + f"Content-Length: {len(body)}\r\n\r\n{body}").encode()

    @property
    def seconds(self):
        return self.ended - self.due

    def verdict(self):
        """whole, refused (an error reply), broken (a stream that says that it broke) or lie (200, and neither whole nor an error)."""
        if self.how != "answered":
            return self.how
        if self.status != 200:
            return "refused" if b'"error"' in self.body else "lie"
        if not self.stream:
            return "whole" if b'"finish_reason":"' in self.body and json.loads(self.body)["choices"] else "lie"
        has_end, has_error = self.body.endswith(b"data: [DONE]\n\n"), b'data: {"error"' in self.body
        if has_end and not has_error:
            return "whole" if self.body.count(b'"finish_reason":"') == 1 else "lie"
        return "broken" if has_error and not has_end else "lie"


def unchunked(body):
    parts, at = [], 0
    while True:
        end = body.find(b"\r\n", at)
        size = int(body[at:end], 16) if end > at else 0
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2:end + 2 + size])
        at = end + 4 + size


class Wire:
    """A connection of a client."""
    __slots__ = ("socket", "received", "ask", "head_end", "length", "deadline", "paused")

    def __init__(self, made):
        self.socket, self.received, self.ask, self.head_end, self.length, self.paused = made, bytearray(), None, -1, None, False


class Crowd:
    def __init__(self, port, key=None, patience=30.0):
        self.port, self.key, self.patience = port, key, patience
        self.host = f"127.0.0.1:{port}"
        self.poll = select.epoll()
        self.wires, self.idle, self.timers = {}, [], []
        self.open = 0
        self.waiting = collections.deque()
        self.when_ended = None

    def close(self):
        for wire in list(self.wires.values()):
            self._drop(wire)
        self.poll.close()

    def connect(self, count):
        """So many further connections on which nothing is asked yet."""
        self.idle += [wire for wire in (self._connected() for _ in range(count)) if wire]

    def run(self, asks, together):
        """All of them, so many at once. Returns them."""
        done, rest = [], iter(asks)

        def follow():
            if (ask := next(rest, None)) is not None:
                done.append(ask)
                self.send(ask)
        self.when_ended = lambda _: follow()
        for _ in range(together):
            follow()
        while self.open:
            self.turn()
        self.when_ended = None
        return done

    def run_at(self, rate, asks, until=None):
        """One after another at a steady rate; a late one counts from when it fell due. Returns them when all have ended."""
        done, begin = [], time.monotonic()
        for number, ask in enumerate(asks):
            due = begin + number / rate
            while (left := due - time.monotonic()) > 0:
                self.turn(left)
            done.append(ask)
            self.send(ask, due)
            self.turn(0)
        while self.open:
            self.turn()
        return done

    def send(self, ask, due=None):
        """A connection for it, the one used last first; asked, not waited for."""
        wire = self.idle.pop() if self.idle else self._connected()
        ask.sent = time.monotonic()
        ask.due = due or ask.sent
        if wire is None:
            ask.how, ask.ended = "refused", ask.sent
            return None
        ask.wire = wire
        wire.ask, wire.head_end, wire.length, wire.received = ask, -1, None, bytearray()
        self.open += 1
        heapq.heappush(self.timers, (ask.sent + self.patience, id(ask), ask))
        try:
            wire.socket.send(ask.text(self.host, self.key))
        except OSError:
            self._ended(wire, "cut")
        return wire

    def leave(self, ask):
        """The client closes its connection now."""
        if ask.how == "open":
            self._ended(ask.wire, "left")

    def pause(self, ask):
        """Nothing more is read of it."""
        ask.wire.paused = True
        self.poll.unregister(ask.wire.socket)

    def turn(self, wait=1.0):
        now = time.monotonic()
        while self.timers and (self.timers[0][2].how != "open" or self.timers[0][0] <= now):
            ask = heapq.heappop(self.timers)[2]
            if ask.how == "open":
                self._ended(ask.wire, "late")
        for which, _ in self.poll.poll(max(0.0, min(wait, 1.0))):
            if (wire := self.wires.get(which)) is not None:
                self._readable(wire)

    def _connected(self):
        made = socket.socket()
        try:
            made.connect(("127.0.0.1", self.port))
        except OSError:
            made.close()
            return None
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        wire = Wire(made)
        self.wires[made.fileno()] = wire
        self.poll.register(made.fileno(), select.EPOLLIN)
        return wire

    def _drop(self, wire):
        self.wires.pop(wire.socket.fileno(), None)
        if wire in self.idle:
            self.idle.remove(wire)
        wire.socket.close()

    def _readable(self, wire):
        try:
            came = wire.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        ask = wire.ask
        if ask is None:
            return self._drop(wire)
        if not came:
            return self._ended(wire, "cut")
        if not wire.received:
            ask.first = time.monotonic()
        wire.received += came
        if self._is_whole(wire):
            return self._ended(wire, "answered")
        if ask.leaves and ask.leaves(ask, wire.received):
            self._ended(wire, "left")

    @staticmethod
    def _is_whole(wire):
        got = wire.received
        if wire.head_end < 0:
            wire.head_end = got.find(b"\r\n\r\n") + 4
            if wire.head_end < 4:
                wire.head_end = -1
                return False
            head = got[:wire.head_end].lower()
            at = head.find(b"\r\ncontent-length:")
            wire.length = int(head[at + 17:head.find(b"\r\n", at + 2)]) if at >= 0 else None
        if wire.length is not None:
            return len(got) >= wire.head_end + wire.length
        return got.endswith(b"0\r\n\r\n") and (len(got) == wire.head_end + 5 or got.endswith(b"\r\n0\r\n\r\n"))

    def _ended(self, wire, how):
        ask = wire.ask
        ask.how, ask.ended, ask.wire, wire.ask = how, time.monotonic(), None, None
        self.open -= 1
        if wire.head_end > 0:
            lines = bytes(wire.received[:wire.head_end]).decode("latin-1").split("\r\n")
            ask.status = int(lines[0].split(" ")[1])
            ask.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
            body = bytes(wire.received[wire.head_end:])
            ask.body = unchunked(body) if how == "answered" and wire.length is None else body
        wire.received = bytearray()
        if how == "answered" and ask.headers.get("connection", "").lower() != "close":
            self.idle.append(wire)
        else:
            self._drop(wire)
        if self.when_ended:
            self.when_ended(ask)
