#include "proxy/stages/forecast_lesson.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::stages;

namespace {

/// A generation of two teams and two models.
struct school {
  explicit school(bool any_provider_model = false) {
    for (const char* name : {"search", "mail"}) {
      auto team = std::make_shared<config::team>();
      team->name = name;
      settings->teams[name] = team;
    }
    settings->any_provider_model = any_provider_model;
    settings->providers["house"] = std::make_shared<config::provider>();
    if (!any_provider_model)
      for (const char* name : {"chat", "code"}) settings->models[name] = std::make_shared<config::model>();
    of = std::make_unique<generation>(1, settings, all, fleet);
  }
  std::optional<std::int64_t> learned(const std::string& team, const std::string& model) { return all.forecast_of(team, model)->learned(); }

  std::shared_ptr<config::settings> settings = std::make_shared<config::settings>();
  accounts all;
  fleet_health fleet;
  std::unique_ptr<generation> of;
};

ledger::seen_answer answer(std::int64_t tokens, std::string_view team = "search", std::string_view model = "chat") {
  return {team, model, true, tokens};
}

/// The same one so many times; the last verdict.
bool take(forecast_lesson& by, const ledger::seen_answer& seen, int times) {
  bool goes_on = true;
  for (int i = 0; i < times; ++i) goes_on = by.take(seen);
  return goes_on;
}

}  // namespace

TEST_CASE("each team's forecast of each model learns its own answers") {
  school of;
  forecast_lesson lesson(*of.of);
  CHECK(take(lesson, answer(7), 60));
  CHECK(take(lesson, answer(6, "search", "code"), 60));
  CHECK(take(lesson, answer(5, "mail"), 60));
  CHECK(of.learned("search", "chat") == 7);
  CHECK(of.learned("search", "code") == 6);
  CHECK(of.learned("mail", "chat") == 5);
  CHECK_FALSE(of.learned("mail", "code"));
  CHECK(lesson.answers() == 180);
}

TEST_CASE("the newest answers are learned, and no older ones") {
  school of;
  forecast_lesson lesson(*of.of);
  take(lesson, answer(7), 200);
  take(lesson, answer(5'000), 1'000);
  CHECK(of.learned("search", "chat") == 7);
  CHECK(lesson.answers() == 200);
  CHECK(lesson.attempts() == 1'200);
}

TEST_CASE("fewer than fifty teach nothing yet, and the next ones of this run complete them") {
  school of;
  forecast_lesson lesson(*of.of);
  take(lesson, answer(7), 45);
  CHECK_FALSE(of.learned("search", "chat"));
  for (int i = 0; i < 5; ++i) of.all.forecast_of("search", "chat")->learn(7);
  CHECK(of.learned("search", "chat") == 7);
}

TEST_CASE("what the configuration does not have any more is left out, and so is what is no whole answer") {
  school of;
  forecast_lesson lesson(*of.of);
  take(lesson, answer(7, "gone"), 60);
  take(lesson, answer(7, "search", "gone"), 60);
  take(lesson, answer(7, "search", "house/gone"), 60);
  auto broken = answer(7);
  broken.is_whole = false;
  take(lesson, broken, 60);
  CHECK(lesson.answers() == 0);
  for (const char* model : {"chat", "code", ""}) CHECK_FALSE(of.learned("search", model));
}

TEST_CASE("where every PROVIDER/MODEL may be asked for, a team's answers of all of them are learned together") {
  school of(true);
  forecast_lesson lesson(*of.of);
  take(lesson, answer(7, "search", "house/a"), 30);
  take(lesson, answer(7, "search", "house/b"), 30);
  take(lesson, answer(7, "mail", "elsewhere/a"), 60);
  CHECK(of.learned("search", "") == 7);
  CHECK_FALSE(of.learned("mail", ""));
}

TEST_CASE("it ends when every forecast of the generation has learned all that it may") {
  school of;
  forecast_lesson lesson(*of.of, {.answers = 50});
  for (const char* team : {"search", "mail"}) CHECK(take(lesson, answer(7, team, "code"), 50));
  CHECK(take(lesson, answer(7, "search"), 50));
  CHECK(take(lesson, answer(7, "mail"), 49));
  CHECK_FALSE(take(lesson, answer(7, "mail"), 1));

  school open(true);
  forecast_lesson other(*open.of, {.answers = 50});
  CHECK(take(other, answer(7, "search", "house/a"), 60));
  CHECK(take(other, answer(7, "mail", "house/a"), 49));
  CHECK_FALSE(take(other, answer(7, "mail", "house/b"), 1));
}

TEST_CASE("it ends when it has looked at enough, and when what it looks at has long taught nothing") {
  school of;
  forecast_lesson short_one(*of.of, {.answers = 200, .attempts = 100, .attempts_in_vain = 1'000});
  CHECK(take(short_one, answer(7), 99));
  CHECK_FALSE(take(short_one, answer(7), 1));

  school other;
  forecast_lesson lesson(*other.of, {.answers = 10, .attempts = 10'000, .attempts_in_vain = 50});
  CHECK(take(lesson, answer(7), 59));
  CHECK(take(lesson, answer(7, "mail"), 1));   // taught once more
  CHECK(take(lesson, answer(7), 49));
  CHECK_FALSE(take(lesson, answer(7), 1));
}
