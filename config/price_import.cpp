#include "config/price_import.hpp"

#include "config/price_gatherer.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

bool stands_plain(std::string_view name) {
  constexpr std::string_view fit = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
  const bool begins_well = (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z');
  return begins_well && name.find_first_not_of(fit) == name.npos && name.find_first_of("-./0123456789") != name.npos;
}

/// A key as YAML reads it back. Names are visible ASCII, so only quotes and backslashes need care.
std::string key_text(std::string_view name) {
  if (stands_plain(name)) return std::string(name);
  std::string made = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') made += '\\';
    made += c;
  }
  return made + "\"";
}

std::string rates_text(const token_prices& p) {
  std::string made = "input: " + text_of_dollars(p.input);
  if (p.cached_input != p.input) made += ", cached_input: " + text_of_dollars(p.cached_input);
  if (p.cache_write != p.input) made += ", cache_write: " + text_of_dollars(p.cache_write);
  made += ", output: " + text_of_dollars(p.output);
  if (p.reasoning != p.output) made += ", reasoning: " + text_of_dollars(p.reasoning);
  return made;
}

std::string tier_text(const price_tier& tier) {
  std::string made = rates_text(tier.per_million);
  if (tier.in_batch) made += ", batch: {" + rates_text(*tier.in_batch) + "}";
  return made;
}

std::string period_text(const price_period& period) {
  std::string made = "{";
  if (period.from != std::chrono::sys_days::min()) made += "from: " + text_of(period.from) + ", ";
  made += tier_text(period.tiers.front());
  for (std::size_t i = 1; i < period.tiers.size(); ++i)
    made +=
        (i == 1 ? ", tiers: [{above: " : ", {above: ") + std::to_string(period.tiers[i].above) + ", " + tier_text(period.tiers[i]) + "}";
  return made + (period.tiers.size() > 1 ? "]}" : "}");
}

std::string row_text(const listed_price& row) {
  std::string made = "    " + key_text(row.model) + ":";
  if (row.price.periods.size() == 1) return made + " " + period_text(row.price.periods.front()) + "\n";
  made += "\n";
  for (const auto& period : row.price.periods) made += "      - " + period_text(period) + "\n";
  return made;
}

}  // namespace

std::string_view name_of(price_format which) { return which == price_format::litellm ? "litellm" : "genai-prices"; }

parsed<imported_prices> import_prices(std::string_view json, std::optional<price_format> format) {
  const auto first = json.find_first_not_of(" \t\r\n\xEF\xBB\xBF");  // with a byte order mark, which the parser would refuse
  if (first == json.npos) return complaint{"is empty"};
  json.remove_prefix(first);
  if (!format) {
    if (json[0] != '{' && json[0] != '[') return complaint{"is neither LiteLLM's list nor genai-prices': both are JSON"};
    format = json[0] == '[' ? price_format::genai_prices : price_format::litellm;
  }
  return *format == price_format::litellm ? litellm_prices(json) : genai_prices(json);
}

std::string price_file_text(std::string_view version, const std::vector<listed_price>& rows) {
  std::string made = "# Prices in USD per million tokens, for `prices: {file: PATH}`. Made by `sallyport prices import`.\nversion: \"" +
                     std::string(version) + "\"\nprices:\n";
  std::string_view kind;
  for (const auto& row : rows) {
    if (row.provider != kind) made += "  " + row.provider + ":\n";
    kind = row.provider;
    made += row_text(row);
  }
  return made;
}

}  // namespace sallyport::config
