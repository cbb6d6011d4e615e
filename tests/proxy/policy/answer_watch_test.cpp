#include "proxy/policy/answer_watch.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using policy::answer_watch;

namespace {

event of(event_kind kind, int choice = 0) {
  event made;
  made.kind = kind;
  made.choice = choice;
  return made;
}

answer_watch after(int choices, std::initializer_list<event> events) {
  answer_watch watch(choices);
  for (const auto& one : events) watch.take(one);
  return watch;
}

}  // namespace

TEST_CASE("an answer is whole once every choice has said why it ended, with or without the terminal marker") {
  CHECK_FALSE(after(1, {of(event_kind::text), of(event_kind::finished)}).verdict_at_end());
  CHECK_FALSE(after(1, {of(event_kind::text), of(event_kind::finished), of(event_kind::done)}).verdict_at_end());
  CHECK_FALSE(after(2, {of(event_kind::text), of(event_kind::finished, 0), of(event_kind::finished, 1)}).verdict_at_end());
}

TEST_CASE("content without an end is a truncated stream") {
  CHECK(after(1, {of(event_kind::text)}).verdict_at_end()->kind == failure_kind::truncated_stream);
  CHECK(after(2, {of(event_kind::text), of(event_kind::finished, 0)}).verdict_at_end()->kind == failure_kind::truncated_stream);
}

TEST_CASE("nothing, or only a role and the marker, is an empty answer") {
  CHECK(after(1, {}).verdict_at_end()->kind == failure_kind::empty_reply);
  CHECK(after(1, {of(event_kind::opened)}).verdict_at_end()->kind == failure_kind::empty_reply);
  CHECK(after(1, {of(event_kind::opened), of(event_kind::done)}).verdict_at_end()->kind == failure_kind::empty_reply);
}

TEST_CASE("a finish reason without content is an answer: the model chose to say nothing") {
  CHECK_FALSE(after(1, {of(event_kind::opened), of(event_kind::finished)}).verdict_at_end());
}

TEST_CASE("the terminal marker after an error proves nothing") {
  CHECK(after(1, {of(event_kind::text), of(event_kind::failed), of(event_kind::done)}).verdict_at_end()->kind == failure_kind::error_in_reply);
}

TEST_CASE("the marker after content ends an answer of an engine that sends no finish reason") {
  CHECK_FALSE(after(1, {of(event_kind::text), of(event_kind::done)}).verdict_at_end());
}
