#include "config/condition_lexer.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;
using kind = condition_token::kind;

namespace {

std::string words_of(std::string_view text) {
  std::string made;
  const auto tokens = tokens_of(text);
  for (const auto& token : tokens.found)
    made += (token.is == kind::end ? "end" : std::string(token.text)) + "@" + std::to_string(token.at) + " ";
  return made;
}

condition_problem wrong_in(std::string_view text) { return tokens_of(text).wrong.value_or(condition_problem{0, "nothing"}); }

}  // namespace

TEST_CASE("a text is taken apart into its words, with the place of each") {
  CHECK(words_of("model==\"a b\" && !(x<=1.5)") == "model@0 ==@5 a b@7 &&@13 !@16 (@17 x@18 <=@19 1.5@21 )@24 end@25 ");
  CHECK(words_of("") == "end@0 ");
  CHECK(words_of(" \t\r\n ") == "end@5 ");
  CHECK(words_of("!=!===<=<") == "!=@0 !=@2 ==@4 <=@6 <@8 end@9 ");
}

TEST_CASE("a tag's name may hold points and hyphens, another name may not") {
  CHECK(words_of("tags.a-b.c>1") == "tags.a-b.c@0 >@10 1@11 end@12 ");
  CHECK(wrong_in("a-b") == condition_problem{1, "\"-\" is not part of the language; texts stand in quotes"});
}

TEST_CASE("both quotes hold a text, and each may stand in the other") {
  const auto tokens = tokens_of("'a\"b' \"c'd\"").found;
  REQUIRE(tokens.size() == 3);
  CHECK(tokens[0].is == kind::text);
  CHECK(tokens[0].text == "a\"b");
  CHECK(tokens[1].text == "c'd");
}

TEST_CASE("what begins nothing is said with its place") {
  CHECK(wrong_in("a = 1") == condition_problem{2, "\"=\" stands alone; write == to compare"});
  CHECK(wrong_in("a & b") == condition_problem{2, "\"&\" stands alone; write &&"});
  CHECK(wrong_in("a | b") == condition_problem{2, "\"|\" stands alone; write ||"});
  CHECK(wrong_in("a == \"x") == condition_problem{5, "the text that begins here has no closing quote"});
  CHECK(wrong_in("'a\nb'") == condition_problem{2, "a text holds no line break and no control character"});
  CHECK(wrong_in("a == é") == condition_problem{5, "\"é\" is not part of the language; texts stand in quotes"});
  CHECK(wrong_in("$x") == condition_problem{0, "\"$\" is not part of the language; texts stand in quotes"});
}
