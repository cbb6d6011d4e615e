#include "config/references.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;
using namespace sallyport::tests;

namespace {

const fake_world world{{{"A", "one"}, {"EMPTY", ""}, {"YAML", "x: [1, 2]\n- y"}, {"NESTED", "${env:A}"}, {"BIG", std::string(70'000, 'x')}},
                       {{"/run/key", "secret\n"}, {"conf/rel", "near"}, {"/two", "a\n\n"}, {"/dos", "a\r\n"}}};

parsed<scalar> fill(const std::string& text) { return filled(text, false, "conf/", world.around()); }
std::string text_of(const std::string& text) {
  const auto made = fill(text);
  return made ? made->text : "!" + made.error().sentence;
}

}  // namespace

TEST_CASE("variables and files are filled in") {
  CHECK(text_of("${env:A}") == "one");
  CHECK(text_of("x${env:A}y${env:A}") == "xoneyone");
  CHECK(text_of("${file:/run/key}") == "secret");
  CHECK(text_of("${file:rel}") == "near");
}

TEST_CASE("a default stands for an unset variable alone") {
  CHECK(text_of("${env:B:-two}") == "two");
  CHECK(text_of("${env:A:-two}") == "one");
  CHECK(text_of("${env:EMPTY:-two}") == "");
  CHECK(text_of("${env:B:-}") == "");
  CHECK(text_of("${env:B:-a:-b}") == "a:-b");
}

TEST_CASE("exactly one line break at the end of a file is left out") {
  CHECK(text_of("${file:/two}") == "a\n");
  CHECK(text_of("${file:/dos}") == "a");
}

TEST_CASE("two dollars are one, and a lone one stays") {
  CHECK(text_of("$$") == "$");
  CHECK(text_of("$${env:A}") == "${env:A}");
  CHECK(text_of("$$$$") == "$$");
  CHECK(text_of("5$ a$b $") == "5$ a$b $");
}

TEST_CASE("what comes in stays one text: no structure, no second filling") {
  CHECK(text_of("${env:YAML}") == "x: [1, 2]\n- y");
  CHECK(text_of("${env:NESTED}") == "${env:A}");
}

TEST_CASE("a filled value may be of any kind, whatever quotes stood around it") {
  CHECK(fill("${env:A}")->plain);
  CHECK(fill("${env:A}")->filled);
  CHECK(!fill("text")->plain);
}

TEST_CASE("one reference alone is told from a text with a reference in it") {
  CHECK(fill("${env:A}")->only_reference);
  CHECK(fill("${env:B:-}")->only_reference);
  CHECK(!fill("x${env:A}")->only_reference);
  CHECK(!fill("${env:A}x")->only_reference);
  CHECK(!fill("${env:EMPTY}${env:A}")->only_reference);
  CHECK(!fill("${env:B:-literal}")->only_reference);
  CHECK(!fill("$$")->only_reference);
}

TEST_CASE("wrong references say what to write") {
  CHECK(holds(text_of("${env:B}"), "variable B is not set"));
  CHECK(holds(text_of("${file:/gone}"), "\"/gone\" cannot be read"));
  CHECK(holds(text_of("${env:A"), "without its closing brace"));
  CHECK(holds(text_of("${A}"), "unknown reference"));
  CHECK(holds(text_of("${file:}"), "unknown reference"));
  CHECK(holds(text_of("${env:}"), "names no variable"));
  CHECK(holds(text_of("${env:1A}"), "names no variable"));
  CHECK(holds(text_of("${env:A B}"), "names no variable"));
  CHECK(holds(text_of("${env:B:-${env:A}}"), "inside of a reference"));
  CHECK(holds(text_of("${env:BIG}"), "longer than 64 KiB"));
}
