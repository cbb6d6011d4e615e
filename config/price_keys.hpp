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

  // Machines that are paid by the hour, in a deployment's price only.
  std::optional<nano_usd> gpu_hour;
  std::optional<int> gpus;
  std::optional<nano_usd> power;
  std::optional<int> operations_share;  ///< hundredths of a per cent
  std::optional<bool> always_on;
  std::optional<int> hours;
};

/// Of a price list: tokens only.
section<price_draft> token_price_keys();
/// Of a deployment: tokens or machines; which of the two, and whether all of it is there, is checked by made_price.
section<price_draft> price_keys();

/// What is not given costs as much as what it is a part of.
token_prices prices_of(const rates_draft& from);

/// The card of prices written at one place: a problem where tiers do not rise or dates do not follow each other, and then nothing.
/// `version` gives each period's, by its date or nothing when it has none.
std::optional<price_card> made_card(const std::vector<located<price_draft>>& written, price_basis basis,
                                    const std::function<std::string(std::optional<std::chrono::sys_days>)>& version);

/// A deployment's own price: by tokens as above, its versions `contract` or `contract:DATE`; or by the hour, which `in_house` alone may be.
/// Nothing, with a problem, when it is neither or both.
std::optional<price_card> made_price(const std::vector<located<price_draft>>& written, deployment_class runs_as);

/// `over` from its first date on, `under` before it.
price_card laid_over(price_card over, const std::optional<price_card>& under);

}  // namespace sallyport::config
