/// What becomes of calls while the journal has no room.

#include "proxy/stages/admit.hpp"

#include "tests/support/exchange_rig.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

std::shared_ptr<const config::deployment> priced(const std::string& name) {
  auto made = std::make_shared<config::deployment>(*make_deployment(name));
  made->price = config::price_card{{.input = 1, .output = 1}, config::price_basis::contract, "contract"};
  return made;
}

/// A rig whose model tries `free`, then `paid` where that is wanted.
struct full_journal_rig : exchange_rig {
  explicit full_journal_rig(bool with_paid) : exchange_rig({"free"}) {
    wire.set("free", {well({"fine"})});
    wire.set("paid", {well({"fine"})});
    if (!with_paid) return;
    auto model = make_model("chat", {"free"});
    model->try_in_order.push_back(priced("paid"));
    settings->models["chat"] = model;
  }
  void fill(std::size_t but) {
    ledger::journal_row row;
    for (row.attempt_id = 1; row.attempt_id < 63 - but; ++row.attempt_id) REQUIRE(journal->append(row));
  }
};

}  // namespace

TEST_CASE("a call that may cost money is refused while the journal has no room, and takes nothing") {
  full_journal_rig rig(true);
  rig.fill(0);
  REQUIRE_FALSE(rig.journal->has_room());
  auto& x = rig.arrived();

  REQUIRE(rig.run(x));

  CHECK(rig.client.head->status == 503);
  CHECK(x.why->kind == failure_kind::journal_full);
  CHECK_FALSE(rig.client.head->headers.get("retry-after").empty());
  CHECK(rig.wire.sent.empty());
}

TEST_CASE("a call that costs nothing is served while the journal has no room, and its row is counted as dropped") {
  full_journal_rig rig(false);
  rig.fill(0);
  while (rig.journal->append({})) {
  }
  auto& x = rig.arrived();

  REQUIRE(rig.run(x));

  CHECK_FALSE(x.why);
  CHECK(rig.wire.sent.size() == 1);
  CHECK(rig.metrics.expose().find("sallyport_journal_rows_dropped_total 1") != std::string::npos);
  rig.log.flush();
  CHECK(rig.log.lines().at(0).find("journal row dropped") != std::string::npos);
}

TEST_CASE("a call that costs nothing leaves the room that is promised to others") {
  full_journal_rig rig(false);
  rig.fill(8);
  std::vector<lease> promised;
  while (auto one = rig.journal->promise(3)) promised.push_back(std::move(one));
  while (auto one = rig.journal->promise(0)) promised.push_back(std::move(one));
  while (rig.journal->has_room()) REQUIRE(rig.journal->append({}));
  const auto before = rig.journal->appended();
  auto& x = rig.arrived();
  REQUIRE(rig.run(x));
  CHECK_FALSE(x.why);
  CHECK(rig.journal->appended() == before);
  CHECK(rig.metrics.expose().find("sallyport_journal_rows_dropped_total 1") != std::string::npos);
}

TEST_CASE("a call that costs money gives the room of its rows back") {
  full_journal_rig rig(true);
  rig.fill(40);
  for (int i = 0; i < 10; ++i) {
    auto& x = rig.arrived();
    REQUIRE(rig.run(x));
    REQUIRE_FALSE(x.why);
    CHECK(x.row_room);
    x.row_room.end();
    rig.client = recording_sink();
  }
}

TEST_CASE("with room in the journal a call that costs money is served") {
  full_journal_rig rig(true);
  rig.fill(30);
  REQUIRE(rig.journal->has_room());
  auto& x = rig.arrived();
  REQUIRE(rig.run(x));
  CHECK_FALSE(x.why);
}
