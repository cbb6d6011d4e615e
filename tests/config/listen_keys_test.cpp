#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const fake_world world{{{"TOKEN", "hunter2-token"}},
                       {{"c.pem", "-----BEGIN CERTIFICATE-----\n"}, {"k.pem", "-----BEGIN EC PRIVATE KEY-----\n"}, {"no.pem",
                           "-----BEGIN JUNK-----"}}};

std::string said(const std::string& lines) { return problems_of(least + lines + "\n", world); }

}  // namespace

TEST_CASE("every key of listen is read") {
  const auto made = load(least +
                             "listen: {address: '[::1]:0', tls: {cert: c.pem, key: k.pem, client_ca: c.pem, client_auth: request}, workers: 4, max_connections: 2k, "
                                 "max_connections_per_address: 50, min_body_rate: 2KiB, max_body: "
                                 "1MiB, max_in_flight: 100,"
                             " max_buffered: 64MiB, header_timeout: 1s, body_timeout: 2s, idle_timeout: 3s, write_timeout: 4s, "
                                 "drain_timeout: 5s}\n",
                         world);
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& l = made.value->listen;
  CHECK(l.address.host == "::1");
  REQUIRE(l.tls);
  CHECK(l.tls->cert == "c.pem");
  CHECK(l.tls->key == "k.pem");
  CHECK(l.tls->client_ca == "c.pem");
  CHECK_FALSE(l.tls->needs_client_cert);
  CHECK(l.workers == 4);
  CHECK(l.max_connections_per_address == 50u);
  CHECK(l.min_body_rate == 2048);
  CHECK(l.max_connections == 2000);
  CHECK(l.max_body == 1u << 20);
  CHECK(l.max_in_flight == 100);
  CHECK(l.max_buffered == 64u << 20);
  CHECK(l.header_timeout.count() == 1000);
  CHECK(l.body_timeout.count() == 2000);
  CHECK(l.idle_timeout.count() == 3000);
  CHECK(l.write_timeout.count() == 4000);
  CHECK(l.drain_timeout.count() == 5000);
}

TEST_CASE("ranges are checked") {
  CHECK(holds(said("listen: {workers: 257}"), "the most is 256"));
  CHECK(holds(said("listen: {workers: -1}"), "the least is 0"));
  CHECK(holds(said("listen: {idle_timeout: 0s}"), "the least is 1ms"));
  CHECK(holds(said("listen: {max_body: 2GiB}"), "the most is 1GiB"));
  CHECK(holds(said("listen: {max_connections: 0}"), "the least is 1"));
  CHECK(holds(said("listen: {max_body: 64MiB, max_buffered: 32MiB}"), "listen.max_buffered: is smaller than max_body (64MiB)"));
}

TEST_CASE("certificate and key must be readable and be what they should") {
  CHECK(holds(said("listen: {tls: {cert: gone.pem, key: k.pem}}"), "listen.tls.cert: file \"gone.pem\" cannot be read"));
  CHECK(holds(said("listen: {tls: {cert: c.pem, key: c.pem}}"), "listen.tls.key: file \"c.pem\" holds no PEM block PRIVATE KEY"));
  CHECK(holds(said("listen: {tls: {cert: no.pem, key: k.pem}}"), "holds no PEM block CERTIFICATE"));
  CHECK(holds(said("listen: {tls: {cert: c.pem}}"), "listen.tls.key: is missing"));
}

TEST_CASE("clients' certificates need somebody to vouch for them") {
  const std::string tls = "listen: {tls: {cert: c.pem, key: k.pem, ";
  CHECK(said(tls + "client_ca: c.pem}}").empty());
  CHECK(holds(said(tls + "client_ca: gone.pem}}"), "listen.tls.client_ca: file \"gone.pem\" cannot be read"));
  CHECK(holds(said(tls + "client_ca: k.pem}}"), "holds no PEM block CERTIFICATE"));
  CHECK(holds(said(tls + "client_auth: require}}"), "listen.tls.client_auth: has no client_ca beside it"));
  CHECK(holds(said(tls + "client_ca: c.pem, client_auth: maybe}}"), "listen.tls.client_auth: "));
}

TEST_CASE("a rate of zero is none, and one address may have no fewer than one connection") {
  CHECK(said("listen: {min_body_rate: 0B}").empty());
  CHECK(holds(said("listen: {max_connections_per_address: 0}"), "the least is 1"));
}

TEST_CASE("paths start at the folder of the file") {
  const fake_world near{{}, {{"conf/c.pem", "-----BEGIN CERTIFICATE-----\n"}, {"conf/k.pem", "-----BEGIN PRIVATE KEY-----\n"}}};
  const auto made = config::load(least + "listen: {tls: {cert: c.pem, key: k.pem}}\nstate: {journal: /var/j, journal_size: 1MiB}\n",
      "conf/s.yaml", near.around());
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->listen.tls->cert == "conf/c.pem");
  CHECK(made.value->state.journal == "/var/j");
  CHECK(made.value->state.journal_size == 1u << 20);
}

TEST_CASE("the admin side is for loopback, unless a token guards it") {
  CHECK(holds(said("admin: {address: '0.0.0.0:7071'}"), "admin.address: is open to other machines without a token"));
  CHECK(said("admin: {address: '0.0.0.0:7071', token: \"${env:TOKEN}\"}").empty());
  CHECK(said("admin: {address: '[::1]:7071'}").empty());
  for (const char* open : {"'[::]:7071'", "'10.0.0.1:7071'", "'[2001:db8::1]:7071'"})
    CHECK(holds(said(std::string("admin: {address: ") + open + "}"), "admin.address: is open to other machines without a token"));
  // A token that is empty guards nothing, and is no token.
  CHECK(holds(said("admin: {address: '0.0.0.0:7071', token: \"${env:ABSENT:-}\"}"), "admin.token: "));
  const auto inline_token = said("admin: {token: hunter2-token}");
  CHECK(holds(inline_token, "admin.token: is a secret written into the file"));
  CHECK(!holds(inline_token, "hunter2"));
}

TEST_CASE("two sides at one address are refused") {
  CHECK(holds(said("admin: {address: '127.0.0.1:7070'}"), "is the same address as listen.address"));
  CHECK(said("listen: {address: '127.0.0.1:0'}\nadmin: {address: '127.0.0.1:0'}").empty());
}

TEST_CASE("a section without a value is not an empty one") {
  CHECK(holds(said("listen:"), "s.yaml:3:1: listen: has no value"));
  CHECK(said("listen: {}").empty());
}

TEST_CASE("the store is a file of its own, or lies beside the journal") {
  const auto state = [](const std::string& keys) {
    return config::load(least + "state: {" + keys + "}\n", "conf/s.yaml", world.around()).value;
  };
  REQUIRE(state(""));
  CHECK(state("")->state.store.empty());
  CHECK(state("")->state.retention == std::chrono::hours(24 * 400));
  CHECK(state("")->state.max_size == std::size_t{4} << 30);
  CHECK(state("store: 'sqlite:///var/lib/s.db'")->state.store == "/var/lib/s.db");
  CHECK(state("store: 'sqlite://near/s.db', retention: 30d, max_size: 1GiB")->state.store == "conf/near/s.db");
  CHECK(state("retention: 30d")->state.retention == std::chrono::hours(24 * 30));
  CHECK(state("max_size: 1GiB")->state.max_size == std::size_t{1} << 30);
}

TEST_CASE("what is no store's address is told what one looks like") {
  CHECK(holds(said("state: {store: 'postgres://host/db'}"), "PostgreSQL is not implemented yet in this version"));
  CHECK(holds(said("state: {store: 'postgresql://host/db'}"), "not implemented yet in this version"));
  for (const char* wrong : {"state.db", "/var/lib/s.db", "sqlite:/s.db", "sqlite://", "mysql://x"})
    CHECK_MESSAGE(holds(said(std::string("state: {store: '") + wrong + "'}"), "write sqlite:///path/of/state.db"), wrong);
  CHECK(holds(said("state: {store: 'sqlite:///s.db?mode=ro'}"), "has options"));
  CHECK(holds(said("state: {retention: 1h}"), "the least is 1d"));
  CHECK(holds(said("state: {max_size: 1MiB}"), "the least is 16MiB"));
}
