"""The rows of the comparison: what is run for each, and the figures that come of it."""
import contextlib
import dataclasses
import tempfile

from bench_ends import OF_THE_PROXY, HeldStreams, Load, Target, Upstream, cpu_ns, pinned, resident_mib, run_load, used_us
from contenders import HTTP2_UPSTREAM

QUICK = 20  # so many times fewer requests and streams
HELD_PACE_US = 500_000
LEAST_SHARE = 0.5  # of the events that the pace promises; with fewer the proxy has been starved, and its figures are of that


@dataclasses.dataclass(frozen=True)
class Figure:
    title: str
    digits: int = 1
    best: bool = False      # of all rounds, instead of their median
    relay_of: str = ""      # the row with whose figure of the same proxy it is compared, instead of nginx's


@dataclasses.dataclass(frozen=True)
class Loaded:
    """A row whose figures come of one run of the loader: CPU a unit, then what `more` names: "best" requests a second, "added" latency."""
    name: str
    figures: tuple
    load: Load
    slow_load: Load = None   # for those that could not bear it; none: they have no part
    variant: str = "plain"
    more: str = ""

    @property
    def fast_only(self):
        return self.slow_load is None

    @property
    def translated(self):
        return self.load.client != "openai_chat"

    def load_for(self, contender, quick):
        load = self.slow_load if contender.slow else self.load
        return dataclasses.replace(load, requests=max(load.connections, load.requests // QUICK)) if quick else load

    def warm_up(self, bench, contender):
        load = self.load_for(contender, bench.quick)
        some = min(load.requests, load.connections * 4)
        run_load(bench.binaries, bench.target(contender, self.variant), dataclasses.replace(load, requests=some))

    def measure(self, bench, contender):
        load = self.load_for(contender, bench.quick)
        pids = bench.proxy(contender, self.variant).pids
        before = cpu_ns(pids)
        seconds, latency = run_load(bench.binaries, bench.target(contender, self.variant), load)
        values = [used_us(before, cpu_ns(pids)) / load.units()]
        if self.more == "best":
            values.append(load.requests / seconds)
        if self.more == "added":
            values.append(latency - bench.direct(self, load))
        return values


@dataclasses.dataclass(frozen=True)
class Held:
    """A row whose figures come of streams that stay open, at a proxy of its own."""
    name: str
    figures: tuple
    counts: tuple            # streams open when it is looked at; then, and at the start, as many as the first are set up under measurement
    fast_only: bool
    variant: str = "plain"
    translated = False

    def warm_up(self, bench, contender):
        pass

    def measure(self, bench, contender):
        """In the order of the figures."""
        counts = [count // QUICK for count in self.counts] if bench.quick else self.counts
        step = counts[0]
        with contextlib.ExitStack() as started:
            folder = started.enter_context(tempfile.TemporaryDirectory(dir=bench.scratch))
            upstream = started.enter_context(Upstream(bench.binaries))
            proxy = started.enter_context(contender.start(folder, upstream.port, pinned(OF_THE_PROXY), bench.variant(self.variant)))
            target = Target(proxy.port, tuple(proxy.headers))
            run_load(bench.binaries, target, Load(connections=4, requests=16))
            idle_mib = resident_mib(proxy.pids)
            streams = started.enter_context(HeldStreams(bench.binaries, target, HELD_PACE_US))
            sent_before = upstream.tell("quiet")
            setups, looks, opened = [], [], 0
            for count in counts:
                setups.append(self.set_up(streams, proxy, step))
                if count > opened + step:
                    streams.tell("open", count - opened - step)
                opened = count
                looks.append(self.look(upstream, streams, proxy, count, bench.quick))
            setups.append(self.set_up(streams, proxy, step))
            self.finish(upstream, streams, opened + step, sent_before)
        chunks, mib = zip(*looks)
        a_stream = [(with_them - idle_mib) * 1024 / count for count, with_them in zip(counts, mib)]
        return [idle_mib, *mib, *a_stream, *chunks, *setups, setups[-1] / setups[1]]

    @staticmethod
    def set_up(streams, proxy, count):
        before = cpu_ns(proxy.pids)
        streams.tell("open", count)
        return used_us(before, cpu_ns(proxy.pids)) / count

    @staticmethod
    def look(upstream, streams, proxy, count, quick):
        """CPU us a chunk, and MiB, while all streams are spoken to; they are quiet before and after."""
        upstream.tell("speak")
        streams.tell("watch", 600 if quick else 1000)
        before = cpu_ns(proxy.pids)
        events, took_ms = streams.tell("watch", 500 if quick else 3000)
        used = used_us(before, cpu_ns(proxy.pids))
        mib = resident_mib(proxy.pids)
        upstream.tell("quiet")
        if events < LEAST_SHARE * count * took_ms * 1000 / HELD_PACE_US:
            raise RuntimeError(f"{events} events in {took_ms} ms of {count} open streams")
        return used / events, mib

    @staticmethod
    def finish(upstream, streams, opened, sent_before):
        upstream.tell("finish")
        ended, events = streams.tell("finish")
        sent = upstream.tell("sent") - sent_before
        if ended != opened or events != sent:
            raise RuntimeError(f"{ended} of {opened} streams ended, {events} of {sent} events arrived")


REQUEST = "CPU us per request of 2 KB answered with 2 KB"
CHUNK = "CPU us per streamed chunk of 150 B"
CLOSED = Load(connections=16, requests=10000)
FAST = Load(connections=8, requests=400, stream=True)


def held_figures(*counts):
    """In the order of Held.measure()'s values."""
    yield Figure("resident MiB, no stream open")
    yield from (Figure(f"resident MiB, {count:,} streams open") for count in counts)
    yield from (Figure(f"resident KiB per open stream, {count:,} open") for count in counts)
    yield from (Figure(f"CPU us per chunk, 2 a second on each of {count:,} streams") for count in counts)
    yield Figure(f"CPU us to set up a stream, the first {counts[0]:,}", 0)
    yield from (Figure(f"CPU us to set up a stream, {counts[0]:,} more at {count:,} open", 0) for count in counts)
    if len(counts) > 1:
        yield Figure(f"set-up at {counts[-1]:,} open : at {counts[0]:,} open", 2)


ROWS = (
    Loaded("saturated", (Figure(f"{REQUEST}, closed loop, 16 connections"),
                         Figure("requests a second then, on one core, best round", 0, best=True)), CLOSED,
           Load(connections=16, requests=300), more="best"),
    Loaded("fast", (Figure(f"{CHUNK}, as fast as possible, 8 streams", 2),), FAST, Load(connections=8, requests=16, stream=True)),
    Loaded("paced", (Figure(f"{CHUNK}, one a ms, 8 streams", 1),), Load(connections=8, requests=40, stream=True, pace_us=1000),
           Load(connections=8, requests=8, stream=True, pace_us=1000)),
    Loaded("at_1000", (Figure(f"{REQUEST}, 1,000 a second"), Figure("added median latency in us, 1,000 requests a second", 0)),
           Load(connections=16, requests=1000, rate=1000), more="added"),
    Loaded("at_100", (Figure(f"{REQUEST}, 100 a second"), Figure("added median latency in us, 100 requests a second", 0)),
           Load(connections=16, requests=200, rate=100), Load(connections=16, requests=200, rate=100), more="added"),
    Held("streams", tuple(held_figures(1000, 5000)), counts=(1000, 5000), fast_only=True),
    Held("few_streams", tuple(held_figures(100)), counts=(100,), fast_only=False),
    Loaded("tls", (Figure(f"{REQUEST}, closed loop, 16 connections, TLS at the door"),), CLOSED, variant="TLS at the door"),
    Loaded("tls_fast", (Figure(f"{CHUNK}, as fast as possible, 8 streams, TLS at the door", 2),), FAST, variant="TLS at the door"),
    Loaded("two_workers", (Figure(f"{REQUEST}, closed loop, 16 connections, two workers on both cores"),), CLOSED,
           variant="two workers"),
    Loaded("https_upstream", (Figure(f"{REQUEST}, closed loop, 16 connections, HTTPS upstream"),), CLOSED,
           variant="TLS to the upstream"),
    Loaded("http2_upstream", (Figure(f"{REQUEST}, closed loop, 16 connections, upstream behind HTTPS and HTTP/2 (nginx: HTTP/1.1)"),), CLOSED,
           variant=HTTP2_UPSTREAM),
    Loaded("translated", (Figure(f"{REQUEST}, an Anthropic client on an openai_chat upstream", relay_of="saturated"),),
           dataclasses.replace(CLOSED, client="anthropic_messages")),
    Loaded("translated_fast",
           (Figure(f"{CHUNK}, as fast as possible, an Anthropic client on an openai_chat upstream", 2, relay_of="fast"),),
           dataclasses.replace(FAST, client="anthropic_messages")),
)
