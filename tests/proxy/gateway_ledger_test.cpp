#include "proxy/gateway_ledger.hpp"

#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/words/request_id.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/canned_upstream.hpp"
#include "tests/support/running_gateway.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t quarter = 1'764'547'200;

struct rig {
  rig() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-ledger-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder = pattern;
    state.journal = folder + "/state";
    state.journal_size = 64u << 10;
  }
  ~rig() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::unique_ptr<gateway_ledger> opened(int workers) {
    auto made = gateway_ledger::open(state, workers, log);
    if (made.has_error()) throw std::runtime_error(std::string(made.error().client_sentence()));
    return std::move(*made);
  }
  std::string why_not(int workers) {
    const auto made = gateway_ledger::open(state, workers, log);
    return made ? std::string() : std::string(made.error().client_sentence());
  }
  void append(ledger::journal& to, int count) {
    for (int i = 0; i < count; ++i) {
      ledger::journal_row row;
      row.attempt_id = next++;
      row.team = "search";
      row.cost = 1;
      row.budget_quarter = quarter;
      REQUIRE(to.append(row));
    }
  }
  std::size_t stored(const std::string& path) const {
    const auto reader = ledger::read_sqlite_store(path);
    REQUIRE(reader.has_value());
    std::size_t rows = 0;
    REQUIRE((*reader)->each_row(wall_time(), wall_time::max(), [&](const auto&) { return ++rows > 0; }).has_value());
    return rows;
  }
  bool was_logged(const std::string& part) {
    log.flush();
    for (const auto& line : log.lines())
      if (line.find(part) != std::string::npos) return true;
    return false;
  }

  std::string folder;
  config::state_settings state;
  std::uint64_t next = make_attempt_id(std::chrono::system_clock::now());
  observe::logger log{{.target = observe::log_target::memory}};
};

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the ledger lies in a folder of its owner alone, the store beside the journals unless it is told elsewhere") {
  rig r;
  r.opened(2);
  struct stat facts {};
  REQUIRE(::stat(r.state.journal.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0700);
  CHECK(std::filesystem::exists(r.state.journal + "/state.db"));
  CHECK(std::filesystem::exists(r.state.journal + "/journal-1"));
  r.state.store = r.folder + "/elsewhere/s.db";
  CHECK(r.opened(2)->store_path() == r.state.store);
  CHECK(std::filesystem::exists(r.state.store));
}

TEST_CASE("what is appended goes into the store, at the latest when the ledger ends") {
  rig r;
  {
    const auto ledger = r.opened(2);
    ledger->start();
    r.append(ledger->journal_of(0), 10);
    r.append(ledger->journal_of(1), 10);
  }
  CHECK(r.stored(r.state.journal + "/state.db") == 20);
}

TEST_CASE("before anything is served, what an earlier run left is in the store, also of workers that are no more") {
  rig r;
  r.opened(4);
  {  // An earlier run that was killed: its rows are in the journals alone.
    for (int worker : {0, 3}) {
      auto journal = ledger::journal::open_existing(r.state.journal + "/journal-" + std::to_string(worker));
      REQUIRE(journal.has_value());
      (*journal)->tail().begin_at(std::nullopt);
      r.append(**journal, 25);
    }
  }
  const auto ledger = r.opened(2);
  const auto store = ledger->read();
  REQUIRE(store.has_value());
  CHECK(*(*store)->spent_of("search", quarter, quarter + 900) == 50);
  CHECK(r.was_logged("rows of an earlier run taken into the store"));
}

TEST_CASE("a second gateway with the same folder, or the same store, is refused with a sentence") {
  rig r;
  const auto first = r.opened(1);
  CHECK(says(r.why_not(1), "in use by another process"));
  r.state.store = first->store_path();
  r.state.journal = r.folder + "/other";
  CHECK(says(r.why_not(1), "in use by another gateway process"));
}

TEST_CASE("a store that cannot be opened stops the start with a sentence") {
  rig r;
  std::filesystem::create_directory(r.state.journal);
  std::ofstream(r.state.journal + "/state.db") << std::string(10'000, 'x');
  CHECK(says(r.why_not(1), "it is not a database"));
}

TEST_CASE("requests stand in the store after the gateway's end, with what they cost and in which order they were tried") {
  std::map<std::string, canned_reply> replies;
  const std::string answer = R"({"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],)"
                             R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}})";
  replies.emplace("good", canned_reply{200, "application/json", answer});
  // Not the deployment's failure, so that it is tried first every time.
  replies.emplace("bad", canned_reply{404, "application/json", R"({"error":{"message":"no","code":"model_not_found"}})"});
  canned_upstream upstream(replies);
  const std::string yaml =
      "providers:\n  up: {kind: openai_compatible, class: in_house, base_url: \"http://127.0.0.1:" + std::to_string(upstream.port()) +
      "/v1\"}\ndeployments:\n  bad: {provider: up, model: bad}\n  good: {provider: up, model: good, price: {input: 1, output: 2}}\n"
      "models:\n  chat: {try: [bad, good]}\nteams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n";
  running_gateway gate(yaml);
  std::set<std::string> asked;
  for (int i = 0; i < 20; ++i) {
    const auto seen = chat(gate.port(), "sp-test-key", "chat");
    REQUIRE(seen.status == 200);
    asked.insert(seen.header("x-request-id"));
  }
  gate.running.reset();

  std::map<std::string, std::vector<ledger::stored_row>> rows;
  const auto reader = ledger::read_sqlite_store(gate.store());
  REQUIRE(reader.has_value());
  REQUIRE((*reader)->each_row(wall_time(), wall_time::max(), [&](const ledger::stored_row& row) {
                     rows[ledger::request_id_of(row.request_id)].push_back(row);
                     return true;
                   }).has_value());
  CHECK(rows.size() == asked.size());
  for (const auto& id : asked) {
    REQUIRE(rows[id].size() == 2);
    std::sort(rows[id].begin(), rows[id].end(), [](const auto& a, const auto& b) { return a.attempt_number < b.attempt_number; });
    CHECK(rows[id][0].deployment == "bad");
    CHECK_FALSE(rows[id][0].last);
    CHECK(rows[id][1].deployment == "good");
    CHECK(rows[id][1].cost == 10 * 1'000 + 5 * 2'000);
    CHECK(rows[id][1].last);
  }
}

TEST_CASE("a reload that changes the ledger's place is logged as not taken") {
  const std::string yaml = "providers:\n  a: {kind: openai_compatible, class: in_house, base_url: \"http://127.0.0.1:1/v1\"}\n";
  running_gateway gate(yaml);
  const auto logged = [&] {
    gate.running->log().flush();
    for (const auto& line : gate.running->log().lines())
      if (line.find("state is that of the start") != std::string::npos) return true;
    return false;
  };
  const auto settings = gate.settings_of(yaml);
  gate.running->reload(settings);
  auto other = std::make_shared<config::settings>(*settings);
  other->state.store = "/elsewhere/s.db";
  CHECK_FALSE(logged());
  gate.running->reload(other);
  const auto until = std::chrono::steady_clock::now() + 5s;
  while (!logged() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(logged());
}

TEST_CASE("beside another process the workers get journals of their own, and what that one records meanwhile is taken and told") {
  rig r;
  auto first = r.opened(2);
  r.append(first->journal_of(0), 10);
  std::atomic<nano_usd> told{0};
  bool asked = false;
  beside_another beside{.free_store =
                            [&] {
                              asked = true;
                              first->store().let_go();
                              first->start();
                              const auto until = std::chrono::steady_clock::now() + 20s;
                              while (!first->store().has_let_go() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
                              r.append(first->journal_of(1), 5);
                              return result<void>();
                            },
                        .spent_elsewhere = [&](const ledger::team_spending& spent) { told += spent.amount; }};
  auto made = gateway_ledger::open(r.state, 3, r.log, std::move(beside));
  REQUIRE(made.has_value());
  auto second = std::move(*made);
  CHECK(asked);
  CHECK(told == 5);   // before the budgets begin, which read the store
  CHECK(r.stored(second->store_path()) == 15);
  second->start();
  r.append(second->journal_of(2), 1);
  r.append(first->journal_of(1), 20);
  first.reset();   // takes nothing itself
  second.reset();
  CHECK(r.stored(r.state.journal + "/state.db") == 36);
  CHECK(told == 25);

  // With nobody beside, the lowest journals are used again.
  auto third = gateway_ledger::open(r.state, 2, r.log, beside_another{});
  REQUIRE(third.has_value());
  r.append((*third)->journal_of(0), 1);
  CHECK(ledger::read_journal(r.state.journal + "/journal-0")->rows.back().attempt_id == r.next - 1);
  CHECK_FALSE(std::filesystem::exists(r.state.journal + "/journal-5"));
}

TEST_CASE("beside another process a journal of another size is emptied and left, and one is made beside it") {
  rig r;
  r.opened(1);
  r.state.journal_size = 128u << 10;
  auto made = gateway_ledger::open(r.state, 1, r.log, beside_another{});
  REQUIRE(made.has_value());
  r.append((*made)->journal_of(0), 1);
  CHECK(ledger::read_journal(r.state.journal + "/journal-1")->rows.size() == 1);
}
