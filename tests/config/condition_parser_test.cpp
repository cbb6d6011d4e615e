#include "config/condition_parser.hpp"

#include "random_condition.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::config;

namespace {

std::string printed(std::string_view text) {
  const auto made = compile(text, tests::names_of_search());
  return made.value ? made.value->text() : "at " + std::to_string(made.problems.at(0).at) + ": " + made.problems[0].sentence;
}

}  // namespace

TEST_CASE("what means the same is one spelling") {
  CHECK(printed("model=='chat'&&prompt_tokens>8k") == "model == \"chat\" && prompt_tokens > 8000");
  CHECK(printed("8000 < prompt_tokens") == "prompt_tokens > 8000");
  CHECK(printed("\"chat\" == model") == "model == \"chat\"");
  CHECK(printed("((stream))") == "stream");
  CHECK(printed("!(!(!stream))") == "!stream");
  CHECK(printed("stream && (has_tools && has_images)") == "stream && has_tools && has_images");
  CHECK(printed("stream || has_tools && has_images") == "stream || (has_tools && has_images)");
  CHECK(printed("budget_left < 5.250") == "budget_left < 5.25");
  CHECK(printed("stream\n  && !has_tools\n") == "stream && !has_tools");
  CHECK(printed("key in ['a' , \"b\"]") == "key in [\"a\", \"b\"]");
}

TEST_CASE("a mistake of form ends the reading, with its place and what to write") {
  CHECK(printed("") == "at 0: a name, \"!\" or \"(\" is wanted here, not the end");
  CHECK(printed("stream &&") == "at 9: a name, \"!\" or \"(\" is wanted here, not the end");
  CHECK(printed("&& stream") == "at 0: a name, \"!\" or \"(\" is wanted here, not \"&&\"");
  CHECK(printed("(stream") == "at 7: &&, || or a closing parenthesis is wanted here, not the end");
  CHECK(printed("stream)") == "at 6: this parenthesis was never opened");
  CHECK(printed("stream (has_tools)") == "at 7: begins a second condition; join the two with && or ||");
  CHECK(printed("stream and has_tools") == "at 7: write && instead of \"and\"");
  CHECK(printed("stream or has_tools") == "at 7: write || instead of \"or\"");
  CHECK(printed("not stream") == "at 0: write ! instead of \"not\"");
  CHECK(printed("key like \"x\"") == "at 4: \"like\" is not an operator; known are: ==, !=, <, <=, >, >=, in, matches");
  CHECK(printed("key matchs \"x\"") == "at 4: \"matchs\" is not an operator; did you mean \"matches\"?");
  CHECK(printed("1 < hour < 5") == "at 9: comparisons do not chain; write two and join them with &&");
  CHECK(printed("!model == \"chat\"") == "at 1: put what ! turns around in parentheses");
  CHECK(printed("hour ==") == "at 7: a value or a name is wanted here, not the end");
  CHECK(printed("hour == == 1") == "at 8: a value or a name is wanted here, not \"==\"");
  CHECK(printed("hour in 5") == "at 8: a list, as in [\"a\", \"b\"], is wanted here, not \"5\"");
  CHECK(printed("hour in []") == "at 9: the list is empty");
  CHECK(printed("hour in [1") == "at 10: a comma or \"]\" is wanted here, not the end");
  CHECK(printed("hour in [1,]") == "at 11: a value is wanted here, not \"]\"");
  CHECK(printed("5 in [5]") == "at 2: a name must stand before \"in\"");
  CHECK(printed("\"a\" matches \"a*\"") == "at 4: a name must stand before \"matches\"");
  CHECK(printed("key matches prod") == "at 12: a pattern in quotes, as in \"gpt-*\", is wanted here, not \"prod\"");
  CHECK(printed("has()") == "at 4: a name is wanted here, not \")\"");
  CHECK(printed("has(max_tokens") == "at 14: a closing parenthesis is wanted here, not the end");
  CHECK(printed("5 && stream") == "at 0: a fixed value is not a condition; compare it with a name");
}

TEST_CASE("a condition has limits") {
  const std::string open(condition_limits::depth_max, '(');
  const std::string shut(condition_limits::depth_max, ')');
  CHECK(printed(open + "stream" + shut) == "stream");
  CHECK(printed("(" + open + "stream" + shut + ")") == "at 16: is nested more than 16 levels deep");
  CHECK(printed(std::string(17, '!') + "stream") == "at 16: is nested more than 16 levels deep");
  const std::string full = "stream" + std::string(condition_limits::bytes_max - 6, ' ');
  CHECK(printed(full) == "stream");
  CHECK(printed(full + " ") == "at 0: is longer than 2000 bytes");
}

TEST_CASE("any bytes are a condition or a problem") {
  tests::dice dice(1);
  const std::string_view pieces[] = {"model", "stream", "hour", "tags.a", "max_tokens", "has", "in", "matches", "==", "<", "&&", "||", "!",
                                     "(", ")", "[", "]", ",", "\"chat\"", "'x*'", "1", "0.5", "data_class", "\"restricted\"", " ", "\x80",
                                     "="};
  int fit = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto n = dice() % 9; n > 0; --n) text += std::string(pieces[dice() % std::size(pieces)]) + " ";
    const auto made = compile(text, tests::names_of_search());
    if (made.value.has_value() != made.problems.empty()) FAIL(text);
    for (const auto& one : made.problems)
      if (one.at > text.size() || one.sentence.empty()) FAIL(text);
    if (made.value && printed(made.value->text()) != made.value->text()) FAIL(text);
    fit += made.value.has_value();
  }
  CHECK(fit > 100);
}
