#include "proxy/policy/privacy/normal_text.hpp"

#include "tests/support/detections.hpp"

#include <doctest/doctest.h>
#include <utf8proc.h>

#include <cstdlib>
#include <random>
#include <string>

using namespace sallyport;
using namespace sallyport::policy::privacy;

namespace {

std::string normal(std::string_view text) {
  normal_text made;
  CHECK(made.take(text, 1 << 20, {}) == normalised::whole);
  return std::string(made.view());
}

// What utf8proc makes of the whole text at once.
std::string nfkc_of_library(const std::string& text) {
  utf8proc_uint8_t* made = nullptr;
  const auto length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &made,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE));
  REQUIRE(length >= 0);
  std::string result(reinterpret_cast<char*>(made), static_cast<std::size_t>(length));
  std::free(made);
  return result;
}

}  // namespace

TEST_CASE("ASCII is handed on without a copy") {
  const std::string text(100'000, 'x');
  normal_text made;
  CHECK(made.take(text, 1 << 20, {}) == normalised::whole);
  CHECK(made.view().data() == text.data());
  CHECK(made.view().size() == text.size());
}

TEST_CASE("full width, superscript, circled and other scripts' digits become digits") {
  CHECK(normal("４１１１") == "4111");
  CHECK(normal("⁴①𝟜") == "414");
  CHECK(normal("٤۴४৪๔") == "44444");
  CHECK(normal("႔᥆᥏") == "409");  // Shan; Limbu, whose digits begin at 6 of a row
}

TEST_CASE("what shows nothing is removed") {
  CHECK(normal("4\u200b1\u00ad1\u20601\ufeff") == "4111");
  CHECK(normal("a\u202eb\u2066c\ufe0fd") == "abcd");
  CHECK(normal("4\ufe0f\u20e31\ufe0f\u20e3") == "41");  // keycaps
}

TEST_CASE("dashes are one, and so are blanks") {
  CHECK(normal("1\u20102\u20113\u20124\u20135\u20146\u22127\uff0d8") == "1-2-3-4-5-6-7-8");
  CHECK(normal("1\u00a02\u202f3\u30004") == "1 2 3 4");
}

TEST_CASE("marks join with the letter before them, and are dropped from digits") {
  CHECK(normal("e\u0301t\u00e9") == "\u00e9t\u00e9");
  CHECK(normal("4\u03361\u03361") == "411");
  CHECK(normal("\u1112\u1161\u11ab") == "\ud55c");
  CHECK(normal("\uac00\u11a8") == "\uac01");
  CHECK(normal("e\u200d\u0301") == "\u00e9");
  CHECK(normal("\u00e9\u0323") == "\u1eb9\u0301");
}

TEST_CASE("bytes that are not UTF-8 stay as they are") {
  CHECK(normal("\xff"
               "4\xc3"
               "5") ==
        "\xff"
        "4\xc3"
        "5");
  CHECK(normal("\xe2\x82"
               "\xc3\xa9") == "\xe2\x82\xc3\xa9");
  CHECK(normal("\xed\xa0\x80"
               "x") ==
        "\xed\xa0\x80"
        "x");  // half a surrogate pair
  CHECK(normal("\xf4\x90\x80\x80") == "\xf4\x90\x80\x80");
  CHECK(normal("\xc3") == "\xc3");
}

TEST_CASE("what becomes longer than allowed is cut, and said so") {
  normal_text made;
  CHECK(made.take("12345", 4, {}) == normalised::too_large);
  CHECK(made.view() == "1234");
  CHECK(made.take("㍿㍿", 11, {}) == normalised::too_large);  // 3 bytes that become 12
  CHECK(made.view().size() == 11);
  CHECK(made.take("é", 2, {}) == normalised::whole);
  CHECK(made.view() == "é");
}

TEST_CASE("a text that is not ASCII asks for the time every 64 KiB and stops when it is over") {
  std::string text;
  while (text.size() < 1'000'000) text += "é1";
  int asked = 0;
  normal_text made;
  CHECK(made.take(text, 1 << 24, [&] { return ++asked == 3; }) == normalised::expired);
  CHECK(asked == 3);
  CHECK(made.view().size() < 300'000);
}

TEST_CASE("letters and marks of many scripts come out as utf8proc makes them of the whole text") {
  const std::string_view parts[] = {"a",
                                    "Z",
                                    "é",
                                    "e\u0301",
                                    "\u0323",
                                    "\u0301",
                                    "ﬁ",
                                    "Ω",
                                    "한",
                                    "\u1112",
                                    "\u1161",
                                    "\u11ab",
                                    "か",
                                    "\u3099",
                                    "字",
                                    "й",
                                    "\u0438\u0306",
                                    "नि",
                                    "\u093f",
                                    "ｱ",
                                    "ﾞ",
                                    "\u200d",
                                    "\u00ad",
                                    "Ⅳ",
                                    "😀",
                                    "\u0dd9\u0dcf",
                                    "\u09c7\u09be",
                                    " ",
                                    "x",
                                    "ſ\u0323"};
  std::mt19937 dice(1);
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (auto count = dice() % 40; count > 0; --count) text += parts[dice() % std::size(parts)];
    CAPTURE(text);
    CHECK(normal(text) == nfkc_of_library(text));
  }
}

TEST_CASE("many marks in a row keep every byte of what stands around them") {
  std::string marks;
  for (int i = 0; i < 1'000; ++i) marks += i % 2 == 0 ? "\u0301" : "\u0323";
  const auto made = normal("before" + marks + "4111 1111 1111 1111");
  CHECK(made.starts_with("befor"));
  CHECK(made.ends_with("4111 1111 1111 1111"));
}
