#include "config/price_keys.hpp"

#include "config/hourly_price.hpp"
#include "config/scalar.hpp"

#include <algorithm>
#include <iterator>

namespace sallyport::config {
namespace {

constexpr const char* names_both = "is missing; a price names at least input and output";

template <class Owner>
section<Owner> rate_keys() {
  const auto rate = [](const char* name, std::optional<nano_usd> Owner::*member, const char* sentence) {
    return value_key<Owner>(name, member, dollars(), "", sentence);
  };
  return {
      required(rate("input", &Owner::input, "Prompt tokens."), names_both),
      rate("cached_input", &Owner::cached_input, "Prompt tokens read from the provider's cache. Default: as input."),
      rate("cache_write", &Owner::cache_write, "Prompt tokens written to the provider's cache. Default: as input."),
      required(rate("output", &Owner::output, "Completion tokens."), names_both),
      rate("reasoning", &Owner::reasoning, "Completion tokens spent on reasoning. Default: as output."),
  };
}

template <class Owner>
field<Owner> batch_key() {
  return section_key<Owner>("batch", &Owner::batch, rate_keys<rates_draft>(),
                            "The same in a batch. Default: as outside of one. Kept for when batches can be sent; no request has it yet.");
}

section<tier_draft> tier_keys() {
  auto keys = rate_keys<tier_draft>();
  keys.insert(keys.begin(), required(value_key<tier_draft>("above", &tier_draft::above, count(1, tier_limits::above_max), "",
                                                           "The whole request has this tier's price when its prompt has more tokens."),
                                     "is missing; write how many prompt tokens the tier begins above, as in 200k"));
  keys.push_back(batch_key<tier_draft>());
  return keys;
}

bool rise(const std::vector<located<tier_draft>>& tiers) {
  bool well = true;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    if (i >= tier_limits::count_max) return tiers[i].at.refuse("is one tier too many; a price has at most 16"), false;
    if (i == 0 || tiers[i].value.above > tiers[i - 1].value.above) continue;
    tiers[i].at.below("above").refuse("is not more than that of the tier before; write tiers from small prompts to large ones");
    well = false;
  }
  return well;
}

bool follow_each_other(const std::vector<located<price_draft>>& written) {
  bool well = true;
  for (std::size_t i = 1; i < written.size(); ++i) {
    const auto from = written[i].at.below("from");
    if (!written[i].value.from) {
      from.refuse("is missing; each price of a list but the first names the day from which it is valid");
      well = false;
    } else if (written[i - 1].value.from && *written[i].value.from <= *written[i - 1].value.from) {
      from.refuse("is not later than that of the price before; write prices in the order of their days");
      well = false;
    }
  }
  return well;
}

bool names_both_rates(const located<price_draft>& one) {
  if (!one.value.input) one.at.below("input").refuse(names_both);
  if (!one.value.output) one.at.below("output").refuse(names_both);
  return one.value.input && one.value.output;
}

price_tier made_tier(std::size_t above, const rates_draft& rates, const std::optional<rates_draft>& batch) {
  return {.above = static_cast<std::int64_t>(above),
          .per_million = prices_of(rates),
          .in_batch = batch ? std::optional(prices_of(*batch)) : std::nullopt};
}

std::vector<price_tier> made_tiers(const price_draft& from) {
  std::vector<price_tier> tiers{made_tier(0, from, from.batch)};
  for (const auto& one : from.tiers) tiers.push_back(made_tier(one.value.above, one.value, one.value.batch));
  return tiers;
}

}  // namespace

section<price_draft> token_price_keys() {
  using d = price_draft;
  auto keys = rate_keys<d>();
  section<d> more{
      sections_key("tiers", &d::tiers, tier_keys(), "Prices of requests with long prompts, from small to large."),
      batch_key<d>(),
      value_key("from", &d::from, utc_day(), "",
                "The day from which the price is valid. Default: always was; of a list only the first may lack it."),
  };
  keys.insert(keys.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return keys;
}

section<price_draft> price_keys() {
  auto keys = token_price_keys();
  for (auto& one : keys) one.row.missing.clear();  // unless the price is one by the hour: made_price says it
  auto more = hourly_keys();
  keys.insert(keys.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return keys;
}

token_prices prices_of(const rates_draft& from) {
  const auto input = from.input.value_or(0), output = from.output.value_or(0);  // absent ones are a problem that was said
  return {.input = input,
          .cached_input = from.cached_input.value_or(input),
          .cache_write = from.cache_write.value_or(input),
          .output = output,
          .reasoning = from.reasoning.value_or(output)};
}

std::optional<price_card> made_card(const std::vector<located<price_draft>>& written, price_basis basis,
                                    const std::function<std::string(std::optional<std::chrono::sys_days>)>& version) {
  bool well = follow_each_other(written);
  price_card made;
  for (const auto& one : written) {
    well = rise(one.value.tiers) && well;
    made.periods.push_back({.from = one.value.from.value_or(std::chrono::sys_days::min()),
                            .basis = basis,
                            .version = version(one.value.from),
                            .tiers = made_tiers(one.value)});
  }
  if (!well || made.periods.empty()) return std::nullopt;
  return made;
}

std::optional<price_card> made_price(const std::vector<located<price_draft>>& written, deployment_class runs_as) {
  const bool any_by_hour = std::any_of(written.begin(), written.end(), [](const auto& one) { return is_by_hour(one.value); });
  if (any_by_hour) return made_by_hour(written, runs_as);
  bool whole = true;
  for (const auto& one : written) whole = names_both_rates(one) && whole;
  auto made = made_card(written, price_basis::contract, [](auto from) { return from ? "contract:" + text_of(*from) : "contract"; });
  return whole ? made : std::nullopt;
}

price_card laid_over(price_card over, const std::optional<price_card>& under) {
  if (!under) return over;
  price_card made = *under;
  std::erase_if(made.periods, [&](const price_period& old) { return old.from >= over.periods.front().from; });
  std::move(over.periods.begin(), over.periods.end(), std::back_inserter(made.periods));
  return made;
}

}  // namespace sallyport::config
