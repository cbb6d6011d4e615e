// genai-prices' list (v2): an array of providers, each with models; prices in dollars per million tokens, with tiers, dates and hours.
// Models are named by clauses; the exact ones are taken, and an id that fits its own clause. Nothing looser: a wrong price is worse than
// none.

#include "config/price_gatherer.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace sallyport::config {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kinds{{
    {"openai", "openai"}, {"azure", "azure_openai"}, {"anthropic", "anthropic"}, {"google", "gemini"}, {"cohere", "cohere"},
    {"mistral", "mistral"}, {"groq", "groq"}, {"together", "together"}, {"fireworks", "fireworks"}, {"deepseek", "deepseek"},
    {"x-ai", "xai"}, {"openrouter", "openrouter"}, {"cerebras", "cerebras"}, {"perplexity", "perplexity"},
}};

constexpr std::array<std::pair<std::string_view, std::optional<nano_usd> rates_draft::*>, 5> rates{{
    {"input_mtok", &rates_draft::input},
    {"cache_read_mtok", &rates_draft::cached_input},
    {"cache_write_mtok", &rates_draft::cache_write},
    {"output_mtok", &rates_draft::output},
    {"output_reasoning_mtok", &rates_draft::reasoning},
}};

std::string_view text_at(const json::object& in, std::string_view key) {
  const auto* found = in.if_contains(key);
  return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

// Both, since an object where a value is wanted is copied, and what points into the copy dangles.
std::string_view text_at(const json::value& in, std::string_view key) {
  const auto* object = in.if_object();
  return object ? text_at(*object, key) : std::string_view();
}

const json::array* list_at(const json::value& in, std::string_view key) {
  const auto* object = in.if_object();
  const auto* found = object ? object->if_contains(key) : nullptr;
  return found ? found->if_array() : nullptr;
}

// ---- names ----

bool fits(std::string_view name, const json::value& clause) {
  if (const auto* any = list_at(clause, "or"))
    return std::any_of(any->begin(), any->end(), [&](const auto& one) { return fits(name, one); });
  if (const auto* all = list_at(clause, "and"))
    return std::all_of(all->begin(), all->end(), [&](const auto& one) { return fits(name, one); });
  const auto equals = text_at(clause, "equals"), start = text_at(clause, "starts_with"), end = text_at(clause, "ends_with"),
             part = text_at(clause, "contains");
  return (!equals.empty() && name == equals) || (!start.empty() && name.starts_with(start)) || (!end.empty() && name.ends_with(end)) ||
         (!part.empty() && name.find(part) != name.npos);
}

void add_exact(const json::value& clause, std::vector<std::string_view>& names) {
  if (const auto* any = list_at(clause, "or"))
    for (const auto& one : *any) add_exact(one, names);
  if (const auto name = text_at(clause, "equals"); !name.empty()) names.push_back(name);
}

std::vector<std::string_view> names_of_model(const json::object& model) {
  const auto* clause = model.if_contains("match");
  std::vector<std::string_view> names;
  if (!clause) return names;
  add_exact(*clause, names);
  const auto id = text_at(model, "id");
  if (std::find(names.begin(), names.end(), id) == names.end() && fits(id, *clause)) names.push_back(id);
  return names;
}

// ---- one price ----

/// A rate or {base, tiers: [{start, price}]}. False when it is neither.
bool take_rate(const json::value& value, std::optional<nano_usd> rates_draft::* rate, found_price& into) {
  if (value.is_number()) {
    into.base.*rate = nano_per_million(value.to_number<double>());
    return (into.base.*rate).has_value();
  }
  const auto* object = value.if_object();
  const auto* base = object ? object->if_contains("base") : nullptr;
  const auto* tiers = list_at(value, "tiers");
  if (!base || !base->is_number() || !tiers) return false;
  into.base.*rate = nano_per_million(base->to_number<double>());
  for (const auto& tier : *tiers) {
    const auto* one = tier.if_object();
    const auto* start = one ? one->if_contains("start") : nullptr;
    const auto* price = one ? one->if_contains("price") : nullptr;
    if (!start || !start->is_int64() || start->get_int64() <= 0 || !price || !price->is_number()) return false;
    if (!((into.above[start->get_int64()].*rate) = nano_per_million(price->to_number<double>()))) return false;
  }
  return (into.base.*rate).has_value();
}

std::string beside(std::string_view key) {
  if (key == "cache_write_1h_mtok") return "cache writes that live longer";
  for (const std::string_view kind : {"audio", "image", "video"})
    if (key.find(kind) != key.npos) return "audio, images or video";
  return "fees by request, search or citation";
}

/// The tiers of that object; nothing when a price is no price, or none is by token.
std::optional<std::vector<price_tier>> take_prices(const json::value& value, std::set<std::string>& more) {
  const auto* object = value.if_object();
  if (!object) return std::nullopt;
  found_price found;
  for (const auto& entry : *object) {
    const auto ours = std::find_if(rates.begin(), rates.end(), [&](const auto& one) { return one.first == entry.key(); });
    if (ours == rates.end())
      more.insert(beside(entry.key()));
    else if (!take_rate(entry.value(), ours->second, found))
      return std::nullopt;
  }
  return tiers_of(found);
}

// ---- prices over time ----

std::optional<std::chrono::sys_days> day_of(const json::value& constraint) {
  const auto made = utc_day_in({.text = std::string(text_at(constraint, "start_date")), .folder = {}});
  return made ? std::optional(*made) : std::nullopt;
}

bool is_dearer(const price_tier& a, const price_tier& b) {
  return a.per_million.input + a.per_million.output > b.per_million.input + b.per_million.output;
}

/// Prices of certain hours of the day: the dearest counts, whenever it holds.
void take_hours(std::vector<price_tier> tiers, price_card& into, std::set<std::string>& more) {
  more.insert("other hours of the day (the dearest rate was taken)");
  if (into.periods.empty()) into.periods.push_back({.tiers = tiers});
  auto& known = into.periods.back().tiers;
  if (is_dearer(tiers.front(), known.front())) known = std::move(tiers);
}

std::optional<price_card> take_list(const json::array& list, std::set<std::string>& more) {
  price_card card;
  for (const auto& one : list) {
    const auto* object = one.if_object();
    const auto* prices = object ? object->if_contains("prices") : nullptr;
    auto tiers = prices ? take_prices(*prices, more) : std::nullopt;
    if (!tiers) return std::nullopt;
    const auto* constraint = object->if_contains("constraint");
    if (!constraint || constraint->is_null()) {
      card.periods.push_back({.tiers = *std::move(tiers)});
    } else if (const auto from = day_of(*constraint)) {
      card.periods.push_back({.from = *from, .tiers = *std::move(tiers)});
    } else if (!text_at(*constraint, "start_time").empty()) {
      take_hours(*std::move(tiers), card, more);
    } else {
      return std::nullopt;
    }
  }
  // "The last price active is used": later dates must come later, and only one price may be without one.
  const bool rises =
      std::is_sorted(card.periods.begin(), card.periods.end(), [](const auto& a, const auto& b) { return a.from <= b.from; });
  return card.periods.empty() || !rises ? std::nullopt : std::optional(std::move(card));
}

std::optional<price_card> take_card(const json::value& prices, std::set<std::string>& more) {
  if (const auto* list = prices.if_array()) return take_list(*list, more);
  auto tiers = take_prices(prices, more);
  if (!tiers) return std::nullopt;
  price_card card;
  card.periods.push_back({.tiers = *std::move(tiers)});
  return card;
}

void take_model(std::string_view kind, const json::object& model, price_gatherer& into) {
  const auto names = names_of_model(model);
  if (names.empty()) return into.skip("it is named by a pattern alone");
  const auto* prices = model.if_contains("prices");
  std::set<std::string> more;
  const auto card = prices ? take_card(*prices, more) : std::nullopt;
  if (!card) return into.skip("it has no price by tokens, or one that cannot be read");
  for (const auto& what : more) into.leave_out(what);
  for (const auto name : names) into.take(kind, name, *card);
}

void take_provider(const json::value& provider, price_gatherer& into) {
  const auto* models = list_at(provider, "models");
  if (!models) return into.skip("it is no provider with models");
  const auto theirs = text_at(provider, "id");
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == theirs; });
  for (const auto& model : *models) {
    // Google's list holds Claude too, as Vertex serves it: not the kind gemini.
    const bool is_ours = kind != kinds.end() && model.is_object() && !(theirs == "google" && text_at(model, "id").starts_with("claude"));
    if (is_ours)
      take_model(kind->second, model.get_object(), into);
    else
      into.skip("its provider is no kind known here");
  }
}

}  // namespace

parsed<imported_prices> genai_prices(std::string_view text) {
  boost::system::error_code error;
  const auto all = json::parse(text, error);
  if (error) return complaint{"is not JSON: " + error.message()};
  if (!all.is_array()) return complaint{"is no list of genai-prices (v2): that is one JSON array of providers"};
  price_gatherer made(price_format::genai_prices);
  for (const auto& provider : all.get_array()) take_provider(provider, made);
  return made.finish();
}

}  // namespace sallyport::config
