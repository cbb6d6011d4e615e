// The dialect against real traffic: every recorded exchange with a provider that speaks openai_chat. What the dialect reads is compared
// with an independent reading of the same bytes by Boost.JSON.

#include "adapters/dialect.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <vector>

using namespace sallyport;

namespace {

namespace json = boost::json;

const dialect& spoken = dialect_of(dialect_id::openai_chat);

struct exchange {
  std::string name, provider;
  operation asks = operation::chat_completions;
  bool stream = false;
  std::optional<std::string> request;  ///< as recorded
  int status = 0;
  header_list headers;
  std::string reply;
};

// ---- finding them ----

const json::value* member(const json::value& of, const char* name) {
  const json::object* object = of.if_object();
  const json::value* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::string text_at(const json::value& of, const char* name) {
  const json::value* found = member(of, name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string{};
}

std::optional<operation> asked_by(const std::string& url) {
  const std::string path = url.substr(0, url.find('?'));
  if (path.ends_with("/chat/completions")) return operation::chat_completions;
  if (path.ends_with("/completions")) return operation::completions;
  if (path.ends_with("/api/embeddings")) return std::nullopt;  // Ollama's own
  if (path.ends_with("/embeddings")) return operation::embeddings;
  return std::nullopt;
}

json::value parsed(const std::string& text) {
  json::parse_options options;
  options.max_depth = 64;
  return json::parse(text, {}, options);
}

std::optional<exchange> read_exchange(const std::filesystem::path& file) {
  const json::value all = parsed(tests::whole_file(file));
  const json::value* request = member(all, "request");
  const json::value& response = *member(all, "response");
  const auto asks = request ? asked_by(text_at(*request, "url")) : std::nullopt;
  exchange made;
  made.name = file.stem().string();
  made.provider = text_at(all, "provider");
  if (!asks) return {};
  for (const char* other_dialect : {"anthropic", "cohere", "gemini", "vertexai"})
    if (made.provider == other_dialect) return {};
  if (text_at(*member(all, "fidelity"), "response") != "as-recorded" || text_at(response, "bytes_encoding") != "identity") return {};
  if (!member(response, "body")) return {};
  made.asks = *asks;
  made.stream = member(all, "stream") && all.at("stream") == json::value(true);
  made.status = static_cast<int>(response.at("status").as_int64());
  made.reply = text_at(response, "body");
  for (const auto& field : response.at("headers").as_object())
    if (field.value().is_string()) made.headers.add_if_fit(field.key(), std::string(field.value().as_string()));
  if (member(*request, "body")) made.request = text_at(*request, "body");
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

std::int64_t number_at(const json::value* of, std::initializer_list<const char*> path) {
  for (const char* name : path) of = of ? member(*of, name) : nullptr;
  return of && of->is_int64() ? of->as_int64() : 0;
}

// As the wire pages of the providers say it, written down apart from the dialect.
usage usage_in_json(const json::value& reply) {
  const json::value* said = member(reply, "usage");
  if (!said && member(reply, "x_groq")) said = member(*member(reply, "x_groq"), "usage");
  if (!said || !said->is_object() || said->as_object().empty()) return {};
  const std::int64_t total = number_at(said, {"total_tokens"}), completion = number_at(said, {"completion_tokens"});
  const std::int64_t prompt = member(*said, "prompt_tokens") ? number_at(said, {"prompt_tokens"}) : total - completion;
  std::int64_t cached = number_at(said, {"prompt_tokens_details", "cached_tokens"});
  if (cached == 0) cached = number_at(said, {"prompt_cache_hit_tokens"});
  if (cached == 0) cached = number_at(said, {"cached_tokens"});
  std::int64_t reasoning = number_at(said, {"completion_tokens_details", "reasoning_tokens"});
  if (reasoning == 0) reasoning = number_at(said, {"reasoning_tokens"});
  const std::int64_t written = number_at(said, {"prompt_tokens_details", "cache_write_tokens"});
  const bool apart = reasoning > 0 && prompt + completion + reasoning == total;
  const std::int64_t inside = apart ? reasoning : std::min(reasoning, completion);
  const std::int64_t cached_inside = cached > prompt ? 0 : cached;  // Grok at Azure counts them apart
  return {prompt - cached_inside - written, cached, written, apart ? completion : completion - inside, inside, usage_basis::reported};
}

std::optional<finish_reason> finish_in_json(const json::value& reply) {
  const json::value* choices = member(reply, "choices");
  if (!choices || !choices->is_array()) return {};
  for (const auto& choice : choices->as_array()) {
    const std::string word = text_at(choice, "finish_reason");
    if (word == "stop" || word == "eos") return finish_reason::stop;
    if (word == "length") return finish_reason::length;
    if (word == "tool_calls" || word == "function_call") return finish_reason::tool_calls;
    if (word == "content_filter") return finish_reason::content_filter;
    if (!word.empty()) return finish_reason::other;
  }
  return {};
}

struct stream_summary {
  usage tokens;
  std::vector<std::optional<finish_reason>> finish;  ///< by choice
  bool failed = false, done = false;
  std::string text;
  std::string raw;
  bool operator==(const stream_summary&) const = default;
};

void put_finish(stream_summary& into, std::size_t choice, finish_reason said) {
  if (into.finish.size() <= choice) into.finish.resize(choice + 1);
  into.finish[choice] = said;
}

void add_chunk(stream_summary& into, const json::value& chunk) {
  if (member(chunk, "error")) into.failed = true;
  if (const usage said = usage_in_json(chunk); said.basis != usage_basis::none) into.tokens = said;
  const json::value* choices = member(chunk, "choices");
  if (!choices || !choices->is_array()) return;
  for (const auto& choice : choices->as_array()) {
    const auto index = static_cast<std::size_t>(number_at(&choice, {"index"}));
    if (const auto said = finish_in_json(json::object{{"choices", json::array{choice}}})) put_finish(into, index, *said);
    into.text += text_at(choice, "text");
    const json::value* delta = member(choice, "delta");
    if (!delta) continue;
    into.text += text_at(*delta, "content");
    if (const json::value* parts = member(*delta, "content"); parts && parts->is_array())
      for (const auto& part : parts->as_array()) into.text += text_at(part, "text");
  }
}

// Naive, for complete text only: lines that begin with "data:".
stream_summary independent_summary(const std::string& reply) {
  stream_summary made;
  made.raw = reply;
  std::size_t from = 0;
  while (from < reply.size()) {
    const std::size_t end = std::min(reply.find('\n', from), reply.size());
    std::string line = reply.substr(from, end - from);
    from = end + 1;
    while (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("error:")) made.failed = true;
    if (!line.starts_with("data:")) continue;
    const std::string payload = line.substr(std::min(line.find_first_not_of(" ", 5), line.size()));
    if (payload == "[DONE]") {
      made.done = true;
    } else if (!payload.empty()) {
      add_chunk(made, parsed(payload));
    }
  }
  return made;
}

void take(stream_reader& reader, stream_summary& into) {
  while (const event* next = reader.next()) {
    into.raw += next->raw;
    if (next->kind == event_kind::text) into.text += next->text;
    if (next->kind == event_kind::reported) into.tokens = next->tokens;
    if (next->kind == event_kind::finished) put_finish(into, static_cast<std::size_t>(next->choice), next->finish);
    into.failed = into.failed || next->kind == event_kind::failed;
    into.done = into.done || next->kind == event_kind::done;
  }
}

template <class Length>
stream_summary fed(const exchange& one, Length next_length) {
  const auto reader = spoken.read_stream(one.asks, {});
  stream_summary made;
  for (std::size_t at = 0; at < one.reply.size();) {
    const std::size_t length = next_length();
    reader->feed(std::string(std::string_view(one.reply).substr(at, length)));
    take(*reader, made);
    at += length;
  }
  reader->end();
  take(*reader, made);
  return made;
}

bool is_request(const exchange& one) { return one.request && one.request->starts_with("{"); }

}  // namespace

TEST_CASE("each recorded answer says what an independent reading of it says") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded answers");
  std::map<std::string, int> read_of;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || one.stream) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_reply(one.asks, one.reply);
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    const json::value reply = parsed(one.reply);
    CHECK(read->tokens == usage_in_json(reply));
    if (one.asks != operation::embeddings) CHECK(read->finish == finish_in_json(reply));
    ++read_of[one.provider];
  }
  int all = 0;
  for (const auto& [provider, count] : read_of) {
    MESSAGE(count << " x " << provider);
    all += count;
  }
  MESSAGE("answers read: " << all << " of " << read_of.size() << " providers");
  CHECK(all >= 130);
}

TEST_CASE("each recorded stream says the same however it is cut, and loses no byte") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded streams");
  int all = 0, with_done = 0, with_failure = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.stream) continue;
    CAPTURE(one.name);
    const stream_summary whole = fed(one, [&] { return one.reply.size(); });
    const stream_summary wanted = independent_summary(one.reply);
    CHECK(whole.raw == wanted.raw);
    CHECK(whole.tokens == wanted.tokens);
    CHECK(whole.finish == wanted.finish);
    CHECK(whole.failed == wanted.failed);
    CHECK(whole.done == wanted.done);
    if (!whole.failed) CHECK(whole.text == wanted.text);
    CHECK(fed(one, [] { return std::size_t{1}; }) == whole);
    for (unsigned seed : {1u, 2u, 3u}) {
      std::mt19937 dice(seed);
      CHECK(fed(one, [&] { return std::size_t{1} + dice() % 700; }) == whole);
    }
    ++all;
    with_done += whole.done;
    with_failure += whole.failed;
  }
  MESSAGE("streams read: " << all << ", with [DONE] " << with_done << ", with a failure inside " << with_failure);
  CHECK(all >= 60);
}

TEST_CASE("each recorded refusal is blamed as its status says") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded refusals");
  int all = 0;
  std::map<std::string, int> counts;
  for (const exchange& one : recorded()) {
    if (one.status < 300) continue;
    CAPTURE(one.name);
    const failure why = spoken.read_failure(one.status, one.headers, one.reply, {});
    CAPTURE(why.detail);
    ++counts[one.provider + " " + std::to_string(one.status) + " " + std::string(why.name())];
    const auto whose = why.whose();
    if (one.status == 401 || one.status == 402 || one.status == 403) CHECK(whose == fault::credential);
    if (one.status == 404) CHECK(whose == fault::configuration);
    if (one.status == 429) CHECK((whose == fault::deployment || whose == fault::credential));
    if (one.status == 400 || one.status == 413 || one.status == 422) CHECK(whose == fault::client);
    if (one.status >= 500) CHECK(whose == fault::deployment);
    CHECK(why.said.operator bool() == (whose == fault::client));
    CHECK(parsed(spoken.write_failure(why)).at("error").at("message").is_string());
    ++all;
  }
  for (const auto& [what, count] : counts) MESSAGE(count << " x " << what);
  CHECK(all >= 20);
}

TEST_CASE("each recorded call is taken, and sent on with nothing but the splice changed") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded calls");
  int all = 0, without_model = 0;
  for (const exchange& one : recorded()) {
    if (!is_request(one)) continue;
    CAPTURE(one.name);
    json::value before = parsed(*one.request);
    const auto read = spoken.read_call(one.asks, *one.request);
    if (!member(before, "model")) {
      CHECK(read.error().param == "model");
      ++without_model;
      continue;
    }
    REQUIRE_MESSAGE(read.has_value(), read.error().sentence);
    CHECK(read->model == before.at("model").as_string());
    const provider_request sent = spoken.write_request(*read, "another", {});
    json::object wanted = before.as_object();
    wanted["model"] = "another";
    if (read->stream) {
      if (!wanted.contains("stream_options")) wanted["stream_options"] = json::object{};
      wanted["stream_options"].as_object()["include_usage"] = true;
    }
    CHECK(json::value(wanted) == parsed(sent.body));
    ++all;
  }
  MESSAGE("calls taken: " << all << ", without a model (Azure names it in the path): " << without_model);
  CHECK(all >= 200);
}

// ---- translating ----

namespace {

/// What is left of a stream behind our own writer.
stream_summary written_anew(const exchange& one, const stream_summary& of) {
  const auto reader = spoken.read_stream(one.asks, {});
  call asked;
  asked.asks = one.asks;
  asked.asked_for_usage = true;
  std::unique_ptr<stream_writer> writer;
  std::string bytes;
  reader->feed(one.reply);
  const auto take_all = [&] {
    while (const event* next = reader->next()) {
      if (!writer) writer = spoken.write_stream(asked, reader->identity(), {});
      if (next->choice == 0) bytes += writer->write(*next);
    }
  };
  take_all();
  reader->end();
  take_all();
  if (!of.done) bytes += writer->write({.kind = event_kind::done});
  exchange anew = one;
  anew.reply = std::move(bytes);
  return fed(anew, [&] { return anew.reply.size(); });
}

}  // namespace

TEST_CASE("each recorded stream of one answer says the same when it is written anew") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded streams");
  int all = 0;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || !one.stream || one.asks != operation::chat_completions) continue;
    CAPTURE(one.name);
    const stream_summary before = fed(one, [&] { return one.reply.size(); });
    if (before.failed || before.finish.size() != 1) continue;
    const stream_summary after = written_anew(one, before);
    CHECK(after.text == before.text);
    if (before.finish[0] != finish_reason::other) CHECK(after.finish == before.finish);
    CHECK(after.tokens.prompt_total() == before.tokens.prompt_total());
    CHECK(after.tokens.completion_total() == before.tokens.completion_total());
    CHECK(after.tokens.reasoning == before.tokens.reasoning);
    CHECK(after.done);
    CHECK_FALSE(after.failed);
    ++all;
  }
  MESSAGE("streams written anew: " << all);
  CHECK(all >= 60);
}

TEST_CASE("each recorded answer is read whole, and says the same when it is written anew") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded answers");
  int all = 0;
  std::map<part_kind, int> kinds;
  for (const exchange& one : recorded()) {
    if (one.status != 200 || one.stream || one.asks != operation::chat_completions) continue;
    CAPTURE(one.name);
    const auto read = spoken.read_answer(one.reply);
    REQUIRE(read.has_value());
    const auto again = spoken.read_answer(spoken.write_answer({}, *read));
    REQUIRE(again.has_value());
    const auto text_in = [](const answer& of, part_kind kind) {
      std::string made;
      for (const part& each : of.parts)
        if (each.kind == kind) made += each.text + each.name + each.id;
      return made;
    };
    for (const part_kind kind : {part_kind::text, part_kind::reasoning, part_kind::refusal, part_kind::tool_call})
      CHECK(text_in(*again, kind) == text_in(*read, kind));
    CHECK(again->tokens == read->tokens);
    for (const part& each : read->parts) ++kinds[each.kind];
    ++all;
  }
  MESSAGE("answers read whole: " << all << ", tool calls " << kinds[part_kind::tool_call] << ", thoughts " << kinds[part_kind::reasoning]);
  CHECK(all >= 90);
}

TEST_CASE("each recorded chat is read whole, or refused by the name of a field") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded calls");
  int read_whole = 0;
  std::map<std::string, int> refused, foreign;
  for (const exchange& one : recorded()) {
    if (!is_request(one) || one.asks != operation::chat_completions) continue;
    CAPTURE(one.name);
    const auto asked = spoken.read_call(one.asks, *one.request);
    if (!asked) continue;
    const auto read = spoken.read_chat(*asked);
    if (!read) {
      CHECK(read.error().whose() == fault::client);
      CHECK_FALSE(read.error().param.empty());
      ++refused[read.error().param];
      continue;
    }
    for (const std::string& name : read->foreign) ++foreign[name];
    const auto written = spoken.write_chat(*read, {.model = "m", .of_provider = {}, .origin = "o"});
    if (written) {
      const auto once_more = spoken.read_call(one.asks, written->body);
      REQUIRE(once_more.has_value());
      CHECK(spoken.read_chat(*once_more).has_value());
    }
    ++read_whole;
  }
  for (const auto& [name, count] : refused) MESSAGE("refused: " << count << " x " << name);
  for (const auto& [name, count] : foreign) MESSAGE("foreign: " << count << " x " << name);
  MESSAGE("chats read whole: " << read_whole);
  CHECK(read_whole >= 150);
}
