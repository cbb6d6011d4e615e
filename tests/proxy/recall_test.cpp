#include "proxy/recall.hpp"

#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/words/request_id.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

using namespace sallyport;
using namespace std::chrono_literals;
using stages::accounts;

namespace {

/// An id of that time, and of no other row.
std::uint64_t id_at(wall_time then) {
  static std::uint64_t count = 0;
  return least_attempt_id(then) + ++count;
}

const wall_time noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

/// The store of an earlier run, and a configuration of some teams.
struct past {
  past() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-recall-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder = pattern;
    kept = ledger::open_sqlite_store(folder + "/state.db").value();
  }
  ~past() {
    kept.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  std::unique_ptr<ledger::store_reader> reader() const { return ledger::read_sqlite_store(folder + "/state.db").value(); }

  void spend(const std::string& team, nano_usd cost, wall_time then) {
    ledger::journal_row row;
    row.attempt_id = id_at(then);
    row.sent_at = then;
    row.team = team;
    row.cost = cost;
    row.budget_quarter = ledger::quarter_hour_of(then);
    REQUIRE(kept->take({&row, 1}, "j", 1).has_value());
  }
  void configure(const std::vector<std::string>& teams) {
    for (const auto& name : teams) {
      auto made = std::make_shared<config::team>();
      made->name = name;
      settings.teams[name] = made;
    }
  }

  std::string folder;
  std::unique_ptr<ledger::store> kept;
  config::settings settings;
};

nano_usd spent(accounts& of, const std::string& team, wall_time from, wall_time until) {
  return of.of_team(team)->money.window({ledger::quarter_hour_of(from), ledger::quarter_hour_of(until)}).books().spent;
}

}  // namespace

TEST_CASE("accounts begin with what earlier runs spent, whatever the window, as far back as 71 days") {
  past before;
  before.spend("search", 1, noon - 24h * 72);
  before.spend("search", 2, noon - 24h * 30);
  before.spend("search", 4, noon - 14min);
  before.spend("search", 8, noon - 16min);
  before.spend("mail", 16, noon);
  before.spend("gone", 32, noon);
  before.configure({"search", "mail", "fresh"});
  accounts all;
  CHECK(has_spent_to_recall(before.settings, all));

  REQUIRE(recall_spent(*before.reader(), before.settings, all, noon).has_value());

  CHECK_FALSE(has_spent_to_recall(before.settings, all));
  CHECK(spent(all, "search", noon - 24h * 100, noon + 1h) == 14);
  CHECK(spent(all, "search", noon - 1h, noon) == 12);
  CHECK(spent(all, "search", noon - 15min, noon) == 4);
  CHECK(spent(all, "mail", noon, noon + 15min) == 16);
  CHECK(spent(all, "fresh", noon - 1h, noon + 1h) == 0);
}

TEST_CASE("an account that has begun is not told again, and one of a team that a reload brings is") {
  past before;
  before.spend("search", 5, noon);
  before.configure({"search"});
  accounts all;
  REQUIRE(recall_spent(*before.reader(), before.settings, all, noon).has_value());
  CHECK(spent(all, "search", noon, noon + 1h) == 5);
  before.spend("search", 100, noon);   // of this run, on its way through the store
  before.spend("mail", 7, noon - 1h);
  before.configure({"mail"});

  REQUIRE(recall_spent(*before.reader(), before.settings, all, noon).has_value());

  CHECK(spent(all, "search", noon - 24h, noon + 24h) == 5);
  CHECK(spent(all, "mail", noon - 24h, noon + 24h) == 7);
}

TEST_CASE("of the day that a start falls into, what was counted is known, and of no other day") {
  past before;
  const auto today = std::chrono::floor<std::chrono::days>(noon).time_since_epoch().count();
  const auto nanoseconds = [](auto time) { return std::chrono::nanoseconds(time).count(); };
  const std::vector<ledger::deployment_time> times{{"qwen", today, nanoseconds(2h), nanoseconds(3h), 1, 1},
                                                   {"qwen", today - 1, nanoseconds(20h), nanoseconds(4h), 1, 1},
                                                   {"llama", today - 1, nanoseconds(1h), 0, 1, 1}};
  REQUIRE(before.kept->add(times).has_value());

  CHECK(*recall_day(*before.reader(), noon) == std::map<std::string, duration, std::less<>>{{"qwen", 5h}});
  CHECK(recall_day(*before.reader(), noon + 24h)->empty());
}

namespace {

/// A clock that goes on by a millisecond with each look.
class impatient_clock final : public sallyport::clock {
 public:
  instant now() const override { return now_ += 1ms; }
  wall_time wall() const override { return noon; }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }

 private:
  mutable instant now_{};
};

/// So many answers of that length, a second apart, the last one then.
void answer(past& before, int count, std::int64_t tokens, wall_time then, attempt_outcome outcome = attempt_outcome::answered,
            operation asks = operation::chat_completions) {
  std::vector<ledger::journal_row> rows;
  for (int i = 0; i < count; ++i) {
    ledger::journal_row row;
    row.attempt_id = id_at(then - std::chrono::seconds(count - 1 - i));
    row.team = "search";
    row.model = "chat";
    row.outcome = outcome;
    row.asks = asks;
    row.tokens = {.output = tokens - 1, .reasoning = 1};
    rows.push_back(row);
  }
  REQUIRE(before.kept->take(rows, "j", 1).has_value());
}

}  // namespace

TEST_CASE("forecasts are as they were: taught by the newest whole answers of a week") {
  past before;
  answer(before, 500, 4'000, noon - 24h * 8);
  answer(before, 100, 7, noon - 24h * 6);
  answer(before, 300, 4'000, noon - 2h, attempt_outcome::broken);
  answer(before, 300, 4'000, noon - 1h, attempt_outcome::answered, operation::embeddings);
  answer(before, 20, 7, noon);
  before.configure({"search"});
  before.settings.models["chat"] = std::make_shared<config::model>();
  accounts all;
  stages::fleet_health fleet;
  const stages::generation first(1, std::make_shared<config::settings>(before.settings), all, fleet);

  const auto taught = recall_answers(*before.reader(), first, impatient_clock(), 1h);

  CHECK(taught->answers == 120);
  CHECK(taught->attempts == 720);
  CHECK(all.forecast_of("search", "chat")->reserve(32'000, 1'000) == 7);
}

TEST_CASE("what there is to learn from is bounded in time, by the clock that is handed in") {
  past before;
  answer(before, 5'000, 7, noon);
  before.configure({"search"});
  before.settings.models["code"] = std::make_shared<config::model>();   // of which nobody has asked
  accounts all;
  stages::fleet_health fleet;
  const stages::generation first(1, std::make_shared<config::settings>(before.settings), all, fleet);
  const auto reader = before.reader();
  CHECK(recall_answers(*reader, first, impatient_clock(), 1h)->attempts == 5'000);
  CHECK(recall_answers(*reader, first, impatient_clock(), 2ms)->attempts == 2'048);
}

TEST_CASE("where the store cannot be read, nothing is taken for known") {
  past before;
  before.configure({"search"});
  accounts all;
  const auto reader = before.reader();
  std::filesystem::resize_file(before.folder + "/state.db", 100);
  CHECK(recall_spent(*reader, before.settings, all, noon).has_error());
  CHECK(recall_day(*reader, noon).has_error());
  stages::fleet_health fleet;
  const stages::generation first(1, std::make_shared<config::settings>(before.settings), all, fleet);
  CHECK(recall_answers(*reader, first, impatient_clock(), 1h).has_error());
  CHECK(has_spent_to_recall(before.settings, all));
}
