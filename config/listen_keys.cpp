#include "config/listen_keys.hpp"

#include "config/addresses.hpp"
#include "config/pem.hpp"
#include "config/secrets.hpp"

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr std::size_t gib = 1024 * mib;

value_kind<bool> client_auth() {
  const auto word = one_of({"require", "request"}, "require or request");
  const auto read = [read_word = word.read](const scalar& from) -> parsed<bool> {
    const auto said = read_word(from);
    if (!said) return said.error();
    return *said == "require";
  };
  return {word.word, word.schema, read};
}

section<tls_files> tls_keys() {
  return {required(value_key("cert", &tls_files::cert, path_of_file(), "", "The certificate chain, PEM."),
      "is missing; tls names cert and key"),
          required(value_key("key", &tls_files::key, path_of_file(), "", "Its private key, PEM."), "is missing; tls names cert and key"),
          value_key("client_ca", &tls_files::client_ca, path_of_file(), "",
              "PEM certificates of the authorities that clients' certificates come from. Default: clients are not asked for one."),
          value_key("client_auth", &tls_files::needs_client_cert, client_auth(), "require",
              "With client_ca: whether a client must have a certificate, or may have none; a wrong one is refused either way.")};
}

}  // namespace

section<listen_settings> listen_keys() {
  using l = listen_settings;
  return {
      value_key("address", &l::address, address_to_listen_on(), "127.0.0.1:7070", "Where clients connect. Port 0 lets the system choose."),
      section_key("tls", &l::tls, tls_keys(), "Serve HTTPS with this certificate, whose files may be replaced at any time. Default: plain HTTP."),
      value_key("workers", &l::workers, whole_number(0, 256), "0", "Event loops, each on a thread of its own; 0 is one a core."),
      value_key("max_connections", &l::max_connections, count(1, 1'000'000), "10k",
          "Open client connections; further ones are turned away with 503. The system's limit of open files may allow fewer."),
      value_key("max_connections_per_address", &l::max_connections_per_address, count(1, 1'000'000), "",
          "Those of one address, or of one /64 network of IPv6; further ones are turned away with 429. What trusted_proxies names is not "
          "counted. Default: a quarter of max_connections, and loopback is not counted."),
      value_key("max_body", &l::max_body, byte_size(kib, gib), "32MiB", "One request body; a larger one is refused with 413."),
      value_key("max_in_flight", &l::max_in_flight, count(1, 1'000'000), "10k", "Requests being served at once; beyond, 503."),
      value_key("max_buffered", &l::max_buffered, byte_size(kib, 1024 * gib), "1GiB", "Request bodies held at once, each until its answer begins to stream; beyond, 503."),
      value_key("header_timeout", &l::header_timeout, duration(1ms, 1h), "10s", "From the first byte of a request to the end of its head."),
      value_key("body_timeout", &l::body_timeout, duration(1ms, 1h), "1m", "From the head to the end of the body."),
      value_key("min_body_rate", &l::min_body_rate, byte_size(0, gib), "1KiB",
          "Bytes a second that a body has to come with on the average, once header_timeout has passed; a slower one ends with 408. 0B: any rate."),
      value_key("idle_timeout", &l::idle_timeout, duration(1ms, 1h), "75s", "Between two requests on a kept connection."),
      value_key("write_timeout", &l::write_timeout, duration(1ms, 1h), "1m", "One write to a client that does not read."),
      values_key("trusted_proxies", &l::trusted_proxies, address_range(),
                 "Proxies whose x-forwarded-for is believed; without any, a client's address is that of its connection."),
      value_key("failed_keys", &l::failed_keys, amount_in_time(), "60/min", "Wrong keys from one address; beyond, 429 for further wrong ones."),
      value_key("max_lag", &l::max_lag, duration(10ms, 1min), "500ms",
                "How far a worker may fall behind its clock; beyond, it refuses a growing share of new requests with 503, so that those under way go on."),
      value_key("drain_timeout", &l::drain_timeout, duration(1ms, 1h), "30s",
                "After SIGTERM, or once another process has taken over, how long open requests may take to end."),
  };
}

section<admin_draft> admin_keys() {
  return {
      value_key("address", &admin_draft::address, address_to_listen_on(), "127.0.0.1:7071",
          "Where metrics, health and the admin API are served."),
      value_key("token", &admin_draft::token, secret_text(), "",
          "The bearer token that the admin side asks for. Required unless its address is loopback."),
  };
}

section<state_settings> state_keys() {
  using s = state_settings;
  return {
      value_key("journal", &s::journal, path_of_file(), "",
          "Directory of the attempt journal. Default: chosen at start-up from the environment."),
      value_key("journal_size", &s::journal_size, byte_size(64 * kib, 4 * gib), "16MiB", "Size of each worker's journal."),
      value_key("store", &s::store, address_of_store(), "", "Where the ledger is kept. Default: state.db in the journal's directory."),
      value_key("retention", &s::retention, duration(24h, 24h * 36'500), "400d", "How long attempts are kept in the store."),
      value_key("max_size", &s::max_size, byte_size(16 * mib, 1024 * gib), "4GiB",
          "Size of the store's file; beyond, the oldest attempts are deleted. What budgets have spent stays."),
  };
}

void check_listen(const cursor& at, const listen_settings& listen) {
  if (listen.max_buffered < listen.max_body)
    at.below("max_buffered").refuse("is smaller than max_body (" + text_of_bytes(listen.max_body) +
        "), so the largest request would never be served");
  if (!listen.tls) return;
  const auto tls = at.below("tls");
  if (!listen.tls->cert.empty()) check_pem(tls.below("cert"), listen.tls->cert, "CERTIFICATE");
  if (!listen.tls->key.empty()) check_pem(tls.below("key"), listen.tls->key, "PRIVATE KEY");
  if (!listen.tls->client_ca.empty()) check_pem(tls.below("client_ca"), listen.tls->client_ca, "CERTIFICATE");
  else if (tls.has("client_auth")) tls.below("client_auth").refuse("has no client_ca beside it, so there is nothing to check a client's certificate against");
}

admin_settings made_admin(const cursor& at, const admin_draft& from, const listen_settings& listen, bool allow_inline_secrets) {
  admin_settings made{from.address, accepted_secret(from.token, at.below("token"), allow_inline_secrets)};
  if (!is_loopback(made.address.host) && !at.has("token"))
    at.below("address").refuse(
        "is open to other machines without a token; write token: \"${env:SALLYPORT_ADMIN_TOKEN}\", or listen on 127.0.0.1");
  const bool same = made.address.host == listen.address.host && made.address.port == listen.address.port;
  if (same && made.address.port != 0) at.below("address").refuse("is the same address as listen.address; give each its own port");
  return made;
}

}  // namespace sallyport::config
