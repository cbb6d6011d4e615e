// The dialect against real traffic: every recorded exchange at /responses. What the dialect reads of a stream is compared with what an
// independent reading by Boost.JSON finds in its terminal event.

#include "adapters/dialect.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

using namespace sallyport;

namespace {

namespace json = boost::json;

const dialect& spoken = dialect_of(dialect_id::openai_responses);

struct exchange {
  std::string name, provider;
  bool stream = false;
  std::optional<std::string> request;
  int status = 0;
  header_list headers;
  std::string reply;
};

// ---- finding them ----

const json::value* member(const json::value& of, std::string_view name) {
  const json::object* object = of.if_object();
  const json::value* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::string text_at(const json::value& of, std::string_view name) {
  const json::value* found = member(of, name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string{};
}

std::int64_t number_at(const json::value* of, std::initializer_list<const char*> path) {
  for (const char* name : path) of = of ? member(*of, name) : nullptr;
  return of && of->is_int64() ? of->as_int64() : 0;
}

/// Some recorders took the framing off, and one put several streams together: the first is taken.
std::string framed(const std::string& payloads) {
  std::string made;
  for (std::size_t at = 0; at < payloads.size();) {
    const std::size_t end = std::min(payloads.find('\n', at), payloads.size());
    const std::string payload = payloads.substr(at, end - at);
    if (!payload.empty()) made += "data: " + payload + "\n\n";
    at = payload.find(R"("type":"response.completed")") == std::string::npos ? end + 1 : payloads.size();
  }
  return made;
}

std::optional<exchange> read_exchange(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  if (stem.find("__responses.") == std::string::npos) return {};
  const json::value all = json::parse(tests::whole_file(file));
  const json::value& response = *member(all, "response");
  if (text_at(response, "bytes_encoding") != "identity" || !member(response, "body")) return {};
  exchange made;
  made.name = stem;
  made.provider = text_at(all, "provider");
  made.stream = all.at("stream") == json::value(true);
  made.status = static_cast<int>(response.at("status").as_int64());
  made.reply = text_at(response, "body");
  if (text_at(*member(all, "fidelity"), "response").starts_with("stream-payloads")) made.reply = framed(made.reply);
  if (const json::value* request = member(all, "request"); request && member(*request, "body")) made.request = text_at(*request, "body");
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
  std::string text, reasoning, refusal;
  std::vector<std::string> calls;    ///< ID NAME ARGUMENTS
  std::vector<std::string> states;
  std::optional<finish_reason> finish;
  usage tokens;
  std::string id;
  bool failed = false, done = false;
  std::string raw;
  bool operator==(const summary&) const = default;
};

usage usage_in_json(const json::value& response) {
  const json::value* said = member(response, "usage");
  if (!said || said->as_object().empty()) return {};
  const std::int64_t prompt = number_at(said, {"input_tokens"}), completion = number_at(said, {"output_tokens"});
  const std::int64_t cached = number_at(said, {"input_tokens_details", "cached_tokens"});
  const std::int64_t written = number_at(said, {"input_tokens_details", "cache_write_tokens"});
  const std::int64_t reasoning = number_at(said, {"output_tokens_details", "reasoning_tokens"});
  CHECK(number_at(said, {"total_tokens"}) == prompt + completion);
  return {prompt - cached - written, cached, written, completion - reasoning, reasoning, usage_basis::reported};
}

void add_texts(const json::value& item, std::string_view list, std::string_view separator, std::string& into) {
  const json::value* parts = member(item, list);
  if (!parts) return;
  for (const json::value& part : parts->as_array()) {
    if (!into.empty()) into += separator;
    into += text_at(part, "text");
  }
}

void add_item(const json::value& item, summary& into) {
  const std::string type = text_at(item, "type");
  const std::string_view words = type == "function_call" ? "arguments" : type == "custom_tool_call" ? "input" : "";
  if (!words.empty()) into.calls.push_back(text_at(item, "call_id") + " " + text_at(item, "name") + " " + text_at(item, words));
  if (type == "message") {
    for (const json::value& part : item.at("content").as_array()) {
      if (text_at(part, "type") == "output_text") into.text += text_at(part, "text");
      into.refusal += text_at(part, "refusal");
    }
  }
  if (type != "reasoning") return;
  std::string thought;
  add_texts(item, "summary", "\n\n", thought);
  add_texts(item, "content", "\n\n", thought);
  into.reasoning += thought;
  const json::value* content = member(item, "content");
  const bool is_told = content && !content->as_array().empty();
  if (is_told || member(item, "encrypted_content")) into.states.push_back(text_at(item, "encrypted_content"));
}

summary summary_of_response(const json::value& response) {
  summary made;
  made.id = text_at(response, "id");
  for (const json::value& item : response.at("output").as_array()) add_item(item, made);
  made.tokens = usage_in_json(response);
  const json::value* details = member(response, "incomplete_details");
  made.finish = made.calls.empty() ? finish_reason::stop : finish_reason::tool_calls;
  if (details) made.finish = text_at(*details, "reason") == "max_output_tokens" ? finish_reason::length : finish_reason::content_filter;
  return made;
}

// Naive, for complete text only: lines that begin with "data:".
summary independent_summary(const std::string& reply) {
  summary made;
  for (std::size_t at = 0; at < reply.size();) {
    const std::size_t end = std::min(reply.find('\n', at), reply.size());
    std::string line = reply.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.starts_with("data:")) continue;
    const std::string payload = line.substr(std::min(line.find_first_not_of(' ', 5), line.size()));
    if (payload.empty() || payload == "[DONE]") continue;
    const json::value said = json::parse(payload);
    const std::string type = text_at(said, "type");
    if (type == "error" || type == "response.failed") made.failed = true;
    if (const json::value* response = member(said, "response"); response && made.id.empty()) made.id = text_at(*response, "id");
    // The terminal event has the same thoughts in another cipher.
    summary of_item;
    if (type == "response.output_item.done") add_item(said.at("item"), of_item);
    std::move(of_item.states.begin(), of_item.states.end(), std::back_inserter(made.states));
    if (type != "response.completed" && type != "response.incomplete") continue;
    summary whole = summary_of_response(said.at("response"));
    whole.states = made.states;
    whole.id = made.id;
    whole.done = true;
    made = std::move(whole);
  }
  made.raw = reply;
  return made;
}

// ---- what the dialect reads ----

void take_call(const event& said, summary& into) {
  const auto index = static_cast<std::size_t>(said.tool.index);
  if (into.calls.size() <= index) into.calls.resize(index + 1);
  if (!said.tool.id.empty()) into.calls[index] += std::string(said.tool.id) + " " + std::string(said.tool.name) + " ";
  into.calls[index] += said.text;
}

void take(stream_reader& reader, summary& into, stream_writer* writer, std::string& written) {
  while (const event* next = reader.next()) {
    if (writer) written += writer->write(*next);
    into.raw += next->raw;
    if (next->kind == event_kind::text) into.text += next->text;
    if (next->kind == event_kind::reasoning) into.reasoning += next->text;
    if (next->kind == event_kind::refusal) into.refusal += next->text;
    if (next->kind == event_kind::tool_call) take_call(*next, into);
    if (next->kind == event_kind::state) into.states.emplace_back(next->text);
    if (next->kind == event_kind::finished) into.finish = next->finish;
    if (next->kind == event_kind::reported) into.tokens = next->tokens;
    into.failed = into.failed || next->kind == event_kind::failed;
    into.done = into.done || next->kind == event_kind::done;
  }
}

template <class Length>
summary fed(const exchange& one, Length next_length, stream_writer* writer = nullptr, std::string* written = nullptr) {
  const auto reader = spoken.read_stream(operation::chat_completions, {});
  std::string unread;
  summary made;
  for (std::size_t at = 0; at < one.reply.size();) {
    const std::size_t length = next_length();
    reader->feed(std::string(std::string_view(one.reply).substr(at, length)));
    take(*reader, made, writer, written ? *written : unread);
    at += length;
  }
  reader->end();
  take(*reader, made, writer, written ? *written : unread);
  made.id = reader->identity().id;
  return made;
}

summary summary_of_answer(const answer& said) {
  summary made;
  for (const part& one : said.parts) {
    if (one.kind == part_kind::text) made.text += one.text;
    if (one.kind == part_kind::reasoning) made.reasoning += one.text;
    if (one.kind == part_kind::refusal) made.refusal += one.text;
    if (one.kind == part_kind::tool_call) made.calls.push_back(one.id + " " + one.name + " " + one.text);
    if (one.state) made.states.push_back(one.state->bytes);
  }
  made.finish = said.finish;
  made.tokens = said.tokens;
  made.id = said.of.id;
  return made;
}

void check_same(const summary& read, const summary& wanted) {
  CHECK(read.id == wanted.id);
  CHECK(read.text == wanted.text);
  CHECK(read.reasoning == wanted.reasoning);
  CHECK(read.refusal == wanted.refusal);
  CHECK(read.calls == wanted.calls);
  CHECK(read.states == wanted.states);
  CHECK(read.finish == wanted.finish);
  CHECK(read.tokens == wanted.tokens);
  CHECK(read.failed == wanted.failed);
  CHECK(read.done == wanted.done);
  CHECK(read.raw == wanted.raw);
}

call call_of(const std::string& body) {
  auto made = spoken.read_call(operation::chat_completions, body);
  REQUIRE_MESSAGE(made.has_value(), made.error().sentence);
  return *std::move(made);
}

}  // namespace

TEST_CASE("each recorded response says what an independent reading of it says") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded responses");
  std::map<std::string, int> read_of;
  int failures = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || one.stream) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_answer(one.reply);
    const json::value reply = json::parse(one.reply);
    if (member(reply, "error")) {
      CHECK(read.has_error());
      ++failures;
      continue;
    }
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    check_same(summary_of_answer(*read), summary_of_response(reply));
    const json::value written = json::parse(spoken.write_answer(call_of(R"({"model":"m","input":"a"})"), *read));
    CHECK(summary_of_response(written).text == summary_of_response(reply).text);
    CHECK(summary_of_response(written).calls == summary_of_response(reply).calls);
    CHECK(usage_in_json(written) == usage_in_json(reply));
    ++read_of[one.provider];
  }
  int all = 0;
  for (const auto& [provider, count] : read_of) {
    MESSAGE(count << " x " << provider);
    all += count;
  }
  MESSAGE("responses read: " << all << ", failed: " << failures);
  CHECK(all >= 50);
}

TEST_CASE("each recorded stream of responses says the same however it is cut, and loses no byte") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded streams of responses");
  int all = 0, with_done = 0, with_failure = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.stream) continue;
    CAPTURE(one.name);
    std::string written;
    const auto writer = spoken.write_stream(call_of(R"({"model":"m","input":"a","stream":true})"), {}, {});
    const summary whole = fed(one, [&] { return one.reply.size(); }, writer.get(), &written);
    summary wanted = independent_summary(one.reply);
    // Its recorder left out most of the deltas.
    if (one.name == "openai__responses.phase.stream__01") wanted.text = whole.text;
    check_same(whole, wanted);
    CHECK(fed(one, [] { return std::size_t{1}; }) == whole);
    for (unsigned seed : {1u, 2u, 3u}) {
      std::mt19937 dice(seed);
      CHECK(fed(one, [&] { return std::size_t{1} + dice() % 700; }) == whole);
    }
    const summary again = independent_summary(written);
    CHECK(again.text == wanted.text);
    CHECK(again.calls == wanted.calls);
    CHECK(again.finish == wanted.finish);
    CHECK(again.failed == wanted.failed);
    ++all;
    with_done += whole.done;
    with_failure += whole.failed;
  }
  MESSAGE("streams read: " << all << ", with an end " << with_done << ", with a failure inside " << with_failure);
  CHECK(all >= 35);
}

TEST_CASE("each recorded call for a response is taken, sent on with nothing but the splice changed, and read whole") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded calls for responses");
  int all = 0;
  std::map<std::string, int> refused, dropped;
  for (const exchange& one : recorded()) {
    if (!one.request || !one.request->starts_with("{")) continue;
    CAPTURE(one.name);
    const json::value before = json::parse(*one.request);
    const call asked = call_of(*one.request);
    CHECK(asked.model == before.at("model").as_string());
    CHECK(asked.prompt_tokens_estimate > 0);
    json::object wanted = before.as_object();
    wanted["model"] = "another";
    CHECK(json::value(wanted) == json::parse(spoken.write_request(asked, "another", {}).body));
    const auto read = spoken.read_chat(asked);
    ++all;
    if (read.has_error()) {
      ++refused[read.error().param];
      CHECK(read.error().kind == failure_kind::not_supported);
      continue;
    }
    for (const auto& name : read->foreign) ++dropped[name];
    const auto sent = spoken.write_chat(*read, {.model = "gpt-5", .of_provider = {}, .origin = "prov"});
    REQUIRE_MESSAGE(sent.has_value(), sent.error().sentence);
    const auto again = spoken.read_chat(call_of(sent->body));
    REQUIRE_MESSAGE(again.has_value(), again.error().sentence);
    const auto& tools = read->tools;
    const bool has_own = std::any_of(tools.begin(), tools.end(), [](const tool& each) { return each.kind != tool_kind::hosted; });
    if (has_own) CHECK(again->choice == read->choice);
    CHECK(again->format == read->format);
    CHECK(again->max_tokens == (read->max_tokens ? std::optional(std::max<std::int64_t>(*read->max_tokens, 16)) : std::nullopt));
  }
  for (const auto& [name, count] : refused) MESSAGE(count << " x refused " << name);
  for (const auto& [name, count] : dropped) MESSAGE(count << " x foreign " << name);
  MESSAGE("calls taken: " << all);
  CHECK(all >= 90);
}

TEST_CASE("each recorded refusal of a response is blamed as its status says") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded refusals of responses");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status < 300) continue;
    CAPTURE(one.name);
    const failure why = spoken.read_failure(one.status, one.headers, one.reply, {});
    CAPTURE(why.detail);
    if (one.status == 401) CHECK(why.whose() == fault::credential);
    if (why.said) CHECK(why.said->in == dialect_id::openai_responses);
    CHECK(json::parse(spoken.write_failure(why)).at("error").at("message").is_string());
    MESSAGE(one.name << " " << one.status << " " << std::string(why.name()));
    ++all;
  }
  CHECK(all >= 8);
}
