#include "adapters/custom_input.hpp"

#include "adapters/json.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

TEST_CASE("a text that a function takes as its input is that text again") {
  for (const char* text : {"", "a\n\"b\"", R"({"input":"x"})"}) CHECK(unwrapped_input(wrapped_input(text)) == text);
}

TEST_CASE("arguments of another form are the text") {
  for (const char* text : {"", "*** Begin", R"({"input":1})", R"({"input":"a","more":1})", R"(["input"])"})
    CHECK(unwrapped_input(text) == text);
}

TEST_CASE("the schema is one") {
  json_document document;
  CHECK(document.parse(custom_input_schema));
}
