#include "config/condition.hpp"

#include "config/condition_parser.hpp"
#include "random_condition.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace sallyport;
using namespace sallyport::config;
using tests::names_of_search;

namespace {

condition compiled(const std::string& text) {
  auto made = compile(text, names_of_search());
  REQUIRE_MESSAGE(made.value, text, ": ", made.problems.empty() ? "" : made.problems[0].sentence);
  return *made.value;
}

condition_facts facts_of_search() {
  condition_facts of;
  of.model = "chat";
  of.team = "search";
  of.key = "prod";
  of.sensitivity = data_class::internal;
  of.prompt_tokens = 1'200;
  of.hour = 9;
  of.weekday = std::chrono::Thursday;
  of.tags = "cost_center=7,project=atlas";
  return of;
}

bool holds(const std::string& text, const condition_facts& of = facts_of_search()) { return compiled(text).holds(of); }

std::string explained(const std::string& text, const condition_facts& of = facts_of_search()) {
  std::string made;
  for (const auto& part : compiled(text).why(of)) made += part.text + (part.holds ? " + " : " - ") + part.saw + "; ";
  return made;
}

}  // namespace

TEST_CASE("&&, || and ! have their truth tables") {
  for (const bool a : {false, true})
    for (const bool b : {false, true})
      for (const bool c : {false, true}) {
        condition_facts of = facts_of_search();
        of.stream = a;
        of.has_tools = b;
        of.has_images = c;
        CHECK(holds("stream && has_tools", of) == (a && b));
        CHECK(holds("stream || has_tools", of) == (a || b));
        CHECK(holds("!stream", of) == !a);
        CHECK(holds("stream || has_tools && has_images", of) == (a || (b && c)));
        CHECK(holds("(stream || has_tools) && has_images", of) == ((a || b) && c));
        CHECK(holds("!(stream && has_tools) || has_images", of) == (!(a && b) || c));
        CHECK(holds("!!stream && !has_tools", of) == (a && !b));
      }
}

TEST_CASE("numbers compare in all six ways") {
  for (const std::int64_t tokens : {7'999, 8'000, 8'001}) {
    condition_facts of = facts_of_search();
    of.prompt_tokens = tokens;
    CHECK(holds("prompt_tokens == 8000", of) == (tokens == 8'000));
    CHECK(holds("prompt_tokens != 8000", of) == (tokens != 8'000));
    CHECK(holds("prompt_tokens < 8000", of) == (tokens < 8'000));
    CHECK(holds("prompt_tokens <= 8000", of) == (tokens <= 8'000));
    CHECK(holds("prompt_tokens > 8k", of) == (tokens > 8'000));
    CHECK(holds("prompt_tokens >= 8k", of) == (tokens >= 8'000));
    CHECK(holds("8000 < prompt_tokens", of) == (tokens > 8'000));
    CHECK(holds("prompt_tokens in [1, 8000]", of) == (tokens == 8'000));
  }
}

TEST_CASE("texts are equal, in a list or like a pattern, with small and capital letters apart") {
  CHECK(holds("model == \"chat\""));
  CHECK(!holds("model != 'chat'"));
  CHECK(holds("key in [\"dev\", \"prod\"]"));
  CHECK(!holds("key in [\"dev\", \"Prod\"]"));
  CHECK(holds("key matches \"pr*\""));
  CHECK(!holds("key matches \"*x\""));
  CHECK(holds("weekday in [\"thu\", \"fri\"]"));
  CHECK(holds("tags.project == \"atlas\" && tags.cost_center == \"7\""));
  CHECK(!holds("tags.project == \"at\" || tags.cost == \"7\""));
}

TEST_CASE("data classes are ordered, and equality is asked for the top alone") {
  const std::array<const char*, 4> names{"public", "internal", "confidential", "restricted"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    condition_facts of = facts_of_search();
    of.sensitivity = static_cast<data_class>(i);
    CHECK(holds("data_class >= \"confidential\"", of) == (i >= 2));
    CHECK(holds("data_class > \"internal\"", of) == (i > 1));
    CHECK(holds("data_class < \"restricted\"", of) == (i < 3));
    CHECK(holds("data_class <= \"internal\"", of) == (i <= 1));
    CHECK(holds("data_class == \"restricted\"", of) == (i == 3));
    CHECK(holds("data_class != \"restricted\"", of) == (i != 3));
  }
}

TEST_CASE("money is exact to the nano-dollar, also below zero") {
  condition_facts of = facts_of_search();
  of.budget_left = 300'000'000;
  CHECK(!holds("budget_left < 0.3", of));
  CHECK(holds("budget_left < 0.300000001", of));
  CHECK(holds("budget_left == 0.3", of));
  of.budget_left = -1;
  CHECK(holds("budget_left < 0", of));
  CHECK(holds("budget_left <= 1000000", of));
}

TEST_CASE("what is said of a missing value does not hold, whatever the operator, nor does its negation") {
  for (const char* text : {"max_tokens == 1", "max_tokens != 1", "max_tokens < 1", "max_tokens > 1", "max_tokens <= 1", "max_tokens >= 1",
                           "max_tokens in [1]", "max_tokens < prompt_tokens", "prompt_tokens != max_tokens", "tags.no == \"x\"",
                           "tags.no != \"x\"", "tags.no in [\"x\"]", "tags.no matches \"*\"", "tags.no != tags.project", "budget_left < 1",
                           "budget_left != 1", "tags.projec == \"tatlas\"", "tags.project == \"7\"", "has(max_tokens)", "has(tags.no)",
                           "has(budget_left)"})
    CHECK_MESSAGE(!holds(text), text);
  CHECK(!holds("!(max_tokens == 1)"));
  CHECK(!holds("!(max_tokens == 1 && model == \"chat\")"));
  CHECK(!holds("!(max_tokens == 1 || stream)"));
  CHECK(holds("!(max_tokens == 1 && prompt_tokens > 8000)"));
  CHECK(holds("max_tokens == 1 || model == \"chat\""));
  CHECK(holds("!has(max_tokens)"));
  CHECK(holds("has(tags.project)"));
}

TEST_CASE("a condition knows what it is about") {
  const auto one = compiled("!(model == \"chat\" && (stream || data_class >= \"internal\")) || max_tokens < prompt_tokens");
  CHECK(one.mentions(fact::data_class));
  CHECK(one.mentions(fact::model));
  CHECK(one.mentions(fact::prompt_tokens));
  CHECK_FALSE(one.mentions(fact::team));
}

TEST_CASE("two names of one type compare") {
  condition_facts of = facts_of_search();
  of.max_tokens = 2'000;
  CHECK(holds("max_tokens > prompt_tokens", of));
  CHECK(!holds("tags.project == tags.cost_center", of));
  CHECK(holds("tags.project != model", of));
}

TEST_CASE("why names what decided, with the value that it saw") {
  CHECK(explained("model == \"chat\" && prompt_tokens > 8000 && stream") == "prompt_tokens > 8000 - prompt_tokens is 1200; ");
  CHECK(explained("model == \"chat\" && prompt_tokens > 1000") ==
        "model == \"chat\" + model is \"chat\"; prompt_tokens > 1000 + prompt_tokens is 1200; ");
  CHECK(explained("stream || has_tools || hour < 8") == "stream - stream is false; has_tools - has_tools is false; hour < 8 - hour is 9; ");
  CHECK(explained("stream || hour >= 8 || has_tools") == "hour >= 8 + hour is 9; ");
  CHECK(explained("!(weekday in [\"thu\"])") == "weekday in [\"thu\"] + weekday is \"thu\"; ");
  CHECK(explained("max_tokens < 100") == "max_tokens < 100 - max_tokens is missing; ");
  CHECK(explained("max_tokens > prompt_tokens") == "max_tokens > prompt_tokens - max_tokens is missing, prompt_tokens is 1200; ");
  CHECK(explained("data_class >= \"confidential\"") == "data_class >= \"confidential\" - data_class is \"internal\"; ");
  condition_facts of = facts_of_search();
  of.budget_left = -1'250'000'000;
  CHECK(explained("budget_left > 2.5", of) == "budget_left > 2.5 - budget_left is -1.25; ");
}

TEST_CASE("by dice: what was written comes out as reckoned beside it, and so does what it prints") {
  tests::dice dice(20'261'126);
  int held = 0;
  for (int i = 0; i < 20'000; ++i) {
    const tests::random_facts facts(dice);
    const auto written = tests::condition_writer(dice, facts.of).write();
    if (written.text.size() > condition_limits::bytes_max) continue;
    const auto one = compiled(written.text);
    if (one.holds(facts.of) != (written.holds == tests::truth(true))) FAIL(written.text);
    const auto again = compiled(one.text());
    if (again != one || again.text() != one.text()) FAIL(written.text);
    const auto why = one.why(facts.of);
    if (why.empty()) FAIL(written.text);
    held += one.holds(facts.of);
  }
  CHECK(held > 5'000);
  CHECK(held < 15'000);
}

TEST_CASE("by dice: what is said to imply does imply") {
  tests::dice dice(7);
  int implied = 0;
  for (int i = 0; i < 40'000; ++i) {
    const tests::random_facts facts(dice);
    const auto narrow = compiled(tests::condition_writer(dice, facts.of).write(1).text);
    const auto wide = compiled(tests::condition_writer(dice, facts.of).write(1).text);
    if (!narrow.implies(wide)) continue;
    ++implied;
    for (int j = 0; j < 50; ++j) {
      const tests::random_facts other(dice);
      if (narrow.holds(other.of) && !wide.holds(other.of)) FAIL(narrow.text() << " => " << wide.text());
    }
  }
  CHECK(implied > 500);
}
