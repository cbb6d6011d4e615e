#include "proxy/policy/privacy/own_patterns.hpp"

#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::policy::privacy;
using tests::found_in;
using tests::make_detectors;

namespace {

std::string refusal(std::vector<own_pattern> patterns) {
  auto made = detectors::make({}, std::move(patterns));
  REQUIRE(made.has_error());
  const auto why = made.error();
  return std::string(why.client_sentence());
}

}  // namespace

TEST_CASE("an operator's pattern is found in normalised text and called by its name") {
  const auto by = make_detectors({"email"}, {{"project", "PRJ-[0-9]{6}"}, {"codename", "(?i)\\bblue falcon\\b"}});
  CHECK(found_in(by, {"see PRJ-123456"}) == "project");
  CHECK(found_in(by, {"see PRJ–１２３\u200b４５６"}) == "project");
  CHECK(found_in(by, {"Blue Falcon and a@b.com, PRJ-000001"}) == "email project codename");
  CHECK(found_in(by, {"PRJ-12345", "6"}).empty());
}

TEST_CASE("a pattern that cannot be used is refused by name") {
  CHECK(refusal({{"open", "(a"}}).find("'open' is no regular expression") != std::string::npos);
  CHECK(refusal({{"back", "(a)\\1"}}).find("'back'") != std::string::npos);
  CHECK(refusal({{"ok", "a"}, {"empty", "a*"}}).find("'empty' matches the empty text") != std::string::npos);
  CHECK(refusal({{"long", std::string(5'000, 'a')}}).find("'long' is longer than 4096 bytes") != std::string::npos);
  CHECK(refusal({{"huge", "(a{500}b{500}){500}"}}).find("'huge'") != std::string::npos);
  CHECK(refusal(std::vector<own_pattern>(65, {"many", "a"})).find("'many' stands twice") != std::string::npos);
  std::vector<own_pattern> many;
  for (int i = 0; i < 65; ++i) many.push_back({"p" + std::to_string(i), "a"});
  CHECK(refusal(many).find("'p64' is one too many") != std::string::npos);
}

TEST_CASE("a match of up to 4 KiB is found wherever it lies in a long text") {
  const auto by = make_detectors({}, {{"long", "<x{1000}x{1000}x{1000}x{1000}x{94}>"}});
  const std::string match = "<" + std::string(4'094, 'x') + ">";
  for (const std::size_t before : {0u, 28'000u, 30'000u, 32'767u, 32'768u, 32'769u, 65'000u, 65'535u, 98'303u}) {
    CAPTURE(before);
    CHECK(found_in(by, {std::string(before, '.') + match + std::string(70'000, '.')}) == "long");
  }
}

TEST_CASE("a window never begins or ends inside a character") {
  const auto by = make_detectors({}, {{"word", "écoutée"}});
  for (std::size_t shift = 0; shift < 12; ++shift) {
    std::string text(own_window_bytes - shift, 'x');
    text += "écoutée";
    CHECK(found_in(by, {text}) == "word");
  }
}

TEST_CASE("a text that makes RE2 slow is left when the time is over, which is asked at every window") {
  // Each byte makes a state of its own: which of the last 200 were a.
  const auto by = make_detectors({}, {{"slow", "a[ab]{200}c"}});
  std::string text;
  for (std::uint32_t i = 0, bits = 1; i < 40 * own_window_bytes; ++i) {
    bits = bits * 1'664'525 + 1'013'904'223;
    text += (bits >> 20 & 1) != 0 ? 'a' : 'b';
  }
  const std::string_view view = text;
  int asked = 0;
  const auto verdict = by->scan({&view, 1}, {.bytes = 1 << 24, .expired = [&] { return ++asked == 3; }});
  CHECK(verdict.overlooked == scan_gap::expired);
  CHECK(asked == 3);
  text += std::string(201, 'a') + "c";
  CHECK(found_in(by, {std::string_view(text).substr(text.size() - own_window_bytes)}) == "slow");
}
