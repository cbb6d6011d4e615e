"""The other proxies before the upstream. Each is set up to do as little as it can: no log, connections kept, no time limit in the way."""
import http.client
import json
import pathlib
import ssl

from proxy_run import PLAIN, Proxy, free_port, listener, listening_port

QUESTION = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "x"}]})


def answers(port, headers, tls):
    """Whether a call is answered with 200."""
    if tls:
        way = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=ssl._create_unverified_context())
    else:
        way = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        fields = dict(line.split(": ", 1) for line in headers)
        way.request("POST", "/v1/chat/completions", QUESTION, {"Content-Type": "application/json"} | fields)
        return way.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        way.close()


class Peer(Proxy):
    tls_door = False

    def is_up(self):
        return self.port is not None and answers(self.port, self.headers, self.tls_door)


HAPROXY = """global
  nbthread {workers}
  maxconn 9000
  ssl-server-verify none
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 10m
  timeout server 10m
frontend door
  bind fd@{door} {tls_door}
  default_backend stub
backend stub
  server only 127.0.0.1:{upstream_port} {tls_upstream}
"""


def haproxy_tls(variant):
    return f"ssl verify required ca-file {variant.certificate}" + (" alpn h2" if variant.http2_upstream else "")


class HAProxy(Peer):
    def __init__(self, program, folder, upstream_port, before=None, variant=PLAIN):
        folder = pathlib.Path(folder)
        door, port = listener()
        both = folder / "both.pem"
        if variant.tls_door:
            both.write_text(pathlib.Path(variant.certificate).read_text() + pathlib.Path(variant.key).read_text())
        (folder / "haproxy.cfg").write_text(HAPROXY.format(
            workers=variant.workers, door=door.fileno(), upstream_port=upstream_port,
            tls_door=f"ssl crt {both}" if variant.tls_door else "",
            tls_upstream=haproxy_tls(variant) if variant.tls_upstream else ""))
        super().__init__("haproxy", [program, "-db", "-f", folder / "haproxy.cfg"], folder, before, pass_fds=[door.fileno()])
        door.close()
        self.port = port
        self.tls_door = variant.tls_door


def envoy_filters(cluster):
    router = {"name": "envoy.filters.http.router",
              "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}
    route = {"match": {"prefix": "/"}, "route": {"cluster": cluster, "timeout": "0s"}}
    return [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "door", "stream_idle_timeout": "0s", "http_filters": [router], "generate_request_id": False,
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]}}}]}]


def envoy_tls(side, context):
    return {"name": "envoy.transport_sockets.tls", "typed_config": {
        "@type": f"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{side}TlsContext", "common_tls_context": context}}


ENVOY_HTTP2 = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    "explicit_http_config": {"http2_protocol_options": {}}}}


def envoy_configuration(upstream_port, variant):
    def address(port):
        return {"socket_address": {"address": "127.0.0.1", "port_value": port}}

    chains = envoy_filters("stub")
    unlimited = {"priority": "DEFAULT", **{f"max_{what}": 100000 for what in ("connections", "pending_requests", "requests")}}
    ends = [{"lb_endpoints": [{"endpoint": {"address": address(upstream_port)}}]}]
    cluster = {"name": "stub", "type": "STATIC", "circuit_breakers": {"thresholds": [unlimited]},
               "load_assignment": {"cluster_name": "stub", "endpoints": ends}}
    if variant.tls_door:
        pair = {"certificate_chain": {"filename": variant.certificate}, "private_key": {"filename": variant.key}}
        chains[0]["transport_socket"] = envoy_tls("Downstream", {"tls_certificates": [pair]})
    if variant.tls_upstream:
        trusted = {"validation_context": {"trusted_ca": {"filename": variant.certificate}}}
        cluster["transport_socket"] = envoy_tls("Upstream", trusted | ({"alpn_protocols": ["h2"]} if variant.http2_upstream else {}))
    if variant.http2_upstream:
        cluster["typed_extension_protocol_options"] = ENVOY_HTTP2
    return {"static_resources": {"listeners": [{"name": "door", "address": address(0), "filter_chains": chains}], "clusters": [cluster]}}


class Envoy(Peer):
    def __init__(self, program, folder, upstream_port, before=None, variant=PLAIN):
        path = pathlib.Path(folder) / "envoy.json"
        path.write_text(json.dumps(envoy_configuration(upstream_port, variant)))
        super().__init__("envoy", [program, "-c", path, "--concurrency", variant.workers, "--disable-hot-restart", "--log-level", "error"],
                         folder, before)
        self.tls_door = variant.tls_door

    def is_up(self):
        self.port = listening_port(self.pid)
        return super().is_up()


class Portkey(Peer):
    def __init__(self, program, folder, upstream_port, before=None, variant=PLAIN):
        self.headers = ("Authorization: Bearer none", "x-portkey-provider: openai",
                        f"x-portkey-custom-host: {variant.upstream_address(upstream_port)}/v1")
        port = free_port()
        super().__init__("portkey", ["node", program, "--headless", f"--port={port}"], folder, before, {"NODE_ENV": "production"})
        self.port = port


LITELLM_KEY = "sk-bench-0123456789"
LITELLM = """model_list:
  - model_name: chat
    litellm_params: {{model: openai/stub-model, api_base: "{address}/v1", api_key: none}}
litellm_settings: {{telemetry: false, drop_params: true}}
general_settings: {{master_key: {key}}}
"""


class LiteLLM(Peer):
    start_s = 300  # it takes six on an idle machine
    headers = (f"Authorization: Bearer {LITELLM_KEY}",)

    def __init__(self, program, folder, upstream_port, before=None, variant=PLAIN):
        path = pathlib.Path(folder) / "litellm.yaml"
        path.write_text(LITELLM.format(address=variant.upstream_address(upstream_port), key=LITELLM_KEY))
        port = free_port()
        # The price list that it ships, since it would fetch a newer one.
        super().__init__("litellm", [program, "--config", path, "--host", "127.0.0.1", "--port", port, "--num_workers", 1,
                                     "--telemetry", "False"],
                         folder, before, {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR"})
        self.port = port
