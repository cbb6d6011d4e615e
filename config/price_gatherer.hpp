#pragma once
/// What is found in a price list of others while it is read: rows that can be taken, and why the rest cannot.

#include "config/price_import.hpp"
#include "config/price_keys.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::config {

/// Prices by the size of the prompt, as found: the first is above 0. A rate that a tier lacks is that of the tier before.
struct found_price {
  rates_draft base;
  std::optional<rates_draft> batch;
  std::map<std::int64_t, rates_draft> above;
  std::map<std::int64_t, rates_draft> batch_above;
};

/// Dollars for a million tokens; nothing when negative, not finite or beyond what a price file may say.
std::optional<nano_usd> nano_per_million(double dollars);

class price_gatherer {
 public:
  explicit price_gatherer(price_format from) { made_.from = from; }

  void skip(const std::string& reason) { ++made_.skipped[reason]; }
  void leave_out(const std::string& what) { ++made_.left_out[what]; }
  /// Takes a row; skips it when its name is unfit or was there before.
  void take(std::string_view kind, std::string_view model, price_card price);
  parsed<imported_prices> finish();

 private:
  imported_prices made_;
  std::set<std::pair<std::string, std::string>> seen_;
};

/// The tiers of a found price. Nothing when it lacks an input price, costs nothing at all (free and unknown look alike), or has more tiers
/// than a price file may have.
std::optional<std::vector<price_tier>> tiers_of(const found_price& found);

parsed<imported_prices> litellm_prices(std::string_view json);
parsed<imported_prices> genai_prices(std::string_view json);

}  // namespace sallyport::config
