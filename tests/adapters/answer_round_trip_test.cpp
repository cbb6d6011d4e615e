// An answer says the same behind two translations, whole and as a stream: written for a client of one dialect, read as that of a provider,
// written for a client of the other, and read again.

#include "adapters/dialect.hpp"
#include "tests/support/seeds.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using namespace sallyport;

namespace {

bool perhaps() { return *rc::gen::arbitrary<bool>(); }

std::string words() {
  const std::vector<std::string> pieces{"a", "B", " ", "\n", "\"", "\\", "ä", "日本", "😀", "</", "data: ", "\n\n", "event: x"};
  std::string made = "w";
  for (const auto& one : *rc::gen::resize(6, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)))) made += one;
  return made + "w";
}

std::string arguments() {
  return *rc::gen::element<std::string>("{}", R"({"a":1})", R"({"z":"ä\n\"","a":[1,{"b":null}]})", R"({"input":"x"})");
}

part piece(part_kind kind, std::string text) {
  part made;
  made.kind = kind;
  made.text = std::move(text);
  return made;
}

part any_call(int number) {
  part made = piece(part_kind::tool_call, arguments());
  made.id = *rc::gen::element<std::string>("call_", "toolu_") + std::to_string(number);
  made.name = *rc::gen::element<std::string>("f", "get_weather");
  return made;
}

usage any_usage() {
  const auto count = [] { return *rc::gen::inRange<std::int64_t>(0, 100'000); };
  // Where reasoning is counted inside and the provider says nothing of it, it is output: so there is none here.
  return {.input = count(), .cached = count(), .cache_write = count(), .output = count(), .reasoning = 0, .basis = usage_basis::reported};
}

answer any_answer() {
  answer made;
  made.of = {.id = *rc::gen::element<std::string>("chatcmpl-1", "msg_1", "resp_1"), .model = "m", .created = 7, .origin = "maker"};
  if (perhaps()) made.parts.push_back(piece(part_kind::reasoning, words()));
  if (perhaps()) made.parts.push_back(piece(part_kind::text, words()));
  const int calls = *rc::gen::inRange(0, 4);
  for (int i = 0; i < calls; ++i) made.parts.push_back(any_call(i));
  made.finish =
      calls > 0 ? finish_reason::tool_calls : *rc::gen::element(finish_reason::stop, finish_reason::length, finish_reason::content_filter);
  made.tokens = any_usage();
  return made;
}

/// What has to stay: state is marked anew each time.
struct gist {
  std::vector<std::array<std::string, 4>> parts;  ///< kind, text, id, name
  finish_reason finish = finish_reason::other;
  usage tokens;
  bool ended = false;
  bool operator==(const gist&) const = default;
};

std::string kind_name(part_kind kind) { return std::to_string(static_cast<int>(kind)); }

gist gist_of(const answer& said) {
  gist made{.parts = {}, .finish = said.finish, .tokens = said.tokens, .ended = true};
  for (const part& one : said.parts) made.parts.push_back({kind_name(one.kind), one.text, one.id, one.name});
  return made;
}

call asked_in(dialect_id which) {
  call made;
  made.dialect = which;
  made.asked_for_usage = true;
  made.stream = true;
  made.model = "m";
  made.body = "{}";
  return made;
}

// ---- as a stream ----

/// Random cuts, of whole characters: a provider's events hold whole characters too.
std::vector<std::string> cut(const std::string& text) {
  std::vector<std::string> made;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + static_cast<std::size_t>(*rc::gen::inRange(1, 8));
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    end = std::min(end, text.size());
    made.push_back(text.substr(at, end - at));
    at = end;
  }
  return made;
}

std::string streamed(dialect_id which, const answer& said) {
  const auto writer = dialect_of(which).write_stream(asked_in(which), said.of, {});
  std::string bytes;
  const auto say = [&](event one) { bytes += writer->write(one); };
  if (perhaps()) say({.kind = event_kind::opened});
  if (perhaps()) say({.kind = event_kind::reported, .tokens = {.input = 1, .basis = usage_basis::reported}});
  int index = 0;
  for (const part& one : said.parts) {
    const auto pieces = cut(one.text);
    if (one.kind != part_kind::tool_call)
      for (const auto& text : pieces) say({.kind = one.kind == part_kind::text ? event_kind::text : event_kind::reasoning, .text = text});
    if (one.kind == part_kind::reasoning && perhaps()) say({.kind = event_kind::state, .text = "c2ln"});
    if (one.kind != part_kind::tool_call) continue;
    say({.kind = event_kind::tool_call, .tool = {.index = index, .id = one.id, .name = one.name}});
    for (const auto& text : pieces) say({.kind = event_kind::tool_call, .text = text, .tool = {.index = index, .id = {}, .name = {}}});
    ++index;
  }
  const bool usage_first = perhaps();
  if (usage_first) say({.kind = event_kind::reported, .tokens = said.tokens});
  say({.kind = event_kind::finished, .finish = said.finish});
  if (!usage_first) say({.kind = event_kind::reported, .tokens = said.tokens});
  say({.kind = event_kind::done});
  return bytes;
}

void take(const event& seen, std::map<int, std::size_t>& calls, gist& into) {
  const auto open = [&](part_kind kind) -> std::array<std::string, 4>& {
    if (into.parts.empty() || into.parts.back()[0] != kind_name(kind)) into.parts.push_back({kind_name(kind), {}, {}, {}});
    return into.parts.back();
  };
  switch (seen.kind) {
    case event_kind::text:
      open(part_kind::text)[1] += seen.text;
      break;
    case event_kind::reasoning:
      open(part_kind::reasoning)[1] += seen.text;
      break;
    case event_kind::tool_call: {
      const auto [place, is_new] = calls.try_emplace(seen.tool.index, into.parts.size());
      if (is_new) into.parts.push_back({kind_name(part_kind::tool_call), {}, {}, {}});
      auto& one = into.parts[place->second];
      one[1] += seen.text;
      one[2] += seen.tool.id;
      one[3] += seen.tool.name;
      break;
    }
    case event_kind::finished:
      into.finish = seen.finish;
      break;
    case event_kind::reported:
      into.tokens = seen.tokens;
      break;
    case event_kind::done:
      into.ended = true;
      break;
    case event_kind::failed:
      RC_FAIL("a failure in the stream");
      break;
    default:
      break;
  }
}

/// Reads one dialect's stream, and gives each event on to a writer of another, where there is one.
gist read_stream(dialect_id which, const std::string& bytes, stream_writer* to, std::string& written) {
  const auto reader = dialect_of(which).read_stream(operation::chat_completions, {});
  gist made;
  std::map<int, std::size_t> calls;
  const auto take_all = [&] {
    while (const event* next = reader->next()) {
      take(*next, calls, made);
      if (to) written += to->write(*next);
    }
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = static_cast<std::size_t>(*rc::gen::inRange(1, 400));
    reader->feed(std::string_view(bytes).substr(at, length));
    take_all();
    at += length;
  }
  reader->end();
  take_all();
  return made;
}

// Arguments that are empty are those of nothing.
gist settled(gist of) {
  for (auto& one : of.parts)
    if (one[0] == kind_name(part_kind::tool_call) && one[1].empty()) one[1] = "{}";
  return of;
}

void stream_says_the_same(dialect_id first, dialect_id second) {
  const answer said = any_answer();
  const std::string once = streamed(first, said);
  RC_LOG() << once << "\n";
  const auto writer = dialect_of(second).write_stream(asked_in(second), said.of, {});
  std::string twice, nothing;
  RC_ASSERT(settled(read_stream(first, once, writer.get(), twice)) == gist_of(said));
  RC_LOG() << twice << "\n";
  RC_ASSERT(settled(read_stream(second, twice, nullptr, nothing)) == gist_of(said));
}

// ---- whole ----

void answer_says_the_same(dialect_id first, dialect_id second) {
  const answer said = any_answer();
  const std::string once = dialect_of(first).write_answer(asked_in(first), said);
  RC_LOG() << once << "\n";
  const auto read_once = dialect_of(first).read_answer(once);
  RC_ASSERT(read_once.has_value());
  RC_ASSERT(gist_of(*read_once) == gist_of(said));
  const std::string twice = dialect_of(second).write_answer(asked_in(second), *read_once);
  RC_LOG() << twice << "\n";
  const auto read_twice = dialect_of(second).read_answer(twice);
  RC_ASSERT(read_twice.has_value());
  RC_ASSERT(gist_of(*read_twice) == gist_of(said));
}

constexpr std::array<dialect_id, 3> all{dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};

template <class Property>
void check_all(Property property) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = static_cast<int>(tests::seed_number("SALLYPORT_ROUND_TRIPS", 1000));
  for (const dialect_id first : all)
    for (const dialect_id second : all) {
      if (first == second) continue;
      const rc::detail::TestMetadata about{.id = {}, .description = std::string(name_of(first)) + " -> " + std::string(name_of(second))};
      const rc::detail::TestResult found = rc::detail::checkTestable([&] { property(first, second); }, about, params);
      const bool holds = found.is<rc::detail::SuccessResult>();
      if (!holds) rc::detail::printResultMessage(found, std::cerr);
      CHECK_MESSAGE(holds, about.description);
    }
}

}  // namespace

TEST_CASE("an answer says the same behind any two dialects") { check_all(answer_says_the_same); }

TEST_CASE("a stream says the same behind any two dialects, however it is cut") { check_all(stream_says_the_same); }

namespace {

// The tool is one that takes text for the client. Its provider may know it as such, or as a function that takes `input`.
const std::array<std::string, 2> calls_with_text{
    R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"custom","custom":{"name":"p"}}]})",
    R"({"model":"m","input":"a","tools":[{"type":"custom","name":"p"}]})"};

call asked_with_text(std::size_t at) {
  const auto read = dialect_of(all[at]).read_call(operation::chat_completions, calls_with_text[at]);
  REQUIRE(read.has_value());
  return *read;
}

answer calling(std::string arguments) {
  answer made;
  made.of = {.id = "x", .model = "m", .created = 7, .origin = "maker"};
  made.parts.push_back(piece(part_kind::tool_call, std::move(arguments)));
  made.parts.back().id = "call_1";
  made.parts.back().name = "p";
  made.finish = finish_reason::tool_calls;
  made.tokens.basis = usage_basis::reported;
  return made;
}

}  // namespace

TEST_CASE("a call of a tool that takes text is one for its client, as whatever its provider knew the tool") {
  for (const std::size_t client : {0u, 1u})
    for (const char* arguments : {R"({"input":"a\n\"b"})", "a\n\"b"}) {
      CAPTURE(name_of(all[client]));
      CAPTURE(arguments);
      const call asked = asked_with_text(client);
      const auto whole = dialect_of(all[client]).read_answer(dialect_of(all[client]).write_answer(asked, calling(arguments)));
      REQUIRE(whole.has_value());
      REQUIRE(whole->parts.size() == 1);
      CHECK(whole->parts[0].is_custom);
      CHECK(whole->parts[0].text == "a\n\"b");
      CHECK(whole->parts[0].name == "p");

      const auto writer = dialect_of(all[client]).write_stream(asked, {.id = "x", .model = "m", .created = 7, .origin = "maker"}, {});
      const std::string text = arguments;
      std::string bytes = writer->write({.kind = event_kind::tool_call, .tool = {.index = 0, .id = "call_1", .name = "p"}});
      for (const char& one : text)
        bytes += writer->write({.kind = event_kind::tool_call, .text = {&one, 1}, .tool = {.index = 0, .id = {}, .name = {}}});
      bytes += writer->write({.kind = event_kind::finished, .finish = finish_reason::tool_calls});
      bytes += writer->write({.kind = event_kind::done});
      CHECK(bytes.find(client == 0 ? R"("type":"custom")" : R"("type":"custom_tool_call")") != std::string::npos);
      const auto reader = dialect_of(all[client]).read_stream(operation::chat_completions, {});
      reader->feed(bytes);
      std::string input;
      while (const event* next = reader->next())
        if (next->kind == event_kind::tool_call) input += next->text;
      CHECK(input == "a\n\"b");
    }
}
