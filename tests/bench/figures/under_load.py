"""Figures 5, 6 and 7: a deployment that is slow, an outage of all, and more load than there is room for."""
import collections

from crowd import Ask, Crowd
from house import House, Pulse, at_least, at_most, exactly, quantile, share

PROVIDERS = """providers:
  a: {kind: openai_compatible, class: in_house, base_url: "@U0@"}
  b: {kind: openai_compatible, class: in_house, base_url: "@U1@"}
  c: {kind: openai_compatible, class: in_house, base_url: "@U2@"}
"""
STANDSTILL_S = 0.1
STRATEGIES = {"split": "{split: {a: 1, b: 1, c: 1}}", "least_busy": "{least_busy: [a, b, c]}", "fastest": "{fastest: [a, b, c]}"}


def trio(strategy, first, other, more=""):
    """Three deployments; what the model's name of the first and of the others says."""
    return PROVIDERS + f"""deployments:
  a: {{provider: a, model: "a!{first}"{more}}}
  b: {{provider: b, model: "b!{other}"{more}}}
  c: {{provider: c, model: "c!{other}"{more}}}
models:
  chat: {{try: [{STRATEGIES[strategy]}], timeouts: {{total: 60s}}}}
"""


def speaks(first_token_ms, pace_ms):
    return f"tokens=6!slow_first_token={first_token_ms}ms!pace={pace_ms}ms!jitter=0ms"


def loaded(strategy, first, rate, seconds):
    """The calls of one run, and how many sends they took. A run in which the machine stood still says nothing about latencies: there are three tries."""
    for _ in range(3):
        with House("slow", trio(strategy, first, speaks(100, 20))) as house, Pulse() as pulse:
            asks = Crowd(house.port).run_at(rate, (Ask("chat", stream=True) for _ in range(int(rate * seconds))))
            house.settled()
            sends = len(house.upstreams.report())
        if pulse.longest < STANDSTILL_S:
            break
        print(f"  {strategy}: this program was stopped for {pulse.longest:.1f} s; once more")
    return asks, sends


def p99_of(asks, served_by):
    return quantile([ask.seconds for ask in asks if ask.headers.get("x-sallyport-served-by", "")[:1] in served_by], 0.99)


def slow_one(quick, _):
    rate, seconds = (60, 5) if quick else (60, 30)
    rows, fast = [], None
    for strategy in STRATEGIES:
        if not (quick and fast):   # in small one run stands for the three
            fast, _ = loaded(strategy, speaks(100, 20), rate, seconds)
        slow, sends = loaded(strategy, speaks(1000, 200), rate, seconds)
        base, beside = p99_of(fast, "abc"), p99_of(slow, "bc")
        served = collections.Counter(ask.headers.get("x-sallyport-served-by", "")[:1] for ask in slow)
        mean = sum(ask.seconds for ask in slow) / len(slow)
        print(f"  {strategy}: p99 {base * 1000:.0f} ms with three fast ones; beside a slow one {beside * 1000:.0f} ms of the calls of the others; "
              f"{share(served['a'], len(slow)):.1%} went to the slow one, mean of all {mean * 1000:.0f} ms")
        rows += [at_most(5, f"{strategy}: p99 of what two fast ones serve beside one 10 times slower, to three fast ones", beside / base, 1.2),
                 at_most(5, f"{strategy}: sends beyond one a request", sends - len(slow), 0.2 * len(slow) + 10 * seconds, "{:.0f}"),
                 exactly(5, f"{strategy}: calls not answered", sum(ask.verdict() != "whole" for ask in fast + slow), 0)]
    return rows


def outage(quick, _):
    """`for=` counts from each upstream's first request; the first call reaches all three within milliseconds."""
    down, behind, rate = (6, 7, 100) if quick else (60, 20, 100)
    bad = f"tokens=3!pace=0ms!status=503!for={down}s"
    with House("outage", trio("split", bad, bad)) as house:
        asks = Crowd(house.port).run_at(rate, (Ask("chat", stream=bool(n % 2)) for n in range(rate * (down + behind))))
        house.settled()
        sent = sorted(one.arrived for one in house.upstreams.report())
        well_at = sent[0] + down
        during = [ask for ask in asks if ask.due < well_at]
        after = [ask for ask in asks if ask.due >= well_at + 5]
        first = min((ask.ended for ask in asks if ask.verdict() == "whole"), default=well_at + 60) - well_at
        refused = [ask for ask in during if ask.verdict() != "whole"]
        honest = sum(ask.status == 503 and "retry-after" in ask.headers for ask in refused)
        print(f"  {len(during)} requests while all were down, {sum(at < well_at for at in sent)} sends; first answer {first:.1f} s behind it")
        return [at_most(6, f"sends a request while all answer 503 for {down} s", share(sum(at < well_at for at in sent), len(during)), 1.1, "{:.3f}"),
                at_least(6, "answered from 5 s behind it on", share(sum(ask.verdict() == "whole" for ask in after), len(after)) * 100, 95, "{:.1f}", " %"),
                exactly(6, "of those refused meanwhile, without 503 and Retry-After", len(refused) - honest, 0)]


def goodput(asks):
    return sum(ask.verdict() == "whole" for ask in asks) / (max(ask.ended for ask in asks) - min(ask.due for ask in asks))


def overload(quick, _):
    """Each deployment serves 8 at once in 200 ms: 120 calls a second in all. Peak is what a crowd gets of it that asks as it is answered."""
    seconds = 4 if quick else 30
    places, took = 8, 0.2
    text = trio("least_busy", "tokens=3!pace=0ms!slow_first_token=200ms", "tokens=3!pace=0ms!slow_first_token=200ms", f", max_concurrency: {places}")
    with House("overload", text) as house:
        capacity = 3 * places / took
        crowd = Crowd(house.port)
        peak = goodput(crowd.run([Ask("chat", stream=True) for _ in range(int(capacity * seconds))], together=3 * places))
        asks = crowd.run_at(5 * capacity, (Ask("chat", stream=True) for _ in range(int(5 * capacity * seconds))))
        refused = [ask for ask in asks if ask.verdict() != "whole"]
        wrong = sum(ask.status not in (429, 503) or "retry-after" not in ask.headers for ask in refused)
        print(f"  peak {peak:.0f} calls a second; offered {5 * capacity:.0f}, served {goodput(asks):.0f}, refused {len(refused)} of {len(asks)}")
        return [at_least(7, "served at 5 times the load, of the peak", goodput(asks) / peak * 100, 90, "{:.1f}", " %"),
                at_most(7, "refusals are answered, p99", quantile([ask.ended - ask.sent for ask in refused], 0.99) * 1000, 10, "{:.1f}", " ms"),
                exactly(7, "refusals without 503 or 429, or without Retry-After", wrong, 0)]
