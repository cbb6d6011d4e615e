// The ways to get over what is of no interest find what a look at each byte finds.

#include "proxy/policy/privacy/characters.hpp"

#include "proxy/policy/privacy/credential_scanner.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace sallyport::policy::privacy;

namespace {

std::string random_text(std::mt19937& dice, std::string_view alphabet, std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = alphabet[dice() % alphabet.size()];
  return text;
}

std::size_t next_token_slowly(std::string_view text, std::size_t at, std::size_t until) {
  for (std::size_t begin = at; begin < until; ++begin) {
    const bool begins = begin == at || !is_key_character(text[begin - 1]);
    if (begins && run_end(text, begin, is_key_character) - begin >= token_min) return begin;
  }
  return text.size() + 1;
}

}  // namespace

TEST_CASE("eight bytes hold a digit exactly when one of them is one") {
  for (int c = 0; c < 256; ++c)
    for (std::size_t place = 0; place < 8; ++place) {
      std::string eight(8, '\x80');
      eight[place] = static_cast<char>(c);
      std::uint64_t number = 0;
      std::memcpy(&number, eight.data(), 8);
      CHECK(holds_digit(number) == is_digit(static_cast<char>(c)));
    }
}

TEST_CASE("the next digit is found from every place to every place") {
  std::mt19937 dice(2);
  for (int round = 0; round < 300; ++round) {
    const auto text = random_text(dice, "ab/:-\xc3\xa9 xyzXYZ0", dice() % 40);
    for (std::size_t at = 0; at <= text.size(); ++at)
      for (std::size_t until = at; until <= text.size() + 1; ++until) {
        std::size_t slow = at;
        while (slow < std::min(until, text.size()) && !is_digit(text[slow])) ++slow;
        CHECK(next_digit(text, at, until) == slow);
      }
  }
}

TEST_CASE("the next long run of key characters is found as by a look at each byte") {
  std::mt19937 dice(3);
  int found = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto text = random_text(dice, round % 2 ? "aB3-_aB3-_aB3-_aB3-_ " : "aaaaaaaaaaaaaaaaaaaaaa.", 1 + dice() % 120);
    const std::size_t at = dice() % text.size(), until = at + dice() % (text.size() - at + 1);
    const auto slow = next_token_slowly(text, at, until);
    const auto fast = next_token(text, at, until);
    CAPTURE(text);
    CAPTURE(at);
    CAPTURE(until);
    CHECK(fast >= at);
    if (slow < until) CHECK(fast == slow);
    if (slow >= until) CHECK(fast >= until);
    found += slow < until ? 1 : 0;
  }
  CHECK(found > 1'000);
}
