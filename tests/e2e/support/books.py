"""What the ledger's programs share: answers over kept connections, the demo's upstreams by themselves, and the store as SQLite reads it.
Standard library only."""
import contextlib
import csv
import http.client
import json
import os
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import gateway as gate

kinds = ("input", "cached", "cache_write", "output", "reasoning")

def nano(dollars):
    """Billionths of a dollar of a decimal text, exactly."""
    scaled = Decimal(str(dollars)) * 10**9
    assert scaled == int(scaled), dollars
    return int(scaled)


class Answer:
    """What a client got. `whole`: status 200 and everything up to its end; `usage` of the body or of a stream's last event."""

    def __init__(self, status, headers, body, stream):
        self.status, self.headers, self.body = status, headers, body
        self.request_id = headers.get("x-request-id", "")
        self.attempts = int(headers.get("x-sallyport-attempts", 0))
        self.cost = nano(headers["x-sallyport-cost-usd"]) if "x-sallyport-cost-usd" in headers else None
        lines = body.split(b"\n") if stream and status == 200 else []
        self.events = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
        self.is_broken = any("error" in event for event in self.events)
        self.whole = status == 200 and (not stream or (body.endswith(b"data: [DONE]\n\n") and not self.is_broken))
        if stream:
            self.usage = next((event["usage"] for event in self.events if event.get("usage")), None)
        else:
            self.usage = json.loads(body).get("usage") if status == 200 else None

    @property
    def text(self):
        """What it says, of the first choice."""
        if not self.events:
            return json.loads(self.body)["choices"][0]["message"]["content"] if self.whole else ""
        return "".join(choice.get("delta", {}).get("content") or "" for event in self.events for choice in event.get("choices", []))


class Asker:
    """One kept connection to a gateway; for one thread. Raises what the socket raises, and connects anew with the next request."""

    def __init__(self, api, key, timeout=30):
        self.key = key
        self.connection = http.client.HTTPConnection(urlsplit(api).netloc, timeout=timeout)

    def chat(self, model, text="Say hello.", stream=False, tags=None, **more):
        body = {"model": model, "messages": [{"role": "user", "content": text}]} | more
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.key}"} | ({"x-sallyport-tags": tags} if tags else {})
        try:
            self.connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
            reply = self.connection.getresponse()
            return Answer(reply.status, reply.headers, reply.read(), stream)
        except BaseException:
            self.connection.close()
            raise


def together(works):
    """Runs each callable on a thread of its own and waits for all; the first error is raised here."""
    errors = []

    def guarded(work):
        try:
            work()
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def upstreams_of(demo):
    """{class: base address} of the upstreams behind a demo gateway, found among the ports on which its process listens. They take any key,
    and play the faults that hang on a model's name, as in open-70b!status=503!every=3."""
    own = set()
    for link in Path(f"/proc/{demo.process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):   # closed meanwhile
            own |= {name[8:-1] for name in [os.readlink(link)] if name.startswith("socket:[")}
    found = {}
    for fields in (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]):
        base = f"http://127.0.0.1:{int(fields[1].split(':')[1], 16)}"
        if fields[3] != "0A" or fields[9] not in own or base in (demo.api, demo.admin):
            continue
        models = [model["id"] for model in json.loads(gate.call(f"{base}/v1/models")[2])["data"]]
        found[{"house-8b": "in_house", "open-70b": "hosted", "flagship": "managed"}[models[0]]] = f"{base}/v1"
    assert len(found) == 3, found
    return found


def read(store, sql, *values):
    """All rows of a query to the store's file, also while a gateway writes to it."""
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def missing(store, answers):
    """What is wrong with the rows of these whole answers, a line each: every attempt has to stand once, the last one with an outcome."""
    rows = {}
    for request, number, outcome, cost in read(store, "SELECT lower(hex(request_id)), attempt_number, n.name, cost_nano_usd FROM attempts "
                                                      "LEFT JOIN names n ON n.id = request_outcome ORDER BY 1, 2"):
        rows.setdefault(f"req_{request}", []).append((number, outcome, cost))
    problems = []
    for answer in answers:
        found = rows.get(answer.request_id, [])
        numbers, outcomes = [row[0] for row in found], [row[1] for row in found]
        if numbers != list(range(1, answer.attempts + 1)) or outcomes != [None] * (answer.attempts - 1) + ["ok"]:
            problems.append(f"{answer.request_id} of {answer.attempts} attempts has the rows {found}")
        elif answer.cost is not None and found[-1][2] != answer.cost:
            problems.append(f"{answer.request_id} cost {answer.cost} to its client and {found[-1][2]} in the store")
    return problems


def doubled(store):
    """Attempts that stand twice."""
    return read(store, "SELECT hex(request_id), attempt_number, count(*) FROM attempts GROUP BY 1, 2 HAVING count(*) > 1")


def spent(store, team):
    """Nano-dollars of the team's rows in the newest month (UTC) of its budget."""
    sums = read(store, "SELECT strftime('%Y-%m', budget_quarter, 'unixepoch'), sum(cost_nano_usd) FROM attempts JOIN names n ON n.id = team "
                       "WHERE n.name = ? GROUP BY 1 ORDER BY 1", team)
    return sums[-1][1] if sums else 0


def logged(running, message):
    """The log's records with this message."""
    lines = (line for line in running.log.read_text().splitlines() if line.startswith("{"))
    return [record for record in map(json.loads, lines) if record["message"] == message]



def price(**dollars):
    """Nano-dollars a million tokens, by the words of the configuration."""
    return {word: nano(each) for word, each in dollars.items()}


def tokens_of(usage):
    """The five kinds of tokens, which do not overlap, of what a provider of OpenAI's dialect reports."""
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    reasoning = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens", 0)
    return {"input": usage["prompt_tokens"] - cached, "cached": cached, "cache_write": 0, "output": usage["completion_tokens"] - reasoning,
            "reasoning": reasoning}


def cost_of(tokens, rates):
    """Nano-dollars, rounded once, half up; docs/costs.md."""
    like = {"cached": "cached_input", "cache_write": "cache_write", "reasoning": "reasoning"}
    instead = {"cached": "input", "cache_write": "input", "reasoning": "output"}
    total = sum(count * rates.get(like.get(kind, kind), rates[instead.get(kind, kind)]) for kind, count in tokens.items())
    return (total + 500_000) // 1_000_000


def report(kind, by, file, form="--json", since="1h"):
    """The lines of `sallyport report`; amounts of JSON are Decimals."""
    ended = gate.run(gate.binary, "report", kind, "--since", since, "--by", by, form, "-c", file)
    assert ended.returncode == 0, ended
    return json.loads(ended.stdout, parse_float=Decimal)["lines"] if form == "--json" else list(csv.DictReader(ended.stdout.splitlines()))
