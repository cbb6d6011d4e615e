#include "adapters/anthropic_messages_usage.hpp"

#include "adapters/json_object.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::anthropic_messages;

namespace {

void read(token_report& into, const char* text) {
  json_document document;
  REQUIRE(document.parse(text));
  into.read(document.root());
}

usage tokens_of(const char* text) {
  token_report report;
  read(report, text);
  return report.tokens();
}

std::optional<finish_reason> finish(const char* text) {
  json_document document;
  REQUIRE(document.parse(text));
  return finish_of(document.root());
}

}  // namespace

TEST_CASE("the figures of the dialect become disjoint kinds") {
  CHECK(tokens_of(R"({"input_tokens":10,"cache_read_input_tokens":20,"cache_creation_input_tokens":30,"output_tokens":40,
                      "output_tokens_details":{"thinking_tokens":15}})") == usage{10, 20, 30, 25, 15, usage_basis::reported});
  CHECK(tokens_of(R"({"output_tokens":1,"output_tokens_details":{"thinking_tokens":5}})") == usage{0, 0, 0, 0, 1, usage_basis::reported});
  CHECK(tokens_of("{}").basis == usage_basis::none);
  CHECK(tokens_of(R"({"input_tokens":-1,"output_tokens":"5"})").basis == usage_basis::none);
}

TEST_CASE("of each figure the last one counts") {
  token_report report;
  read(report, R"({"input_tokens":10,"cache_read_input_tokens":3,"output_tokens":1})");
  read(report, R"({"output_tokens":7})");
  CHECK(report.tokens() == usage{10, 3, 0, 7, 0, usage_basis::reported});
  read(report, R"({"input_tokens":11,"output_tokens":8})");
  CHECK(report.tokens() == usage{11, 3, 0, 8, 0, usage_basis::reported});
}

TEST_CASE("what a compaction took is charged too") {
  CHECK(tokens_of(R"({"input_tokens":5,"output_tokens":2,"iterations":[
      {"type":"compaction","input_tokens":100,"cache_read_input_tokens":50,"cache_creation_input_tokens":7,"output_tokens":80},
      {"type":"message","input_tokens":5,"output_tokens":2}]})") == usage{105, 50, 7, 82, 0, usage_basis::reported});
  CHECK(tokens_of(R"({"input_tokens":5,"output_tokens":2,"iterations":[{"type":"message","input_tokens":9}]})").input == 5);
}

TEST_CASE("each word for an end has its meaning") {
  CHECK(finish("\"end_turn\"") == finish_reason::stop);
  CHECK(finish("\"stop_sequence\"") == finish_reason::stop);
  CHECK(finish("\"pause_turn\"") == finish_reason::stop);
  CHECK(finish("\"max_tokens\"") == finish_reason::length);
  CHECK(finish("\"model_context_window_exceeded\"") == finish_reason::length);
  CHECK(finish("\"tool_use\"") == finish_reason::tool_calls);
  CHECK(finish("\"refusal\"") == finish_reason::content_filter);
  CHECK(finish("\"of_tomorrow\"") == finish_reason::other);
  CHECK_FALSE(finish("null"));
  CHECK_FALSE(finish("\"\""));
}

TEST_CASE("usage is written with thoughts inside the output") {
  json_object made;
  made.begin_object();
  write_usage({1, 2, 3, 4, 5, usage_basis::reported}, made);
  CHECK(made.end_object().text() == R"({"input_tokens":1,"cache_creation_input_tokens":3,"cache_read_input_tokens":2,"output_tokens":9,)"
                                    R"("output_tokens_details":{"thinking_tokens":5}})");
}
