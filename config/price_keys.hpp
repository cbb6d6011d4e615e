#pragma once
/// The keys of a price, the same in a deployment and in a price list, and what they make together.

#include "config/key_table.hpp"
#include "config/settings.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::config {

/// USD per million tokens, as written.
struct rates_draft {
  std::optional<nano_usd> input;
  std::optional<nano_usd> cached_input;
  std::optional<nano_usd> cache_write;
  std::optional<nano_usd> output;
  std::optional<nano_usd> reasoning;
};

struct tier_draft : rates_draft {
  std::size_t above = 0;
  std::optional<rates_draft> batch;
};

struct tier_limits {
  static constexpr std::size_t count_max = 16;  ///< beside the price of ordinary prompts
  static constexpr std::size_t above_max = 1'000'000'000;
};

struct price_draft : rates_draft {
  std::optional<rates_draft> batch;
  std::vector<located<tier_draft>> tiers;
  std::optional<std::chrono::sys_days> from;
};

section<price_draft> price_keys();

/// What is not given costs as much as what it is a part of.
token_prices prices_of(const rates_draft& from);

/// The card of prices written at one place: a problem where tiers do not rise or dates do not follow each other, and then nothing.
/// `version` gives each period's, by its date or nothing when it has none.
std::optional<price_card> made_card(const std::vector<located<price_draft>>& written, price_basis basis,
                                    const std::function<std::string(std::optional<std::chrono::sys_days>)>& version);

/// `over` from its first date on, `under` before it.
price_card laid_over(price_card over, const std::optional<price_card>& under);

}  // namespace sallyport::config
