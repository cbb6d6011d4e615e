#include "config/condition_term.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;
using kind = condition_term::kind;

namespace {

condition_term flag(fact which) { return {.is = kind::flag, .name = {which, value_type::yes_no}}; }
condition_term stream() { return flag(fact::stream); }
condition_term tools() { return flag(fact::has_tools); }
condition_term images() { return flag(fact::has_images); }

std::string usd(std::int64_t nano) { return text_of(fixed_value{value_type::usd, nano, {}}); }

}  // namespace

TEST_CASE("joins of one kind become one, a join of one part that part") {
  const auto all = joined(kind::all, {joined(kind::all, {stream(), tools()}), images()});
  CHECK(all.parts.size() == 3);
  CHECK(text_of(all) == "stream && has_tools && has_images");
  CHECK(joined(kind::any, {stream()}) == stream());
  CHECK(text_of(joined(kind::any, {joined(kind::all, {stream(), tools()}), images()})) == "(stream && has_tools) || has_images");
}

TEST_CASE("two negations are none") {
  CHECK(negated(negated(stream())) == stream());
  CHECK(text_of(negated(stream())) == "!stream");
  CHECK(text_of(negated(joined(kind::any, {stream(), tools()}))) == "!(stream || has_tools)");
}

TEST_CASE("values print as they are written") {
  CHECK(usd(0) == "0");
  CHECK(usd(5'250'000'000) == "5.25");
  CHECK(usd(1) == "0.000000001");
  CHECK(usd(-1'500'000'000) == "-1.5");
  CHECK(usd(-1) == "-0.000000001");
  CHECK(text_of(fixed_value{value_type::text, 0, "it's"}) == "\"it's\"");
  CHECK(text_of(fixed_value{value_type::text, 0, "a\"b"}) == "'a\"b'");
  CHECK(text_of(fixed_value{value_type::data_class, 2, {}}) == "\"confidential\"");
  CHECK(text_of(fact_name{fact::tags, value_type::text, "project"}) == "tags.project");
}

TEST_CASE("a pattern's star stands for any text, also none") {
  for (const char* pattern : {"*", "**", "gpt-*", "*mini", "*4o*", "gpt*4o*mini", "g*i", "*g*p*t*", "gpt-4o-mini*", "*gpt-4o-mini",
                              "gpt-4o-mini"})
    CHECK_MESSAGE(matches("gpt-4o-mini", pattern), pattern);
  for (const char* pattern : {"", "gpt-*x", "*mini-*x", "pt*", "*min", "gpt*mini*mini", "gpt-4o-mini*i", "GPT*", "g?t*", "gpt-4o-minii*"})
    CHECK_MESSAGE(!matches("gpt-4o-mini", pattern), pattern);
  CHECK(matches("", "*"));
  CHECK(matches("aaa", "a*a"));
  CHECK(!matches("a", "a*a"));
  CHECK(matches("abab", "*ab"));
  CHECK(matches("xabyabz", "x*ab*ab*z"));
  CHECK(!matches("xabyaz", "x*ab*ab*z"));
}

TEST_CASE("a pattern against a long text takes no time that grows with its stars") {
  std::string pattern;
  for (int i = 0; i < 900; ++i) pattern += "*a";
  CHECK(!matches(std::string(2'000, 'a') + "b", pattern + "*c"));
}
