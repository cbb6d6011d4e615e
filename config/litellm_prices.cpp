// LiteLLM's list: an object of models, each with dollars per token and a provider; names mostly begin with that provider.
// Keys: NAME[_above_Nk_tokens][_batches], beside variants for other service tiers (flex, priority ...), which are not ours.

#include "config/price_gatherer.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace sallyport::config {
namespace {

namespace json = boost::json;

struct known_provider {
  std::string_view theirs;
  std::string_view prefix;  ///< before the model's name
  std::string_view kind;
  bool bare = false;        ///< names come without the prefix too
};

constexpr std::array<known_provider, 19> providers{{
    {"openai", "openai/", "openai", true},
    {"text-completion-openai", "text-completion-openai/", "openai", true},
    {"azure", "azure/", "azure_openai"},
    {"anthropic", "anthropic/", "anthropic", true},
    {"gemini", "gemini/", "gemini"},
    {"cohere", "cohere/", "cohere", true},
    {"cohere_chat", "cohere_chat/", "cohere", true},
    {"mistral", "mistral/", "mistral"},
    {"groq", "groq/", "groq"},
    {"together_ai", "together_ai/", "together"},
    {"fireworks_ai", "fireworks_ai/", "fireworks"},
    {"fireworks_ai-embedding-models", "fireworks_ai/", "fireworks"},
    {"deepseek", "deepseek/", "deepseek"},
    {"xai", "xai/", "xai"},
    {"openrouter", "openrouter/", "openrouter"},
    {"cerebras", "cerebras/", "cerebras"},
    {"perplexity", "perplexity/", "perplexity"},
    {"nvidia_nim", "nvidia_nim/", "nvidia"},
    {"huggingface", "huggingface/", "huggingface"},
}};

constexpr std::array<std::pair<std::string_view, std::optional<nano_usd> rates_draft::*>, 5> rates{{
    {"input_cost_per_token", &rates_draft::input},
    {"cache_read_input_token_cost", &rates_draft::cached_input},
    {"cache_creation_input_token_cost", &rates_draft::cache_write},
    {"output_cost_per_token", &rates_draft::output},
    {"output_cost_per_reasoning_token", &rates_draft::reasoning},
}};

constexpr std::array<std::string_view, 4> modes{"chat", "completion", "responses", "embedding"};

std::string_view text_at(const json::object& in, std::string_view key) {
  const auto* found = in.if_contains(key);
  return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

/// What stands behind the rate's name: a tier, a batch, both, or something that is not ours.
struct suffix {
  std::int64_t above = 0;
  bool in_batch = false;
};

std::optional<std::int64_t> tokens_in(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number <= 0 || number > 1'000'000) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with('k')) return number;
  text.remove_prefix(1);
  return number * 1'000;
}

std::optional<suffix> suffix_in(std::string_view text) {
  constexpr std::string_view above = "_above_", tokens = "_tokens";
  suffix made;
  if (text.starts_with(above)) {
    text.remove_prefix(above.size());
    const auto number = tokens_in(text);
    if (!number || !text.starts_with(tokens)) return std::nullopt;
    made.above = *number;
    text.remove_prefix(tokens.size());
  }
  made.in_batch = text == "_batches";
  return text.empty() || made.in_batch ? std::optional(made) : std::nullopt;
}

rates_draft& place_of(const suffix& where, found_price& in) {
  if (where.above > 0) return where.in_batch ? in.batch_above[where.above] : in.above[where.above];
  if (!where.in_batch) return in.base;
  return in.batch ? *in.batch : in.batch.emplace();
}

/// False when a price is no price.
bool take_rate(std::string_view key, const json::value& value, found_price& into) {
  for (const auto& [name, rate] : rates) {
    if (!key.starts_with(name)) continue;
    const auto where = suffix_in(key.substr(name.size()));
    if (!where || value.is_null()) continue;
    if (!value.is_number()) return false;
    const auto nano = nano_per_million(value.to_number<double>() * 1e6);
    if (!nano) return false;
    // Nought for a write means no fee on top there; the token itself still costs as input.
    if (rate == &rates_draft::cache_write && *nano == 0) continue;
    place_of(*where, into).*rate = nano;
  }
  return true;
}

std::string beside(std::string_view key) {
  if (key.find("_above_1") != key.npos && key.find("hr") != key.npos) return "cache writes that live longer";
  for (const std::string_view kind : {"audio", "image", "video", "pixel", "character", "second"})
    if (key.find(kind) != key.npos) return "audio, images or video";
  for (const std::string_view kind : {"per_query", "per_request", "citation", "per_session", "per_1k"})
    if (key.find(kind) != key.npos) return "fees by request, search or citation";
  if (key == "off_peak_pricing") return "other hours of the day (the standard rate was taken)";
  if (key == "tiered_pricing") return "tiers in a form of their own (the first was taken)";
  return {};
}

/// The row's name here; empty when there is none, with the reason in `why`.
std::string_view own_name(std::string_view theirs, const known_provider& at, std::string& why) {
  if (theirs.starts_with(at.prefix)) {
    theirs.remove_prefix(at.prefix.size());
  } else if (!at.bare) {
    why = "its name stands for a class of models";
    return {};
  }
  if (at.kind == "azure_openai" && theirs.find('/') != theirs.npos) {
    why = "a price of one region or zone";
    return {};
  }
  return theirs;
}

void take_model(std::string_view name, const json::object& model, price_gatherer& into) {
  const auto provider = text_at(model, "litellm_provider");
  const auto at = std::find_if(providers.begin(), providers.end(), [&](const auto& one) { return one.theirs == provider; });
  if (at == providers.end()) return into.skip("its provider is no kind known here");
  const auto mode = text_at(model, "mode");
  if (std::find(modes.begin(), modes.end(), mode) == modes.end()) return into.skip("it is no model of texts or embeddings");
  std::string why;
  const auto own = own_name(name, *at, why);
  if (own.empty()) return into.skip(why);
  found_price found;
  std::set<std::string> more;
  for (const auto& entry : model) {
    if (!take_rate(entry.key(), entry.value(), found)) return into.skip("a price of it is negative or no number");
    if (auto what = beside(entry.key()); !what.empty()) more.insert(std::move(what));
  }
  auto tiers = tiers_of(found);
  if (!tiers) return into.skip("it has no price by tokens");
  price_card card({}, price_basis::list, "");
  card.periods.front().tiers = *std::move(tiers);
  for (const auto& what : more) into.leave_out(what);
  into.take(at->kind, own, std::move(card));
}

/// An alias has the fields of the model that it names.
const json::object& behind(const json::object& model, const json::object& all) {
  const auto* named = all.if_contains(text_at(model, "alias_of"));
  return named && named->is_object() ? named->get_object() : model;
}

}  // namespace

parsed<imported_prices> litellm_prices(std::string_view text) {
  boost::system::error_code error;
  const auto all = json::parse(text, error);
  if (error) return complaint{"is not JSON: " + error.message()};
  if (!all.is_object()) return complaint{"is no list of LiteLLM: that is one JSON object of models"};
  price_gatherer made(price_format::litellm);
  for (const auto& entry : all.get_object()) {
    if (entry.key() == "sample_spec") continue;
    if (entry.value().is_object())
      take_model(entry.key(), behind(entry.value().get_object(), all.get_object()), made);
    else
      made.skip("it is no object");
  }
  return made.finish();
}

}  // namespace sallyport::config
