// The money of every recorded exchange that reports usage: what our adapter and our price arithmetic make of it against each vendor's own
// arithmetic, written down here by hand and straight from the raw JSON. docs/costs.md says the same in words.

#include "adapters/dialect.hpp"
#include "config/price_list.hpp"
#include "proxy/ledger/price.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <vector>

using namespace sallyport;
namespace json = boost::json;
__extension__ typedef __int128 wide;  // NOLINT(modernize-use-using): `using` takes no __extension__ with g++

namespace {

// ---- the recordings ----

struct recording {
  std::string name, provider, model;
  operation asks = operation::chat_completions;
  bool stream = false;
  std::string reply;   ///< as it stood on the wire
  json::value usage;   ///< the last one in it
};

const json::value* member(const json::value& of, std::string_view name) {
  const auto* object = of.if_object();
  const auto* found = object ? object->if_contains(name) : nullptr;
  return found && !found->is_null() ? found : nullptr;
}

std::string text_at(const json::value& of, std::string_view name) {
  const auto* found = member(of, name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::optional<json::value> parsed(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  auto made = json::parse(text, error, {}, options);
  return error ? std::nullopt : std::optional(std::move(made));
}

/// Those that speak another dialect, whatever their address.
bool speaks_another(std::string_view provider) {
  for (const auto other : {"anthropic", "cohere", "gemini", "vertexai", "bedrock"})
    if (provider == other) return true;
  return false;
}

std::optional<operation> operation_of(const json::value& all) {
  const auto* request = member(all, "request");
  const std::string url = request ? text_at(*request, "url") : "", kind = text_at(all, "case");
  const std::string path = url.substr(0, url.find_first_of("?#"));
  if (url.empty()) return kind.starts_with("chat.") ? std::optional(operation::chat_completions) : std::nullopt;  // the recorder kept none
  if (path.ends_with("/chat/completions")) return operation::chat_completions;
  if (path.ends_with("/api/embeddings")) return std::nullopt;  // Ollama's own door
  if (path.ends_with("/embeddings")) return operation::embeddings;
  return path.ends_with("/completions") ? std::optional(operation::completions) : std::nullopt;
}

/// Recorders that took the framing off left one payload a line.
std::string on_the_wire(const std::string& lines) {
  std::string made;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    if (end > at) made += "data: " + lines.substr(at, end - at) + "\n\n";
    at = end + 1;
  }
  return made;
}

void take_usage(const json::value& reply, recording& into) {
  if (const auto model = text_at(reply, "model"); !model.empty()) into.model = model;
  const auto* said = member(reply, "usage");
  const auto* groq = member(reply, "x_groq");
  if (!said && groq) said = member(*groq, "usage");
  if (said && said->is_object() && !said->as_object().empty()) into.usage = *said;
}

void find_usage(recording& into) {
  if (!into.stream) {
    if (const auto reply = parsed(into.reply)) take_usage(*reply, into);
    return;
  }
  for (std::size_t at = 0; at < into.reply.size();) {
    const auto end = std::min(into.reply.find_first_of("\r\n", at), into.reply.size());
    std::string_view line = std::string_view(into.reply).substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("data:")) continue;
    if (const auto chunk = parsed(line.substr(5))) take_usage(*chunk, into);
  }
}

std::optional<recording> read_recording(const std::filesystem::path& file) {
  const auto all = parsed(tests::whole_file(file));
  const auto asks = all ? operation_of(*all) : std::nullopt;
  if (!asks || speaks_another(text_at(*all, "provider"))) return {};
  const auto* response = member(*all, "response");
  const auto* body = response ? member(*response, "body") : nullptr;
  if (!body || !body->is_string() || text_at(*response, "bytes_encoding") != "identity") return {};
  const auto* status = member(*response, "status");
  if (!status || !status->is_int64() || status->as_int64() != 200) return {};
  recording made;
  made.name = file.stem().string();
  made.provider = text_at(*all, "provider");
  made.asks = *asks;
  made.stream = member(*all, "stream") && all->at("stream") == json::value(true);
  made.reply = std::string(body->as_string());
  if (text_at(all->at("fidelity"), "response").starts_with("stream-payloads")) made.reply = on_the_wire(made.reply);
  find_usage(made);
  return made.usage.is_object() ? std::optional(std::move(made)) : std::nullopt;
}

const std::vector<recording>& recorded() {
  static const std::vector<recording> all = [] {
    std::vector<recording> made;
    if (tests::fixtures())
      for (const auto& file : std::filesystem::directory_iterator(*tests::fixtures()))
        if (file.path().extension() == ".json")
          if (auto one = read_recording(file.path())) made.push_back(*std::move(one));
    return made;
  }();
  return all;
}

// ---- what the vendors charge, by hand ----

struct line {
  std::int64_t tokens;
  nano_usd token_prices::*rate;
};

/// The lines of a vendor's bill, and how long the vendor says that the prompt was.
struct bill {
  std::int64_t prompt = 0;
  std::vector<line> lines;
};

std::int64_t at(const json::value& usage, std::initializer_list<std::string_view> path) {
  const json::value* found = &usage;
  for (const auto name : path) {
    found = member(*found, name);
    if (!found) return 0;
  }
  return found->is_int64() ? found->as_int64() : 0;
}

constexpr auto input = &token_prices::input, cached = &token_prices::cached_input, cache_write = &token_prices::cache_write,
               output = &token_prices::output, reasoning = &token_prices::reasoning;

/// OpenAI and those that took over its arithmetic: what the cache served is a part of the prompt, reasoning a part of the completion.
bill openai_bill(const json::value& u) {
  const auto prompt = at(u, {"prompt_tokens"}), completion = at(u, {"completion_tokens"});
  const auto hit = at(u, {"prompt_tokens_details", "cached_tokens"}), thought = at(u, {"completion_tokens_details", "reasoning_tokens"});
  return {prompt, {{prompt - hit, input}, {hit, cached}, {completion - thought, output}, {thought, reasoning}}};
}

/// DeepSeek splits the prompt itself.
bill deepseek_bill(const json::value& u) {
  if (!member(u, "prompt_cache_hit_tokens")) return openai_bill(u);
  const auto hit = at(u, {"prompt_cache_hit_tokens"}), miss = at(u, {"prompt_cache_miss_tokens"});
  const auto completion = at(u, {"completion_tokens"}), thought = at(u, {"completion_tokens_details", "reasoning_tokens"});
  return {hit + miss, {{miss, input}, {hit, cached}, {completion - thought, output}, {thought, reasoning}}};
}

/// xAI counts reasoning beside the completion. At Azure its cached tokens may be more than the prompt: then they stand beside it.
bill xai_bill(const json::value& u) {
  const auto prompt = at(u, {"prompt_tokens"}), hit = at(u, {"prompt_tokens_details", "cached_tokens"});
  const auto thought = at(u, {"completion_tokens_details", "reasoning_tokens"});
  const bool beside = hit > prompt;
  return {beside ? prompt + hit : prompt,
          {{beside ? prompt : prompt - hit, input}, {hit, cached}, {at(u, {"completion_tokens"}), output}, {thought, reasoning}}};
}

/// Azure sells OpenAI's models and Grok, which alone counts its sources.
bill azure_bill(const json::value& u) { return member(u, "num_sources_used") ? xai_bill(u) : openai_bill(u); }

/// OpenRouter also says what was written to a cache; its reasoning is counted by another tokenizer, and may be more than the completion,
/// which is what is paid.
bill openrouter_bill(const json::value& u) {
  const auto prompt = at(u, {"prompt_tokens"}), completion = at(u, {"completion_tokens"});
  const auto hit = at(u, {"prompt_tokens_details", "cached_tokens"}), written = at(u, {"prompt_tokens_details", "cache_write_tokens"});
  const auto thought = std::min(completion, at(u, {"completion_tokens_details", "reasoning_tokens"}));
  return {prompt,
          {{prompt - hit - written, input}, {hit, cached}, {written, cache_write}, {completion - thought, output}, {thought, reasoning}}};
}

/// Hugging Face's router and Together write what the cache served flat.
bill flat_cache_bill(const json::value& u) {
  const auto prompt = at(u, {"prompt_tokens"}), hit = at(u, {"cached_tokens"});
  return {prompt, {{prompt - hit, input}, {hit, cached}, {at(u, {"completion_tokens"}), output}}};
}

/// Perplexity's search models know no cache; what they read is paid by the request, which is no token.
bill perplexity_bill(const json::value& u) {
  return {at(u, {"prompt_tokens"}), {{at(u, {"prompt_tokens"}), input}, {at(u, {"completion_tokens"}), output}}};
}

/// Voyage embeds, and reports the total alone.
bill voyage_bill(const json::value& u) { return {at(u, {"total_tokens"}), {{at(u, {"total_tokens"}), input}}}; }

/// Google's door for OpenAI's dialect shows thoughts in the total alone, and charges them as output.
bill google_bill(const json::value& u) {
  const auto prompt = at(u, {"prompt_tokens"}), completion = at(u, {"completion_tokens"});
  return {prompt, {{prompt, input}, {completion, output}, {at(u, {"total_tokens"}) - prompt - completion, reasoning}}};
}

const std::map<std::string, bill (*)(const json::value&)> vendors{
    {"openai", openai_bill},
    {"azure-openai", openai_bill},
    {"azure-ai-foundry", azure_bill},
    {"mistral", openai_bill},
    {"groq", openai_bill},
    {"cerebras", openai_bill},
    {"deepseek", deepseek_bill},
    {"xai", xai_bill},
    {"openrouter", openrouter_bill},
    {"together", flat_cache_bill},
    {"hf-router", flat_cache_bill},
    {"perplexity", perplexity_bill},
    {"voyage", voyage_bill},
    {"zai", openai_bill},
    {"alibaba", openai_bill},
    {"gemini-openai-compat", google_bill},
    {"bedrock-mantle", openai_bill},
    {"bedrock-runtime-openai", openai_bill},
    {"litellm-proxy", openai_bill},
    {"vllm", openai_bill},
    {"llama-box", openai_bill},
    {"lmstudio", openai_bill},
    {"ollama", openai_bill},
    {"ollama-cloud", openai_bill},
};

// ---- a price that nobody has, so that no count can stand in for another ----

constexpr token_prices of_short_prompts{3'000'000'007, 311'111'113, 3'700'000'019, 15'000'000'023, 19'000'000'031};
constexpr token_prices of_long_prompts{6'100'000'003, 700'000'001, 7'300'000'021, 22'500'000'037, 27'100'000'041};
constexpr std::int64_t long_prompt = 500;
const wall_time when = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);

config::price_card made_up() {
  config::price_card card(of_short_prompts, config::price_basis::contract, "contract");
  card.periods[0].tiers.push_back({.above = long_prompt, .per_million = of_long_prompts});
  return card;
}

/// Half a nano-dollar or more is one.
nano_usd by_hand(const bill& vendors_own) {
  const auto& rates = vendors_own.prompt > long_prompt ? of_long_prompts : of_short_prompts;
  wide millionths = 0;
  for (const auto& [tokens, rate] : vendors_own.lines) millionths += static_cast<wide>(tokens) * (rates.*rate);
  return static_cast<nano_usd>((2 * millionths + 1'000'000) / 2'000'000);
}

// ---- our way ----

usage as_read(const recording& one) {
  const auto& spoken = dialect_of(dialect_id::openai_chat);
  if (!one.stream) {
    const auto read = spoken.read_reply(one.asks, one.reply);
    return read.has_value() ? read->tokens : usage{};
  }
  const auto reader = spoken.read_stream(one.asks, {});
  usage last;
  const auto drain = [&] {
    while (const auto* seen = reader->next())
      if (seen->kind == event_kind::reported) last = seen->tokens;
  };
  reader->feed(one.reply);
  drain();
  reader->end();
  drain();
  return last;
}

}  // namespace

TEST_CASE("every recorded usage costs what its vendor's own arithmetic makes of it, to the nano-dollar") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: recorded costs");
  const auto card = made_up();
  std::map<std::string, int> counts;
  int with_tier = 0, with_cache = 0, with_reasoning = 0;
  for (const auto& one : recorded()) {
    CAPTURE(one.name);
    const auto vendor = vendors.find(one.provider);
    REQUIRE_MESSAGE(vendor != vendors.end(), "no arithmetic is written down for " << one.provider);
    const auto vendors_own = vendor->second(one.usage);
    const auto tokens = as_read(one);
    CHECK(tokens.basis == usage_basis::reported);
    CHECK(ledger::cost_of(tokens, card, when) == by_hand(vendors_own));
    ++counts[one.provider];
    with_tier += vendors_own.prompt > long_prompt;
    with_cache += tokens.cached > 0;
    with_reasoning += tokens.reasoning > 0;
  }
  int all = 0;
  for (const auto& [provider, count] : counts) all += count;
  MESSAGE(all << " usages of " << counts.size() << " vendors; long prompts " << with_tier << ", cached " << with_cache << ", reasoning "
              << with_reasoning);
  CHECK(all >= 260);
  CHECK(counts.size() >= 22);
  CHECK(with_tier >= 20);
  CHECK(with_cache >= 20);
  CHECK(with_reasoning >= 20);
}

TEST_CASE("where a vendor states its bill with the usage, our list's price comes to it") {
  if (!tests::fixtures()) return tests::say_skipped("no fixtures: stated bills");
  int all = 0;
  for (const auto& one : recorded()) {
    const bool is_xai = one.provider == "xai", is_openrouter = one.provider == "openrouter";
    if (!is_xai && !is_openrouter) continue;
    if (member(one.usage, "server_tool_use_details")) continue;  // a fee for searches stands in the same sum
    const auto price = config::price_from_list(one.provider, one.model);
    // xAI: ticks of a ten-billionth of a dollar. OpenRouter: dollars.
    const auto* stated = member(one.usage, is_xai ? "cost_in_usd_ticks" : "cost");
    if (!price || !stated) continue;
    CAPTURE(one.name);
    const double nano = is_xai ? stated->to_number<double>() / 10 : stated->to_number<double>() * 1e9;
    CHECK(static_cast<double>(*ledger::cost_of(as_read(one), *price, when)) == doctest::Approx(nano).epsilon(1e-9));
    ++all;
  }
  MESSAGE(all << " stated bills");
  CHECK(all >= 8);
}
