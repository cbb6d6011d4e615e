#include "config/condition_names.hpp"

#include "config/condition_term.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;

TEST_CASE("each name of a team's rules is the word for its fact, once") {
  const auto names = names_in_rules("search", {"chat"});
  CHECK(names.size() == 13);
  for (const auto& one : names) {
    CHECK(one.name == name_of(one.which));
    CHECK(one.least < one.most);
  }
}

TEST_CASE("a tag's name is short and made of few characters") {
  for (const char* name : {"a", "cost_center", "a.b-c", "0", "-"}) CHECK_MESSAGE(is_tag_name(name), name);
  for (const char* name : {"", "A", "a b", "a=b", "a,b", "é"}) CHECK_MESSAGE(!is_tag_name(name), name);
  CHECK(is_tag_name(std::string(32, 'a')));
  CHECK(!is_tag_name(std::string(33, 'a')));
}
