#include "adapters/json_members.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace sallyport;

TEST_CASE("the ranges of a text that is no JSON stand inside of it, wherever it is cut") {
  const std::string_view whole = R"( {"a" : [1, {"b":"\""}], "c":{"d":2}} )";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const std::string text(whole.substr(0, length));
    CAPTURE(text);
    json_members members(text, 0);
    while (const auto member = members.next()) {
      CHECK(member->name.end() <= text.size());
      CHECK(member->value.end() <= text.size());
    }
    const std::size_t bracket = text.find('[');
    if (bracket == std::string::npos) continue;
    json_items items(text, bracket);
    while (const auto item = items.next()) CHECK(item->end() <= text.size());
  }
}
