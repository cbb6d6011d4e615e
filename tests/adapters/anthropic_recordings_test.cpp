// The dialect against real traffic: every recorded exchange with a provider that speaks anthropic_messages. What the dialect reads is
// compared with an independent reading of the same bytes by Boost.JSON.

#include "adapters/dialect.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

using namespace sallyport;

namespace {

namespace json = boost::json;

const dialect& spoken = dialect_of(dialect_id::anthropic_messages);

struct exchange {
  std::string name;
  operation asks = operation::chat_completions;
  bool stream = false;
  std::string request, reply;
  int status = 0;
  header_list headers;
};

const json::value* member(const json::value& of, const char* name) {
  const json::object* object = of.if_object();
  const json::value* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::string text_at(const json::value& of, const char* name) {
  const json::value* found = member(of, name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string{};
}

json::value parsed(const std::string& text) {
  json::parse_options options;
  options.max_depth = 64;
  return json::parse(text, {}, options);
}

// Streams whose framing the recorder took off get it back.
std::string framed(const std::string& payloads) {
  std::string made;
  std::size_t from = 0;
  while (from < payloads.size()) {
    const std::size_t end = std::min(payloads.find('\n', from), payloads.size());
    const std::string line = payloads.substr(from, end - from);
    from = end + 1;
    if (!line.empty()) made += "event: " + text_at(parsed(line), "type") + "\ndata: " + line + "\n\n";
  }
  return made;
}

std::optional<exchange> read_exchange(const std::filesystem::path& file) {
  exchange made;
  made.name = file.stem().string();
  const bool counts = made.name.find("__count-tokens.") != std::string::npos;
  const bool is_ours = made.name.starts_with("anthropic__messages.") || made.name.starts_with("ollama__messages.") ||
                       made.name.starts_with("anthropic__count-tokens.");
  if (!is_ours) return {};
  const json::value all = parsed(tests::whole_file(file));
  const json::value& response = *member(all, "response");
  if (text_at(response, "bytes_encoding") != "identity" || !member(response, "body")) return {};
  made.asks = counts ? operation::count_tokens : operation::chat_completions;
  made.stream = all.at("stream") == json::value(true);
  made.status = static_cast<int>(response.at("status").as_int64());
  made.reply = text_at(response, "body");
  if (text_at(*member(all, "fidelity"), "response").starts_with("stream-payloads")) made.reply = framed(made.reply);
  if (const json::value* headers = member(response, "headers"))
    for (const auto& field : headers->as_object())
      if (field.value().is_string()) made.headers.add_if_fit(field.key(), std::string(field.value().as_string()));
  if (const json::value* request = member(all, "request")) made.request = text_at(*request, "body");
  return made;
}

const std::vector<exchange>& recorded() {
  static const std::vector<exchange> all = [] {
    std::vector<exchange> made;
    if (tests::fixtures())
      for (const auto& file : std::filesystem::directory_iterator(*tests::fixtures()))
        if (file.path().extension() == ".json")
          if (auto one = read_exchange(file.path())) made.push_back(*std::move(one));
    return made;
  }();
  return all;
}

// ---- the independent reading ----

struct summary {
  std::int64_t input = 0, cached = 0, cache_write = 0, output = 0;
  std::string finish;
  std::string text, thoughts, state, tools;   ///< tools: name(arguments) each
  bool done = false, failed = false;
  bool operator==(const summary&) const = default;
};

void take_number(const json::value& of, const char* name, std::int64_t& into) {
  const json::value* found = member(of, name);
  if (found && found->is_int64()) into = found->as_int64();
}

void take_usage(const json::value& usage, summary& into) {
  take_number(usage, "input_tokens", into.input);
  take_number(usage, "cache_read_input_tokens", into.cached);
  take_number(usage, "cache_creation_input_tokens", into.cache_write);
  take_number(usage, "output_tokens", into.output);
  const json::value* iterations = member(usage, "iterations");
  if (!iterations || iterations->as_array().empty() || text_at(iterations->as_array()[0], "type") != "compaction") return;
  into.input = into.cached = into.cache_write = into.output = 0;
  for (const auto& one : iterations->as_array()) {
    into.input += one.at("input_tokens").as_int64();
    into.cached += one.at("cache_read_input_tokens").as_int64();
    into.cache_write += one.at("cache_creation_input_tokens").as_int64();
    into.output += one.at("output_tokens").as_int64();
  }
}

std::string compact(const json::value& of) { return json::serialize(of); }

void take_block(const json::value& block, const std::string& arguments, summary& into) {
  const std::string type = text_at(block, "type");
  if (type == "text") into.text += text_at(block, "text");
  if (type == "thinking") into.thoughts += text_at(block, "thinking");
  if (type == "thinking") into.state += text_at(block, "signature");
  if (type == "redacted_thinking") into.state += text_at(block, "data");
  if (type == "tool_use") into.tools += text_at(block, "name") + "(" + arguments + ")";
}

summary summary_of_message(const json::value& message) {
  summary made;
  take_usage(*member(message, "usage"), made);
  made.finish = text_at(message, "stop_reason");
  for (const auto& block : message.at("content").as_array())
    take_block(block, member(block, "input") ? compact(block.at("input")) : "", made);
  return made;
}

/// Blocks are gathered as an SDK does it.
summary summary_of_stream(const std::string& reply) {
  summary made;
  std::map<std::int64_t, std::pair<json::value, std::string>> blocks;
  std::size_t from = 0;
  while (from < reply.size()) {
    const std::size_t end = std::min(reply.find('\n', from), reply.size());
    const std::string line = reply.substr(from, end - from);
    from = end + 1;
    if (!line.starts_with("data:")) continue;
    const json::value said = parsed(line.substr(5));
    const std::string type = text_at(said, "type");
    if (type == "message_start") take_usage(said.at("message").at("usage"), made);
    if (type == "content_block_start") blocks[said.at("index").as_int64()].first = said.at("content_block");
    if (type == "content_block_delta") {
      auto& [block, arguments] = blocks[said.at("index").as_int64()];
      for (const char* name : {"text", "thinking", "signature"})
        if (member(said.at("delta"), name)) block.as_object()[name] = json::string(text_at(block, name) + text_at(said.at("delta"), name));
      arguments += text_at(said.at("delta"), "partial_json");
    }
    if (type == "message_delta") take_usage(said.at("usage"), made);
    if (type == "message_delta") made.finish = text_at(said.at("delta"), "stop_reason");
    made.done = made.done || type == "message_stop";
    made.failed = made.failed || type == "error";
  }
  for (const auto& [index, block] : blocks) take_block(block.first, block.second.empty() ? "{}" : block.second, made);
  return made;
}

// ---- the dialect's ----

std::string word_of(finish_reason why) {
  switch (why) {
    case finish_reason::stop: return "end_turn";
    case finish_reason::length: return "max_tokens";
    case finish_reason::tool_calls: return "tool_use";
    case finish_reason::content_filter: return "refusal";
    case finish_reason::other: break;
  }
  return "";
}

void take_tokens(const usage& tokens, summary& into) {
  into.input = tokens.input;
  into.cached = tokens.cached;
  into.cache_write = tokens.cache_write;
  into.output = tokens.completion_total();
}

struct read_stream {
  summary what;
  std::string raw;
  std::vector<std::pair<std::string, std::string>> tools;
  bool operator==(const read_stream&) const = default;
};

void take(const event& next, read_stream& into) {
  into.raw += next.raw;
  if (next.kind == event_kind::text) into.what.text += next.text;
  if (next.kind == event_kind::reasoning) into.what.thoughts += next.text;
  if (next.kind == event_kind::state) into.what.state += next.text;
  if (next.kind == event_kind::reported) take_tokens(next.tokens, into.what);
  if (next.kind == event_kind::finished) into.what.finish = word_of(next.finish);
  into.what.done = into.what.done || next.kind == event_kind::done;
  into.what.failed = into.what.failed || next.kind == event_kind::failed;
  if (next.kind != event_kind::tool_call) return;
  const auto index = static_cast<std::size_t>(next.tool.index);
  if (into.tools.size() <= index) into.tools.resize(index + 1);
  into.tools[index].first += next.tool.name;
  into.tools[index].second += next.text;
}

template <class Length>
read_stream fed(const exchange& one, Length next_length) {
  const auto reader = spoken.read_stream(one.asks, {});
  read_stream made;
  const auto drain = [&] {
    while (const event* next = reader->next()) take(*next, made);
  };
  for (std::size_t at = 0; at < one.reply.size();) {
    const std::size_t length = next_length();
    reader->feed(std::string(std::string_view(one.reply).substr(at, length)));
    drain();
    at += length;
  }
  reader->end();
  drain();
  for (const auto& [name, arguments] : made.tools) made.what.tools += name + "(" + arguments + ")";
  return made;
}

// What ends an answer in the vocabulary has fewer words than on the wire.
summary in_our_words(summary wire) {
  if (wire.finish == "stop_sequence" || wire.finish == "pause_turn") wire.finish = "end_turn";
  if (wire.finish == "model_context_window_exceeded") wire.finish = "max_tokens";
  return wire;
}

summary summary_of(const answer& read) {
  summary made;
  take_tokens(read.tokens, made);
  made.finish = word_of(read.finish);
  for (const part& one : read.parts) {
    if (one.kind == part_kind::text) made.text += one.text;
    if (one.kind == part_kind::reasoning) made.thoughts += one.text;
    if (one.state) made.state += one.state->bytes;
    if (one.kind == part_kind::tool_call) made.tools += one.name + "(" + compact(parsed(one.text)) + ")";
  }
  return made;
}

// ---- the way to a client of the dialect and back ----

call asked_for(const exchange& one) {
  call made;
  made.dialect = dialect_id::anthropic_messages;
  made.asks = one.asks;
  made.model = "asked";
  return made;
}

std::string written_anew(const exchange& one) {
  const auto reader = spoken.read_stream(one.asks, {});
  std::unique_ptr<stream_writer> writer;
  std::string made;
  reader->feed(one.reply);
  while (const event* next = reader->next()) {
    if (!writer) writer = spoken.write_stream(asked_for(one), reader->identity(), {});
    made += writer->write(*next);
  }
  return made;
}

// Reads a conversation as words: who says what, with which tools.
void add_words(const json::value& content, std::string& to) {
  if (content.is_string()) to += std::string(content.as_string());
  if (!content.is_array()) return;
  for (const auto& block : content.as_array()) {
    // A line for Anthropic's books goes to nobody else; a tool that was found goes as text.
    if (!text_at(block, "text").starts_with("x-anthropic-billing-header:")) to += text_at(block, "text");
    to += text_at(block, "name") + text_at(block, "tool_use_id") + text_at(block, "tool_name");
    if (member(block, "input")) to += compact(block.at("input"));
    if (member(block, "content")) add_words(block.at("content"), to);
    if (member(block, "source")) to += compact(block.at("source"));
  }
}

std::string words_of(const json::value& body) {
  std::string made;
  if (member(body, "system")) add_words(body.at("system"), made);
  std::string last;
  for (const auto& one : body.at("messages").as_array()) {
    const std::string role = text_at(one, "role");
    if (role != std::exchange(last, role)) made += "|" + role + "|";
    add_words(one.at("content"), made);
  }
  return made;
}

}  // namespace

TEST_CASE("each recorded stream says to a client the same when it is written anew") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: streams written anew");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.stream) continue;
    CAPTURE(one.name);
    CHECK(summary_of_stream(written_anew(one)) == in_our_words(summary_of_stream(one.reply)));
    ++all;
  }
  CHECK(all >= 30);
}

TEST_CASE("each recorded message says to a client the same when it is written anew") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: messages written anew");
  for (const exchange& one : recorded()) {
    if (one.status != 200 || one.stream || one.asks == operation::count_tokens) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_answer(one.reply);
    REQUIRE(read.has_value());
    CHECK(summary_of_message(parsed(spoken.write_answer(asked_for(one), *read))) == in_our_words(summary_of_message(parsed(one.reply))));
  }
}

TEST_CASE("each recorded call says the same when it is read whole and written anew") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: calls written anew");
  int all = 0, not_carried = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.request.starts_with("{")) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_call(one.asks, one.request);
    REQUIRE(read.has_value());
    const auto whole = spoken.read_chat(*read);
    if (!whole) {
      CHECK(whole.error().kind == failure_kind::not_supported);
      ++not_carried;
      continue;
    }
    const quirks none;
    const auto sent = spoken.write_chat(*whole, {read->model, none, "anthropic"});
    REQUIRE_MESSAGE(sent.has_value(), sent.error().sentence);
    const json::value before = parsed(one.request), after = parsed(sent->body);
    CHECK(words_of(after) == words_of(before));
    CHECK(text_at(after, "model") == text_at(before, "model"));
    if (member(before, "max_tokens") && !member(before, "thinking")) CHECK(after.at("max_tokens") == before.at("max_tokens"));
    ++all;
  }
  MESSAGE("calls written anew: " << all << ", with what no other provider has: " << not_carried);
  CHECK(all >= 70);
}

TEST_CASE("each recorded message says what an independent reading of it says") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded messages");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || one.stream || one.asks == operation::count_tokens) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_answer(one.reply);
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    CHECK(summary_of(*read) == in_our_words(summary_of_message(parsed(one.reply))));
    const auto short_reading = spoken.read_reply(one.asks, one.reply);
    REQUIRE(short_reading.has_value());
    CHECK(short_reading->tokens == read->tokens);
    CHECK(short_reading->finish == read->finish);
    ++all;
  }
  MESSAGE("messages read: " << all);
  CHECK(all >= 40);
}

TEST_CASE("each recorded stream of messages says the same however it is cut, and loses no byte") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded streams of messages");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.stream) continue;
    CAPTURE(one.name);
    const read_stream whole = fed(one, [&] { return one.reply.size(); });
    CHECK(whole.raw == one.reply);
    CHECK(whole.what == in_our_words(summary_of_stream(one.reply)));
    CHECK(fed(one, [] { return std::size_t{1}; }) == whole);
    for (unsigned seed : {1u, 2u, 3u}) {
      std::mt19937 dice(seed);
      CHECK(fed(one, [&] { return std::size_t{1} + dice() % 700; }) == whole);
    }
    ++all;
  }
  MESSAGE("streams read: " << all);
  CHECK(all >= 30);
}

TEST_CASE("each recorded count costs nothing") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded counts");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.asks != operation::count_tokens) continue;
    const auto read = spoken.read_reply(one.asks, one.reply);
    REQUIRE(read.has_value());
    usage nothing;
    nothing.basis = usage_basis::reported;
    CHECK(read->tokens == nothing);
    ++all;
  }
  CHECK(all >= 5);
}

TEST_CASE("each recorded refusal of a message is blamed as its status says and goes on in the provider's words") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded refusals of messages");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status < 300) continue;
    CAPTURE(one.name);
    const failure why = spoken.read_failure(one.status, one.headers, one.reply, {});
    if (one.status == 401) CHECK(why.whose() == fault::credential);
    if (one.status == 404) CHECK(why.whose() == fault::configuration);
    if (one.status == 400) CHECK(why.whose() == fault::client);
    if (why.said) CHECK(parsed(spoken.write_failure(why)) == parsed(one.reply));
    ++all;
  }
  CHECK(all >= 5);
}

TEST_CASE("each recorded call for a message is taken, and sent on with nothing but the model changed") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded calls for messages");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.request.starts_with("{")) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_call(one.asks, one.request);
    REQUIRE_MESSAGE(read.has_value(), read.error().sentence);
    const json::value before = parsed(one.request);
    CHECK(read->model == before.at("model").as_string());
    json::object wanted = before.as_object();
    wanted["model"] = "another";
    CHECK(json::value(wanted) == parsed(spoken.write_request(*read, "another", {}).body));
    ++all;
  }
  MESSAGE("calls taken: " << all);
  CHECK(all >= 70);
}
