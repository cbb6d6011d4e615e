#include "proxy/policy/delivered_answer.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using policy::delivered_answer;

namespace {

event said(event_kind kind, std::string_view text = {}, int choice = 0) { return {.kind = kind, .text = text, .choice = choice}; }

delivered_answer after(const std::vector<event>& events) {
  delivered_answer answer;
  for (const auto& one : events) answer.take(one);
  return answer;
}

}  // namespace

TEST_CASE("plain text that has begun and not ended can be gone on with") {
  const auto answer = after({said(event_kind::opened), said(event_kind::reasoning, "hm"), said(event_kind::text, "Hel"), said(event_kind::text, "lo")});
  CHECK(answer.can_be_continued());
  CHECK(answer.text() == "Hello");
}

TEST_CASE("nothing else can") {
  using enum event_kind;
  CHECK_FALSE(after({}).can_be_continued());
  CHECK_FALSE(after({said(opened)}).can_be_continued());
  CHECK_FALSE(after({said(reasoning, "hm")}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(reasoning, "hm")}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(tool_call, "{")}).can_be_continued());
  CHECK_FALSE(after({said(tool_call, "{"), said(text, "a")}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(refusal, "no")}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(text, "b", 1)}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(text, "")}).can_be_continued());
  CHECK_FALSE(after({said(text, "a"), said(finished)}).can_be_continued());
}

TEST_CASE("a text beyond the limit is not kept") {
  const std::string much(delivered_answer::text_max, 'x');
  CHECK(after({said(event_kind::text, much)}).can_be_continued());
  const auto more = after({said(event_kind::text, much), said(event_kind::text, "x"), said(event_kind::text, "y")});
  CHECK_FALSE(more.can_be_continued());
  CHECK(more.text().empty());
}
