#include "proxy/stages/record_attempt.hpp"

#include "tests/support/exchange_rig.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

/// A refusal that says when to come back.
script limited() {
  script refusal = refuses(429);
  refusal[0].headers.add_if_fit("retry-after", "2");
  return refusal;
}

task<void> leave_at(wait_handle& wait, instant when, recording_sink& client) {
  co_await wait.until(when);
  client.leave();
}

}  // namespace

TEST_CASE("each attempt has one row, and the last one carries the request's facts") {
  exchange_rig rig({"a", "b"});
  rig.wire.set("a", {refuses(503)});
  rig.wire.set("b", {well({"fine"})});
  auto& x = rig.arrived();

  REQUIRE(rig.run(x));

  const auto rows = rig.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].deployment == "a");
  CHECK(rows[0].outcome == attempt_outcome::failed);
  CHECK(rows[0].reason == "provider_overloaded");
  CHECK_FALSE(rows[0].last);
  CHECK(rows[1].deployment == "b");
  CHECK(rows[1].tokens.output == 3);
  REQUIRE(rows[1].last);
  CHECK(rows[1].last->outcome == "ok");
  CHECK(rows[1].last->max_tokens == 5);
  for (const auto& row : rows) CHECK(ledger::request_id_of(row.request_id) == x.head.request_id);
  CHECK(rig.journal->appended() == 2);
}

TEST_CASE("rows carry the budget window, and the last one the tags") {
  exchange_rig rig({"a", "b"});
  rig.wire.set("a", {refuses(500)});
  rig.wire.set("b", {well({"fine"})});
  auto& x = rig.arrived();
  x.known.tags = "app=mail,project=x";
  x.known.budget_quarter = 1'764'547'200;

  REQUIRE(rig.run(x));

  const auto rows = rig.rows();
  REQUIRE(rows.size() == 2);
  for (const auto& row : rows) CHECK(row.budget_quarter == 1'764'547'200);
  REQUIRE(rows[1].last);
  CHECK(rows[1].last->tags == "app=mail,project=x");
}

TEST_CASE("an attempt that has ended is in the journal while the next one still runs") {
  exchange_rig rig({"a", "silent"});
  rig.wire.set("a", {refuses(500)});
  auto& x = rig.arrived();
  rig.begin(x);

  REQUIRE(rig.time.run_until([&] { return rig.wire.sent.size() == 2; }));

  const auto rows = rig.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].deployment == "a");
  CHECK(rows[0].cost == 0);
  CHECK_FALSE(rows[0].last);
  rig.client.leave();
  CHECK(rig.time.run_until([&] { return rig.ended; }));
}

TEST_CASE("a client that leaves during a pause completes the row that was there already") {
  exchange_rig rig({"a"});
  rig.wire.set("a", {limited(), well({"too late"})});
  auto& x = rig.arrived();
  const auto leave = rig.time.make_wait();
  boost::asio::co_spawn(rig.on.get_executor(), leave_at(*leave, rig.time.now() + 1s, rig.client), boost::asio::detached);

  REQUIRE(rig.run(x));

  CHECK(rig.wire.sent.size() == 1);
  CHECK(rig.journal->appended() == 2);
  const auto rows = rig.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].attempt_number == 1);
  CHECK(rows[0].outcome == attempt_outcome::failed);
  CHECK(rows[0].reason == "rate_limited");
  REQUIRE(rows[0].last);
  CHECK(rows[0].last->outcome == "client_gone");
}

TEST_CASE("a pause that is waited out does not make a row twice") {
  exchange_rig rig({"a"});
  rig.wire.set("a", {limited(), well({"now"})});
  auto& x = rig.arrived();

  REQUIRE(rig.run(x));

  const auto rows = rig.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rig.journal->appended() == 2);
  CHECK_FALSE(rows[0].last);
  CHECK(rows[1].last);
}

TEST_CASE("a refused call makes no row") {
  exchange_rig rig({"a"});
  auto& x = rig.arrived();
  x.body = R"({"model":"unknown","messages":[{"role":"user","content":"hi"}]})";

  REQUIRE(rig.run(x));

  CHECK(rig.rows().empty());
  CHECK(rig.client.head->status == 404);
}
