#include "proxy/commands/decision.hpp"

#include "adapters/dialect.hpp"
#include "tests/support/exchange_rig.hpp"
#include "tests/support/random_organisation.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;
using commands::decide;
using commands::explain_options;

namespace {

std::string plan_of(const plan& route) {
  std::string text;
  for (const auto& one : route.candidates()) text += one.target.deployment().name + " (" + one.reason + "); ";
  for (const auto& one : route.excluded()) text += "not " + one.deployment + " (" + one.reason + "); ";
  return text;
}

/// The same question, asked of explain and of the pipeline.
struct asked_twice {
  explain_options options;
  call asked;

  explicit asked_twice(const question& from) {
    options.team = "search";
    options.key = "k";
    options.data_class = from.label;
    auto read = dialect_of(dialect_id::openai_chat).read_call(operation::chat_completions, from.body);
    REQUIRE(read.has_value());
    asked = std::move(*read);
  }
};

std::shared_ptr<config::settings> with_key(const config::settings& from, data_class floor) {
  auto made = std::make_shared<config::settings>(from);
  auto team = std::make_shared<config::team>(*made->teams.at("search"));
  team->keys.push_back({.name = "k", .floor = floor});
  made->teams["search"] = team;
  return made;
}

}  // namespace

TEST_CASE("explain and the router decide alike in 10,000 random requests") {
  dice with(20'261'126);
  int refused = 0, raised = 0;
  for (int world = 0; world < 500; ++world) {
    exchange_rig rig({}, 64u << 10);
    std::vector<std::shared_ptr<const config::deployment>> deployments;
    for (int i = 0; i < 5; ++i) deployments.push_back(some_deployment(with, "d" + std::to_string(i)));
    const auto organisation = some_organisation(with, deployments);
    for (const auto& one : deployments) rig.wire.set(one->name, {well({"fine"})});
    for (int i = 0; i < 20; ++i) {
      auto question = some_question(with);
      question.session.clear();   // what a conversation has reached only the running gateway knows
      rig.settings = with_key(*organisation.settings, question.key_floor);
      rig.client = recording_sink();
      auto& x = rig.arrived();
      x.who.team = x.of->settings->teams.at("search");
      x.who.key = std::make_shared<const config::key>(x.who.team->keys.front());
      x.known.team = "search";
      x.known.key = "k";
      x.body = question.body;
      if (!question.label.empty()) x.head.headers.add_if_fit("x-sallyport-data-class", question.label);
      const auto decides = [](stages::exchange& of) {   // what stands before the sends, without the sends
        return stages::deciding_stages[0].run(of).has_value() && stages::deciding_stages[1].run(of).has_value();
      };
      REQUIRE(decides(x));
      const auto planned = stages::deciding_stages[2].run(x);

      const asked_twice twice(question);
      const auto made = decide(*rig.settings, twice.options, twice.asked);
      REQUIRE(made.has_value());
      REQUIRE(made->known.sensitivity == x.known.sensitivity);
      REQUIRE(plan_of(made->route) == plan_of(x.route));
      REQUIRE(made->refusal.has_value() == planned.has_error());
      if (made->refusal) {
        const failure live = planned.error();
        REQUIRE(made->refusal->kind == live.kind);
        REQUIRE(made->refusal->sentence == live.sentence);
      }
      refused += planned.has_error();
      raised += x.known.sensitivity > data_class::public_;
    }
  }
  CHECK(refused > 500);
  CHECK(raised > 3'000);
}

TEST_CASE("what cannot be asked is said with what to write") {
  dice with(1);
  const auto in = some_organisation(with, {some_deployment(with, "d0")});
  const auto why = [&](const explain_options& options) {
    call asked;
    asked.model = "chat";
    const auto made = decide(*in.settings, options, asked);
    if (made.has_value()) return std::string();
    const failure said = made.error();
    return std::string(said.client_sentence());
  };
  CHECK(why({.team = "serach"}).find("no team 'serach'") != std::string::npos);
  CHECK(why({.key = "k"}).find("--key wants the --team") != std::string::npos);
  CHECK(why({.team = "search", .key = "no"}).find("no key 'no'") != std::string::npos);
  CHECK(why({.at = "yesterday"}).find("--at takes a time in UTC") != std::string::npos);
  CHECK(why({.tags = "a"}).find("x-sallyport-tags") != std::string::npos);
  CHECK(commands::asked_for({.body = "/no/such/file"}).has_error());
}
