#include "adapters/json_write.hpp"

#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;

TEST_CASE("whatever stands in a text, its JSON string is read back as the same") {
  if (!tests::corpora()) return tests::say_skipped("no corpora: naughty strings");
  const auto strings = boost::json::parse(tests::whole_file(*tests::corpora() / "blns" / "blns.json")).as_array();
  REQUIRE(strings.size() > 400);
  for (const auto& each : strings) {
    const std::string text(each.as_string());
    CHECK(boost::json::parse(json_string(text)).as_string() == text);
  }
}

TEST_CASE("every byte that is not UTF-8 becomes a replacement character") {
  CHECK(json_string("a\xff\"\n\x01\x7f") == "\"a\xef\xbf\xbd\\\"\\n\\u0001\\u007f\"");
  CHECK(json_string("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(json_string("\xf0\x9f\x98\x80") == "\"\xf0\x9f\x98\x80\"");
  CHECK(json_string("\xf4\x90\x80\x80").size() == 2 + 4 * 3);
  CHECK(json_string("\xc0\x80").size() == 2 + 2 * 3);
}

TEST_CASE("every two bytes give valid JSON") {
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      boost::system::error_code error;
      boost::json::parse(json_string(std::string{static_cast<char>(a), static_cast<char>(b)}), error);
      REQUIRE_FALSE(error);
    }
}

TEST_CASE("a character is written the same wherever in a text it stands") {
  for (int c = 0; c < 256; ++c) {
    const std::string one{static_cast<char>(c)};
    const std::string alone = json_string(one);
    for (std::size_t at = 0; at < 20; ++at) {
      const std::string before(at, 'b'), behind(20 - at, 'e');
      REQUIRE(json_string(before + one + behind) == "\"" + before + alone.substr(1, alone.size() - 2) + behind + "\"");
    }
  }
}

TEST_CASE("a cut falls between characters") {
  CHECK(cut_text("caf\xc3\xa9", 4) == "caf");
  CHECK(cut_text("caf\xc3\xa9", 5) == "caf\xc3\xa9");
  CHECK(cut_text("\xf0\x9f\x98\x80", 3).empty());
  CHECK(cut_text("abc", 0).empty());
}
