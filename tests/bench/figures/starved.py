"""Figure 8: more clients than descriptors. Those that are connected are served, the others are told or wait, and it costs no processor."""
import resource
import time

from crowd import Ask, Crowd
from house import House, at_least, at_most, exactly, quantile

DESCRIPTORS = 256
CLIENTS = 1_000
REGULARS = 20

CONFIGURATION = """providers:
  bad: {kind: openai_compatible, class: in_house, base_url: "@U0@"}
models:
  chat: {try: ["bad/chat!tokens=5!pace=5ms!jitter=0ms"], timeouts: {total: 10s}}
"""


def ask_round(crowd, asks):
    """Each regular asks once on the connection that it keeps. Returns the asks when all have ended."""
    for ask in asks:
        crowd.send(ask)
    while any(ask.how == "open" for ask in asks):
        crowd.turn(0.05)
    return asks


class Pressers:
    """So many clients that connect and hold on, silent; who is turned away comes again after half a second."""

    def __init__(self, port):
        self.crowd, self.again, self.turned_away = Crowd(port), [], 0
        self.crowd.connect(CLIENTS)

    def turn(self):
        before = len(self.crowd.wires)
        self.crowd.turn(0)
        gone = before - len(self.crowd.wires)
        self.turned_away += gone
        now = time.monotonic()
        self.again += [now + 0.5] * gone
        while self.again and self.again[0] <= now:
            self.again.pop(0)
            self.crowd.connect(1)


def starved(quick, _):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    seconds = 5 if quick else 30
    with House("starved", CONFIGURATION, upstreams=1, descriptors=DESCRIPTORS) as house:
        regulars = Crowd(house.port, patience=15)
        rounds = []
        regulars.connect(REGULARS)
        time.sleep(0.3)   # they are in; they ask for the first time when nobody else gets in any more
        pressers = Pressers(house.port)
        end = time.monotonic() + 1
        while time.monotonic() < end:   # the first rush
            pressers.turn()
            time.sleep(0.01)
        cpu, began, served = 0.0, time.monotonic(), 0
        while time.monotonic() < began + seconds:
            before, at = house.cpu_seconds(), time.monotonic()
            while time.monotonic() < at + 1:
                pressers.turn()
                time.sleep(0.02)
            cpu += house.cpu_seconds() - before
            rounds.append(ask_round(regulars, [Ask("chat", stream=bool(n % 2)) for n in range(REGULARS)]))
        share = cpu / seconds
        asks = [ask for each in rounds for ask in each]
        lost = [ask for ask in asks if ask.verdict() != "whole"]
        for ask in lost[:3]:
            print("  lost:", ask.verdict(), ask.status, ask.body[-200:])
        more = Crowd(house.port, patience=15)
        told = more.run([Ask("chat") for _ in range(200)], together=200)
        untold = [ask for ask in told if ask.verdict() != "whole" and (ask.status != 503 or "retry-after" not in ask.headers)]
        for ask in untold[:3]:
            print("  not told:", ask.how, ask.status, ask.headers, ask.body[-200:])
        pressers.crowd.close()
        left = time.monotonic()
        newcomer = Crowd(house.port, patience=10)
        first = newcomer.run([Ask("chat")], together=1)[0]
        print(f"  {pressers.turned_away} times a client was turned away, {len(asks)} requests of regulars")
        return [at_most(8, f"processor of the gateway while {CLIENTS} clients press at {DESCRIPTORS} descriptors", share * 100, 20, "{:.1f}", " % of a core"),
                exactly(8, f"requests of {REGULARS} connected clients meanwhile that were not answered, of {len(asks)}", len(lost), 0),
                exactly(8, f"of {len(told)} clients that connect and ask meanwhile, neither answered nor told 503 with Retry-After", len(untold), 0),
                at_most(8, "the first new client is answered, after the others left", first.ended - left if first.verdict() == "whole" else 60.0, 1,
                        "{:.3f}", " s")]
