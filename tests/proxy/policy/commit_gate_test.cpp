#include "proxy/policy/commit_gate.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;
using policy::commit_gate;

TEST_CASE("what comes before the first content is held, then goes out with it in order") {
  commit_gate gate;
  gate.take(event_kind::ignored, ": hello\n\n");
  gate.take(event_kind::opened, "role;");
  CHECK(gate.take_out().empty());
  CHECK_FALSE(gate.is_committed());

  gate.take(event_kind::text, "text;");
  CHECK(gate.is_committed());
  CHECK(gate.take_out() == ": hello\n\nrole;text;");
  gate.take(event_kind::ignored, "more");
  CHECK(gate.take_out() == "more");
}

TEST_CASE("text, reasoning, refusals and tool calls commit; role, usage and finish do not") {
  for (const auto kind : {event_kind::text, event_kind::reasoning, event_kind::refusal, event_kind::tool_call}) {
    commit_gate gate;
    gate.take(kind, "x");
    CHECK(gate.is_committed());
  }
  for (const auto kind : {event_kind::opened, event_kind::reported, event_kind::finished, event_kind::ignored}) {
    commit_gate gate;
    gate.take(kind, "x");
    CHECK_FALSE(gate.is_committed());
  }
}

TEST_CASE("no more than 64 KiB are held") {
  commit_gate gate;
  gate.take(event_kind::ignored, std::string(commit_gate::held_max, 'x'));
  CHECK_FALSE(gate.is_committed());
  gate.take(event_kind::ignored, "y");
  CHECK(gate.is_committed());
  CHECK(gate.take_out().size() == commit_gate::held_max + 1);
}

TEST_CASE("a stream that ends well without content still lets its bytes out") {
  commit_gate gate;
  gate.take(event_kind::finished, "end");
  gate.open();
  CHECK(gate.take_out() == "end");
}
