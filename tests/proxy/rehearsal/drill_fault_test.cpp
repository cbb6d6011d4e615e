#include "proxy/rehearsal/drill_fault.hpp"
#include "proxy/rehearsal/fault_catalogue.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sallyport::rehearsal;
using namespace std::chrono_literals;

namespace {

const drill_fault& fault_named(std::string_view name) {
  const auto rows = drill_faults();
  return *std::find_if(rows.begin(), rows.end(), [name](const drill_fault& one) { return one.name == name; });
}

drill_verdict verdict_of(std::string_view fault, answer_outcome outcome, std::uint64_t sends, bool has_another, std::string sentence = {}) {
  judged_answer answer;
  answer.outcome = outcome;
  answer.sentence = std::move(sentence);
  return judge(fault_named(fault), answer, seen_in(answer, 25s), sends, has_another);
}

}  // namespace

TEST_CASE("each fault of the drill is one that the built-in upstream plays") {
  for (const drill_fault& one : drill_faults()) {
    CAPTURE(one.name);
    const auto asked = conduct_of("m" + std::string(one.conduct));
    REQUIRE(asked.has_value());
    CHECK(asked->has_faults());
  }
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
  CHECK(verdict_of("503", answer_outcome::whole, 2, true) == drill_verdict::rescued);
  CHECK(verdict_of("503", answer_outcome::refused, 1, true) == drill_verdict::lost);
  CHECK(verdict_of("503", answer_outcome::refused, 1, false) == drill_verdict::no_rescue);
  CHECK(verdict_of("503", answer_outcome::no_answer, 1, false) == drill_verdict::lost);
}

TEST_CASE("a stream that broke after content may end with an error, never with silence, and an error before content is lost") {
  CHECK(verdict_of("cut_mid_stream", answer_outcome::ended_by_error, 1, true) == drill_verdict::clear_error);
  CHECK(verdict_of("cut_mid_stream", answer_outcome::cut_silently, 1, true) == drill_verdict::lied);
  CHECK(verdict_of("cut_mid_stream", answer_outcome::refused, 1, true) == drill_verdict::lost);
}

TEST_CASE("a refusal of the request itself is sent once and keeps the provider's reason") {
  CHECK(verdict_of("context_length", answer_outcome::refused, 1, true, "context_length_exceeded") == drill_verdict::clear_error);
  CHECK(verdict_of("context_length", answer_outcome::refused, 2, true, "context_length_exceeded") == drill_verdict::sent_again);
  CHECK(verdict_of("context_length", answer_outcome::refused, 1, true, "bad") == drill_verdict::reason_lost);
}
