#include "proxy/policy/privacy/detectors.hpp"

#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using namespace sallyport::policy::privacy;
using tests::all_detectors;
using tests::found_in;
using tests::is_found;
using tests::make_detectors;

namespace {

std::string refusal(std::vector<std::string> names, std::vector<own_pattern> own = {}) {
  auto made = detectors::make(std::move(names), std::move(own));
  REQUIRE(made.has_error());
  const auto why = made.error();
  return std::string(why.client_sentence());
}

const std::string card = "4111 1111 1111 1111";

}  // namespace

TEST_CASE("rules are numbered as they were named, and only those asked for are looked for") {
  const auto by = make_detectors({"email", "payment_card"}, {{"mine", "x+y"}});
  REQUIRE(by->size() == 3);
  CHECK(by->name(0) == "email");
  CHECK(by->name(1) == "payment_card");
  CHECK(by->name(2) == "mine");
  const std::string text = card + " a@b.com xxy 10.0.0.1";
  const std::string_view view = text;
  const auto verdict = by->scan({&view, 1}, {.bytes = 1'000, .expired = {}});
  CHECK(verdict.found == std::vector<rule_index>{0, 1, 2});
  CHECK(verdict.is_complete());
}

TEST_CASE("names that are unknown or stand twice are refused") {
  CHECK(refusal({"email", "passport"}) == "'passport' is no detector.");
  CHECK(refusal({"email", "iban", "email"}) == "'email' stands twice among the detectors.");
  CHECK(refusal({}, {{"email", "x"}}) == "The pattern 'email' has the name of a built-in detector.");
  CHECK(refusal({}, {{"a", "x"}, {"a", "y"}}) == "'a' stands twice among the detectors.");
}

TEST_CASE("without rules nothing is found, and nothing is overlooked") {
  const auto by = make_detectors({});
  CHECK(found_in(by, {card}).empty());
}

TEST_CASE("hidden, widened and escaped digits are found, but not digits of two texts") {
  CHECK(is_found("payment_card", "4111\u200b1111\u200b1111\u200b1111"));
  CHECK(is_found("payment_card", "4\u00ad111 1111 1111 1111"));
  CHECK(is_found("payment_card", "４１１１　１１１１　１１１１　１１１１"));
  CHECK(is_found("payment_card", "4111–1111–1111–1111"));
  CHECK(is_found("payment_card", "4111\u00a01111\u00a01111\u00a01111"));
  CHECK(is_found("iban", "ＤＥ８９ 3704 0044 0532 0130 00"));
  CHECK(is_found("payment_card",
                 "\xff\xfe"
                 "4111111111111111\x80"));
  CHECK(found_in(all_detectors(), {"4111 1111", " 1111 1111"}).empty());
}

TEST_CASE("texts beyond the limit of bytes are not looked at, and the verdict says so") {
  const auto by = make_detectors({"payment_card", "email"});
  const std::vector<std::string_view> texts{"a@b.com and ", card};
  const auto whole = by->scan(texts, {.bytes = 31, .expired = {}});
  CHECK(whole.found.size() == 2);
  CHECK(whole.is_complete());
  const auto cut = by->scan(texts, {.bytes = 30, .expired = {}});
  CHECK(cut.found == std::vector<rule_index>{1});
  CHECK(cut.overlooked == scan_gap::too_large);
  const auto nothing = by->scan(texts, {.bytes = 0, .expired = {}});
  CHECK(nothing.found.empty());
  CHECK(nothing.overlooked == scan_gap::too_large);
}

TEST_CASE("the time is asked about every 64 KiB, and what was found before it was over counts") {
  const auto by = make_detectors({"payment_card", "email"});
  const std::string text = "a@b.com " + std::string(1'000'000, '.') + card;
  const std::string_view view = text;
  int asked = 0;
  const auto count = [&] { return ++asked < 0; };
  CHECK(by->scan({&view, 1}, {.bytes = 1 << 24, .expired = count}).found.size() == 2);
  CHECK(asked >= 15);
  CHECK(asked <= 17);

  const auto cut = by->scan({&view, 1}, {.bytes = 1 << 24, .expired = [&, left = 3]() mutable { return --left < 0; }});
  CHECK(cut.found == std::vector<rule_index>{1});
  CHECK(cut.overlooked == scan_gap::expired);
}

TEST_CASE("many small texts ask for the time as seldom as one large one, and the first is not looked at when it is over already") {
  const auto by = make_detectors({"payment_card"}, {{"mine", "zzz"}});
  const std::vector<std::string_view> texts(10'000, "0123456789abcdef");
  int asked = 0;
  CHECK(by->scan(texts, {.bytes = 1 << 24, .expired = [&] { return ++asked < 0; }}).is_complete());
  CHECK(asked >= 2);
  CHECK(asked <= 12);

  const std::vector<std::string_view> one{card};
  const auto late = by->scan(one, {.bytes = 1 << 24, .expired = [] { return true; }});
  CHECK(late.found.empty());
  CHECK(late.overlooked == scan_gap::expired);
}

TEST_CASE("what lies across the border of two blocks is found") {
  const std::string known[] = {card,
                               "DE89 3704 0044 0532 0130 00",
                               "a.long.name@some.host.example.com",
                               "2001:db8::8a2e:370:7334",
                               "AKIA" + std::string("ABCDEFGH23456789"),
                               "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
                               "-----BEGIN PRIVATE KEY-----",
                               "BSN 111222333",
                               "(415) 555-0132",
                               "AB 12 34 56 C"};
  for (const auto& one : known) {
    CAPTURE(one);
    const auto alone = found_in(one);
    REQUIRE_FALSE(alone.empty());
    for (std::size_t shift = 0; shift <= one.size() + 1; ++shift)
      CHECK(found_in(std::string(scan_block - shift, '.') + one + std::string(1'000, '.')) == alone);
  }
}
