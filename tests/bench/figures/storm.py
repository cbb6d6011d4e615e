"""Figures 1 and 2: many faults in many requests. Nobody is lost, stuck or billed twice, and nothing is sent twice."""
import collections
import random

from crowd import Ask, Crowd
from house import House, at_least, exactly

# What the two bad deployments of each model play, on every EVERY-th request that reaches them; the words are those of the rehearsal's catalogue.
FAULTS = {"429": "status=429", "429 with Retry-After": "retry_after=1", "500": "status=500", "503": "status=503",
          "reset before the head": "reset_before_head", "close before the head": "close_before_head", "slow first token": "slow_first_token=10s",
          "error in 200": "error_in_200", "empty 200": "empty_200", "garbled head": "garbled_head", "cut in mid-stream": "cut_after=6",
          "stall in mid-stream": "stall_after=6!stall_for=10s", "garbage in mid-stream": "garbled_at=6", "no [DONE]": "no_done"}
MIDWAY = {"cut in mid-stream", "stall in mid-stream", "garbage in mid-stream"}
EVERY = 8
TOKENS = 12
TOTAL_S = 10
TIMEOUTS = "timeouts: {connect: 1s, first_token: 2s, idle: 2s, attempt: 2s, total: %ds}" % TOTAL_S

PROVIDERS = """providers:
  first: {kind: openai_compatible, class: in_house, base_url: "@U0@"}
  second: {kind: openai_compatible, class: in_house, base_url: "@U1@"}
  well: {kind: openai_compatible, class: in_house, base_url: "@U2@"}
"""
PRICE = "price: {input: 1.5, output: 3}"


def storm_configuration(dice):
    """{model: names of its faults}, and the text. Each fault stands twice in the first place and twice in the second."""
    kinds = list(FAULTS) * 2
    other = kinds[:]
    dice.shuffle(other)
    deployments, models, plays = [], [], {}
    for number, pair in enumerate(zip(kinds, other)):
        for place, kind in zip(("first", "second"), pair):
            deployments.append(f'  {place}-{number}: {{provider: {place}, model: "{place}-{number}!tokens={TOKENS}!pace=0ms!{FAULTS[kind]}'
                               f'!every={EVERY}", {PRICE}}}')
        deployments.append(f'  well-{number}: {{provider: well, model: "well-{number}!tokens={TOKENS}!pace=0ms", {PRICE}}}')
        models.append(f"  m{number}: {{try: [{{split: {{first-{number}: 50, second-{number}: 50}}}}, well-{number}], {TIMEOUTS}}}")
        plays[f"m{number}"] = pair
    return plays, "\n".join([PROVIDERS + "deployments:", *deployments, "models:", *models]) + "\n"


def played(sightings):
    """How often each fault was played: the models' names say on which of their requests."""
    counts = collections.Counter(one.model for one in sightings if "!every=" in one.model)
    return {kind: sum(count // EVERY for model, count in counts.items() if f"!{words}!every" in model) for kind, words in FAULTS.items()}


def is_whole(ask):
    """Whole, and every token of it is there."""
    return ask.verdict() == "whole" and f'"completion_tokens":{TOKENS},'.encode() in ask.body


def books_are_even(figure, house, sightings):
    """What the upstreams were sent against the rows of the store; nothing that failed before content is billed, no request twice."""
    rows = house.rows("attempt_id, hex(request_id), outcome, input_tokens + cached_tokens + output_tokens + reasoning_tokens, "
                      "coalesce(cost_nano_usd, 0)")
    sent = collections.Counter(one.attempt for one in sightings)
    booked = {row[0] for row in rows}
    billed = collections.Counter(row[1] for row in rows if row[4] > 0)
    return [exactly(figure, "sends that an upstream saw twice under one id", sum(count - 1 for count in sent.values()), 0),
            exactly(figure, "sends without a row, and rows without a send", len(sent.keys() ^ booked), 0),
            exactly(figure, "attempts that failed before content and have usage or cost",
                    sum(row[2] == 2 and (row[3] > 0 or row[4] > 0) for row in rows), 0),
            exactly(figure, "requests that were billed twice", sum(count - 1 for count in billed.values()), 0)]


def storm(quick, seed):
    requests, faults = (5_000, 500) if quick else (100_000, 10_000)
    dice = random.Random(seed)
    plays, text = storm_configuration(dice)
    with House("storm", text) as house:
        crowd = Crowd(house.port, patience=TOTAL_S + 5)
        # Whether [DONE] is missing can be seen in streams alone.
        wanted = [Ask(model, stream="no [DONE]" in plays[model] or dice.random() < 0.5) for model in dice.choices(list(plays), k=requests)]
        asks = crowd.run(wanted, together=48 if quick else 96)
        house.settled()
        sightings = house.upstreams.report()
        # After content nobody can take over: such a stream has to say so.
        lost = [ask for ask in asks if not is_whole(ask) and not (ask.verdict() == "broken" and MIDWAY & set(plays[ask.model]))]
        for ask in lost[:5]:
            print("  lost:", ask.model, plays[ask.model], ask.stream, ask.verdict(), ask.status, ask.body[-300:])
        broken = sum(ask.verdict() == "broken" for ask in asks)
        faults_played = played(sightings)
        print(f"  {len(sightings)} sends, {broken} streams broken after content, each with an error event; "
              + ", ".join(f"{kind}: {count}" for kind, count in faults_played.items()))
        return [at_least(1, f"faults played in {requests} requests", sum(faults_played.values()), faults, "{}", timed=False),
                exactly(1, "kinds of fault that were not played", sum(count == 0 for count in faults_played.values()), 0),
                exactly(1, "requests lost before content", len(lost), 0),
                exactly(1, f"requests that took longer than their {TOTAL_S} s", sum(ask.seconds > TOTAL_S + 1 for ask in asks), 0),
                *books_are_even(1, house, sightings)]


def reuse_configuration(models):
    """So many models with another deployment behind the one that resets, and as many without."""
    def bad(name):
        return f'  {name}: {{provider: first, model: "{name}!tokens={TOKENS}!pace=0ms!reset_on_reuse!every=4", {PRICE}}}'
    names = range(models)
    return "\n".join([PROVIDERS + "deployments:", *(bad(f"bad-{n}") for n in names), *(bad(f"alone-{n}") for n in names),
                      f'  well: {{provider: well, model: "well!tokens={TOKENS}!pace=0ms", {PRICE}}}', "models:",
                      *(f"  m{n}: {{try: [bad-{n}, well], {TIMEOUTS}}}" for n in names),
                      *(f"  s{n}: {{try: [alone-{n}], {TIMEOUTS}}}" for n in names)]) + "\n"


def is_honest(ask):
    """An error reply that says whose fault it was, and that the SDK must not send it again by itself."""
    return ask.verdict() == "refused" and ask.status in (502, 503) and ask.headers.get("x-should-retry") == "false"


def reuse(quick, seed):
    resets, requests, models = (1_000, 6_200, 12) if quick else (10_000, 62_000, 24)
    dice = random.Random(seed)
    with House("reuse", reuse_configuration(models)) as house:
        crowd = Crowd(house.port, patience=TOTAL_S + 5)
        names = [f"m{n}" for n in range(models)] * 3 + [f"s{n}" for n in range(models)]
        asks = crowd.run([Ask(model, stream=dice.random() < 0.5) for model in dice.choices(names, k=requests)], together=16)
        house.settled()
        sightings = house.upstreams.report()
        reset = sum(one.how == "by_fault" for one in sightings)
        refused = [ask for ask in asks if not is_whole(ask)]
        print(f"  {requests} requests, {len(sightings)} sends, {reset} resets; {len(refused)} refused")
        for ask in [ask for ask in refused if not is_honest(ask)][:5]:
            print("  wrong:", ask.model, ask.verdict(), ask.status, ask.headers, ask.body[-200:])
        return [at_least(2, "kept connections reset after the whole POST", reset, resets, "{}", timed=False),
                exactly(2, "requests with another deployment that were not answered", sum(ask.model[0] == "m" for ask in refused), 0),
                exactly(2, "requests without one that were neither answered nor refused honestly", sum(not is_honest(ask) for ask in refused), 0),
                *books_are_even(2, house, sightings)]
