#include "proxy/rehearsal/demo_traffic.hpp"

#include "proxy/rehearsal/upstream_thread.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sallyport;
using namespace sallyport::rehearsal;
using namespace std::chrono_literals;

TEST_CASE("each way in which an answer ends is told from the others") {
  upstream_thread upstream({.name = "tester"});
  REQUIRE(upstream.start().has_value());
  const std::vector<std::pair<std::string, answer_outcome>> expected{
      {"m", answer_outcome::whole},
      {"m!slow_first_token=5ms!comments", answer_outcome::whole},
      {"m!split_utf8", answer_outcome::whole},
      {"m!crlf", answer_outcome::whole},
      {"m!no_blank_line", answer_outcome::cut_silently},
      {"m!tokens=3", answer_outcome::cut_silently},  // whole to the eye, but these are not the words that we sent
      {"m!cut_after=4", answer_outcome::cut_silently},
      {"m!no_done", answer_outcome::cut_silently},
      {"m!close_delimited!cut_after=4", answer_outcome::cut_silently},
      {"m!close_delimited", answer_outcome::whole},
      {"m!error_in_stream_at=4", answer_outcome::ended_by_error},
      {"m!error_in_200", answer_outcome::refused},
      {"m!status=503", answer_outcome::refused},
      {"m!reset_before_head", answer_outcome::no_answer},
      {"m!garbled_head", answer_outcome::no_answer},
      {"m!accept_silent", answer_outcome::no_answer},
      {"m!linger_after_done=10m", answer_outcome::cut_silently},  // the words are all there, HTTP's end is not
  };
  traffic_options options{.port = upstream.port(), .requests = static_cast<int>(expected.size()), .at_once = 3, .patience = 2s};
  options.models.clear();
  for (const auto& [model, outcome] : expected) options.models.push_back(model);

  int calls = 0;
  const auto answers = send_traffic(options, [&](int ended) { CHECK(ended == ++calls); });

  REQUIRE(answers.size() == expected.size());
  CHECK(calls == static_cast<int>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(expected[i].first);
    CHECK(answers[i].model == expected[i].first);
    CHECK(name_of(answers[i].outcome) == name_of(expected[i].second));
    CHECK(answers[i].number == static_cast<int>(i) + 1);
  }
  CHECK(answers[0].status == 200);
  CHECK(answers[0].first_token >= 1ms);
  CHECK(answers[10].sentence == "The rehearsed engine died.");
  CHECK(answers[12].status == 503);
}

TEST_CASE("a reply that is no stream is whole with our words and a finish reason, or else it lies") {
  upstream_thread upstream({.name = "tester"});
  REQUIRE(upstream.start().has_value());
  const std::vector<std::pair<std::string, answer_outcome>> expected{
      {"m", answer_outcome::whole},
      {"m!wrong_type", answer_outcome::whole},
      {"m!tokens=3", answer_outcome::cut_silently},
      {"m!garbled_at", answer_outcome::cut_silently},
      {"m!empty_stream", answer_outcome::cut_silently},
      {"m!error_in_200", answer_outcome::cut_silently},
      {"m!truncated_content_length", answer_outcome::cut_silently},
      {"m!status=503", answer_outcome::refused},
      {"m!reset_before_head", answer_outcome::no_answer},
  };
  for (const auto& [model, outcome] : expected) {
    CAPTURE(model);
    const auto answers = send_traffic({.port = upstream.port(), .models = {model}, .stream = false, .requests = 1}, nullptr);
    CHECK(name_of(answers.at(0).outcome) == name_of(outcome));
  }
}

TEST_CASE("many requests run at once, each model in turn, and a dead gateway gives no answers") {
  upstream_thread upstream({.name = "tester", .key = "k"});
  REQUIRE(upstream.start().has_value());
  traffic_options options{.port = upstream.port(), .key = secret("k"), .models = {"a!pace=1ms", "b"}, .requests = 40, .at_once = 8};

  const auto answers = send_traffic(options, nullptr);

  for (const auto& one : answers) CHECK(one.outcome == answer_outcome::whole);
  CHECK(upstream.received().count_of_model("a!pace=1ms") == 20);
  CHECK(upstream.received().count_of_model("b") == 20);

  upstream.kill();
  for (const auto& one : send_traffic(options, nullptr)) CHECK(one.outcome == answer_outcome::no_answer);
}

TEST_CASE("no requests or no models make no traffic") {
  CHECK(send_traffic({.requests = 0}, nullptr).empty());
  CHECK(send_traffic({.models = {}}, nullptr).empty());
}
