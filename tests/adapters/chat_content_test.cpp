#include "adapters/chat_content.hpp"

#include "adapters/dialect.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

namespace {

part thought_of(std::string origin) {
  part made;
  made.kind = part_kind::reasoning;
  made.text = "hm";
  made.state = opaque_state{std::move(origin), {}, "bytes"};
  return made;
}

chat holding(std::vector<part> parts) {
  chat made;
  made.messages.push_back({.from = role::assistant, .parts = std::move(parts), .name = {}});
  made.max_tokens = 9;
  return made;
}

}  // namespace

TEST_CASE("a chat of nothing but thoughts of others is none for a provider, and no dialect writes it") {
  part text;
  text.text = "a";
  CHECK(holds_only_thoughts_of_others(holding({thought_of("there")}), "here"));
  CHECK(holds_only_thoughts_of_others(holding({part{}, thought_of("there")}), "here"));
  CHECK_FALSE(holds_only_thoughts_of_others(holding({thought_of("here")}), "here"));
  CHECK_FALSE(holds_only_thoughts_of_others(holding({thought_of("there"), text}), "here"));
  CHECK_FALSE(holds_only_thoughts_of_others(holding({part{}}), "here"));
  const quirks none;
  for (const auto which : {dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages})
    CHECK(dialect_of(which).write_chat(holding({thought_of("there")}), {"m", none, "here"}).error().param == "messages");
}
