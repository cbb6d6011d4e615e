"""Who is compared, by the name in the table and behind --only."""
import dataclasses
import typing

import peers_install
from gateway_run import Gateway, transports
from nginx_run import Nginx
from peers_run import Envoy, HAProxy, LiteLLM, Portkey
from proxy_run import Variant

VARIANTS = ("plain", "TLS at the door", "two workers", "TLS to the upstream", "HTTP/2 to the upstream")


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    start: typing.Callable  # of a folder, the upstream's port, what to do before it runs, and a Variant
    slow: bool = False      # it gets a smaller load, and no part in some rows
    variants: tuple = VARIANTS
    translates: bool = False

    def takes_part(self, row):
        return row.variant in self.variants and not (self.slow and row.fast_only) and (self.translates or not row.translated)


HTTP2_UPSTREAM = VARIANTS[-1]  # an nginx speaks it for the upstream, whoever is compared


def variant(name, certificate, key):
    return Variant(name, workers=2 if name == "two workers" else 1, tls_door=name == "TLS at the door",
                   tls_upstream=name in ("TLS to the upstream", HTTP2_UPSTREAM), http2_upstream=name == HTTP2_UPSTREAM,
                   certificate=str(certificate), key=str(key))


def peer(kind, program):
    return lambda folder, port, before, how: kind(program, folder, port, before, how)


def gateway(binary, transport):
    return lambda folder, port, before, how: Gateway([binary], folder, port, before, variant=how, everything=True, transport=transport)


KINDS = {"nginx": (Nginx, {}), "haproxy": (HAProxy, {}), "envoy": (Envoy, {}),
         "portkey": (Portkey, {"slow": True, "variants": VARIANTS[:1]}), "litellm": (LiteLLM, {"slow": True, "variants": VARIANTS[:1]})}
NAMES = ("nginx", "sallyport", "sallyport-curl", *list(KINDS)[1:])


def of_the_gateway(binary):
    """As it is, and once more where it can be told to send in another way."""
    yield Contender("sallyport", gateway(binary, None), translates=True)
    if "native" in transports(binary):
        yield Contender("sallyport-curl", gateway(binary, "curl"), translates=True)


def find(binary, is_wanted):
    """Those that are wanted and can be run here; why the others cannot; the programs of the peers."""
    found = {one.name: one for one in of_the_gateway(binary) if is_wanted(one.name)}
    absent, programs = {}, {}
    for name, (kind, more) in KINDS.items():
        if not is_wanted(name):
            continue
        try:
            programs[name] = peers_install.PEERS[name]()
            found[name] = Contender(name, peer(kind, programs[name]), **more)
        except peers_install.Absent as reason:
            absent[name] = str(reason)
    return {name: found[name] for name in NAMES if name in found}, absent, programs
