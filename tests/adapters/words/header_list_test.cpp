#include "adapters/words/header_list.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace sallyport;

TEST_CASE("a line break in a value is refused and adds nothing") {
  header_list headers;
  CHECK(headers.add("x-model", "gpt\r\nX-Evil: 1").has_error());
  CHECK(headers.add("x-model", "gpt\nX-Evil: 1").has_error());
  CHECK(headers.add("x-model", std::string_view("gpt\0x", 5)).has_error());
  headers.add_if_fit("x-model", "gpt\rx");
  CHECK(headers.empty());
}

TEST_CASE("a name must be a token") {
  header_list headers;
  for (const char* name : {"", "x y", "x:y", "x\r\n", "x\xc3\xa9", "(x)"}) {
    CAPTURE(name);
    CHECK(headers.add(name, "v").has_error());
  }
  CHECK(headers.add("x-ok_1", "v").has_value());
}

TEST_CASE("names compare without case and the first field of a name wins") {
  header_list headers;
  headers.add_if_fit("Retry-After", "1");
  headers.add_if_fit("retry-after", "2");
  CHECK(headers.get("RETRY-AFTER") == "1");
  CHECK(headers.has("retry-after"));
  CHECK_FALSE(headers.has("retry-afte"));
}

TEST_CASE("text beyond ASCII passes as it is") {
  header_list headers;
  CHECK(headers.add("x-team", "caf\xc3\xa9").has_value());
  CHECK(headers.get("x-team") == "caf\xc3\xa9");
}

TEST_CASE("fields come out in the order in which they were added, and their text survives a move of the list") {
  header_list headers;
  headers.add_if_fit("a", "1");
  const auto [name, value] = *headers.begin();
  const header_list moved = std::move(headers);
  CHECK(name == "a");
  CHECK(value.data() == moved.get("a").data());
  header_list many;
  for (int i = 0; i < 100; ++i) many.add_if_fit("x-" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 10, 'v'));
  REQUIRE(many.size() == 100);
  int i = 0;
  for (const auto& field : many) {
    CHECK(field.first == "x-" + std::to_string(i));
    CHECK(field.second.size() == static_cast<std::size_t>(i) * 10);
    ++i;
  }
  const header_list copy = many;
  many.add_if_fit("more", "text");
  CHECK(copy.get("x-99").size() == 990);
  CHECK_FALSE(copy.has("more"));
}

TEST_CASE("every byte of a value is looked at, wherever it stands") {
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_fit = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    for (std::size_t size = 1; size < 40; ++size) {
      for (const char beside : {'a', '\xff', '\x80', ' '}) {
        std::string value(size, beside);
        value[size / 2] = static_cast<char>(byte);
        CHECK_MESSAGE(is_field_value(value) == is_fit, byte);
        value = std::string(size, beside);
        value[size - 1] = static_cast<char>(byte);
        CHECK_MESSAGE(is_field_value(value) == is_fit, byte);
      }
    }
  }
}
