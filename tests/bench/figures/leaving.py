"""Figures 3 and 4: clients that stop reading, and clients that leave. What they hold is small, and given back."""
import socket
import threading
import time

from crowd import Ask, Crowd
from house import House, at_least, at_most, exactly, gate, quantile

EVENT = b'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}\n\n' % (b"x" * 900)
FINISH = b'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'


def chunk(bytes_):
    return b"%x\r\n%s\r\n" % (len(bytes_), bytes_)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class OwnUpstream:
    """An upstream on a thread a connection, for what the rehearsal does not play. serve(socket, request) answers one request."""

    def __init__(self, serve):
        self.serve, self.listener = serve, socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                made, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._attend, args=(made,), daemon=True).start()

    def _attend(self, made):
        with made:
            received = b""
            try:
                while b"\r\n\r\n" not in received or not received.endswith(b"}"):
                    came = made.recv(65536)
                    if not came:
                        return
                    received += came
                self.serve(made, received)
            except OSError:
                pass

    def close(self):
        self.listener.close()


class Flood:
    """Offers so many bytes of stream to whoever asks, as fast as they are taken."""

    def __init__(self, offered):
        self.offered, self.taken, self.lock = offered, 0, threading.Lock()

    def __call__(self, to, _):
        to.sendall(HEAD)
        burst = chunk(EVENT * 64)
        left = self.offered
        while left > 0:
            to.sendall(burst)
            left -= len(burst)
            with self.lock:
                self.taken += len(burst)
        to.sendall(chunk(FINISH + b"data: [DONE]\n\n") + b"0\r\n\r\n")


def when_full(flood):
    """Waits until nothing more is taken of it."""
    before, still = -1, 0
    while still < 5:
        time.sleep(0.2)
        still, before = (still + 1 if flood.taken == before else 0), flood.taken


def stopped(house, crowd, flood, clients, seconds):
    """KiB by which the gateway grows while so many clients do not read, and how much of their streams was taken."""
    before, taken = house.resident_kib(), flood.taken
    asks = [Ask("flood", stream=True) for _ in range(clients)]
    for ask in asks:
        crowd.send(ask)
        crowd.pause(ask)
    when_full(flood)
    most, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        most = max(most, house.resident_kib())
        time.sleep(0.05)
    for ask in asks:
        crowd.leave(ask)
    house.settled()
    return most - before, (flood.taken - taken) / clients / 1e6


def stopped_readers(quick, _):
    offered = 200_000_000
    flood = Flood(offered)
    own = OwnUpstream(flood)
    text = f"""providers:
  own: {{kind: openai_compatible, class: in_house, base_url: "http://127.0.0.1:{own.port}/v1"}}
  small: {{kind: openai_compatible, class: in_house, base_url: "@U0@"}}
models:
  flood: {{try: [own/flood], timeouts: {{idle: 10m}}}}
  warm: {{try: ["small/warm!tokens=60!pace=0ms"]}}
"""
    with House("stopped", text, upstreams=1) as house:
        crowd = Crowd(house.port, patience=300)
        crowd.run([Ask("warm", stream=True) for _ in range(200)], together=8)
        stopped(house, crowd, flood, 2, 0)   # both workers have seen such a stream
        one, taken = stopped(house, crowd, flood, 1, 2 if quick else 30)
        many, taken_of_many = stopped(house, crowd, flood, 50, 2 if quick else 30)
        reading = Ask("flood", stream=True)
        crowd.send(reading)
        while reading.how == "open" and len(reading.wire.received) < 20_100_000:
            crowd.turn()
        crowd.leave(reading)
        own.close()
        print(f"  a client that stops has {taken:.1f} MB of its {offered / 1e6:.0f} MB taken, one of fifty {taken_of_many:.1f} MB, most of it in sockets")
        return [at_most(3, "growth of the gateway while one client does not read 200 MB", one / 1024, 1, "{:.2f}", " MiB"),
                at_most(3, "the same a client, of 50", many / 50 / 1024, 1, "{:.2f}", " MiB"),
                at_least(3, "MB that a client got which reads, behind them", len(reading.body) / 1e6, 20, "{:.0f}")]


TEAM_KEY = "sp-figures-0001"
PLACES = 150


def leaving_configuration(own, alone):
    """One model a phase; those between attempts have a deployment of their own each, since its wish to be left alone holds for all."""
    timeouts = "timeouts: {first_token: 1m, idle: 1m, attempt: 1m, total: 2m}"
    waiting = "\n".join(f'  between-{n}: {{try: ["bad/between-{n}!retry_after=4"], {timeouts}}}' for n in range(alone))
    return f"""providers:
  bad: {{kind: openai_compatible, class: in_house, base_url: "@U0@"}}
  own: {{kind: openai_compatible, class: in_house, base_url: "http://127.0.0.1:{own.port}/v1"}}
deployments:
  full: {{provider: bad, model: "full!tokens=2!slow_first_token=1500ms", max_concurrency: {PLACES}}}
  before-head: {{provider: bad, model: "before-head!accept_silent", max_concurrency: {PLACES}}}
  before-token: {{provider: bad, model: "before-token!slow_first_token=5m", max_concurrency: {PLACES}}}
  in-stream: {{provider: bad, model: "in-stream!tokens=9000!pace=30ms!jitter=0ms", max_concurrency: {PLACES}}}
  finished: {{provider: own, model: finished, max_concurrency: {PLACES}}}
  lingering: {{provider: bad, model: "lingering!tokens=3!pace=0ms!linger_after_done=5m", max_concurrency: {PLACES}}}
models:
  full: {{try: [full]}}
  before-head: {{try: [before-head], {timeouts}}}
  before-token: {{try: [before-token], {timeouts}}}
  in-stream: {{try: [in-stream], {timeouts}}}
  finished: {{try: [finished], {timeouts}}}
  lingering: {{try: [lingering], {timeouts}}}
{waiting}
teams:
  figures:
    keys: [{{name: one, value: {TEAM_KEY}}}]
    limits: {{concurrency: {PLACES}}}
"""


class Lingerer:
    """Sends one event and the finish chunk, then nothing; notes when the other side was gone."""

    def __init__(self):
        self.gone = {}

    def __call__(self, to, request):
        to.sendall(HEAD + chunk(EVENT) + chunk(FINISH))
        mark = request.rsplit(b'"user":"', 1)[1].split(b'"', 1)[0].decode()
        try:
            while to.recv(4096):
                pass
        except OSError:
            pass
        self.gone[mark] = time.monotonic()


def leave_at_once(crowd, house, asks, until):
    """All of them ask; when `until` holds they leave together, some milliseconds apart."""
    for ask in asks:
        crowd.send(ask)
    end = time.monotonic() + 20
    while not until() and time.monotonic() < end:
        crowd.turn(0.02)
    assert until(), "the phase was not reached"
    for ask in asks:
        crowd.leave(ask)
        time.sleep(0.002)


def ended_there(house, lingerer, asks):
    """When the upstream saw that its connection was closed, by mark; waited for at most 5 s."""
    end, seen = time.monotonic() + 5, {}
    marks = {ask.mark for ask in asks}
    while time.monotonic() < end and not marks <= seen.keys():
        time.sleep(0.05)
        if lingerer.gone.keys() >= marks:
            seen = {mark: lingerer.gone[mark] for mark in marks}
        elif house.upstreams.counts()[0] == house.upstreams.counts()[1]:
            seen |= {one.mark: one.ended for one in house.upstreams.report() if one.how == "peer_left"}
    return seen


def phases(count):
    """(name, model, streams, when a client leaves it): a client has got so much, or an upstream so many."""
    def got(sign, times=1):
        return lambda asks, _: all(ask.wire and ask.wire.received.count(sign) >= times for ask in asks)

    def arrived(_, house):
        return house.upstreams.counts()[0] >= count
    return [("before the head", "before-head", True, arrived), ("before the head, not streamed", "before-head", False, arrived),
            ("before the first token", "before-token", True, arrived), ("before the first token, not streamed", "before-token", False, arrived),
            ("in mid-stream", "in-stream", True, got(b"data: {", 4)), ("behind the finish chunk", "finished", True, got(b'"finish_reason":"stop"')),
            ("behind [DONE], the body still open there", "lingering", True, lambda asks, _: all(ask.how == "answered" for ask in asks))]


def leavers(quick, _):
    count = 25 if quick else 120
    lingerer = Lingerer()
    own = OwnUpstream(lingerer)
    rows = []
    with House("leaving", leaving_configuration(own, count), upstreams=1, key=TEAM_KEY) as house:
        for name, model, stream, reached in phases(count):
            crowd = Crowd(house.port, TEAM_KEY, patience=60)
            house.upstreams.report()
            asks = [Ask(model, stream, mark=f"{model}-{int(stream)}-{n}") for n in range(count)]
            leave_at_once(crowd, house, asks, lambda: reached(asks, house))
            rows += noticed(name, house, lingerer, asks)
            crowd.close()
        rows += between_attempts(house, count)
        rows += all_places_are_free(house)
    own.close()
    return rows


def noticed(name, house, lingerer, asks):
    left = {ask.mark: ask.ended for ask in asks}
    gone = ended_there(house, lingerer, asks)
    # A mark that is missing was never seen to go.
    took = [gone[mark] - at if mark in gone else 60.0 for mark, at in left.items()]
    return [at_most(4, f"leaving {name}: the upstream sees it, p99 of {len(asks)}", quantile(took, 0.99), 1, "{:.3f}", " s"), given_back(name, house)]


def given_back(name, house):
    try:
        gate.until(lambda: house.gateway.metric("sallyport_in_flight") == 0, 2, "nothing is in flight")
        held = 0
    except TimeoutError:
        held = house.gateway.metric("sallyport_in_flight")
    return exactly(4, f"leaving {name}: sends still under way 2 s later", int(held), 0)


def between_attempts(house, count):
    """Each waits for what its only deployment wished (4 s) when it leaves: no further send may come."""
    crowd = Crowd(house.port, TEAM_KEY, patience=60)
    house.upstreams.report()
    asks = [Ask(f"between-{n}", bool(n % 2), mark=f"between-{n}") for n in range(count)]
    leave_at_once(crowd, house, asks, lambda: house.upstreams.counts()[1] >= count)
    answered = sum(ask.how != "left" for ask in asks)
    rows = [exactly(4, f"leaving between attempts: of {count} that wait, answered before they left", answered, 0), given_back("between attempts", house),
            *all_places_are_free(house)]
    time.sleep(4.6)
    sent = [one for one in house.upstreams.report() if one.model.startswith("between")]
    crowd.close()
    return [*rows, exactly(4, "leaving between attempts: sends for clients that had left", len(sent) - count, 0)]


def all_places_are_free(house):
    """The team and the deployment have as many places as before: so many calls are served at once, and one more is refused."""
    crowd = Crowd(house.port, TEAM_KEY, patience=20)
    asks = crowd.run([Ask("full") for _ in range(PLACES + 1)], together=PLACES + 1)
    served, refused = sum(ask.verdict() == "whole" for ask in asks), sum(ask.status == 429 for ask in asks)
    crowd.close()
    return [exactly(4, f"of {PLACES + 1} calls at once for the {PLACES} places of team and deployment: served, refused", (served, refused), (PLACES, 1))]
