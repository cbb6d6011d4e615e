// Generated numbers, hidden in generated texts; generated digits that are none; and texts made to be dear.

#include "proxy/policy/privacy/check_digits.hpp"
#include "proxy/policy/privacy/key_forms.hpp"
#include "tests/support/detections.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <random>
#include <string>

using namespace sallyport;
using namespace sallyport::policy::privacy;
using tests::all_detectors;
using tests::found_in;

namespace {

using dice = std::mt19937;

constexpr std::string_view ten = "0123456789";
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string some(dice& d, std::string_view of, std::size_t count) {
  std::string made(count, ' ');
  for (char& c : made) c = of[d() % of.size()];
  return made;
}

std::vector<std::uint8_t> numbers_of(std::string_view text) {
  std::vector<std::uint8_t> made;
  for (const char c : text)
    if (c >= '0' && c <= '9') made.push_back(static_cast<std::uint8_t>(c - '0'));
  return made;
}

// The text with a last digit that passes; empty where none does.
std::string closed(const std::string& text, bool (*passes)(digits)) {
  for (const char last : ten)
    if (const auto whole = numbers_of(text + last); passes(whole)) return text + last;
  return {};
}

std::string grouped(std::string_view text, std::initializer_list<std::size_t> lengths, char by) {
  std::string made;
  for (const auto length : lengths) {
    if (!made.empty()) made += by;
    made += text.substr(0, length);
    text.remove_prefix(length);
  }
  return made;
}

std::string a_card(dice& d) {
  const auto number = closed("4" + some(d, ten, 14), passes_luhn);
  return d() % 2 ? number : grouped(number, {4, 4, 4, 4}, d() % 2 ? ' ' : '-');
}

std::string an_account(dice& d) {
  const auto account = some(d, ten, 18);
  int rest = 0;
  for (const char c : account + "131400") rest = (rest * 10 + (c - '0')) % 97;
  const int check = 98 - rest;
  const auto whole = "DE" + std::string(check < 10 ? "0" : "") + std::to_string(check) + account;
  return d() % 2 ? whole : grouped(whole, {4, 4, 4, 4, 4, 2}, ' ');
}

std::string an_aadhaar(dice& d) { return grouped(closed("2" + some(d, ten, 10), passes_verhoeff), {4, 4, 4}, ' '); }

std::string a_dni(dice& d) {
  const auto number = some(d, ten, 8);
  return number + "TRWAGMYFPDXBNJZSQVHLCKE"[std::stoul(number) % 23];
}

std::string a_nir(dice& d) {
  const auto number = (d() % 2 ? "1" : "2") + some(d, ten, 2) + "0" + some(d, "123456789", 1) + "75" + some(d, ten, 6);
  const auto key = std::to_string(97 - std::stoll(number) % 97);
  return number + (key.size() < 2 ? "0" : "") + key;
}

std::string a_named_bsn(dice& d) {
  while (true) {
    const auto number = some(d, ten, 9);
    const auto whole = numbers_of(number);
    if (weighted_sum(whole, {9, 8, 7, 6, 5, 4, 3, 2, -1}) % 11 == 0) return "bsn " + number;
  }
}

struct generated {
  const char* name;
  std::function<std::string(dice&)> make;
};

const generated kinds[] = {
    {"payment_card", a_card},
    {"iban", an_account},
    {"in_aadhaar", an_aadhaar},
    {"es_nif", a_dni},
    {"fr_nir", a_nir},
    {"nl_bsn", a_named_bsn},
    {"email", [](dice& d) { return some(d, "abcxyz019._-", d() % 20) + "x@" + some(d, "abc019", 1 + d() % 20) + ".org"; }},
    {"ip", [](dice& d) { return std::to_string(d() % 256) + "." + std::to_string(d() % 256) + "." + std::to_string(d() % 256) + ".7"; }},
    {"ip", [](dice& d) { return "2001:db8::" + some(d, "0123456789abcdef", 4); }},
    {"phone", [](dice& d) { return "+49 30 " + some(d, ten, 7); }},
    {"us_ssn", [](dice& d) { return "1" + some(d, ten, 2) + "-1" + some(d, ten, 1) + "-1" + some(d, ten, 3); }},
    {"uk_nino", [](dice& d) { return "AB" + some(d, ten, 6) + some(d, "ABCD", 1); }},
    {"api_key", [](dice& d) { return "AKIA" + some(d, capitals, 16); }},
    {"api_key", [](dice& d) { return "ghp_1" + some(d, "abcXYZ012", 35); }},
    {"jwt", [](dice& d) { return "eyJ" + some(d, "abcXYZ012-_", 20) + ".eyJ" + some(d, "abcXYZ012-_", 20) + "." + some(d, "abc", 20); }},
};

// Words and signs as texts have them, some of them near to what is looked for. Never the last or first letter of a word.
std::string filler(dice& d, std::size_t words) {
  static constexpr std::string_view all[] = {"the ",        "in 2024, ", "12:30 ",    "a-b-c ", "(see 3.1.4) ", "über ",      "“quoted” ",
                                             "漢字。",      "1,234.56 ", "x=1; ",     "@home ", "--------- ",   "C:\\tmp\\ ", "\n\n",
                                             "{\"a\": 7} ", "1/2 ",      "sk-learn ", "de ",    "::\n",         "#42 "};
  std::string made;
  for (; words > 0; --words) made += all[d() % std::size(all)];
  return made;
}

}  // namespace

TEST_CASE("a number that is right is found wherever in a text it stands") {
  dice d(7);
  for (int round = 0; round < 6'000; ++round) {
    const auto& kind = kinds[d() % std::size(kinds)];
    const auto number = kind.make(d);
    const auto text = filler(d, d() % 60) + number + "\n" + filler(d, d() % 60);
    CAPTURE(std::string(kind.name));
    CAPTURE(number);
    CAPTURE(text);
    CHECK(tests::is_found(kind.name, text));
  }
}

TEST_CASE("a number that is right is found far behind in a long text, across each border") {
  dice d(8);
  for (int round = 0; round < 150; ++round) {
    const auto& kind = kinds[d() % std::size(kinds)];
    const auto number = kind.make(d);
    auto text = filler(d, 6'000).substr(0, 64 * 1024 - d() % 80);
    while (!text.empty() && static_cast<unsigned char>(text.back()) >= 0x80) text.pop_back();
    text += "\n" + number + "\n" + filler(d, 100);
    CAPTURE(std::string(kind.name));
    CAPTURE(number);
    CHECK(tests::is_found(kind.name, text));
  }
}

TEST_CASE("hidden characters, width and dashes change nothing") {
  dice d(9);
  static constexpr std::string_view hidden[] = {"\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d", "\ufe0f"};
  for (int round = 0; round < 3'000; ++round) {
    const auto& kind = kinds[d() % std::size(kinds)];
    const auto number = kind.make(d);
    std::string text;
    for (const char c : number) {
      if (d() % 4 == 0) text += hidden[d() % std::size(hidden)];
      if (c == '-' && d() % 2)
        text += "\u2013";
      else if (c > ' ' && d() % 3 == 0)
        text += std::string("\xef") + static_cast<char>(0xbc + (c - 0x20) / 0x40) + static_cast<char>(0x80 + (c - 0x20) % 0x40);
      else
        text += c;
    }
    CAPTURE(std::string(kind.name));
    CAPTURE(number);
    CAPTURE(text);
    CHECK(tests::is_found(kind.name, text));
  }
}

TEST_CASE("digits by dice are seldom anybody's number") {
  // How many of 2,000 digit strings of each length from 6 to 20 may be something: what the check digits let through by chance.
  dice d(10);
  std::size_t found = 0, cards = 0;
  for (int round = 0; round < 2'000; ++round)
    for (std::size_t length = 6; length <= 20; ++length) {
      const auto names = found_in("id " + some(d, ten, length));
      found += names.empty() ? 0 : 1;
      cards += names.find("payment_card") != std::string::npos ? 1 : 0;
    }
  CHECK(cards < 2'000 * 7 * 5 / 100);  // of 7 lengths that a card may have
  CHECK(found < 2'000 * 15 * 2 / 100);
}

TEST_CASE("words by dice are never anything") {
  dice d(11);
  for (int round = 0; round < 20'000; ++round) {
    const auto text = filler(d, 50);
    CAPTURE(text);
    CHECK(found_in(text).empty());
  }
}

TEST_CASE("a key is found exactly where a look at each place finds one") {
  dice d(12);
  static constexpr std::string_view parts[] = {"sk-",   "AKIA", "ABCDEFGH23456789", "ghp_", "a1b2c3d4e5f6g7h8i9", "-", "_", " ", ".", "SG.",
                                               "xoxb-", "sp-"};
  const auto by = tests::make_detectors({"api_key"});
  int with = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto count = 1 + d() % 8; count > 0; --count) text += parts[d() % std::size(parts)];
    bool slow = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool begins = at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
      std::size_t end = at;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '-' || text[end] == '_')) ++end;
      slow = slow || (begins && end > at && is_api_key(text, at, end));
    }
    CAPTURE(text);
    CHECK(found_in(by, {text}) == (slow ? "api_key" : ""));
    with += slow ? 1 : 0;
  }
  CHECK(with > 1'000);
}

TEST_CASE("texts made to be dear end: two megabytes of each, which a scan that is not linear would take hours for") {
  static const std::string dear[] = {"1 ",
                                     "1-",
                                     "1.",
                                     "1:",
                                     "1_",
                                     "12 ",
                                     "4111 1111 1111 1112 ",
                                     "4111111111111112",
                                     "999-99-9999,",
                                     "999999999 ",
                                     "+1 ",
                                     "(1 ",
                                     "0 1 ",
                                     "a@",
                                     "@",
                                     "a@b.",
                                     "a.@a-.",
                                     "aaaaaaaaaaaaaaaa@aaaaaaaaaaaaaaaa.1.",
                                     ":",
                                     "::",
                                     "1:",
                                     "a::",
                                     "fe80::1::",
                                     "DE89 ",
                                     "SC12 ",
                                     "LC12AAAA",
                                     "12345678A ",
                                     "AAAAAA99A99A999A ",
                                     "AB12 34 56 Z ",
                                     "AKIA-",
                                     "-sk-",
                                     "sk-ant-",
                                     "-eyJ",
                                     "eyJ.eyJ",
                                     "eyJaaaaaaaaaaaa.eyJ",
                                     "github_pat_",
                                     "-",
                                     "-----BEGIN ",
                                     "LS0tLS1CRUdJTi",
                                     "SG.",
                                     "sin ",
                                     "bsn 1 ",
                                     "tel 9, ",
                                     "x",
                                     "0",
                                     "\u0301",
                                     "\u0301\u0323",
                                     "e\u0301",
                                     "\ufdfa",
                                     "㍿",
                                     "한",
                                     "\xff",
                                     "\xc3",
                                     "é",
                                     "字",
                                     "\u200b",
                                     "４",
                                     "😀",
                                     " "};
  for (const auto& part : dear) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    const std::string_view view = text;
    const auto verdict = all_detectors()->scan({&view, 1}, {.bytes = 64u << 20, .expired = {}});
    CAPTURE(part);
    CHECK(verdict.is_complete());
  }
}
