#include "config/price_gatherer.hpp"

#include "config/key_table.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace sallyport::config {
namespace {

constexpr double dollars_max = 1'000'000;

/// What `upper` does not say it has from `lower`.
rates_draft over(rates_draft upper, const rates_draft& lower) {
  for (const auto rate :
       {&rates_draft::input, &rates_draft::cached_input, &rates_draft::cache_write, &rates_draft::output, &rates_draft::reasoning})
    if (!(upper.*rate)) upper.*rate = lower.*rate;
  return upper;
}

price_tier made_tier(std::int64_t above, const rates_draft& rates, const std::optional<rates_draft>& batch) {
  return {
      .above = above, .per_million = prices_of(rates), .in_batch = batch ? std::optional(prices_of(over(*batch, rates))) : std::nullopt};
}

}  // namespace

std::optional<nano_usd> nano_per_million(double dollars) {
  if (!std::isfinite(dollars) || dollars < 0 || dollars > dollars_max) return std::nullopt;
  return std::llround(dollars * static_cast<double>(nano_per_usd));
}

void price_gatherer::take(std::string_view kind, std::string_view model, price_card price) {
  if (model_name(model)) return skip("its name is none that a model can have here");
  if (!seen_.emplace(kind, model).second) return skip("its name came before");
  made_.rows.push_back({std::string(kind), std::string(model), std::move(price)});
}

parsed<imported_prices> price_gatherer::finish() {
  if (made_.rows.empty())
    return complaint{"holds no price that could be taken; is it a list of " + std::string(name_of(made_.from)) +
                     "? Say --format if it is of another"};
  std::sort(made_.rows.begin(), made_.rows.end(),
            [](const auto& a, const auto& b) { return std::tie(a.provider, a.model) < std::tie(b.provider, b.model); });
  return std::move(made_);
}

std::optional<std::vector<price_tier>> tiers_of(const found_price& found) {
  if (!found.base.input) return std::nullopt;
  const bool fits = found.above.size() <= tier_limits::count_max &&
                    (found.above.empty() || found.above.rbegin()->first <= static_cast<std::int64_t>(tier_limits::above_max));
  if (!fits) return std::nullopt;
  if (*found.base.input == 0 && found.base.output.value_or(0) == 0) return std::nullopt;
  std::vector<price_tier> made{made_tier(0, found.base, found.batch)};
  rates_draft below = found.base;
  for (const auto& [above, rates] : found.above) {
    below = over(rates, below);
    const auto batch = found.batch_above.find(above);
    made.push_back(made_tier(above, below, batch == found.batch_above.end() ? std::nullopt : std::optional(batch->second)));
  }
  return made;
}

}  // namespace sallyport::config
