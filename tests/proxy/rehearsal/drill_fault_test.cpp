#include "adapters/sse_blocks.hpp"
#include "proxy/rehearsal/drill_fault.hpp"
#include "proxy/rehearsal/fault_catalogue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace sallyport::rehearsal;
using namespace std::chrono_literals;

namespace {

const drill_fault& fault_named(std::string_view name) {
  const auto rows = drill_faults();
  return *std::find_if(rows.begin(), rows.end(), [name](const drill_fault& one) { return one.name == name; });
}

drill_verdict verdict_of(std::string_view fault, answer_outcome outcome, drill_sends sends, drill_help help, std::string sentence = {}) {
  judged_answer answer;
  answer.outcome = outcome;
  answer.sentence = std::move(sentence);
  return judge(fault_named(fault), answer, seen_in(answer, 25s), sends, help);
}

constexpr drill_sends once{.first = 1, .fallback = 0, .all = 1};
constexpr drill_sends twice{.first = 1, .fallback = 0, .all = 2};
constexpr drill_sends to_fallback{.first = 1, .fallback = 1, .all = 2};
constexpr drill_help nobody{};
constexpr drill_help another{.another = true};

}  // namespace

TEST_CASE("each fault of the drill has a name of its own and is one that the built-in upstream plays") {
  std::set<std::string_view> names;
  for (const drill_fault& one : drill_faults()) {
    CAPTURE(one.name);
    CHECK(names.insert(one.name).second);
    const auto asked = conduct_of("m" + std::string(one.conduct));
    REQUIRE(asked.has_value());
    CHECK(asked->has_faults());
    CHECK(conduct_of("m" + std::string(one.others)).has_value());
    CHECK((one.debt == drill_debt::one_refusal) == (one.refuses != refused_for::nothing));
    CHECK((one.debt == drill_debt::one_refusal) == !one.reason.empty());
  }
}

TEST_CASE("the two large events of the drill are just below and just above what one event may have") {
  const auto size = [](std::string_view name) {
    return conduct_of("m" + std::string(fault_named(name).conduct))->value(fault_kind::huge_event);
  };
  const auto limit = static_cast<std::int64_t>(sallyport::sse_block_bytes_max);
  CHECK(size("large_event") < limit);
  CHECK(size("large_event") >= limit - 1024);
  CHECK(size("event_too_large") >= limit);
  CHECK(size("event_too_large") <= limit + 1024);
}

TEST_CASE("an answer that did not end within the client's patience hung, whatever it looks like") {
  judged_answer answer;
  answer.took = 25s;
  answer.outcome = answer_outcome::cut_silently;
  CHECK(seen_in(answer, 25s) == client_saw::hung);
  answer.outcome = answer_outcome::no_answer;
  CHECK(seen_in(answer, 25s) == client_saw::hung);
  answer.took = 1s;
  CHECK(seen_in(answer, 25s) == client_saw::nothing);
}

TEST_CASE("an error is lost where another deployment could have answered, and no rescue where there is none") {
  CHECK(verdict_of("503", answer_outcome::whole, twice, another) == drill_verdict::rescued);
  CHECK(verdict_of("503", answer_outcome::refused, once, another) == drill_verdict::lost);
  CHECK(verdict_of("503", answer_outcome::refused, once, nobody) == drill_verdict::no_rescue);
  CHECK(verdict_of("503", answer_outcome::no_answer, once, nobody) == drill_verdict::lost);
}

TEST_CASE("what does no harm needs nobody's help") {
  CHECK(verdict_of("crlf", answer_outcome::whole, once, nobody) == drill_verdict::unharmed);
  CHECK(verdict_of("crlf", answer_outcome::whole, twice, another) == drill_verdict::rescued);
  CHECK(verdict_of("crlf", answer_outcome::refused, once, nobody) == drill_verdict::lost);
  CHECK(verdict_of("crlf", answer_outcome::ended_by_error, once, nobody) == drill_verdict::lost);
}

TEST_CASE("a stream that broke after content may end with an error, never with silence, and an error before content is lost") {
  CHECK(verdict_of("cut_mid_stream", answer_outcome::ended_by_error, once, another) == drill_verdict::clear_error);
  CHECK(verdict_of("cut_mid_stream", answer_outcome::cut_silently, once, another) == drill_verdict::lied);
  CHECK(verdict_of("cut_mid_stream", answer_outcome::refused, once, another) == drill_verdict::lost);
}

TEST_CASE("where somebody can go on with a broken answer it is owed whole") {
  constexpr drill_help goes_on{.another = true, .goes_on = true};
  CHECK(verdict_of("cut_mid_stream", answer_outcome::whole, twice, goes_on) == drill_verdict::rescued);
  CHECK(verdict_of("cut_mid_stream", answer_outcome::ended_by_error, twice, goes_on) == drill_verdict::lost);
  CHECK(verdict_of("cut_then_no_prefill", answer_outcome::ended_by_error, twice, goes_on, "it broke") == drill_verdict::clear_error);
  CHECK(verdict_of("cut_then_no_prefill", answer_outcome::ended_by_error, twice, goes_on, "no assistant message prefill") ==
        drill_verdict::reason_lost);
}

TEST_CASE("a refusal of the request itself is sent once and keeps the provider's reason") {
  CHECK(verdict_of("context_length", answer_outcome::refused, once, another, "context_length_exceeded") == drill_verdict::clear_error);
  CHECK(verdict_of("context_length", answer_outcome::refused, twice, another, "context_length_exceeded") == drill_verdict::sent_again);
  CHECK(verdict_of("context_length", answer_outcome::refused, once, another, "bad") == drill_verdict::reason_lost);
  CHECK(verdict_of("context_length", answer_outcome::whole, once, another) == drill_verdict::sent_again);
}

TEST_CASE("with a fallback for that refusal the answer is owed whole, with one send to each") {
  constexpr drill_help fallback{.another = true, .fallback = true};
  CHECK(verdict_of("content_filter", answer_outcome::whole, to_fallback, fallback) == drill_verdict::rescued);
  CHECK(verdict_of("content_filter", answer_outcome::whole, twice, fallback) == drill_verdict::sent_again);
  CHECK(verdict_of("content_filter", answer_outcome::whole, {.first = 1, .fallback = 2, .all = 3}, fallback) == drill_verdict::sent_again);
  CHECK(verdict_of("content_filter", answer_outcome::whole, {.first = 2, .fallback = 1, .all = 3}, fallback) == drill_verdict::sent_again);
  CHECK(verdict_of("content_filter", answer_outcome::refused, once, fallback, "content_policy_violation") == drill_verdict::lost);
}

TEST_CASE("of several calls the first that is not whole decides") {
  std::vector<judged_answer> answers(3);
  for (judged_answer& one : answers) one.outcome = answer_outcome::whole;
  CHECK(&worst_of(answers) == &answers[2]);
  answers[1].outcome = answer_outcome::refused;
  CHECK(&worst_of(answers) == &answers[1]);
  CHECK(verdict_of("flapping", answer_outcome::whole, {.first = 4, .fallback = 0, .all = 6}, another) == drill_verdict::rescued);
}
