#include "proxy/observe/escape.hpp"

#include <doctest/doctest.h>

#include <string>

using sallyport::observe::escaped;

namespace {
constexpr std::size_t no_limit = 1u << 20;
}

TEST_CASE("quotes, backslashes and control characters are escaped, so that a line stays one line") {
  CHECK(escaped("a \"b\" \\ c", no_limit) == R"(a \"b\" \\ c)");
  CHECK(escaped(std::string_view("\r\n\t\0\x1b[31m\x7f", 10), no_limit) == R"(\r\n\t\u0000\u001b[31m\u007f)");
  CHECK(escaped("\u0085 \u009b \u2028 \u2029", no_limit) == R"(\u0085 \u009b \u2028 \u2029)");
}

TEST_CASE("valid UTF-8 passes, and each bad byte becomes one replacement character") {
  CHECK(escaped("Größe 日本語 😀 \u00a0", no_limit) == "Größe 日本語 😀 \u00a0");
  CHECK(escaped("a\xff" "b", no_limit) == "a\uFFFD" "b");
  CHECK(escaped("\xc0\xaf", no_limit) == "\uFFFD\uFFFD");            // overlong
  CHECK(escaped("\xe0\x80\x80", no_limit) == "\uFFFD\uFFFD\uFFFD");
  CHECK(escaped("\xed\xa0\x80", no_limit) == "\uFFFD\uFFFD\uFFFD");    // a surrogate
  CHECK(escaped("\xf4\x90\x80\x80", no_limit) == "\uFFFD\uFFFD\uFFFD\uFFFD");   // above U+10FFFF
  CHECK(escaped("\xe6\x97", no_limit) == "\uFFFD\uFFFD");            // cut in the middle
  CHECK(escaped("\x80", no_limit) == "\uFFFD");
}

TEST_CASE("a long text is cut between characters and says so") {
  CHECK(escaped("abcdef", 6) == "abcdef");
  CHECK(escaped("abcdef", 5) == "abcde…");
  CHECK(escaped("abcü", 4) == "abc…");
  CHECK(escaped("abcü", 5) == "abcü");
  CHECK(escaped(std::string(1u << 20, 'x'), 1024).size() == 1024 + 3);
}
