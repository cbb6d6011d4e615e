/// Recorded exchanges of real providers, replayed by an upstream stub through the whole gateway: the client receives the recorded body byte
/// for byte, and the journal holds the recorded usage.

#include "proxy/gateway.hpp"

#include "adapters/words/header_list.hpp"
#include "proxy/ledger/journal.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/canned_upstream.hpp"
#include "tests/support/corpora.hpp"
#include "tests/support/running_gateway.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <map>

using namespace sallyport;
using namespace sallyport::tests;
namespace json = boost::json;

namespace {

struct recording {
  std::string name;
  std::string provider;
  std::string path;   ///< under /v1
  bool stream = false;
  canned_reply reply;
};

std::string text_at(const json::object& in, std::string_view key) {
  const auto* found = in.if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::int64_t number_at(const json::object& in, std::string_view key) {
  const auto* found = in.if_contains(key);
  return found && found->is_number() ? found->to_number<std::int64_t>() : 0;
}

std::int64_t detail_at(const json::object& in, std::string_view group, std::string_view key) {
  const auto* found = in.if_contains(group);
  return found && found->is_object() ? number_at(found->as_object(), key) : 0;
}

/// The OpenAI operation of a recorded address, or nothing.
std::string operation_path(const std::string& url) {
  const std::string bare = url.substr(0, url.find('?'));
  if (bare.find("/api/") != std::string::npos && bare.find("/v1/") == std::string::npos) return "";  // an engine's native door
  for (const char* path : {"/chat/completions", "/embeddings"})
    if (bare.ends_with(path)) return path;
  return bare.ends_with("/completions") ? "/completions" : "";
}

std::string content_type_of(const json::object& headers) {
  for (const auto& [name, value] : headers)
    if (same_name(name, "content-type") && value.is_string()) return std::string(value.as_string());
  return {};
}

std::optional<recording> read_recording(const std::filesystem::path& file) {
  json::error_code error;
  const auto parsed = json::parse(whole_file(file), error);
  if (error || !parsed.is_object()) return std::nullopt;
  const auto& all = parsed.as_object();
  const auto* response = all.if_contains("response");
  const auto* request = all.if_contains("request");
  if (!response || !response->is_object() || !request || !request->is_object()) return std::nullopt;
  const auto& reply = response->as_object();
  if (text_at(all.at("fidelity").as_object(), "response") != "as-recorded" || !reply.if_contains("body") || !reply.at("body").is_string()) return std::nullopt;
  recording made;
  made.name = file.stem().string();
  made.provider = text_at(all, "provider");
  made.path = operation_path(text_at(request->as_object(), "url"));
  if (made.path.empty()) return std::nullopt;
  made.reply.status = static_cast<int>(reply.at("status").as_int64());
  made.reply.content_type = content_type_of(reply.at("headers").as_object());
  made.reply.body = text_at(reply, "body");
  made.stream = made.reply.content_type.find("event-stream") != std::string::npos;
  return made;
}

std::vector<recording> recordings() {
  std::vector<recording> all;
  for (const auto& entry : std::filesystem::directory_iterator(*fixtures()))
    if (entry.path().extension() == ".json")
      if (auto one = read_recording(entry.path())) all.push_back(std::move(*one));
  return all;
}

std::string request_body(const recording& of) {
  const std::string model = R"({"model":"replay/)" + of.name + R"(")";
  if (of.path == "/embeddings") return model + R"(,"input":"x"})";
  const std::string stream = of.stream ? R"(,"stream":true,"stream_options":{"include_usage":true}})" : "}";
  return model + (of.path == "/completions" ? R"(,"prompt":"x")" : R"(,"messages":[{"role":"user","content":"x"}])") + stream;
}

std::string yaml_for(std::uint16_t port) {
  return "providers:\n  replay: {kind: openai_compatible, class: in_house, base_url: \"http://127.0.0.1:" + std::to_string(port) + "/v1\"}\n";
}

}  // namespace

TEST_CASE("recorded answers reach the client byte for byte, recorded errors arrive as errors") {
  if (!fixtures()) return say_skipped("the recorded provider traffic is absent (SALLYPORT_FIXTURES)");
  const auto all = recordings();
  REQUIRE(all.size() > 100);
  std::map<std::string, canned_reply> replies;
  for (const auto& one : all) replies.emplace(one.name, one.reply);
  canned_upstream upstream(replies);
  running_gateway gate(yaml_for(upstream.port()));

  struct counts {
    int same = 0, completed = 0, errors = 0, other = 0;
  };
  std::map<std::string, counts> table;
  for (const auto& one : all) {
    CAPTURE(one.name);
    const auto seen = ask(gate.port(), post("/v1" + one.path, "none", request_body(one)));
    auto& row = table[one.provider];
    CHECK(seen.whole);
    if (one.reply.status >= 300) {
      CHECK(seen.status >= 400);
      CHECK(json::parse(seen.body).as_object().contains("error"));
      ++row.errors;
    } else if (seen.status == 200 && seen.body == one.reply.body) {
      ++row.same;
    } else if (one.stream && seen.status == 200 && seen.body == one.reply.body + "data: [DONE]\n\n") {
      ++row.completed;  // the provider sends no terminal marker; ours follows
    } else {
      // Only a recording that carries an error itself may come out otherwise.
      CHECK_MESSAGE(one.reply.body.find("error") != std::string::npos, seen.status << " " << seen.body.substr(0, 300));
      CHECK(seen.body.find("\"error\"") != std::string::npos);
      ++row.other;
    }
  }
  counts sum;
  for (const auto& [provider, row] : table) {
    std::printf("  %-24s %3d byte for byte, %2d with our marker added, %3d errors, %2d errors inside a 200\n", provider.c_str(), row.same, row.completed, row.errors, row.other);
    sum.same += row.same;
    sum.completed += row.completed;
    sum.errors += row.errors;
    sum.other += row.other;
  }
  std::printf("  %zu recordings: %d byte for byte, %d with our marker added, %d errors, %d errors inside a 200\n", all.size(), sum.same, sum.completed, sum.errors, sum.other);
}

TEST_CASE("the journal holds the usage that was recorded") {
  if (!fixtures()) return say_skipped("the recorded provider traffic is absent (SALLYPORT_FIXTURES)");
  std::map<std::string, canned_reply> replies;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected;
  std::vector<recording> kept;
  for (auto& one : recordings()) {
    if (one.stream || one.reply.status != 200) continue;
    json::error_code error;
    const auto body = json::parse(one.reply.body, error);
    const auto* usage = error || !body.is_object() ? nullptr : body.as_object().if_contains("usage");
    if (!usage || !usage->is_object() || !usage->as_object().contains("prompt_tokens") || !usage->as_object().contains("completion_tokens")) continue;
    const auto& tokens = usage->as_object();
    auto prompt = tokens.at("prompt_tokens").to_number<std::int64_t>();
    auto completion = tokens.at("completion_tokens").to_number<std::int64_t>();
    // Two vendors' arithmetic: cached tokens beside the prompt (Grok on Azure), reasoning beside the completion (xAI).
    const auto cached = detail_at(tokens, "prompt_tokens_details", "cached_tokens");
    const auto reasoning = detail_at(tokens, "completion_tokens_details", "reasoning_tokens");
    const auto total = number_at(tokens, "total_tokens");
    if (cached > prompt) prompt += cached;
    if (reasoning > 0 && total == prompt + completion + reasoning) completion += reasoning;
    expected["replay/" + one.name] = {prompt, completion};
    replies.emplace(one.name, one.reply);
    kept.push_back(one);
  }
  canned_upstream upstream(replies);
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> journalled;
  {
    running_gateway gate(yaml_for(upstream.port()));
    for (const auto& one : kept) ask(gate.port(), post("/v1" + one.path, "none", request_body(one)));
    for (int worker = 0; worker < 2; ++worker) {
      const auto read = ledger::read_journal(gate.journal(worker));
      REQUIRE(read.has_value());
      CHECK(read->damaged == 0);
      for (const auto& row : read->rows)
        if (row.outcome == attempt_outcome::answered) journalled[row.model] = {row.tokens.prompt_total(), row.tokens.completion_total()};
    }
  }
  CHECK(expected.size() > 50);
  for (const auto& [model, tokens] : expected) {
    CAPTURE(model);
    if (!journalled.count(model)) continue;  // an error inside a 200
    CHECK(journalled[model].first == tokens.first);
    CHECK(journalled[model].second == tokens.second);
  }
  MESSAGE(journalled.size() << " of " << expected.size() << " recordings journalled");
  CHECK(journalled.size() > expected.size() * 9 / 10);
}
