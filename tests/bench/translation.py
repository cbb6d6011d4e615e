"""What translating costs the gateway: instructions of a call and of a streamed chunk for each pair of dialects, counted under callgrind.

One run of the gateway for all pairs. A listing of the models ends a stretch of it: callgrind writes down there what it has counted so far
and begins anew. A figure is the difference of two stretches that differ in one amount only.
"""
import glob
import os
import pathlib
import re
import tempfile

import wires
from callgrind_out import Profile, read
from gateway_run import CountedGateway
from lockstep import Lockstep

MARK = "sallyport::stages::list_models?abi:cxx11?(sallyport::config::settings const&, *, long)"
WARM = (2, 20, 20)
BASE = (4, 20, 20)
MORE_REQUESTS = 40
MORE_EVENTS = 200
MORE_BURST_EVENTS = 800  # one step for PIECE of them
PIECE = 20  # events in one write of the upstream

# How much more the second stretch holds: requests, events of the stream that gets one a write, of the stream that gets PIECE a write.
KINDS = {"request": ((MORE_REQUESTS, 0, 0), MORE_REQUESTS), "chunk": ((0, MORE_EVENTS, 0), MORE_EVENTS),
         f"chunk, {PIECE} a read": ((0, 0, MORE_BURST_EVENTS), MORE_BURST_EVENTS)}
PAIRS = [(client, provider) for client in wires.DIALECTS for provider in wires.DIALECTS]

# Where the pipeline enters a dialect; all else that it runs is the same for every pair.
DIALECT = re.compile(r"sallyport::(?:sse_event_reader::(?:feed|next)|(?:openai_chat|anthropic_messages|openai_responses)::"
                     r"(?:\(anonymous namespace\)::both_faces::(?:read|write)_\w+|\w+_writer::write))(?:\[abi:cxx11\])?\(")


def name_of(pair, kind):
    client, provider = pair
    return f"{kind}, {client} relayed" if client == provider else f"{kind}, {client} on {provider}"


def stretches():
    """Pair, kind and amounts of each stretch of the run in its order; a kind of None is not counted."""
    for pair in PAIRS:
        yield pair, None, WARM
        yield pair, "base", BASE
        for kind, (more, _) in KINDS.items():
            yield pair, kind, tuple(map(sum, zip(BASE, more)))


def run(binary, out):
    with tempfile.TemporaryDirectory(prefix="sallyport-bench-") as folder:
        each = [f"--dump-before={MARK}"]
        with Lockstep() as load, CountedGateway(binary, out, folder, load.upstream_port, each, wires.DIALECTS) as gateway:
            load.connect(gateway.port)
            answers = {dialect: wires.answered(dialect) for dialect in wires.DIALECTS}
            for (client, provider), _, (requests, events, bursts) in stretches():
                asked = wires.asked(client, provider, gateway.port)
                for _ in range(requests):
                    load.request(asked, answers[provider])
                load.stream(asked, answers[provider], events, 1)
                load.stream(asked, answers[provider], bursts, PIECE)
                load.list_models(wires.list_models(gateway.port))
            load.close_client()
            gateway.end()


class Stretch:
    """The worker's count: whole, and what of it the dialects are."""

    def __init__(self, path):
        self.path = path
        _, with_calls = read(path)
        self.whole = int(re.search(r"^(?:totals|summary): (\d+)", pathlib.Path(path).read_text(), re.M).group(1))
        self.dialects = sum(cost for (_, name), cost in with_calls.items() if DIALECT.match(name))


def counted(out):
    """What was written at each mark, of the thread that reached it."""
    several = list(stretches())
    found = {}
    for path in glob.glob(f"{out}.*"):
        with open(path) as lines:
            head = "".join(line for line, _ in zip(lines, range(12)))
        part = re.search(r"^part: (\d+)$", head, re.M)
        if part and "server::session::run(" in pathlib.Path(path).read_text():
            found[int(part.group(1))] = path
    if not set(range(1, len(several) + 1)) <= found.keys():
        raise RuntimeError(f"{len(found)} stretches were counted instead of {len(several)}")
    return [(pair, kind, Stretch(found[number])) for number, (pair, kind, _) in enumerate(several, 1) if kind]


def measure(binary, profiled=()):
    """By pair and kind: instructions, and those of them within the dialects. Prints where those of the pair `profiled` go."""
    measured = {}
    with tempfile.TemporaryDirectory(prefix="sallyport-count-") as folder:
        out = os.path.join(folder, "out")
        run(binary, out)
        for pair, kind, stretch in counted(out):
            if kind == "base":
                base = stretch
                continue
            amount = KINDS[kind][1]
            measured[pair, kind] = ((stretch.whole - base.whole) / amount, (stretch.dialects - base.dialects) / amount)
            if pair == profiled:
                Profile(base.path, stretch.path, amount).print(name_of(pair, kind))
    return measured


def figures(measured):
    return {name_of(pair, kind): round(whole) for (pair, kind), (whole, _) in measured.items()}


def ratio(measured, pair, kind, which=0):
    """To the relay of the client's dialect; `which` 1: of the instructions within the dialects."""
    return measured[pair, kind][which] / measured[(pair[0], pair[0]), kind][which]


def dearest(measured, kind):
    """The largest ratio of a kind, and its name."""
    return max((ratio(measured, pair, kind), name_of(pair, kind)) for pair in PAIRS)


def table(measured):
    """Each pair beside the relay of its client's dialect; in brackets what of it the dialects are."""
    yield "| client | provider | " + " | ".join(f"{kind} | ratio" for kind in KINDS) + " |"
    yield "|---|---|" + "---:|" * 2 * len(KINDS)
    for pair in PAIRS:
        cells = [pair[0], pair[1] if pair[0] != pair[1] else "relayed"]
        for kind in KINDS:
            whole, dialects = measured[pair, kind]
            cells += [f"{whole:,.0f} ({dialects:,.0f})", f"{ratio(measured, pair, kind):.2f} ({ratio(measured, pair, kind, 1):.2f})"]
        yield "| " + " | ".join(cells) + " |"
