"""One gateway for a measurement: its configuration, its start, its port and its end."""
import hashlib
import json
import pathlib
import signal
import subprocess

from proxy_run import PLAIN, Proxy, listening_port

KEY = "sp-bench-0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
END_S = 40
MAX_LAG_LONGEST = "1m"  # that listen.max_lag takes

# The two sides listen on different loopback addresses, each on a port that the system chooses: the address tells which is which.
CONFIGURATION = """version: 1
listen: {{address: "127.0.0.1:0", workers: {workers}{door}{lag}}}
admin: {{address: "127.0.0.2:0"}}
state: {{journal: {folder}/journal}}
{served}
teams:
  bench:
    keys: [{{name: bench, sha256: {key_hash}}}]
    models: [{models}]
{checks}"""

# What a request is put through besides its key, journal and ledger: limits that never refuse, a budget that lasts, a look at its text.
EVERY_CHECK = """    limits: {requests: 100M/min, tokens: 100000M/min, concurrency: 100000}
    budget: {usd: 1000000, per: month}
privacy:
  detect: [payment_card, iban, email, phone, ip, us_ssn, private_key, api_key]
policies:
  - {name: confidential-stays-home, when: 'data_class >= "confidential"', require: 'class == "in_house"'}
"""

ONE_MODEL = """providers:
  stub: {{kind: openai_compatible, class: in_house, {more}base_url: "{address}"}}
deployments:
  only: {{provider: stub, model: stub-model, price: {{input: 0.05, output: 0.20}}}}
models:
  chat: {{try: [only], timeouts: {{idle: 10m}}}}"""


def one_of_each(dialects, address):
    """A model for each dialect, of its name."""
    def section(title, line):
        return "\n".join([f"{title}:", *("  " + line.format(dialect=dialect, address=address) for dialect in dialects)])

    return "\n".join([
        section("providers", '{dialect}: {{kind: openai_compatible, class: in_house, dialect: {dialect}, base_url: "{address}"}}'),
        section("deployments", "only_{dialect}: {{provider: {dialect}, model: stub-model, price: {{input: 0.05, output: 0.20}}}}"),
        section("models", "{dialect}: {{try: [only_{dialect}]}}")])


def configuration(folder, upstream_port, dialects=(), variant=PLAIN, everything=False, transport=None, max_lag=None):
    address = f"{variant.upstream_address(upstream_port)}/v1"
    more = f"transport: {transport}, " if transport else ""
    more += f"ca: {variant.certificate}, " if variant.tls_upstream else ""
    return CONFIGURATION.format(
        folder=folder, key_hash=hashlib.sha256(KEY.encode()).hexdigest(), models=", ".join(dialects or ["chat"]), workers=variant.workers,
        door=f", tls: {{cert: {variant.certificate}, key: {variant.key}}}" if variant.tls_door else "",
        lag=f", max_lag: {max_lag}" if max_lag else "",
        served=one_of_each(dialects, address) if dialects else ONE_MODEL.format(address=address, more=more),
        checks=EVERY_CHECK if everything else "")


def transports(binary):
    """The ways to send that this gateway can be told."""
    said = subprocess.run([binary, "schema"], capture_output=True, text=True, timeout=60, check=True).stdout
    provider = json.loads(said)["properties"]["providers"]["additionalProperties"]["properties"]
    return provider["transport"]["enum"]


class Gateway(Proxy):
    """`command` is the binary, with what it runs under before it. Serves `chat`, or a model for each of `dialects`. With `everything` a
    request is put through every kind of check; otherwise it has a key, a price, a journal and a ledger. `max_lag` is the gateway's own unless
    it is given."""

    headers = (f"Authorization: Bearer {KEY}",)

    def __init__(self, command, folder, upstream_port, before=None, dialects=(), variant=PLAIN, everything=False, transport=None, max_lag=None):
        folder = pathlib.Path(folder)
        (folder / "journal").mkdir()
        (folder / "bench.yaml").write_text(configuration(folder, upstream_port, dialects, variant, everything, transport, max_lag))
        serve = ["serve", "--log-level", "error", "--log-format", "json", "--config", folder / "bench.yaml"]
        super().__init__("sallyport", [*command, *serve], folder, before)

    def is_up(self):
        self.port = listening_port(self.pid)
        return self.port is not None

    def end(self):
        """As an operator ends it; anything but a clean exit is an error."""
        self.child.send_signal(signal.SIGTERM)
        try:
            code = self.child.wait(END_S)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"the gateway did not drain within {END_S} s") from None
        if code != 0:
            raise RuntimeError(f"the gateway ended with {code}: {self.output()}")


class CountedGateway(Gateway):
    """Under callgrind, which writes to `out` and takes `more` options. Callgrind is some fifty times slower than the machine, and the machine may
    be starved: a worker that falls behind its clock is to go on all the same, since a refused request costs other instructions than a served one."""

    def __init__(self, binary, out, folder, upstream_port, more=(), dialects=(), variant=PLAIN):
        callgrind = ["valgrind", "--tool=callgrind", "--separate-threads=yes", *more, f"--callgrind-out-file={out}"]
        super().__init__([*callgrind, binary], folder, upstream_port, dialects=dialects, variant=variant, max_lag=MAX_LAG_LONGEST)
